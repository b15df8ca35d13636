"""One source from its start to its end, in this process: blocks to events to a summary.

A bad source never stops the scan and never costs what was counted before it.
"""

import select
from collections.abc import Iterator

import msgspec

from logscan import sources
from logscan.job import Job, Progress, Seen, account
from logscan.model import Event
from logscan.scanner import Scanner
from logscan.sources import Cut, Reader, Skip, Source, Unreadable
from logscan.summary import Source as SourceTotal
from logscan.summary import Summary, SummaryBuilder, add_counts

TICK = 0.25
"""Seconds between looks at signals and the terminal while there is nothing to read."""


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
    """Scan one source and add it to what was counted before."""
    before = progress.stored
    progress.source = source.name
    scanner = job.scanner(source)
    seen = Seen(job, builder, progress)
    complete = True
    identity = ""
    try:
        reader = Reader(source)
        try:
            for block in _blocks(reader, job, builder, progress, scanner):
                identity = reader.identity
                seen.take(scanner.feed(block))
                progress.stored = before + reader.stored
                progress.lines = scanner.lines
                job.tick(progress, builder)
        finally:
            reader.close()
    except Unreadable as error:
        add_counts(builder.skipped, {error.reason: source.size or 0})
        builder.problem(source.name, "skipped", error.reason)
        progress.stored = before + (source.size or 0)
        return
    except (OSError, Cut) as error:
        complete = False
        builder.problem(source.name, "cut" if isinstance(error, Cut) else "unreadable", sources.why(error))
    seen.take(scanner.finish())
    complete = complete and not job.ended()
    if not scanner.bytes and not complete:
        builder.complete = False  # nothing could be read: the problem says so, and it is no source of this scan
        return
    total = SourceTotal(
        source.name,
        identity,
        bytes=scanner.bytes,
        lines=scanner.lines,
        first=scanner.first,
        last=scanner.last,
        complete=complete,
    )
    account(builder, scanner, seen, total)


def _blocks(reader: Reader, job: Job, builder: SummaryBuilder, progress: Progress, scanner: Scanner) -> Iterator[bytes]:
    """The reader's blocks until the end or until the job is stopped. A pipe is waited for in short steps, so that a
    signal and a live report need no thread."""
    blocks = iter(reader)
    pipe = reader.source.size is None
    while not job.ended():
        if pipe and not select.select([reader.fileno()], [], [], TICK)[0]:
            progress.waiting, progress.pending = True, len(scanner.pending())
            job.tick(progress, builder)
            continue
        progress.waiting = False
        block = next(blocks, None)
        if block is None:
            return
        yield block
