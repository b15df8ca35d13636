"""Which plain text must a regular expression's match hold?

The scanner skips a line that holds no literal of any signature, so every pattern is asked for a set of
literals of which each match holds at least one. The pattern is parsed by the standard library's own
parser and walked: what stands side by side forms a run, an alternation gives one literal for each
branch, a repeat counts only where it must occur, and case-insensitive parts give nothing. Where no set
can be found the answer is None, never a guess. The idea is that of
https://swtch.com/~rsc/regexp/regexp4.html, without its trigrams.

A literal has to stand in the raw line just as in the decoded one, so it holds only bytes that no JSON
writer escapes, and no line end.
"""

import functools
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from logscan.lazyre import lazy
from logscan.steps import MANY, REPEATS, ZERO_WIDTH, apart, of_sequence

MIN_LITERAL = 4
SAFE = frozenset(map(chr, range(32, 127))) - frozenset("\"\\/<>&'")

_BRACE = ord("{")
_SHARED = (_constants.NOT_LITERAL, _constants.ANY, _constants.IN, _constants.AT, _constants.SUBPATTERN,
           _constants.BRANCH, _constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.ASSERT,
           _constants.ASSERT_NOT)  # fmt: skip
"""What means the same to `re` and `regex`, besides literals."""


Facts = tuple[frozenset[str] | None, tuple[int, int] | None]
"""Of a pattern: what `required` and `effort` say."""

_told: dict[str, Facts] = {}


def facts(pattern: str) -> Facts:
    """What is worth keeping of a pattern: working it out takes longer than most searches for it."""
    return required(pattern), effort(pattern)


def facts_of(patterns: Iterable[str]) -> dict[str, Facts]:
    """The facts by pattern."""
    return {pattern: facts(pattern) for pattern in patterns}


def remember(told: Mapping[str, Facts]) -> None:
    """Take the answers of an earlier run."""
    _told.update(told)


def best(choices: list[frozenset[str]]) -> frozenset[str] | None:
    """The choice with the fewest literals, then the longest; None where there is none."""
    if not choices:
        return None
    return min(choices, key=lambda choice: (len(choice), -min(map(len, choice), default=0), sorted(choice)))


_UNSAFE = lazy(f"[^{re.escape(''.join(sorted(SAFE)))}]")


def runs(text: str) -> list[str]:
    """The parts of a plain text that can serve as literals."""
    return [run for run in _UNSAFE.split(text) if len(run) >= MIN_LITERAL]


def of_text(text: str) -> frozenset[str] | None:
    """The literal of a plain text: its longest usable run."""
    return best([frozenset([run]) for run in runs(text)])


@functools.lru_cache(maxsize=8192)
def required(pattern: str) -> frozenset[str] | None:
    """Literals of which every match of `pattern` holds at least one; None where none can be told,
    which includes patterns in syntax that only the `regex` module knows.
    """
    if pattern in _told:
        return _told[pattern][0]
    parsed = _parse(pattern)
    if parsed is None or parsed.state.flags & re.IGNORECASE:
        return None
    return _of_sequence(parsed.data)


@functools.lru_cache(maxsize=64)
def _parse(pattern: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _parser.parse(pattern)
        except (re.error, OverflowError, RecursionError):
            return None


def _of_sequence(items: list[Any]) -> frozenset[str] | None:
    choices: list[frozenset[str]] = []
    run: list[str] = []

    def close() -> None:
        choices.extend(frozenset([text]) for text in runs("".join(run)))
        run.clear()

    for kind, value in items:
        if kind is _constants.LITERAL:
            run.append(chr(value))
        elif kind in ZERO_WIDTH:
            continue
        elif (plain := _plain(kind, value)) is not None:
            run.extend(plain)
        else:
            close()
            inner = _of_item(kind, value)
            if inner is not None:
                choices.append(inner)
    close()
    return best(choices)


def _plain(kind: Any, value: Any) -> str | None:
    """The text of a group that holds nothing but literals, so that runs go on through it."""
    if kind is not _constants.SUBPATTERN or value[1] & re.IGNORECASE:
        return None
    if all(inner is _constants.LITERAL for inner, _ in value[3]):
        return "".join(chr(code) for _, code in value[3])
    return None


def _of_item(kind: Any, value: Any) -> frozenset[str] | None:
    if kind is _constants.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _of_sequence(value[3].data)
    if kind is _constants.ATOMIC_GROUP:
        return _of_sequence(value.data)
    if kind in REPEATS:
        return _of_sequence(value[2].data) if value[0] >= 1 else None
    if kind is _constants.BRANCH:
        branches = [_of_sequence(branch.data) for branch in value[1]]
        if any(branch is None for branch in branches):
            return None
        return frozenset().union(*(branch for branch in branches if branch is not None))
    return None


def nested_repeat(pattern: str) -> bool:
    """Whether a repeat without bound holds another one with nothing in between that must occur, as in
    `(a+)+` or `(?:\\s*\\w+)*`: such patterns take time exponential in the text.
    """
    parsed = _parse(pattern)
    return parsed is not None and _nested(parsed.data)


def _nested(items: list[Any]) -> bool:
    for kind, value in items:
        for body in _bodies(kind, value):
            if kind in REPEATS and value[1] > MANY and kind is not _constants.POSSESSIVE_REPEAT and _loose(body):
                return True
            if _nested(body):
                return True
    return False


def _loose(body: list[Any]) -> bool:
    """Whether a body can be no more than repeats without bound (and what may be absent)."""
    unbounded = False
    for kind, value in body:
        if kind in REPEATS:
            unbounded = unbounded or value[1] > MANY
            if value[1] <= MANY and value[0] > 0:
                return False
        elif kind is _constants.SUBPATTERN and _loose(value[3].data):
            unbounded = True
        elif kind is _constants.BRANCH:
            unbounded = unbounded or any(_loose(branch.data) for branch in value[1])
            if not unbounded:
                return False
        elif kind not in ZERO_WIDTH:
            return False
    return unbounded


def _bodies(kind: Any, value: Any) -> list[list[Any]]:
    if kind is _constants.SUBPATTERN:
        return [value[3].data]
    if kind is _constants.BRANCH:
        return [branch.data for branch in value[1]]
    if kind in REPEATS:
        return [value[2].data]
    if kind is _constants.ATOMIC_GROUP:
        return [value.data]
    if kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        return [value[1].data]
    return []


def _items(parsed: Any) -> Iterator[tuple[Any, Any, bool]]:
    """Every item of a parsed pattern, at any depth: kind, value, and whether it stands inside a repeat; of plain
    characters the brace alone, which `regex` may read as more."""
    todo = [(parsed.data, False)]
    while todo:
        items, repeated = todo.pop()
        for kind, value in items:
            if kind is _constants.LITERAL and value != _BRACE:
                continue
            yield kind, value, repeated
            again = repeated or (kind in REPEATS and value[1] > 1)
            todo += [(body, again) for body in _bodies(kind, value)]


def growth(pattern: str) -> int | None:
    """The power of a text's length that bounds the steps of a search; None where no power is known: a repeat or an
    alternation inside a repeat, a back reference, what `regex` may read as fuzziness or as a class of its own.
    """
    parsed = _parse(pattern)
    if parsed is None or "[:" in pattern:
        return None
    for kind, _, repeated in _items(parsed):
        if kind not in _SHARED and kind not in ZERO_WIDTH:  # a brace, a back reference
            return None
        if repeated and (kind in REPEATS or kind is _constants.BRANCH):  # as in (a+)+ and (a|aa)+
            return None
    return 1 + of_sequence(parsed.data, not parsed.state.flags & re.IGNORECASE).steps


@functools.lru_cache(maxsize=8192)
def effort(pattern: str) -> tuple[int, int] | None:
    """How hard a search can become: (d, f) where it takes at most in the order of f * length**d steps; None where that
    cannot be told, or where `re` and `regex` do not read the pattern alike.
    """
    if pattern in _told:
        return _told[pattern][1]
    parsed = _parse(pattern)
    degree = growth(pattern)
    if degree is None or parsed.state.flags & ~(re.UNICODE | re.VERBOSE):
        return None
    factor = 1
    for kind, value, _ in _items(parsed):
        if kind in REPEATS:
            factor *= 1 if value[1] > MANY or value[0] == value[1] else 1 + value[1] - value[0]
        elif kind is _constants.BRANCH:
            factor *= len(value[1])
        elif kind is _constants.SUBPATTERN and (value[1] or value[2]):
            return None  # flags for a part
    return degree, -(-factor // apart(parsed.data))


_GAP = "\0"
_MAX_WORDINGS = 64


def wordings(pattern: str) -> list[str]:
    """Every run of plain text of every alternative that a pattern allows, sorted: what the software's source should
    hold. What is looked ahead or back for is no part of it; of too many alternatives each stands for itself."""
    parsed = _parse(pattern)
    if parsed is None:
        return []
    return sorted({run for text in _texts(parsed.data) for run in text.split(_GAP) if run})


def _texts(items: list[Any]) -> list[str]:
    """The alternatives of a sequence, with a gap wherever the text is not fixed."""
    found = [""]
    for kind, value in items:
        if kind in ZERO_WIDTH:
            continue
        inner = _item_texts(kind, value)
        if len(found) * len(inner) > _MAX_WORDINGS:
            inner = [_GAP + _GAP.join(inner) + _GAP]
        found = [head + tail for head in found for tail in inner]
    return list(dict.fromkeys(found))


def _item_texts(kind: Any, value: Any) -> list[str]:
    if kind is _constants.LITERAL:
        return [chr(value)]
    if kind is _constants.SUBPATTERN:
        return _texts(value[3].data)
    if kind is _constants.ATOMIC_GROUP:
        return _texts(value.data)
    if kind is _constants.BRANCH:
        return [text for branch in value[1] for text in _texts(branch.data)]
    if kind in REPEATS:
        body = [f"{_GAP}{text}{_GAP}" for text in _texts(value[2].data)] if value[1] > 1 else _texts(value[2].data)
        if all(len(text.strip(_GAP)) <= 1 for text in body):
            return [_GAP]
        return ["", *body] if value[0] == 0 else body
    return [_GAP]
