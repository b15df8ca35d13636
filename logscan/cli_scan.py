"""The command `scan`: options to a job, its sum to a report and an exit code."""

import sys
from collections.abc import Sequence
from typing import Annotated

import msgspec

from logscan import config, kept, options, prefilter, reportbuild, when
from logscan import report as reports
from logscan import run as runner
from logscan.arguments import Argument, Option
from logscan.console import Console, say
from logscan.errors import UsageError
from logscan.job import Job, Window, wall_clock
from logscan.model import LEVELS, SEVERITIES
from logscan.registry import Settings
from logscan.renderers import RENDERERS, STREAMS
from logscan.shown import Shown, asked
from logscan.signals import Stop
from logscan.summary import Problem, Summary


def scan(
    paths: Annotated[
        list[str] | None,
        Argument(metavar="[PATHS…|-]", help="Files, folders, or - for standard input."),
    ] = None,
    level: Annotated[str, Option(help=f"Records at this level or worse are events: {', '.join(LEVELS)}.")] = "error",
    since: Annotated[str | None, Option(metavar="TIME", help=f"Only events from then on: {when.FORMS}.")] = None,
    until: Annotated[str | None, Option(metavar="TIME", help="Only events up to then.")] = None,
    format: Annotated[str, Option("--format", "-f", help=f"{', '.join(RENDERERS)}.")] = "terminal",
    output: Annotated[
        list[str] | None,
        Option("--output", "-o", metavar="FORMAT=PATH", help="Also write the report to a file. May be repeated."),
    ] = None,
    top: Annotated[
        int | None, Option(metavar="N", help="Show the first N incidents (terminal, markdown, html).")
    ] = None,
    bucket: Annotated[
        str, Option(metavar="WIDTH", help='Width of the charts\' buckets: "30s", "5min", "1h", "auto".')
    ] = "auto",
    tz: Annotated[
        str | None,
        Option(metavar="ZONE", help="Zone of timestamps that name none. Default: this machine's."),
    ] = None,
    reference_time: Annotated[
        str | None,
        Option(
            metavar="TIME",
            help="Dates timestamps without a year. Default: the file's own time, now for a pipe.",
        ),
    ] = None,
    transport: Annotated[
        str | None,
        Option(metavar="NAME", help="How lines arrive. Default: the first line that is claimed decides."),
    ] = None,
    mark: Annotated[
        list[str] | None,
        Option(metavar="TIME=LABEL", help='A moment to count from: "02:39=deploy". May be repeated.'),
    ] = None,
    fail_on: Annotated[
        str | None,
        Option(metavar="WHAT", help=f"Exit 1 on: {', '.join(SEVERITIES)} (or worse), page, unknown, new."),
    ] = None,
    baseline: Annotated[
        str | None,
        Option(metavar="OLD.json", help="Compare with a saved report; --fail-on passes over what it lists."),
    ] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    ignore: Annotated[
        list[str] | None,
        Option(metavar="ID", help="An incident that asks for no action; it is counted all the same. May be repeated."),
    ] = None,
    installed: Annotated[
        list[str] | None,
        Option(
            metavar="FILE|DIR|auto",
            help="Which versions run, to tell whether a fix applies: requirements, a lock file, pip freeze, a bill of"
            " materials, a folder of packages; auto: the folders that the frames name, on this machine."
            " May be repeated.",
        ),
    ] = None,
    redact: Annotated[
        str, Option("--redact", metavar="KINDS", help="Hide more than secrets: ip, user, path, with commas between.")
    ] = "",
    no_redact: Annotated[bool, Option("--no-redact", help="Show secrets as the log has them.")] = False,
    no_keep: Annotated[bool, Option("--no-keep", help="Do not keep the report for `logscan show`.")] = False,
    color: Annotated[str, Option(help="auto, always, never.")] = "auto",
    verbose: Annotated[bool, Option("--verbose", "-v", help="Frames, chains, and every group.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="The counts alone; no progress.")] = False,
    allow_incomplete: Annotated[
        bool, Option("--allow-incomplete", help="Exit 0 where some input could not be read.")
    ] = False,
    jobs: Annotated[
        int | None,
        Option("--jobs", "-j", metavar="N", help="Processes that scan. Default: the usable cores."),
    ] = None,
    every_line: Annotated[bool, Option("--every-line", hidden=True)] = False,
) -> int:
    """Report what went wrong, how often, since when, what helps.

    Reads standard input where no path is given and something is piped in.
    """
    if not paths:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read: name a file or folder, or pipe a log in (see `logscan scan -h`)")
        paths = ["-"]
    now = wall_clock()
    zone_name, zone = options.zone(tz)
    reference = when.parse(reference_time, "--reference-time", now, zone) if reference_time else None
    window = Window(
        since=when.parse(since, "--since", now, zone) if since else None,
        until=when.parse(until, "--until", now, zone) if until else None,
    )
    options.one_of("--format", format, tuple(RENDERERS))
    bar = options.level(level)
    options.one_of("--color", color, ("auto", "always", "never"))
    options.fail_on(fail_on, baseline)
    marks = tuple(options.mark(each, now, zone) for each in mark or ())
    bucket_seconds = when.duration(bucket, "--bucket")
    rules = options.rules(signatures, no_bundled, ignore or ())
    told = asked(bar, window, zone_name, reference)
    view = options.view(color, verbose, sys.stdout.isatty(), top, reportbuild.rfc3339(now))
    places = options.outputs(output or (), tuple(RENDERERS), paths)
    hide = options.redactor(redact, no_redact, None if no_keep else kept.key, config.current().redact_rules)
    old = None if baseline is None else (options.report(baseline), baseline)
    shown = Shown(rules, told, bucket_seconds, hide, _installed(installed or ()), old)
    console = Console(shown, format, view, quiet, paths)
    stop = Stop()
    stop.install()
    job = Job(
        rules=rules,
        settings=Settings(
            level=bar, reference=reference or now, transport=options.transport(transport), slow=every_line
        ),
        zone=zone,
        now=now,
        reference=reference,
        window=window,
        on_event=console.event if {format, *(name for name, _ in places)} & STREAMS.keys() else None,
        on_tick=console.tick,
        stopped=lambda: bool(stop.signal),
        marks=marks,
    )
    try:
        with console.writing_to(places):
            summary = _with_engine(runner.scan(paths, job, options.jobs(jobs)))
            return console.finish(summary, fail_on, allow_incomplete, stop.signal)
    finally:  # also where its reader has gone
        if not no_keep and not no_redact and console.report is not None:
            kept.keep(reports.dumps(console.report))


def _installed(given: Sequence[str]) -> reportbuild.Installed:
    """What `--installed` names, read before the scan so that a mistake costs nothing."""
    if not given:
        return lambda files: {}
    from logscan.installed import Installed

    installed = Installed(given)
    for each in installed.empty:
        say(f"--installed: {each} names no package with one version, so nothing is known from it")
    return installed


def _with_engine(summary: Summary) -> Summary:
    """A long scan without the library that finds literals tells so: nothing is missed, but it took long."""
    if summary.bytes <= prefilter.SHORT or prefilter.available():
        return summary
    slow = Problem("logscan", "slow", "hyperscan is not installed, so every line was read; with it, scans are faster")
    return msgspec.structs.replace(summary, problems=summary.problems | {slow})
