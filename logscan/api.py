"""logscan for programs: `scan` some logs, look at the `Result`, render it, or make data frames of it.

What is here depends on its arguments alone: no configuration file, no signature of the user's own, no cache, nothing
kept. The machine is asked only for its zone and its clock, and for neither where both are given. Nothing is printed.
Errors are `LogscanError` and its subclasses; a log that cannot be read is none, but a problem in the report.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from logscan import merge, options, packs, reportbuild, run, state, when
from logscan.errors import UsageError
from logscan.job import Job, Window, wall_clock
from logscan.model import Event
from logscan.registry import Settings
from logscan.renderers import RENDERERS, STREAMS, View
from logscan.report import Report
from logscan.shown import Shown, asked
from logscan.signature import Ruleset
from logscan.summary import Summary

if TYPE_CHECKING:
    import pandas as pd

PathName = str | os.PathLike[str]
Time = str | datetime
"""As `--since` takes it ("2h", "2026-11-22 03:00"), or a datetime; without a zone it is in `tz`."""

MEMORY: Final = "memory://log"
"""What the report calls a log that was given as bytes."""


class Result(msgspec.Struct, frozen=True, dict=True):
    """What a scan found. `summary` is the sum of all events, unredacted; `shown` how a report is made of it.

    Results of different logs, scanned alike, add up with `+`, in any order, to the result of one scan of all.
    """

    summary: Summary
    shown: Shown

    @cached_property
    def report(self) -> Report:
        """The report, as `--format json` writes it (docs/formats.md); its text is redacted."""
        return self.shown.report(self.summary)

    def with_bucket(self, width: int | str) -> "Result":
        """The same with other buckets, in seconds or as "5min"; finer ones than were counted in are raised to those."""
        return Result(self.summary, msgspec.structs.replace(self.shown, bucket=_bucket(width)))

    def render(self, format: str = "terminal", view: View | None = None) -> str:
        """The report in a format of `--format`. JSON holds what `logscan report` needs to add reports up.

        Raises UsageError for another format, and for streams, which `on_event` of `scan` is for.
        """
        options.one_of("format", format, [name for name in RENDERERS if name not in STREAMS])
        report = self.report
        if format == "json":
            report = msgspec.structs.replace(report, state=state.pack(self.summary, self.shown.redact))
        return RENDERERS[format](report, view or View())

    def to_frame(self, of: str = "incidents") -> "pd.DataFrame":
        """A data frame: "incidents", "buckets", "timeline", "bursts", "sources" or "shares" (logscan/frame.py)."""
        from logscan.frame import FRAMES

        options.one_of("of", of, tuple(FRAMES))
        return FRAMES[of](self.report)

    def __add__(self, other: "Result") -> "Result":
        """Raises UsageError where a log is in both, or where they were scanned with other signatures or levels."""
        told = merge.joined([merge.Saved("left", self.report), merge.Saved("right", other.report)])
        return Result(self.summary + other.summary, msgspec.structs.replace(self.shown, options=told))


def scan(
    logs: PathName | bytes | Iterable[PathName],
    *,
    name: str = MEMORY,
    level: str = "error",
    since: Time | None = None,
    until: Time | None = None,
    tz: str | tzinfo | None = None,
    reference_time: Time | None = None,
    transport: str | None = None,
    marks: Iterable[tuple[Time, str]] = (),
    signatures: Iterable[PathName] = (),
    bundled: bool = True,
    ignore: Iterable[str] = (),
    installed: Sequence[str] = (),
    bucket: int | str = "auto",
    redact: str | None = "",
    jobs: int = 1,
    on_event: Callable[[Event], None] | None = None,
) -> Result:
    """Scan logs: a path or several (files, folders, archives; "-" is standard input), or a log itself as bytes.

    name        what the report calls a log given as bytes
    tz          the zone of timestamps that name none; None: this machine's
    reference_time  dates timestamps without a year; None: a file's own time, else now
    marks       (time, label): moments that onsets refer to
    signatures  more packs, besides the bundled ones
    installed   which versions run, as `--installed` takes it
    bucket      width of the report's buckets, in seconds or as "5min"
    redact      kinds hidden besides secrets ("ip,user"); None: nothing is hidden
    jobs        processes; more than one only where the program may be forked or imported again
    on_event    called with each event as it comes, unredacted

    The others are those of `logscan scan` (docs/cli.md). Raises UsageError and RulesError.
    """
    now = wall_clock()
    zone_name, zone = (str(tz), tz) if isinstance(tz, tzinfo) else options.zone(tz, "tz")

    def moment(time: Time | None, what: str) -> int | None:
        return None if time is None else _micros(time, what, now, zone)

    window = Window(since=moment(since, "since"), until=moment(until, "until"))
    reference = moment(reference_time, "reference_time")
    bar = options.level(level)
    given, ignored = [Path(each) for each in signatures], frozenset(ignore)
    rules = (
        _bundled(ignored) if bundled and not given else packs.rules(given, bundled=bundled, ignored=ignored, homes=())
    )
    told = asked(bar, window, zone_name, reference)
    shown = Shown(
        rules=rules,
        options=told,
        bucket=_bucket(bucket),
        redact=options.redactor(redact or "", redact is None, None),
        installed=_installed(installed),
    )
    job = Job(
        rules=rules,
        settings=Settings(level=bar, reference=reference or now, transport=options.transport(transport)),
        zone=zone,
        now=now,
        reference=reference,
        window=window,
        on_event=on_event,
        marks=tuple((_micros(time, "marks", now, zone), label) for time, label in marks),
    )
    if isinstance(logs, bytes):
        return Result(run.scan_memory(logs, name, job), shown)
    paths = [logs] if isinstance(logs, str | os.PathLike) else list(logs)
    return Result(run.scan([os.fspath(path) for path in paths], job, options.jobs(jobs)), shown)


def load(path: PathName) -> Report:
    """A saved report: what `--format json` or `Result.render("json")` has written. Raises LogscanError."""
    return options.report(os.fspath(path))


@lru_cache(maxsize=8)
def _bundled(ignored: frozenset[str]) -> Ruleset:
    """The signatures that come with logscan: reading them takes longer than most scans."""
    return packs.rules((), bundled=True, ignored=ignored, homes=())


def _micros(time: Time, what: str, now: int, zone: tzinfo) -> int:
    if isinstance(time, str):
        return when.parse(time, what, now, zone)
    return when.micros(time if time.tzinfo is not None else time.replace(tzinfo=zone))


def _bucket(width: int | str) -> int | None:
    if isinstance(width, str):
        return when.duration(width, "bucket")
    if width < 1:
        raise UsageError(f'bucket: {width} is no width in seconds; use 1 or more, or "auto"')
    return width


def _installed(given: Sequence[str]) -> reportbuild.Installed:
    if not given:
        return lambda files: {}
    from logscan.installed import Installed

    return Installed(given)
