"""One group of events as a value that merges with `+`, in any order and any grouping.

A `Tally` is a commutative semigroup: counts add, first is min, last is max (None where untimed), the
severity is the worst and the action the most urgent, the example the smallest by (incomplete,
truncated, untimed, time, source, offset).

Bounded, and still independent of order. "Keep the N smallest keys" is the trick: a key among the N
smallest of everything is among the N smallest of every part, so it is never dropped on the way and its
total is exact; what is dropped adds up in one number. Time buckets work alike: a tally counts at the
finest width of a ladder that keeps at most `MAX_BUCKETS` occupied, and merging coarsens to the wider one.

`TallyWork` is its mutable form, for one scan; `+` uses the same code.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from logscan.frames import application_frame, location
from logscan.lazyre import lazy
from logscan.model import ACTIONS, SEVERITIES, Action, Event, Frame, Incomplete, Link, Severity
from logscan.rates import rebucket

WIDTHS = (1, 5, 15, 60, 300, 900, 3600, 21600, 86400, 864_000, 8_640_000, 86_400_000, 864_000_000)
"""Bucket widths (s); each divides the next. Those above a day only bound a log with impossible dates."""

MAX_BUCKETS = 2000
MAX_VARIANTS = 100
MAX_NAMES = 1000
MAX_TEXT = 4096
"""Characters of an example's text: three quarters from its head, one from its tail."""
MAX_WORD = 200
_CUT_WORD = lazy(r"(?:[\d-]+ )*\S+\Z")
_WORD_CUT = lazy(r"\A\S+(?: [\d-]+(?=\s))*")
"""What is left of a word, or of a number in groups, where a text was cut: a part of a secret is not known for one."""
MAX_FRAMES = 32
MAX_LINKS = 8
MICROS = 1_000_000

VERSION_FACT = "version."
"""Prefix of the facts that name a version the log shows: `version.uvicorn` = `0.25.0`."""

RESOURCES = {"services": "service.name", "hosts": "host.name"}
"""What events are counted by, and its name among an event's resource attributes."""

T = TypeVar("T")
Rank = tuple[bool, bool, bool, int, str, int, str, str, str]


class Counts(msgspec.Struct, frozen=True):
    """Counts by name: the `MAX_NAMES` smallest names, and what the dropped ones add up to."""

    by_name: dict[str, int] = {}
    other: int = 0


NO_COUNTS = Counts()


class Buckets(msgspec.Struct, frozen=True):
    """Counts by time: {start in s since 1970, a multiple of `width_s`: count}."""

    width_s: int = WIDTHS[0]
    counts: dict[int, int] = {}


def together(parts: Sequence[Buckets]) -> Buckets:
    """Counts by time added up, at the finest width that keeps at most `MAX_BUCKETS` occupied; in order of time."""
    width_s = max((part.width_s for part in parts), default=WIDTHS[0])
    counts: dict[int, int] = {}
    for part in parts:
        for start, n in part.counts.items():
            key = start - start % width_s
            counts[key] = counts.get(key, 0) + n
        while len(counts) > MAX_BUCKETS:
            width_s = WIDTHS[WIDTHS.index(width_s) + 1]
            counts = rebucket(counts, width_s)
    return Buckets(width_s, rebucket(counts, width_s))


class Example(msgspec.Struct, frozen=True):
    """One event of a group, shortened to `MAX_TEXT`, `MAX_FRAMES`, `MAX_LINKS`; `time` in µs, UTC."""

    rank: Rank
    source: str
    stream: str
    offset: int
    first_line: int
    last_line: int
    time: int | None
    title: str
    language: str | None
    exception: str | None
    message: str | None
    chain: tuple[Link, ...]
    frames: tuple[Frame, ...]
    app_frame: Frame | None
    resource: dict[str, str]
    incomplete: Incomplete | None
    text: str


class Variant(msgspec.Struct, frozen=True):
    """The events of a signature with one fingerprint, or of an unclassified group that came by one way. `message` and
    `where` are those of the smallest rank."""

    count: int
    rank: Rank
    message: str | None
    where: str | None


class Tally(msgspec.Struct, frozen=True):
    """The events of one group. `follow_on`: how many of them came right after which signature; `services`, `hosts`: by
    the names that the transport gives."""

    count: int
    severity: Severity
    action: Action
    first: int | None
    last: int | None
    example: Example
    buckets: Buckets
    sources: Counts
    streams: Counts
    versions: Counts
    also: Counts
    follow_on: Counts
    variants: dict[str, Variant]
    other_variants: int = 0
    services: Counts = NO_COUNTS
    hosts: Counts = NO_COUNTS

    def __add__(self, other: "Tally") -> "Tally":
        work = TallyWork()
        work.merge(self)
        work.merge(other)
        return work.done()


class CountsWork:
    """Counts by name, mutable. May hold twice the bound, so that trimming is rare."""

    __slots__ = ("by_name", "other")

    def __init__(self) -> None:
        self.by_name: dict[str, int] = {}
        self.other = 0

    def add(self, name: str, n: int = 1) -> None:
        by_name = self.by_name
        by_name[name] = by_name.get(name, 0) + n
        if len(by_name) > 2 * MAX_NAMES:
            self._trim()

    def merge(self, counts: Counts) -> None:
        for name, n in counts.by_name.items():
            self.add(name, n)
        self.other += counts.other

    def done(self) -> Counts:
        self._trim()
        return Counts(dict(self.by_name), self.other) if self.by_name or self.other else NO_COUNTS

    def _trim(self) -> None:
        for name in beyond(self.by_name, MAX_NAMES):
            self.other += self.by_name.pop(name)


class TallyWork:
    """A tally, mutable. Empty until the first `add` or `merge`; `done` needs one."""

    __slots__ = (
        "_counts",
        "buckets",
        "count",
        "example",
        "first",
        "last",
        "other_variants",
        "urgency",
        "variants",
        "width_s",
    )

    def __init__(self) -> None:
        self.count = 0
        self.urgency: tuple[int, int] = (0, len(ACTIONS) - 1)  # worst severity, most urgent action
        self.first: int | None = None
        self.last: int | None = None
        self.example: Example | None = None
        self.width_s = WIDTHS[0]
        self.buckets: dict[int, int] = {}
        self._counts: dict[str, CountsWork] = {}
        self.variants: dict[str, Variant] = {}
        self.other_variants = 0

    def add(self, event: Event) -> None:
        self.count += 1
        self._raise_urgency(event.severity, event.action)
        time = event.time
        if time is not None:
            self.first = earliest(self.first, time)
            self.last = latest(self.last, time)
            self._count_time(time // MICROS, 1)
        rank = _rank(event)
        if self.example is None or rank <= self.example.rank:
            self.example = _smaller(self.example, _example(event, rank))
        self._add_variant(event, rank)
        self._named("sources").add(event.source)
        self._named("streams").add(event.stream)
        for other in event.also:
            self._named("also").add(other)
        if event.follows is not None:
            self._named("follow_on").add(event.follows)
        for name, value in event.facts.items():
            if name.startswith(VERSION_FACT):
                self._named("versions").add(f"{name.removeprefix(VERSION_FACT)} {value}")
        for field, attribute in RESOURCES.items():
            if attribute in event.resource:
                self._named(field).add(event.resource[attribute])

    def again(self, count: int, seconds: Mapping[int, int], first: int | None, last: int | None) -> None:
        """Count as many more events like the one that was added, no one of which is a better example. Their times in
        whole seconds, the first and the last in µs; None where they have none."""
        self.count += count
        self.first = earliest(self.first, first)
        self.last = latest(self.last, last)
        for second, n in seconds.items():
            self._count_time(second, n)
        for counts in self._counts.values():
            for name, n in counts.by_name.items():
                counts.by_name[name] = n + n * count
        for fingerprint, one in self.variants.items():
            self.variants[fingerprint] = Variant(one.count + count, one.rank, one.message, one.where)

    def merge(self, tally: Tally) -> None:
        self.count += tally.count
        self._raise_urgency(tally.severity, tally.action)
        self.first = earliest(self.first, tally.first)
        self.last = latest(self.last, tally.last)
        self.example = _smaller(self.example, tally.example)
        if tally.buckets.width_s > self.width_s:
            self._coarsen(tally.buckets.width_s)
        for start, n in tally.buckets.counts.items():
            self._count_time(start, n)
        for field in _COUNTED:
            counts: Counts = getattr(tally, field)
            if counts.by_name or counts.other:
                self._named(field).merge(counts)
        for fingerprint, variant in tally.variants.items():
            self._merge_variant(fingerprint, variant)
        self.other_variants += tally.other_variants

    def done(self) -> Tally:
        assert self.example is not None, "a tally counts at least one event"
        self._trim_variants()
        named = {field: work.done() for field, work in self._counts.items()}
        return Tally(
            count=self.count,
            severity=SEVERITIES[self.urgency[0]],
            action=ACTIONS[self.urgency[1]],
            first=self.first,
            last=self.last,
            example=self.example,
            buckets=Buckets(self.width_s, dict(self.buckets)),
            variants=dict(self.variants),
            other_variants=self.other_variants,
            **{field: named.get(field, NO_COUNTS) for field in _COUNTED},
        )

    def _named(self, field: str) -> CountsWork:
        work = self._counts.get(field)
        if work is None:
            work = self._counts[field] = CountsWork()
        return work

    def _raise_urgency(self, severity: Severity, action: Action) -> None:
        worst, soonest = self.urgency
        self.urgency = (max(worst, _SEVERITY_RANK[severity]), min(soonest, _ACTION_RANK[action]))

    def _count_time(self, second: int, n: int) -> None:
        start = second - second % self.width_s
        self.buckets[start] = self.buckets.get(start, 0) + n
        while len(self.buckets) > MAX_BUCKETS:
            self._coarsen(WIDTHS[WIDTHS.index(self.width_s) + 1])

    def _coarsen(self, width_s: int) -> None:
        self.width_s, self.buckets = width_s, rebucket(self.buckets, width_s)

    def _add_variant(self, event: Event, rank: Rank) -> None:
        name = event.fingerprint if event.signature is not None else event.variant or event.fingerprint
        known = self.variants.get(name)
        if known is not None and known.rank < rank:
            self.variants[name] = Variant(known.count + 1, known.rank, known.message, known.where)
            return
        frame = application_frame(event.language, event.frames, event.chain)
        where = None if frame is None else location(frame)
        new = Variant(1, rank, event.message and _shortened(event.message), where)
        self._merge_variant(name, new)

    def _merge_variant(self, fingerprint: str, variant: Variant) -> None:
        known = self.variants.get(fingerprint)
        if known is None:
            self.variants[fingerprint] = variant
            if len(self.variants) > 2 * MAX_VARIANTS:
                self._trim_variants()
            return
        shown = min(known, variant, key=lambda one: (one.rank, one.message or "", one.where or ""))
        self.variants[fingerprint] = Variant(known.count + variant.count, shown.rank, shown.message, shown.where)

    def _trim_variants(self) -> None:
        for fingerprint in beyond(self.variants, MAX_VARIANTS):
            self.other_variants += self.variants.pop(fingerprint).count


_COUNTED = ("sources", "streams", "versions", "also", "follow_on", "services", "hosts")
_SEVERITY_RANK = {name: rank for rank, name in enumerate(SEVERITIES)}
_ACTION_RANK = {name: rank for rank, name in enumerate(ACTIONS)}


def beyond(keys: Mapping[str, Any], most: int) -> list[str]:
    """The keys that are not among the `most` smallest."""
    return sorted(keys)[most:] if len(keys) > most else []


def earliest(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else min(a, b)


def latest(a: int | None, b: int | None) -> int | None:
    return b if a is None else a if b is None else max(a, b)


def _rank(event: Event) -> Rank:
    time = event.time
    return (
        event.incomplete is not None,
        event.truncated,
        time is None,
        time or 0,
        event.source,
        event.offset,
        event.stream,
        event.fingerprint,
        event.text[:MAX_TEXT],
    )


def _smaller(known: Example | None, other: Example) -> Example:
    """The example of the smaller rank; sources of one name may hold the same rank twice, so content decides then."""
    if known is None or other.rank < known.rank:
        return other
    if known.rank < other.rank or known == other:
        return known
    return min(known, other, key=msgspec.json.encode)


def _example(event: Event, rank: Rank) -> Example:
    return Example(
        rank=rank,
        source=event.source,
        stream=event.stream,
        offset=event.offset,
        first_line=event.first_line,
        last_line=event.last_line,
        time=event.time,
        title=event.title,
        language=event.language,
        exception=event.exception,
        message=event.message and _shortened(event.message),
        chain=tuple(_short_link(link) for link in _ends(event.chain, MAX_LINKS)),
        frames=_ends(event.frames, MAX_FRAMES),
        app_frame=application_frame(event.language, event.frames, event.chain),
        resource=event.resource,
        incomplete=event.incomplete,
        text=_shortened(event.text),
    )


def _short_link(link: Link) -> Link:
    return Link(link.exception, link.message and _shortened(link.message), link.link, _ends(link.frames, MAX_LINKS))


def _ends(items: tuple[T, ...], most: int) -> tuple[T, ...]:
    """At most `most` items: a quarter of them from the start, the others from the end."""
    return items if len(items) <= most else items[: most // 4] + items[most // 4 - most :]


def _shortened(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    head, tail = text[: MAX_TEXT * 3 // 4], text[-MAX_TEXT // 4 :]
    head = head[:-MAX_WORD] + _CUT_WORD.sub("", head[-MAX_WORD:])
    tail = _WORD_CUT.sub("", tail[:MAX_WORD]) + tail[MAX_WORD:]
    return f"{head}\n… {len(text) - len(head) - len(tail)} characters left out …\n{tail}"
