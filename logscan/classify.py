"""Which signature is an event, of all that match it, and what is it called where none does?

Pure: a content in, a verdict out. Only the signatures that could match are tried: the ruleset's index
asks for the last component of an exception's name or for a literal of the text. Of those that match,
the ones that another matching one is declared to be `over` step back; then a cause comes before what is general,
and that before a wrapper; then the more specific wins (more
satisfied keys, then longer literals), then the id that sorts first.

Patterns run over a bounded text; those that could take long on it run under the `regex` module's time limit. Each
signature has `timeout` seconds of this process's CPU time; one that uses them up does not match THIS event, and the
verdict says so. The clock guards, it never decides anything else.
"""

import fnmatch
import functools
import re
from collections.abc import Callable, Container, Iterable, Iterator
from time import process_time
from typing import TYPE_CHECKING

import msgspec

from . import literals
from .fingerprint import fingerprints, title, variant
from .identity import ByIdentity
from .lazyre import compiled, lazy
from .model import Content, Frame, Traceback, Verdict
from .prefilter import Present
from .sigmodel import (
    ROLES,
    AllOf,
    AnyOf,
    ErrorLeaf,
    GlobLeaf,
    IncompleteLeaf,
    LanguageLeaf,
    LevelLeaf,
    Match,
    Not,
    Signature,
    TextLeaf,
    leaves_of,
)
from .signature import Ruleset

if TYPE_CHECKING:
    import regex

HEAD = 64 * 1024
TAIL = 16 * 1024
QUICK = 50_000_000
"""Steps of a signature's searches in one content (in the worst case) up to which no clock is needed: some 150 ms."""

Score = tuple[int, int]
"""Satisfied keys, and characters of literals: how specific a match is."""

_LINE_END = lazy(r"[ \t]*\n[ \t]*")
_SUFFIX = lazy(r"(/__init__)?\.pyx?$")
_INSTALLED = lazy(r"(?:.*/|^)(?:site-packages|dist-packages|lib/python\d[\d.]*)/(.*)")


def classify(content: Content, rules: Ruleset, timeout: float = 0.2) -> Verdict:
    """The verdict on one content. `timeout` is in seconds, for each signature."""
    text = bounded(content.text)
    scores: dict[str, Score] = {}
    timed_out = False
    for signature in _candidates_of(rules)(content):
        trial = _Trial(content, text, timeout)
        score = trial.score(signature.match)
        timed_out = timed_out or trial.timed_out
        if score is not None and not trial.timed_out:
            scores[signature.id] = score
    winner = _winner(scores, rules)
    fine, coarse = fingerprints(content)
    return Verdict(
        signature=winner,
        also=tuple(sorted(ident for ident in scores if ident != winner)),
        fingerprint=fine,
        coarse=coarse,
        title=title(content),
        timed_out=timed_out,
        variant=variant(content),
    )


def bounded(text: str) -> str:
    """The head and the tail of a text, which is all that patterns see."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"


def _candidates(content: Content, rules: Ruleset) -> tuple[Signature, ...]:
    idents = set(rules.always)
    texts = [bounded(content.text), bounded(content.message)]
    if content.traceback is not None:
        for name in _types(content.traceback):
            idents.update(rules.by_type.get(name, ()))
        texts.append(_messages(content.traceback))
    finder = finder_of(rules)
    for part in (each for at, each in enumerate(texts) if not any(each in other for other in texts[:at])):
        for literal in finder.among(part):
            idents.update(rules.by_literal[literal])
    return tuple([rules.by_id[ident] for ident in sorted(idents)])


_candidates_of = ByIdentity[Ruleset, "ByIdentity[Content, tuple[Signature, ...]]"](
    lambda rules: ByIdentity(lambda content: _candidates(content, rules), memory=1), memory=8
)
"""Who learns from a content asks for its candidates twice."""


_FINDERS: dict[str, Present] = {}


def finder_of(rules: Ruleset) -> Present:
    """The search for the literals of a ruleset, made once."""
    finder = _FINDERS.get(rules.digest)
    if finder is None:
        if len(_FINDERS) >= 16:
            _FINDERS.clear()
        finder = _FINDERS[rules.digest] = Present(rules.by_literal)
    return finder


def _types(trace: Traceback) -> set[str]:
    """The last components of the exceptions' names."""
    names = {link.exception.rpartition(".")[2] for link in trace.chain}
    if trace.exception is not None:
        names.add(trace.exception.rpartition(".")[2])
    return names


def _messages(trace: Traceback) -> str:
    """The exceptions' messages: where a box or a margin stands around one, the text does not hold it as it is."""
    messages = {trace.message, *(link.message for link in trace.chain)}
    return "\n".join(each for message in messages if message for each in _readings(message))


def _readings(message: str | None) -> tuple[str, ...]:
    """A message as it is and, where it has several lines, in one: a terminal or a narrow box may have wrapped it."""
    whole = bounded(message or "")
    return (whole, _LINE_END.sub(" ", whole)) if "\n" in whole else (whole,)


def _winner(scores: dict[str, Score], rules: Ruleset) -> str | None:
    beaten = {other for ident in scores for other in rules.beats.get(ident, ())}
    standing = [ident for ident in scores if ident not in beaten]

    def order(ident: str) -> tuple[int, int, int, str]:
        keys, characters = scores[ident]
        return ROLES.index(rules.by_id[ident].role), -keys, -characters, ident

    return min(standing, key=order, default=None)


class Question(msgspec.Struct, frozen=True):
    """What a leaf asks of one line of a text, or of one line that is an exception's message: that these texts stand in
    it, one of the `sure` ones (None: none is known), and that a pattern is found."""

    of_message: bool
    contains: tuple[str, ...]
    sure: tuple[str, ...] | None
    search: Callable[[str], object] | None


def questions(content: Content, rules: Ruleset, timeout: float = 0.2) -> tuple[Question, ...] | None:
    """All that the verdict on a content may depend on where the words at the end of one line of its traceback and of
    that exception's message (without a traceback: the only line) are other than they are, and the line holds the same
    literals. None where a signature looks at several lines of the text at once."""
    found: dict[Question, None] = {}
    for signature in _candidates_of(rules)(content):
        asked = _asked(signature, content.traceback is None, timeout)
        if asked is None:
            return None
        for each in asked:
            found[each] = None
    return tuple(found)


def _asks(signature: Signature, record: bool, timeout: float) -> tuple[Question, ...] | None:
    """What a signature asks: of a `record`, or of a traceback. None where it looks at several lines at once."""
    found: dict[Question, None] = {}
    for leaf in leaves_of(signature.match):
        if isinstance(leaf, ErrorLeaf) and leaf.message is not None:
            pattern: str | None = leaf.message
            contains: tuple[str, ...] = ()
        elif isinstance(leaf, TextLeaf) and (leaf.over == "text" or record):
            pattern, contains = leaf.regex, leaf.contains
            if leaf.multiline:
                return None
        else:
            continue
        sure = literals.required(pattern) if pattern is not None else None
        search = _searcher(pattern, timeout) if pattern is not None else None
        found[Question(isinstance(leaf, ErrorLeaf), contains, tuple(sure) if sure else None, search)] = None
    return tuple(found)


_asked = ByIdentity[Signature, "tuple[Question, ...] | None"](_asks, memory=8192)


@functools.lru_cache(maxsize=8192)
def _searcher(pattern: str, timeout: float) -> Callable[[str], object]:
    """A search in a short text. Raises TimeoutError where the pattern could take long, and does. Nothing is compiled
    before it is asked for."""
    effort = literals.effort(pattern)

    def search(text: str) -> object:
        if effort is not None and effort[1] * len(text) ** effort[0] < QUICK:
            return _quick(pattern).search(text)
        return _compiled(pattern).search(text, timeout=timeout, concurrent=False)

    return search


def open_ones(asked: Iterable[Question], known: Container[str], there: Container[str], whole: bool) -> list[Question]:
    """Those whose answer is open where of the `known` literals just these are `there` in the line; the others are
    answered by no. `whole`: all of the exception's message is in that line."""
    return [each for each in asked if (each.of_message and not whole) or not _closed(each, known, there)]


def _closed(question: Question, known: Container[str], there: Container[str]) -> bool:
    if any(literal in known and literal not in there for literal in question.contains):
        return True
    sure = question.sure
    return sure is not None and all(literal in known and literal not in there for literal in sure)


def answers(asked: Iterable[Question], line: str, message: str) -> tuple[bool, ...]:
    """For each question whether it is so. Raises TimeoutError."""
    if "\n" not in message:
        return tuple([_answer(each, message if each.of_message else line) for each in asked])
    said = _readings(message)
    return tuple([any(_answer(each, text) for text in (said if each.of_message else (line,))) for each in asked])


def _answer(question: Question, text: str) -> bool:
    for literal in question.contains:
        if literal not in text:
            return False
    search = question.search
    if question.sure is not None:
        for literal in question.sure:
            if literal in text:
                break
        else:
            return False
    return search is None or search(text) is not None


class _Exception(msgspec.Struct, frozen=True):
    """One exception of an event: the outermost (`link` None) or one of the chain."""

    name: str | None
    message: str | None
    frames: tuple[Frame, ...]
    link: str | None


class _Trial:
    """One signature against one content, within one time limit, which runs from the first search that may take long."""

    def __init__(self, content: Content, text: str, timeout: float) -> None:
        self.content, self.text = content, text
        self.timeout = timeout
        self.deadline: float | None = None
        self.steps = QUICK
        self.timed_out = False

    def score(self, match: Match) -> Score | None:
        """How specifically the match holds; None where it does not."""
        if isinstance(match, AllOf):
            total = (0, 0)
            for part in match.parts:
                if (score := self.score(part)) is None:
                    return None
                total = (total[0] + score[0], total[1] + score[1])
            return total
        if isinstance(match, AnyOf):
            return max((score for part in match.parts if (score := self.score(part)) is not None), default=None)
        if isinstance(match, Not):
            return (0, 0) if self.score(match.part) is None else None
        if isinstance(match, ErrorLeaf):
            return self._error(match)
        if isinstance(match, TextLeaf):
            return self._text(match)
        return (1, 0) if self._fact(match) else None

    def _fact(self, leaf: LevelLeaf | GlobLeaf | IncompleteLeaf | LanguageLeaf) -> bool:
        content = self.content
        if isinstance(leaf, LevelLeaf):
            return content.level in leaf.levels
        if isinstance(leaf, IncompleteLeaf):
            return content.traceback is not None and content.incomplete == leaf.at
        if isinstance(leaf, LanguageLeaf):
            return content.traceback is not None and content.traceback.language in leaf.languages
        if leaf.of == "logger":
            value = content.logger
        elif leaf.of == "unit":
            value = content.unit
        else:
            value = content.fields.get(leaf.of.removeprefix("field:"))
        return value is not None and any(_glob(pattern)(value) for pattern in leaf.globs)

    def _text(self, leaf: TextLeaf) -> Score | None:
        text = self.text if leaf.over == "text" else bounded(self.content.message)
        sure = literals.required(leaf.regex) if leaf.regex is not None else None
        for literal in leaf.contains:
            if literal not in text:
                return None
        pieces: Iterable[str] = (text,) if leaf.multiline else dict.fromkeys(_pieces(text, sure, leaf.contains))
        for piece in pieces:
            if leaf.multiline and sure is not None and not any(literal in piece for literal in sure):
                continue
            if leaf.regex is None or self._search(leaf.regex, piece):
                keys = len(leaf.contains) + (leaf.regex is not None)
                return keys, sum(map(len, leaf.contains)) + _length(leaf.regex)
        return None

    def _error(self, leaf: ErrorLeaf) -> Score | None:
        for error in _exceptions(self.content.traceback, leaf):
            if leaf.types and not _is_one_of(error.name, leaf.types):
                continue
            if leaf.frames and not _in_frames(error.frames, leaf.frames):
                continue
            if leaf.message is not None and not any(
                self._search(leaf.message, each) for each in _readings(error.message)
            ):
                continue
            given = (leaf.types, leaf.message is not None, leaf.frames, leaf.where != "any", leaf.link)
            return sum(map(bool, given)), _length(leaf.message) + max(map(len, leaf.frames), default=0)
        return None

    def _search(self, pattern: str, text: str) -> bool:
        effort = literals.effort(pattern)
        steps = effort[1] * len(text) ** effort[0] if effort is not None else QUICK
        if steps < self.steps:
            self.steps -= steps
            return _quick(pattern).search(text) is not None
        if self.deadline is None:
            self.deadline = process_time() + self.timeout
        left = self.deadline - process_time()
        if left > 0:
            try:
                return _compiled(pattern).search(text, timeout=left, concurrent=False) is not None
            except TimeoutError:
                left = 0.0
        self.timed_out = left <= 0
        return False


def _pieces(text: str, sure: Iterable[str] | None, contains: tuple[str, ...]) -> list[str]:
    """The lines of a text, in order, that hold one of the `sure` literals, if there are any, and all of the others."""
    if sure is None and not contains:
        return text.split("\n")
    found: dict[int, str] = {}
    for literal in sure if sure is not None else contains[:1]:
        at = text.find(literal)
        while at >= 0:
            begin = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            if at + len(literal) <= end:  # all of it in one line
                found[begin] = text[begin:end]
            at = text.find(literal, end + 1)
    lines = [found[begin] for begin in sorted(found)]
    return [line for line in lines if all(literal in line for literal in contains)] if contains else lines


def failing(content: Content, match: Match, timeout: float = 0.2) -> list[str]:
    """Why a match tree does not hold: the parts that fail, in words; empty where it holds."""
    trial = _Trial(content, bounded(content.text), timeout)
    return [] if trial.score(match) is not None else _failing(trial, match)


def _failing(trial: _Trial, match: Match) -> list[str]:
    if isinstance(match, AllOf):
        return [why for part in match.parts if trial.score(part) is None for why in _failing(trial, part)]
    if isinstance(match, AnyOf):
        # the alternative that comes closest says the most
        return min((_failing(trial, part) for part in match.parts), key=len, default=["no alternative"])
    if isinstance(match, Not):
        return ["an excluded part is there"]
    return [_described(match)]


def _described(leaf: ErrorLeaf | TextLeaf | LevelLeaf | GlobLeaf | IncompleteLeaf | LanguageLeaf) -> str:
    """A leaf in words."""
    if isinstance(leaf, ErrorLeaf):
        parts = [" or ".join(leaf.types) or "an exception"]
        parts += [f"with message /{leaf.message}/"] if leaf.message is not None else []
        parts += [f"in frame {' or '.join(leaf.frames)}"] if leaf.frames else []
        return "no " + " ".join(parts)
    if isinstance(leaf, TextLeaf):
        wanted = [f"/{leaf.regex}/"] if leaf.regex is not None else []
        return f"no {' and '.join([*wanted, *map(repr, leaf.contains)])} in the {leaf.over}"
    if isinstance(leaf, LevelLeaf):
        return f"level is not {' or '.join(leaf.levels)}"
    if isinstance(leaf, GlobLeaf):
        return f"{leaf.of} is not {' or '.join(leaf.globs)}"
    if isinstance(leaf, IncompleteLeaf):
        return f"the event is not cut at its {leaf.at}"
    return f"language is not {' or '.join(leaf.languages)}"


def _exceptions(trace: Traceback | None, leaf: ErrorLeaf) -> Iterator[_Exception]:
    """The exceptions that a leaf may speak of, the one raised last first."""
    if trace is None:
        return
    outermost, *chain = _all_of(trace)
    if leaf.where == "outermost":
        chosen = [outermost]
    elif leaf.where == "root":
        chosen = ([outermost] + [error for error in chain if error.link != "group"])[-1:]
    else:
        chosen = [outermost, *chain]
    for error in chosen:
        if leaf.link is None or error.link == leaf.link:
            yield error


@ByIdentity[Traceback, "tuple[_Exception, ...]"]
def _all_of(trace: Traceback) -> tuple[_Exception, ...]:
    outermost = _Exception(trace.exception, trace.message, trace.frames, None)
    return outermost, *(_Exception(link.exception, link.message, link.frames, link.link) for link in trace.chain)


@functools.lru_cache(maxsize=8192)
def _is_one_of(name: str | None, patterns: tuple[str, ...]) -> bool:
    return any(_is_type(name, pattern) for pattern in patterns)


def _is_type(name: str | None, pattern: str) -> bool:
    """Dotted names match in full; where one of the two has no dot, the last components decide."""
    if name is None:
        return False
    if "." not in pattern or "." not in name:
        return _glob(pattern.rpartition(".")[2])(name.rpartition(".")[2])
    return _glob(pattern)(name)


_in_frames = ByIdentity[tuple[Frame, ...], bool](
    lambda frames, globs: any(_in_frame(frame, glob) for glob in globs for frame in frames), memory=8192
)


def _in_frame(frame: Frame, pattern: str) -> bool:
    module, _, function = pattern.rpartition(":")
    name = frame.function or ""
    if not (_glob(function)(name) or _glob(function)(name.rpartition(".")[2])):
        return False
    match = _glob(module or "*")
    return any(match(candidate) for candidate in _modules(frame, "." in module))


@functools.lru_cache(maxsize=4096)
def _modules(frame: Frame, dotted: bool) -> tuple[str, ...]:
    """The names that a frame's module may go by: the parsed one, and those its path suggests. Below an
    installation's root that is one name; elsewhere (a vendored copy, a folder named after a version)
    every tail of the path, for dotted globs only, so that `logging:*` is not `app/logging.py`.
    """
    path = _SUFFIX.sub("", frame.file.replace("\\", "/"))
    named = (frame.module,) if frame.module else ()
    if installed := _INSTALLED.match(path):
        return (*named, installed[1].replace("/", "."))
    parts = [part for part in path.split("/") if part]
    if not dotted:
        return named or tuple(parts[-1:])
    return (*named, *(".".join(parts[start:]) for start in range(len(parts))))


def _length(pattern: str | None) -> int:
    sure = literals.required(pattern) if pattern is not None else None
    return min(map(len, sure)) if sure else 0


@functools.lru_cache(maxsize=8192)
def _compiled(pattern: str) -> "regex.Pattern[str]":
    import regex  # 30 ms, which most scans need not pay

    return regex.compile(pattern)


@functools.lru_cache(maxsize=8192)
def _quick(pattern: str) -> re.Pattern[str]:
    return compiled(pattern)


@functools.lru_cache(maxsize=8192)
def _glob(pattern: str) -> "functools._lru_cache_wrapper[bool]":
    """A cached test of names against a case-sensitive glob."""
    match = compiled(fnmatch.translate(pattern)).match
    return functools.lru_cache(maxsize=256)(lambda name: match(name) is not None)
