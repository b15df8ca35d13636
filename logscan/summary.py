"""What a scan adds up to: a value that merges with `+`, in any order and any grouping.

`Summary` is frozen and a commutative monoid: `a + b == b + a`, `(a + b) + c == a + (b + c)`,
`Summary() + a == a`. So a file may be cut anywhere, the pieces scanned anywhere, and the result is the
same. Bounded without looking at order: the `MAX_GROUPS` smallest fingerprints are kept, a dropped group
stays in the total of its coarse group, a dropped coarse group in `other` (why that is exact: tally.py).
Signatures are never dropped.

`SummaryBuilder` is the mutable form inside one scan; `+` uses the same code.
"""

import heapq
from collections.abc import Iterable, Mapping

import msgspec

from logscan.model import Event
from logscan.repeat import Outcome, Repeat
from logscan.tally import MICROS, NO_COUNTS, Counts, CountsWork, Tally, TallyWork, beyond, earliest, latest

MAX_REPEATS = 4096
"""Kinds of events that are alike, kept apart until they are counted."""
MAX_SECONDS = 20_000
"""Seconds of such kinds, all together: some 100 bytes each, and a log may last for ever."""
MAX_GROUPS = 10_000
SLACK = 2_500
"""Groups held above the bound until they are collapsed together, so that sorting is rare."""


class Source(msgspec.Struct, frozen=True):
    """What was read of one source. `first`, `last`: the earliest and latest time seen in it, µs UTC. `foreign`: no
    format knows any of its first lines."""

    name: str
    id: str
    transport: str | None = None
    bytes: int = 0
    lines: int = 0
    events: int = 0
    first: int | None = None
    last: int | None = None
    complete: bool = True
    foreign: bool = False

    def __add__(self, other: "Source") -> "Source":
        """Two parts of the same source."""
        return Source(
            name=min(self.name, other.name),
            id=min(self.id, other.id),
            transport=min((x for x in (self.transport, other.transport) if x is not None), default=None),
            bytes=self.bytes + other.bytes,
            lines=self.lines + other.lines,
            events=self.events + other.events,
            first=earliest(self.first, other.first),
            last=latest(self.last, other.last),
            complete=self.complete and other.complete,
            foreign=self.foreign or other.foreign,
        )


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something that went wrong with a source, once however often it is told."""

    source: str
    kind: str
    message: str


class Mark(msgspec.Struct, frozen=True, order=True):
    """A moment that onsets refer to. `time` in µs UTC; `label` is what follows "after the": "restart"."""

    time: int
    label: str


class Summary(msgspec.Struct, frozen=True):
    """A scan, or any part of one. `Summary()` is the identity of `+`.

    known      by signature id
    unknown    unclassified groups by fingerprint + coarse fingerprint, the `MAX_GROUPS` smallest
    coarse     groups that did not fit, by coarse fingerprint, the `MAX_GROUPS` smallest of these
    other      what did not fit there either
    bytes, lines, skipped {reason: bytes}, limits {name: times}, lost_upstream {name: n}: the accounting
    untimed    events without a time
    """

    known: dict[str, Tally] = {}
    unknown: dict[str, Tally] = {}
    coarse: dict[str, Tally] = {}
    other: Tally | None = None
    bytes: int = 0
    lines: int = 0
    untimed: int = 0
    skipped: dict[str, int] = {}
    limits: dict[str, int] = {}
    lost_upstream: dict[str, int] = {}
    services: Counts = NO_COUNTS
    hosts: Counts = NO_COUNTS
    sources: dict[str, Source] = {}
    problems: frozenset[Problem] = frozenset()
    marks: frozenset[Mark] = frozenset()
    complete: bool = True

    def __add__(self, other: "Summary") -> "Summary":
        return total((self, other))

    @property
    def matched(self) -> int:
        """Events under a signature."""
        return sum(tally.count for tally in self.known.values())

    @property
    def unclassified(self) -> int:
        """Events under no signature."""
        return self.collapsed + sum(tally.count for tally in self.unknown.values())

    @property
    def collapsed(self) -> int:
        """Unclassified events whose own group did not fit: counted in coarse groups and `other`."""
        coarse = sum(tally.count for tally in self.coarse.values())
        return coarse + (self.other.count if self.other else 0)


def total(summaries: Iterable[Summary]) -> Summary:
    """The sum of any number of summaries, with one copy instead of one for each `+`."""
    builder = SummaryBuilder()
    for summary in summaries:
        builder.merge(summary)
    return builder.done()


class SummaryBuilder:
    """A summary under construction, inside one scan. `add` events, set the accounting, then `done`.

    The result equals the sum of one-event summaries. The counters below may be changed directly.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self.lines = 0
        self.untimed = 0
        self.skipped: dict[str, int] = {}
        self.limits: dict[str, int] = {}
        self.lost_upstream: dict[str, int] = {}
        self.complete = True
        self._groups: tuple[dict[str, TallyWork], ...] = ({}, {}, {})  # known, unknown, coarse
        self._other: TallyWork | None = None
        self._services = CountsWork()
        self._hosts = CountsWork()
        self._sources: dict[str, Source] = {}
        self._problems: set[Problem] = set()
        self._marks: set[Mark] = set()
        self._repeats: dict[tuple[Outcome, str | None, bool], _Repeats] = {}
        self._seconds = 0

    def repeat(self, repeat: Repeat) -> None:
        """Count one event that is like others; the same as `add` of the event."""
        key = repeat.outcome, repeat.follows, repeat.time is None
        work = self._repeats.get(key)
        if work is None:
            if len(self._repeats) >= MAX_REPEATS:
                self._settle()
            work = self._repeats[key] = _Repeats()
        self._seconds += work.add(repeat)
        if self._seconds >= MAX_SECONDS:
            self._settle()

    def _settle(self) -> None:
        """Count the repeats so far: the one of the smallest rank as the event that it is, the others as so many."""
        for work in self._repeats.values():
            event = work.least
            assert event is not None
            tally = TallyWork()
            tally.add(event)
            if event.time is not None:
                second = event.time // MICROS
                work.seconds[second] -= 1
            tally.again(work.count - 1, {at: n for at, n in work.seconds.items() if n}, work.first, work.last)
            known, unknown, _ = self._groups
            if event.signature is not None:
                _merge_into(known, event.signature, tally.done())
            else:
                _merge_into(unknown, event.fingerprint + event.coarse, tally.done())
            self._beside(event, work.count)
        self._repeats.clear()
        self._seconds = 0
        if len(self._groups[1]) > MAX_GROUPS + SLACK:
            self._collapse()

    def _beside(self, event: Event, count: int) -> None:
        """Count so many events of which nothing is counted but in which group they are."""
        self.untimed += count if event.time is None else 0
        if event.resource:
            _count_resource(self._services, event.resource.get("service.name"), count)
            _count_resource(self._hosts, event.resource.get("host.name"), count)

    def add(self, event: Event) -> None:
        """Count one event, under its signature or its fingerprint."""
        known, unknown, _ = self._groups
        groups, key = (
            (known, event.signature) if event.signature is not None else (unknown, event.fingerprint + event.coarse)
        )
        work = groups.get(key)
        if work is None:
            work = groups[key] = TallyWork()
        work.add(event)
        if len(unknown) > MAX_GROUPS + SLACK:
            self._collapse()
        self._beside(event, 1)

    def source(self, part: Source) -> None:
        """Add a part of a source; parts of one source (same id) add up."""
        known = self._sources.get(part.id)
        self._sources[part.id] = part if known is None else known + part

    def problem(self, source: str, kind: str, message: str) -> None:
        """Tell once that something is wrong with a source."""
        self._problems.add(Problem(source, kind, message))

    def withdraw(self, source: str, kind: str) -> None:
        """Take back what was told of a source: it is no longer so."""
        self._problems = {one for one in self._problems if (one.source, one.kind) != (source, kind)}

    def mark(self, time: int, label: str) -> None:
        """Note a restart or the like; `time` in µs UTC."""
        self._marks.add(Mark(time, label))

    def merge(self, summary: Summary) -> None:
        """Add a whole summary."""
        for groups, tallies in zip(self._groups, (summary.known, summary.unknown, summary.coarse), strict=True):
            for key, tally in tallies.items():
                _merge_into(groups, key, tally)
        if summary.other is not None:
            self._add_other(summary.other)
        if max(map(len, self._groups[1:])) > MAX_GROUPS + SLACK:
            self._collapse()
        self.bytes += summary.bytes
        self.lines += summary.lines
        self.untimed += summary.untimed
        for mine, theirs in (
            (self.skipped, summary.skipped),
            (self.limits, summary.limits),
            (self.lost_upstream, summary.lost_upstream),
        ):
            add_counts(mine, theirs)
        self._services.merge(summary.services)
        self._hosts.merge(summary.hosts)
        for part in summary.sources.values():
            self.source(part)
        self._problems |= summary.problems
        self._marks |= summary.marks
        self.complete = self.complete and summary.complete

    def done(self) -> Summary:
        """The summary so far. The builder may go on after it."""
        self._settle()
        self._collapse()
        known, unknown, coarse = ({key: work.done() for key, work in groups.items()} for groups in self._groups)
        return Summary(
            known=known,
            unknown=unknown,
            coarse=coarse,
            other=None if self._other is None else self._other.done(),
            bytes=self.bytes,
            lines=self.lines,
            untimed=self.untimed,
            skipped=dict(self.skipped),
            limits=dict(self.limits),
            lost_upstream=dict(self.lost_upstream),
            services=self._services.done(),
            hosts=self._hosts.done(),
            sources=dict(self._sources),
            problems=frozenset(self._problems),
            marks=frozenset(heapq.nsmallest(MAX_GROUPS, self._marks)),
            complete=self.complete,
        )

    def _collapse(self) -> None:
        """Move what exceeds the bounds one level up: unknown → coarse → other."""
        _, unknown, coarse = self._groups
        for key in beyond(unknown, MAX_GROUPS):
            _merge_into(coarse, key[len(key) // 2 :], unknown.pop(key).done())
        for key in beyond(coarse, MAX_GROUPS):
            self._add_other(coarse.pop(key).done())

    def _add_other(self, tally: Tally) -> None:
        if self._other is None:
            self._other = TallyWork()
        self._other.merge(tally)


class _Repeats:
    """Events that are alike, before they are counted: how many, when (in µs; by whole seconds), and the one of the
    smallest rank."""

    __slots__ = ("count", "first", "last", "least", "rank", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds: dict[int, int] = {}
        self.first: int | None = None
        self.last: int | None = None
        self.least: Event | None = None
        self.rank = 0, 0

    def add(self, repeat: Repeat) -> int:
        """Count one; how many more seconds are kept in mind for it."""
        time = repeat.time
        rank = time or 0, repeat.offset
        if self.least is None or rank < self.rank:
            self.least, self.rank = repeat.event(), rank
        self.count += 1
        if time is not None:
            if self.first is None or time < self.first:
                self.first = time
            if self.last is None or time > self.last:
                self.last = time
            second = time // MICROS
            seconds = self.seconds
            known = len(seconds)
            seconds[second] = seconds.get(second, 0) + 1
            return len(seconds) - known
        return 0


def add_counts(mine: dict[str, int], theirs: Mapping[str, int]) -> None:
    """Add counts by name to others."""
    for name, n in theirs.items():
        mine[name] = mine.get(name, 0) + n


def _merge_into(groups: dict[str, TallyWork], key: str, tally: Tally) -> None:
    work = groups.get(key)
    if work is None:
        work = groups[key] = TallyWork()
    work.merge(tally)


def _count_resource(counts: CountsWork, name: str | None, count: int) -> None:
    if name is not None:
        counts.add(name, count)
