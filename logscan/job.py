"""What a scan needs to know, and how the events of one part of a source are counted: alike for a whole source, a piece
of one, in this process or in another."""

from collections.abc import Callable, Iterable
from datetime import tzinfo
from time import time_ns

import msgspec

from logscan.memory import Memory
from logscan.model import Event
from logscan.registry import Settings
from logscan.repeat import Repeat
from logscan.scanner import Scanner
from logscan.scanstate import State, copied
from logscan.signature import Ruleset
from logscan.sources import Source
from logscan.summary import Source as SourceTotal
from logscan.summary import SummaryBuilder, add_counts
from logscan.tally import earliest, latest
from logscan.timestamps import Clock


class Window(msgspec.Struct, frozen=True):
    """Which events count, by their time (µs, UTC; both ends included). Events without a time always count."""

    since: int | None = None
    until: int | None = None

    def holds(self, event: Event) -> bool:
        if event.time is None:
            return True
        return (self.since is None or event.time >= self.since) and (self.until is None or event.time <= self.until)


class Progress(msgspec.Struct):
    """How far a scan is. `stored` of `total` bytes as they lie on the disk; `total` None where a pipe is among them.
    `clock` changes where what is shown depends on the time. `times`: from when to when `source` reaches so far (µs)."""

    total: int | None = None
    stored: int = 0
    events: int = 0
    source: str = ""
    waiting: bool = False
    pending: int = 0
    lines: int = 0
    clock: int = 0
    times: Callable[[], tuple[int | None, int | None]] | None = None


class Job(msgspec.Struct, frozen=True):
    """Everything that a scan needs to know. Picklable without its functions.

    now         µs, UTC: the reference time of pipes
    reference   the same for every source, where the user gave one
    on_event    called with each event that counts, in order of appearance within a stream; None: nobody asks
    on_tick     called between blocks, and while waiting for a pipe
    marks       (time in µs, label): moments that the user names, which onsets refer to
    stopped     asked between blocks: True ends the scan as if the input had ended
    """

    rules: Ruleset
    settings: Settings
    zone: tzinfo
    now: int
    reference: int | None = None
    window: Window = Window()
    on_event: Callable[[Event], None] | None = None
    on_tick: Callable[[Progress, SummaryBuilder], None] | None = None
    stopped: Callable[[], bool] | None = None
    marks: tuple[tuple[int, str], ...] = ()

    def without_functions(self) -> "Job":
        """What another process can be told."""
        return msgspec.structs.replace(self, on_event=None, on_tick=None, stopped=None)

    def ended(self) -> bool:
        """Whether the scan has been asked to end."""
        return self.stopped is not None and self.stopped()

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Show how far the scan is."""
        if self.on_tick is not None:
            self.on_tick(progress, builder)

    def scanner(self, source: Source, state: State | None = None) -> Scanner:
        """A scanner for a source, from its start or from a state on, which stays as it is."""
        reference = self.reference if self.reference is not None else source.mtime or self.now
        clock = Clock(self.zone, reference)
        memory = _memory(self.rules, self.settings, clock)
        return Scanner(self.rules, self.settings, clock, source.name, state and copied(state), memory)


_MEMORIES: dict[tuple[str, str, bool], Memory] = {}


def _memory(rules: Ruleset, settings: Settings, clock: Clock) -> Memory:
    """What all scanners of this process share."""
    key = rules.digest, settings.level, settings.slow
    if key not in _MEMORIES:
        if len(_MEMORIES) >= 2:
            _MEMORIES.clear()
        _MEMORIES[key] = Memory(rules, settings, clock)
    return _MEMORIES[key]


class Seen:
    """Takes the events of a source or of a part of one: those in the window are counted and passed on."""

    def __init__(self, job: Job, builder: SummaryBuilder, progress: Progress) -> None:
        self._job = job
        self._builder = builder
        self._progress = progress
        self.count = 0
        self.first: int | None = None
        self.last: int | None = None

    def take(self, events: Iterable[Event | Repeat]) -> None:
        plain = self._job.on_event is None and self._job.window == Window()
        for each in events:
            if isinstance(each, Repeat):
                if plain:
                    self._builder.repeat(each)
                    self._note(each.time)
                    continue
                event = each.event()
            else:
                event = each
            if not self._job.window.holds(event):
                continue
            self._builder.add(event)
            if self._job.on_event is not None:
                self._job.on_event(event)
            self._note(event.time)

    def _note(self, time: int | None) -> None:
        self.count += 1
        self._progress.events += 1
        self.first, self.last = earliest(self.first, time), latest(self.last, time)


def account(builder: SummaryBuilder, scanner: Scanner, seen: Seen, part: SourceTotal) -> None:
    """Add to a summary what a scanner has read since it was last accounted for. `part`: the source's, or this part's,
    bytes, lines, times and whether it is complete; the events and their times come from `seen`."""
    builder.complete = builder.complete and part.complete
    builder.bytes += part.bytes
    builder.lines += part.lines
    add_counts(builder.limits, scanner.limits)
    add_counts(builder.lost_upstream, scanner.lost)
    for time, label in scanner.marks:
        builder.mark(time, label)
    for told in (scanner.limits, scanner.lost, scanner.marks):
        told.clear()
    builder.source(
        msgspec.structs.replace(
            part,
            transport=scanner.transport,
            events=seen.count,
            first=earliest(part.first, seen.first),
            last=latest(part.last, seen.last),
        )
    )


def wall_clock() -> int:
    """Now, µs since the epoch, UTC."""
    return time_ns() // 1000
