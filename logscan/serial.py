"""One source from its start to its end, in this process: blocks to events to a summary.

A bad source never stops the scan and never costs what was counted before it.
"""

from collections.abc import Callable, Sized
from typing import Protocol, TypeVar

import msgspec

from logscan import sources
from logscan.errors import InputError
from logscan.job import Job, Progress, Seen, account
from logscan.model import Event
from logscan.sources import Cut, Reader, Skip, Source, Stream, Unreadable
from logscan.summary import Source as SourceTotal
from logscan.summary import Summary, SummaryBuilder, add_counts

TICK = 0.25
"""Seconds between looks at signals and the terminal while there is nothing to read."""


class Ready(Protocol):
    """As much of a Reader as a scan needs: `stored` bytes were read of what lies on the disk."""

    @property
    def stored(self) -> int: ...
    def ready(self, timeout: float, /) -> bool: ...


T = TypeVar("T")


class _Broken(InputError):
    """Reading failed. What those raise who are told of events is no such thing, though it may be an OSError too."""


class Memory:
    """What is in memory in whole: it is never waited for."""

    def __init__(self, data: bytes) -> None:
        self.stored = len(data)

    def ready(self, timeout: float, /) -> bool:
        return True


def skip(builder: SummaryBuilder, item: Skip) -> None:
    """Account for something that is not scanned."""
    if item.fatal:
        builder.problem(item.name, "unreadable", item.reason)
        builder.complete = False
    else:
        add_counts(builder.skipped, {item.reason: item.size})


class Counted(msgspec.Struct, frozen=True):
    """What came of a task: the sum, and the events where somebody asks for them."""

    summary: Summary
    events: tuple[Event, ...]


def scan_sources(found: tuple[Source, ...], job: Job, wanted: bool) -> Counted:
    """Scan whole sources, one after the other. `wanted`: somebody asks for the events."""
    events: list[Event] = []
    own = msgspec.structs.replace(job, on_event=events.append if wanted else None)
    builder, progress = SummaryBuilder(), Progress()
    for source in found:
        if job.ended():
            builder.complete = False
            break
        scan_source(source, own, builder, progress)
    return Counted(builder.done(), tuple(events))


def scan_source(source: Source, job: Job, builder: SummaryBuilder, progress: Progress) -> None:
    """Scan the logs in a source, itself or the members of an archive, and add them to what was counted before."""
    before = progress.stored
    progress.source = source.name
    try:
        reader = _read(Reader, source)
        try:
            if _wait(reader, job, builder, progress, tuple):
                parts = reader.parts()
                while (part := _read(next, parts, None)) is not None:
                    if isinstance(part, Skip):
                        skip(builder, part)
                    else:
                        _scan_log(part, reader, before, job, builder, progress)
                    if job.ended():
                        break
            else:
                builder.complete = False
        finally:
            reader.close()
    except (_Broken, Cut, Unreadable) as error:
        _problem(builder, source, error)
        builder.complete = builder.complete and isinstance(error, Unreadable)
    progress.stored = before + (source.size or 0)


def scan_memory(data: bytes, name: str, job: Job, builder: SummaryBuilder, progress: Progress) -> None:
    """Scan a log that is in memory, as it would be as a file of that name; what is compressed counts as binary."""
    blocks = (data[at : at + sources.BLOCK] for at in range(0, len(data), sources.BLOCK))
    _scan_log(Stream(Source(name, name, len(data)), blocks), Memory(data), 0, job, builder, progress)


def _scan_log(
    stream: Stream, reader: Ready, before: int, job: Job, builder: SummaryBuilder, progress: Progress
) -> None:
    source = stream.source
    progress.source = source.name
    scanner = job.scanner(source)
    progress.times = lambda: (scanner.first, scanner.newest())
    seen = Seen(job, builder, progress)
    complete = True
    blocks = iter(stream)
    try:
        while _wait(reader, job, builder, progress, scanner.pending):
            if (block := _read(next, blocks, None)) is None:
                break
            seen.take(scanner.read(block))
            progress.stored = before + reader.stored
            progress.lines = scanner.lines
            job.tick(progress, builder)
    except Unreadable as error:
        _problem(builder, source, error)
        return
    except (_Broken, Cut) as error:
        complete = False
        _problem(builder, source, error)
    progress.times = None
    seen.take([*scanner.finish()])
    complete = complete and not job.ended()
    if not scanner.bytes and not complete:
        builder.complete = False  # nothing could be read: the problem says so, and it is no source of this scan
        return
    total = SourceTotal(
        source.name,
        stream.identity,
        bytes=scanner.bytes,
        lines=scanner.lines,
        first=scanner.first,
        last=scanner.last,
        complete=complete,
        foreign=scanner.foreign,
    )
    account(builder, scanner, seen, total)


def _read(step: Callable[..., T], *given: object) -> T:
    """A step of reading."""
    try:
        return step(*given)
    except OSError as error:
        raise _Broken(sources.why(error)) from error


def _problem(builder: SummaryBuilder, source: Source, error: Exception) -> None:
    """Say what went wrong with a source."""
    if isinstance(error, Unreadable):
        add_counts(builder.skipped, {error.reason: source.size or 0})
        builder.problem(source.name, "skipped", error.reason)
    else:
        builder.problem(source.name, "cut" if isinstance(error, Cut) else "unreadable", sources.why(error))


def _wait(reader: Ready, job: Job, builder: SummaryBuilder, progress: Progress, pending: Callable[[], Sized]) -> bool:
    """Wait until the reader can go on; False when the job is stopped. In short steps, so that a signal and a live
    report need no thread."""
    while not job.ended():
        if _read(reader.ready, TICK):
            progress.waiting = False
            return True
        progress.waiting, progress.pending = True, len(pending())
        job.tick(progress, builder)
    return False
