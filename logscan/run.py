"""Run a scan: sources to tasks, here or in other processes, and their sum.

`scan` takes what should happen with events and progress as functions, so that the command line, a live terminal and
tests use the same loop. Whoever does the tasks, events come in order of appearance and the sum is the same.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from logscan import serial, sources
from logscan.job import Job, Progress
from logscan.model import Event
from logscan.plan import LARGE
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.serial import scan_source, skip
from logscan.signature import Ruleset
from logscan.sources import Skip, Source
from logscan.summary import Summary, SummaryBuilder
from logscan.timestamps import Clock

if TYPE_CHECKING:
    from logscan.workers import Make


def scan(paths: Sequence[str], job: Job, jobs: int = 1, make: "Make | None" = None) -> Summary:
    """Scan everything that `paths` name, in order: by so many jobs at once, where there is enough to do. `make`: makes
    the executor for them; None: processes on this machine."""
    builder = _begun(job)
    found = list(sources.find(paths))
    sizes = [item.size for item in found if isinstance(item, Source)]
    progress = Progress(total=None if None in sizes else sum(size or 0 for size in sizes))
    if jobs > 1 and sum(size or 0 for size in sizes) >= LARGE:
        from logscan.shared import scan_shared  # imports `multiprocessing`, which a short scan need not wait for

        scan_shared(found, job, (builder, progress), jobs, make)
    else:
        _serially(found, job, builder, progress)
    return builder.done()


def scan_memory(data: bytes, name: str, job: Job) -> Summary:
    """Scan a log that is in memory."""
    builder = _begun(job)
    serial.scan_memory(data, name, job, builder, Progress(total=len(data)))
    return builder.done()


def scan_bytes(data: bytes, rules: Ruleset, settings: Settings, zone: tzinfo, name: str = "text") -> list[Event]:
    """The events of a text in memory: what signatures' examples are tested with."""
    scanner = Scanner(rules, settings, Clock(zone, settings.reference), name)
    return scanner.feed(data) + scanner.finish()


def _begun(job: Job) -> SummaryBuilder:
    builder = SummaryBuilder()
    for time, label in job.marks:
        builder.mark(time, label)
    return builder


def _serially(found: list[Source | Skip], job: Job, builder: SummaryBuilder, progress: Progress) -> None:
    for item in found:
        if job.ended():
            builder.complete = False
            break
        if isinstance(item, Skip):
            skip(builder, item)
        else:
            scan_source(item, job, builder, progress)
