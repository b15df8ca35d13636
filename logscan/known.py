"""Verdicts on tracebacks that are known but for the words of their last line.

A storm repeats a traceback with another id at its end. What is read from it and what is said of it depends on little
of these words: which literals of the signatures stand in that line, and which of their patterns are found in it or in
the message. So a verdict is remembered by all else that is in the event (`Kind`) and by these answers; a later event
is counted by them (`logscan.repeat`), and neither parsed nor classified.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from logscan.classify import Question, answers, open_ones, questions
from logscan.event import Contents
from logscan.fingerprint import own_frames
from logscan.formats import Header
from logscan.grammars import python
from logscan.group import Group, Line
from logscan.lazyre import compiled
from logscan.model import Content, Traceback
from logscan.repeat import Outcome
from logscan.revealed import mentions
from logscan.signature import Ruleset
from logscan.tally import RESOURCES, VERSION_FACT
from logscan.template import template
from logscan.transports import Meta

MEMORY: Final = 5 * 1024 * 1024
"""Bytes of tracebacks remembered before everything is forgotten."""
LONGEST: Final = 32 * 1024
"""Bytes of a traceback above which it is not remembered."""
RARE: Final = 10_000
"""Things met once that are kept in mind."""
FEW: Final = 8
FIRST: Final = 256
"""Things learnt at once, to see whether they come again."""
_ABOUT: Final = tuple(RESOURCES.values())
PLANS: Final = 64
"""Sets of literals of one kind that are kept apart."""

_FINAL = compiled(rb"(?:" + python.TYPE + rb"): (?=[!-~])")
_MEMBER = compiled(rb" +\| " + _FINAL.pattern)
MORE = compiled(
    rb"\(Background on this error at: |\[SQL: |\[parameters: |(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|WHERE): "
    rb"|could not connect to server: |connection to server (?:at|on) \""
)
"""Lines of a message whose beginning alone says that they are (`grammars.python.CONTINUATION`)."""
NOTE = compiled(rb"[ \t]*(?=[A-Za-z0-9])(?!Stack \(most|Call stack:)")
"""A line below the final one that may be more of the message."""
_RULE = compiled(rb" +\+-{36}")
WORDS = compiled(rb"(?!\d+ validation error)[ -~]{0,2000}[!-9;-~]")
"""A last line's text, printable, to which no more of the message follows: no colon at its end, none of Pydantic's."""

Make = Callable[[], Group]
Answer = tuple[tuple[bool, ...], tuple[tuple[str, str], ...]]
"""The answers to a case's questions, and the versions of packages that the last line shows."""
Counted = tuple[str | None, ...]
"""What events with one answer are counted apart by: their source, their stream and what `tally.RESOURCES` names."""


class Parts(msgspec.Struct, frozen=True):
    """A traceback's bytes: before the last line of its message, that line's beginning (its words follow), and what
    stands behind it (a group's rule)."""

    body: bytes
    start: bytes
    after: bytes


class Worth:
    """Whether something is worth what it costs to learn: at once as long as half of what was learnt comes again, else
    when it is met again, as the first few things are, which may be all there are. `again` counts what came again."""

    __slots__ = ("_met", "_new", "again", "learnt")

    def __init__(self) -> None:
        self.learnt = self.again = self._new = 0
        self._met: set[int] = set()

    def of(self, key: int) -> bool:
        """Asked each time that something unknown is met; `key` is its hash."""
        self._new += 1
        doubtful = self._new <= FEW or (self.learnt >= FIRST and 2 * self.again < self.learnt)
        if doubtful and key not in self._met:
            if len(self._met) >= RARE:
                self._met.clear()
            self._met.add(key)
            return False
        self._met.discard(key)
        self.learnt += 1
        return True


class Case:
    """Questions that are open, and the outcomes by the answers and by what is counted apart."""

    __slots__ = ("outcomes", "questions")

    def __init__(self, asked: Iterable[Question]) -> None:
        self.questions = tuple(asked)
        self.outcomes: dict[Answer, dict[Counted, Outcome]] = {}


class Plan:
    """What a kind's signatures ask of a last line that holds certain literals of the ruleset. `literals`: those that
    the patterns need besides; `cases` by which of these stand in the line."""

    __slots__ = ("asked", "cases", "literals", "whole")

    def __init__(self, asked: Iterable[Question], whole: bool) -> None:
        self.asked = tuple(asked)
        self.whole = whole
        needed = (literal for each in self.asked for literal in (*each.contains, *(each.sure or ())))
        self.literals = tuple(dict.fromkeys(needed))
        self.cases: dict[tuple[str, ...], Case] = {}

    def case(self, line: str) -> Case:
        """The questions that this line leaves open."""
        there = tuple([literal for literal in self.literals if literal in line])
        case = self.cases.get(there)
        if case is None:
            case = self.cases[there] = Case(open_ones(self.asked, self.literals, there, self.whole))
        return case


_UNKNOWN: Final = Plan((), True)


class Kind:
    """All of an event but when it was and the words at the end of its last line. `before`: what stands before these
    words in the exception's message, None where they are read otherwise; `plans` by the ruleset's literals that stand
    in the line, None: a signature looks at more. `used`: it came again."""

    __slots__ = ("before", "plans", "start", "used")

    def __init__(self, before: str | None, start: int) -> None:
        self.before = before
        self.start = start
        self.plans: dict[tuple[str, ...], Plan | None] = {}
        self.used = False


class Known:
    """The memory of scanners with the same rules."""

    def __init__(self, contents: Contents, rules: Ruleset) -> None:
        self._contents = contents
        self._rules = rules
        self._kinds: dict[tuple[object, ...], Kind] = {}
        self._worth = Worth()
        self._size = 0
        self.useful = not any("\n" in literal for literal in rules.by_literal)
        """A literal of several lines would stand in no line."""

    def outcome(self, group: Group, source: str) -> Outcome | None:
        """What is known of a source's group; None: it has to be looked at. Of a candidate it may be that no signature
        matches it."""
        if not self.useful:
            return None
        if group.incomplete or group.margin or group.truncated or group.over_span or group.interleaved or group.said:
            return None
        if not group.final:  # the exception is named above the traceback
            return None
        counted = self.counted(source, group.stream, group.meta)
        if group.trace_at is None:
            if len(group.lines) > 1:
                return None
            return self.of_record(group.header, group.lines[0].text, group.meta, counted, lambda: group)
        if group.grammar != python.language or group.candidate:
            return None
        text = b"\n".join([line.text for line in group.lines[group.trace_at :]])
        parts = parted(text) if len(text) <= LONGEST else None
        if parts is None:
            return None
        kind = self._of(self._key(group, parts), len(text), lambda: self._kind(group, parts))
        if kind is None:
            return None
        line = text[len(parts.body) : len(text) - len(parts.after)]
        return self.answered(kind, counted, line.decode(), lambda: group)

    def kind(self, group: Group, parts: Parts) -> Kind:
        """The kind of a group with such a traceback, learnt now if it is new."""
        key = self._key(group, parts)
        kind = self._kinds.get(key)
        return kind or self._learn(key, len(parts.body), lambda: self._kind(group, parts))

    def _key(self, group: Group, parts: Parts) -> tuple[object, ...]:
        before = [line.text for line in group.lines[group.header is not None : group.trace_at]]
        message = group.header.message if group.header is not None else None
        return (parts, group.trace_at, *before, *self._around(group.header, group.meta, message))

    def of_record(self, header: Header | None, text: bytes, meta: Meta, counted: Counted, make: Make) -> Outcome | None:
        """The outcome of a record of one line (`text`): its fingerprint is made of the line's template,
        the signatures look at the line. `make` makes the group."""
        if header is not None and (header.said is not None or header.exception or header.rows > 1):
            return None
        line = (text if header is None else header.message).decode("utf-8", "replace")
        if not self.useful or not line.strip() or "\n" in line or len(line) > LONGEST:
            return None
        key = (template(line), *self._around(header, meta, None))
        kind = self._of(key, len(line), lambda: Kind("", 0))
        if kind is None:
            return None
        return self.answered(kind, counted, line, make)

    def _around(self, header: Header | None, meta: Meta, message: bytes | None) -> tuple[object, ...]:
        """All that decides about an event, and what it is counted by, besides its text."""
        fields = meta.fields if header is None or not header.fields else {**meta.fields, **header.fields}
        around = self.around(meta, fields)
        if header is None:
            return around
        named = (header.format, header.level, header.logger, message, header.said, header.exception, header.rows)
        return (*around, *named)

    def around(self, meta: Meta, fields: dict[str, str]) -> tuple[object, ...]:
        """The same of what its transport says; of the fields those that signatures ask for, so that a request's id
        keeps no two events apart."""
        told = [fields.get(name) for name in self._rules.fields]
        told += [f"{name} {value}" for name, value in fields.items() if name.startswith(VERSION_FACT)]
        unit = meta.unit if self._rules.of_unit else None
        return (meta.level, meta.own, unit, meta.fields.get("logger"), *told)

    @staticmethod
    def counted(source: str, stream: str, meta: Meta) -> Counted:
        """What the events of a stream are counted by besides their outcome."""
        return (source, stream, *[meta.resource.get(attribute) for attribute in _ABOUT])

    def _of(self, key: tuple[object, ...], size: int, make: Callable[[], Kind]) -> Kind | None:
        """The kind of this key, learnt now where that is worth it; None where it is not."""
        kind = self._kinds.get(key)
        if kind is None:
            if not self._worth.of(hash(key)):
                return None
            return self._learn(key, size, make)
        if not kind.used:
            kind.used = True
            self._worth.again += 1
        return kind

    def _learn(self, key: tuple[object, ...], size: int, make: Callable[[], Kind]) -> Kind:
        if self._size > MEMORY:
            self._kinds.clear()
            self._size = 0
        self._size += size + 1000
        kind = self._kinds[key] = make()
        return kind

    def _kind(self, group: Group, parts: Parts) -> Kind:
        """The kind of a group. Other words are read in the same place; without frames of the application's own the
        message decides the fingerprint, which wants the whole event."""
        at = group.trace_at or 0
        text = b"\n".join([line.text for line in group.lines[at:]])
        begin, end = len(parts.body) + len(parts.start), len(text) - len(parts.after)
        words = text[begin:end]
        one = self._contents.content(group).traceback
        if one is None or not own_frames(one):
            return Kind(None, len(parts.start))
        final = _FINAL.match(text, len(parts.body))
        if final is not None and final.end() == begin and one.message == words.decode():
            return Kind("", len(parts.start))  # "Type: words": whatever these are, they are the message
        others = words[::-1].strip() + b" 0"
        changed = Line(text[:begin] + others + text[end:], 0, 0, 1, 1)
        two = self._contents.content(msgspec.structs.replace(group, lines=(*group.lines[:at], changed))).traceback
        if two is None:
            return Kind(None, len(parts.start))
        pairs = zip(_messages(one), _messages(two), strict=False)
        differ = [(a, b) for a, b in pairs if a != b]
        before = differ[0][0].removesuffix(words.decode()) if len(differ) == 1 else ""
        sure = differ == [(before + words.decode(), before + others.decode())] and _unsaid(one) == _unsaid(two)
        return Kind(before if sure else None, len(parts.start))

    def answered(self, kind: Kind, counted: Counted, line: str, make: Make) -> Outcome | None:
        """The outcome of an event of a kind with such a last line; `make` makes the group."""
        if kind.before is None:
            return None
        hits = tuple(self._contents.finder.among(line))
        plan = kind.plans.get(hits, _UNKNOWN)
        if plan is _UNKNOWN:
            plan = self._plan(kind, hits, self._contents.content(make()))
        if plan is None:
            return None
        case = plan.case(line)
        given: tuple[bool, ...] = ()
        if case.questions:
            try:
                given = answers(case.questions, line, kind.before + line[kind.start :])
            except TimeoutError:
                return None
        known = case.outcomes.setdefault((given, mentions(line)), {})
        return known.get(counted) or self._apart(known, counted) or self._ask(known, counted, make())

    def _plan(self, kind: Kind, hits: tuple[str, ...], content: Content) -> Plan | None:
        if len(kind.plans) >= PLANS:
            kind.plans.clear()
        asked = questions(content, self._rules)
        plan = None
        if asked is not None:
            plan = Plan(open_ones(asked, self._rules.by_literal, hits, not kind.before), not kind.before)
        kind.plans[hits] = plan
        return plan

    @staticmethod
    def _apart(known: dict[Counted, Outcome], counted: Counted) -> Outcome | None:
        """An outcome that is known, for events that are counted apart."""
        for one in known.values():
            known[counted] = same = Outcome(one.verdict, one.causes)
            return same
        return None

    def _ask(self, known: dict[Counted, Outcome], counted: Counted, group: Group) -> Outcome | None:
        verdict = self._contents.verdict(group, self._contents.content(group))
        if verdict.timed_out:
            return None
        causes = self._rules.by_id[verdict.signature].follow_on_of if verdict.signature is not None else ()
        found = known[counted] = Outcome(verdict, causes)
        return found


def parted(text: bytes) -> Parts | None:
    """A traceback in parts, where it ends as most do."""
    end = len(text)
    at = text.rfind(b"\n") + 1
    if _RULE.fullmatch(text, at) is not None:
        end = at - 1
        at = text.rfind(b"\n", 0, end) + 1
        start = _MEMBER.match(text, at, end)
    else:
        start = _FINAL.match(text, at) or MORE.match(text, at) or NOTE.match(text, at)
    if not at or start is None or WORDS.fullmatch(text, start.end(), end) is None:
        return None
    return Parts(text[:at], start[0], text[end:])


def _messages(trace: Traceback) -> list[str]:
    return [trace.message or "", *(link.message or "" for link in trace.chain)]


def _unsaid(trace: Traceback) -> Traceback:
    """A traceback without its exceptions' messages."""
    chain = tuple(msgspec.structs.replace(link, message=None) for link in trace.chain)
    return msgspec.structs.replace(trace, message=None, chain=chain)
