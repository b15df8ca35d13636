"""Run a scan: sources to blocks to events to a Summary. The only place below the command line that meets the clock
and signals.

`scan` takes what should happen with events and progress as functions, so that the command line, a live terminal and
tests use the same loop. A bad source never stops the scan and never costs what was counted before it.
"""

from collections.abc import Callable, Sequence, Sized
from datetime import tzinfo
from time import time_ns

import msgspec

from logscan import sources
from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import Ruleset
from logscan.sources import Cut, Reader, Skip, Source, Stream, Unreadable
from logscan.summary import Source as SourceTotal
from logscan.summary import Summary, SummaryBuilder, add_counts
from logscan.tally import earliest, latest
from logscan.timestamps import Clock

TICK = 0.25


class Window(msgspec.Struct, frozen=True):
    """Which events count, by their time (µs, UTC; both ends included). Events without a time always count."""

    since: int | None = None
    until: int | None = None

    def holds(self, event: Event) -> bool:
        if event.time is None:
            return True
        return (self.since is None or event.time >= self.since) and (self.until is None or event.time <= self.until)


class Progress(msgspec.Struct):
    """How far a scan is. `stored` of `total` bytes as they lie on the disk; `total` None where a pipe is among them."""

    total: int | None = None
    stored: int = 0
    events: int = 0
    source: str = ""
    waiting: bool = False
    pending: int = 0
    lines: int = 0


class Job(msgspec.Struct, frozen=True):
    """Everything that a scan needs to know.

    now         µs, UTC: the reference time of pipes
    reference   the same for every source, where the user gave one
    on_event    called with each event that counts, in order of appearance within a stream
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
    on_event: Callable[[Event], None] = lambda event: None
    on_tick: Callable[[Progress, SummaryBuilder], None] = lambda progress, builder: None
    stopped: Callable[[], bool] = lambda: False
    marks: tuple[tuple[int, str], ...] = ()


def scan(paths: Sequence[str], job: Job) -> Summary:
    """Scan everything that `paths` name, in order."""
    builder = SummaryBuilder()
    for time, label in job.marks:
        builder.mark(time, label)
    found = list(sources.find(paths))
    sizes = [item.size for item in found if isinstance(item, Source)]
    progress = Progress(total=None if None in sizes else sum(size or 0 for size in sizes))
    for item in found:
        if job.stopped():
            builder.complete = False
            break
        if isinstance(item, Skip):
            _skip(builder, item)
        else:
            _scan_source(item, job, builder, progress)
    return builder.done()


def scan_bytes(data: bytes, rules: Ruleset, settings: Settings, zone: tzinfo, name: str = "text") -> list[Event]:
    """The events of a text in memory: what signatures' examples are tested with."""
    scanner = Scanner(rules, settings, Clock(zone, settings.reference), name)
    return scanner.feed(data) + scanner.finish()


def _skip(builder: SummaryBuilder, item: Skip) -> None:
    if item.fatal:
        builder.problem(item.name, "unreadable", item.reason)
        builder.complete = False
    else:
        add_counts(builder.skipped, {item.reason: item.size})


def _scan_source(source: Source, job: Job, builder: SummaryBuilder, progress: Progress) -> None:
    """Scan the logs in a source: itself, or the members of an archive."""
    before = progress.stored
    progress.source = source.name
    try:
        reader = Reader(source)
        try:
            if _wait(reader, job, builder, progress, tuple):
                for part in reader.parts():
                    if isinstance(part, Skip):
                        _skip(builder, part)
                    else:
                        _scan_log(part, reader, before, job, builder, progress)
                    if job.stopped():
                        break
            else:
                builder.complete = False
        finally:
            reader.close()
    except (OSError, Cut, Unreadable) as error:
        _problem(builder, source, error)
        builder.complete = builder.complete and isinstance(error, Unreadable)
    progress.stored = before + (source.size or 0)


def _scan_log(
    stream: Stream, reader: Reader, before: int, job: Job, builder: SummaryBuilder, progress: Progress
) -> None:
    source = stream.source
    progress.source = source.name
    reference = job.reference if job.reference is not None else source.mtime or job.now
    scanner = Scanner(job.rules, job.settings, Clock(job.zone, reference), source.name)
    seen = _Seen(job, builder, progress)
    complete = True
    blocks = iter(stream)
    try:
        while _wait(reader, job, builder, progress, scanner.pending) and (block := next(blocks, None)) is not None:
            seen.take(scanner.feed(block))
            progress.stored = before + reader.stored
            progress.lines = scanner.lines
            job.on_tick(progress, builder)
    except Unreadable as error:
        _problem(builder, source, error)
        return
    except (OSError, Cut) as error:
        complete = False
        _problem(builder, source, error)
    seen.take(scanner.finish())
    _account(builder, source, scanner, seen, stream.identity, complete and not job.stopped())


def _problem(builder: SummaryBuilder, source: Source, error: Exception) -> None:
    """Say what went wrong with a source."""
    if isinstance(error, Unreadable):
        add_counts(builder.skipped, {error.reason: source.size or 0})
        builder.problem(source.name, "skipped", error.reason)
    else:
        builder.problem(source.name, "cut" if isinstance(error, Cut) else "unreadable", sources.why(error))


def _account(
    builder: SummaryBuilder, source: Source, scanner: Scanner, seen: "_Seen", identity: str, complete: bool
) -> None:
    """Add what was read of a source to the summary."""
    builder.complete = builder.complete and complete
    if not scanner.bytes and not complete:
        return  # nothing could be read: the problem says so, and it is no source of this scan
    builder.bytes += scanner.bytes
    builder.lines += scanner.lines
    add_counts(builder.limits, scanner.limits)
    add_counts(builder.lost_upstream, scanner.lost)
    for time, label in scanner.marks:
        builder.mark(time, label)
    builder.source(
        SourceTotal(
            name=source.name,
            id=identity,
            transport=scanner.transport,
            bytes=scanner.bytes,
            lines=scanner.lines,
            events=seen.count,
            first=earliest(scanner.first, seen.first),
            last=latest(scanner.last, seen.last),
            complete=complete,
        )
    )


class _Seen:
    """Takes one source's events: those in the window are counted and passed on."""

    def __init__(self, job: Job, builder: SummaryBuilder, progress: Progress) -> None:
        self._job = job
        self._builder = builder
        self._progress = progress
        self.count = 0
        self.first: int | None = None
        self.last: int | None = None

    def take(self, events: list[Event]) -> None:
        for event in events:
            if not self._job.window.holds(event):
                continue
            self._builder.add(event)
            self._job.on_event(event)
            self.count += 1
            self._progress.events += 1
            self.first, self.last = earliest(self.first, event.time), latest(self.last, event.time)


def _wait(reader: Reader, job: Job, builder: SummaryBuilder, progress: Progress, pending: Callable[[], Sized]) -> bool:
    """Wait until the reader can go on; False when the job is stopped. In short steps, so that a signal and a live
    report need no thread."""
    while not job.stopped():
        if reader.ready(TICK):
            progress.waiting = False
            return True
        progress.waiting, progress.pending = True, len(pending())
        job.on_tick(progress, builder)
    return False


def wall_clock() -> int:
    """Now, µs since the epoch, UTC."""
    return time_ns() // 1000
