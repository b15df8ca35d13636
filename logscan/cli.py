"""The command line: the only module that prints or exits.

Commands are thin: they turn options into values, call what is below, and turn what comes back into text and an exit
code. Exit codes: 0 clean; 1 findings, only where asked (`--fail-on`, `signatures lint|test`); 2 usage, or nothing
could be scanned; 3 scanned but incomplete; 4 a defect of logscan; 130 and 143 after an interrupt, with the report so
far.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from logscan import arguments, cache, gate, lazyre, options, prefilter, reportbuild, when
from logscan import report as reports
from logscan import run as runner
from logscan.arguments import Argument, Commands, Option
from logscan.baseline import compare
from logscan.cli_check import check
from logscan.cli_follow import follow
from logscan.cli_report import report as report_command
from logscan.cli_triage import triage
from logscan.errors import LogscanError, RulesError, UsageError
from logscan.job import Job, Progress, Window, wall_clock
from logscan.model import LEVELS, SEVERITIES, Event
from logscan.output import OutputFile
from logscan.redact import redact
from logscan.registry import Settings
from logscan.renderers import RENDERERS, STREAMS, Stream, View
from logscan.report import Options, Report, RulesInfo
from logscan.sanitize import clean, clean_line
from logscan.signals import Stop
from logscan.signature import Ruleset, load
from logscan.summary import Problem, Summary, SummaryBuilder

if TYPE_CHECKING:
    from logscan import explain as explained
    from logscan.live import LiveReport, ProgressLine
    from logscan.scanner import Scanner

app = Commands(
    help="""Pipe a log in; learn what broke, since when, how often, and how to mend it.

\b
  journalctl -u shop -o json | logscan        what went wrong in this unit
  logscan /var/log/shop/*.log                 the same for files and folders
  logscan scan app.log --since 2h --format json

`scan` may be left out. `logscan COMMAND -h` explains a command.""",
)
signatures_app = app.group("signatures", help="Look at, check and test signatures.")

app.command()(check)
app.command()(follow)
app.command("report")(report_command)
app.command()(triage)


def run(given: Sequence[str]) -> int:
    """Run the command line; returns the exit code. Every error that a user can meet ends here in one line."""
    cache.start()
    try:
        with _quiet_pipe():
            call = arguments.plain(app, list(given))
            return call() if call is not None else _parsed(list(given))
    except RulesError as error:
        for problem in error.problems:
            _say(problem)
        return error.exit_code
    except LogscanError as error:
        _say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _say(f"internal error: {type(error).__name__}: {error}. This is a defect of logscan; what was counted is lost.")
        if os.environ.get("LOGSCAN_DEBUG"):
            raise
        _say("Run again with LOGSCAN_DEBUG=1 for the details to report.")
        return 4
    finally:
        lazyre.keep()


def _parsed(given: list[str]) -> int:
    """Run a command line that takes the whole option parser: help, mistakes, rare spellings."""
    import typer

    try:
        outcome: Any = arguments.parser(app)(args=given, prog_name="logscan", standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        usage = getattr(error, "format_message", None)  # the option parser's own errors
        if usage is None:
            raise
        context = getattr(error, "ctx", None)
        _say(usage() + ("" if context is None else f" (see `{context.command_path} -h`)"))
        return 2
    return outcome if isinstance(outcome, int) else 0


@contextmanager
def _quiet_pipe() -> Iterator[None]:
    """A reader that goes away (`| head`) ends the program quietly."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(text: str) -> None:
    """One line to standard error."""
    print(f"logscan: {clean(text)}", file=sys.stderr)


# -- scan -------------------------------------------------------------------------------------------------------------


@app.command()
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
    """Report what went wrong in logs: how often, since when, and how it is mended.

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
    if fail_on is not None:
        options.one_of("--fail-on", fail_on, gate.WHAT)
    if fail_on == "new" and baseline is None:
        raise UsageError("--fail-on new: needs --baseline OLD.json, made by `logscan scan … --format json`")
    marks = tuple(options.mark(each, now, zone) for each in mark or ())
    bucket_seconds = when.duration(bucket, "--bucket")
    rules = options.rules(signatures, no_bundled, ignore or ())
    told = Options(
        level=bar,
        since=reportbuild.rfc3339(window.since),
        until=reportbuild.rfc3339(window.until),
        tz=zone_name,
        reference_time=reportbuild.rfc3339(reference),
    )
    view = options.view(color, verbose, sys.stdout.isatty(), top, reportbuild.rfc3339(now))
    places = options.outputs(output or (), tuple(RENDERERS), paths)
    console = _Console(rules, told, bucket_seconds, format, view, quiet, paths, _installed(installed or ()), baseline)
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
    with console.writing_to(places):
        summary = _with_engine(runner.scan(paths, job, options.jobs(jobs)))
        return console.finish(summary, fail_on, allow_incomplete, stop.signal)


def _installed(given: Sequence[str]) -> reportbuild.Installed:
    """What `--installed` names, read before the scan so that a mistake costs nothing."""
    if not given:
        return lambda files: {}
    from logscan.installed import Installed

    installed = Installed(given)
    for each in installed.empty:
        _say(f"--installed: {each} names no package with one version, so nothing is known from it")
    return installed


def _with_engine(summary: Summary) -> Summary:
    """A long scan without the library that finds literals tells so: nothing is missed, but it took long."""
    if summary.bytes <= prefilter.SHORT or prefilter.available():
        return summary
    slow = Problem("logscan", "slow", "hyperscan is not installed, so every line was read; with it, scans are faster")
    return msgspec.structs.replace(summary, problems=summary.problems | {slow})


class _Console:
    """Everything that one scan writes: its stream or its report, and what a terminal shows meanwhile."""

    def __init__(
        self,
        rules: Ruleset,
        told: Options,
        bucket: int | None,
        format: str,
        view: View,
        quiet: bool,
        paths: Sequence[str],
        installed: reportbuild.Installed,
        baseline: str | None,
    ) -> None:
        self._old = None if baseline is None else (options.report(baseline), baseline)
        self._rules = rules
        self._installed = installed
        self._info = RulesInfo(rules.digest, rules.count, rules.packs)
        self._options = told
        self._bucket = bucket
        self._format = format
        self._view = view
        self._plain = msgspec.structs.replace(view, width=80, color=False, links=False)
        self._quiet = quiet
        self._stream = STREAMS[format](self._info, told) if format in STREAMS else None
        progress = sys.stderr.isatty() and not quiet
        shown_live = format == "terminal" and list(paths) == ["-"] and sys.stdout.isatty() and not quiet
        self._line: ProgressLine | None = None
        self._live: LiveReport | None = None
        if progress or shown_live:
            from logscan import live

            self._line = live.ProgressLine(sys.stderr) if progress else None
            self._live = live.LiveReport(sys.stdout, self._draw) if shown_live else None
        if self._stream is not None:
            self._write(self._stream.begin())
        self._files: list[tuple[str, OutputFile, Stream | None]] = []

    @contextmanager
    def writing_to(self, places: Sequence[tuple[str, Path]]) -> Iterator[None]:
        """Open the files of `--output`, before the scan so that a path that cannot be written costs nothing; where the
        scan does not end well, what was there before stays."""
        try:
            for name, path in places:
                stream = STREAMS[name](self._info, self._options) if name in STREAMS else None
                file = OutputFile(path)
                self._files.append((name, file, stream))
                if stream is not None:
                    file.write(stream.begin())
            yield
        finally:
            for _, file, _ in self._files:
                file.abort()

    def event(self, event: Event) -> None:
        """One event, as it comes."""
        if self._stream is not None:
            self._write(self._stream.event(event))
        for _, file, stream in self._files:
            if stream is not None:
                file.write(stream.event(event))

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Between blocks, and while waiting."""
        if self._live is not None:
            self._live.tick(progress, builder)
        elif self._line is not None:
            self._line.tick(progress, builder)
        if self._stream is not None and progress.waiting:
            sys.stdout.flush()

    def finish(self, summary: Summary, fail_on: str | None, allow_incomplete: bool, signal_number: int) -> int:
        """Write the report; returns the exit code."""
        for shown in (self._live, self._line):
            if shown is not None:
                shown.done()
        report = self._report(summary)
        if not signal_number and not _scanned(report):
            for line in _nothing(report):
                _say(line)
            return 2
        if "json" in {self._format, *(name for name, _, _ in self._files)}:
            from logscan import state

            report = msgspec.structs.replace(report, state=state.pack(summary))
        for name, file, _ in self._files:
            file.write(RENDERERS[name](report, self._plain).encode("utf-8", "replace"))
            file.commit()
        if self._stream is not None:
            self._write(self._stream.end(report))
        elif self._quiet and self._format == "terminal":
            from logscan.renderers.terminal import render_counts

            self._write(render_counts(report, self._view).encode())
        else:
            self._write(RENDERERS[self._format](report, self._view).encode("utf-8", "replace"))
        if self._format != "terminal":
            for problem in report.problems:
                _say(f"{problem.source}: {problem.message}")
        if signal_number:
            return 128 + signal_number
        if fail_on is not None and gate.findings(report, fail_on):
            return 1
        return 0 if report.complete or allow_incomplete else 3

    def _report(self, summary: Summary) -> Report:
        made = reportbuild.report(
            summary,
            self._info,
            self._options,
            self._rules.by_id,
            bucket_seconds=self._bucket,
            installed=self._installed,
        )
        return made if self._old is None else compare(made, *self._old)

    def _draw(self, summary: Summary) -> str:
        return RENDERERS["terminal"](self._report(summary), self._view)

    def _write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)


def _scanned(report: Report) -> bool:
    """Whether anything was read. An empty file is a log without lines; empty standard input is a failed command."""
    return any(source.bytes or source.name != "stdin" for source in report.input.sources)


def _nothing(report: Report) -> list[str]:
    if report.problems:
        return [f"{problem.source}: {problem.message}" for problem in report.problems]
    if report.input.sources:
        return ["stdin: empty; nothing was scanned (did the command before the pipe fail?)"]
    return ["nothing to scan: " + ", ".join(report.input.skipped or {"no input": 0})]


# -- explain ----------------------------------------------------------------------------------------------------------


@app.command()
def explain(
    target: Annotated[
        str, Argument(metavar="FILE[:LINE]|ID", help="A log, or one line of it; or a signature, for its whole page.")
    ],
    level: Annotated[str, Option(help="As for scan.")] = "error",
    tz: Annotated[str | None, Option(metavar="ZONE", help="As for scan.")] = None,
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    color: Annotated[str, Option(help="auto, always, never.")] = "auto",
) -> int:
    """Show how a log was read: transport, streams, headers, events; of one line, what matched and why not.
    Or the page of a signature: what it means, what to do, what it is not, and how that is known."""
    from logscan import explain as explained

    options.one_of("--color", color, ("auto", "always", "never"))
    rules = options.rules(signatures, no_bundled)
    if target in rules.by_id and not Path(target).exists():
        from logscan.renderers import sigpage

        print(sigpage.render(rules.by_id[target], options.view(color, False, sys.stdout.isatty())), end="")
        return 0
    settings = Settings(level=options.level(level), transport=options.transport(transport))
    scanner, looked, number = _watched(target, rules, settings, tz)
    lines = explained.line(scanner, looked, number, rules) if number else explained.overview(scanner, looked)
    for line in lines:
        print(redact(clean_line(line)))
    return 0


def _watched(
    target: str, rules: Ruleset, settings: Settings, tz: str | None
) -> "tuple[Scanner, list[explained.Looked], int]":
    """Read FILE[:LINE]: the scanner as it ended, every group, and the line (0 without one). Raises UsageError."""
    from logscan import explain as explained
    from logscan.sources import Source, find

    path, _, number = target.rpartition(":")
    if not (path and number.isdigit()) or Path(target).exists():
        path, number = target, ""
    if not Path(path).is_file():
        what = (
            ""
            if number or os.sep in path
            else f", and no signature (see `logscan signatures list`{_near(path, rules)})"
        )
        raise UsageError(f"{path}: no such file{what}")
    _, zone = options.zone(tz)
    source = next((item for item in find([path]) if isinstance(item, Source)), None)
    if source is None:
        raise UsageError(f"{path}: cannot be read")
    settings = msgspec.structs.replace(settings, reference=source.mtime or wall_clock())
    return *explained.watch(source, rules, settings, zone), int(number or 0)


def _near(name: str, rules: Ruleset) -> str:
    """`; perhaps a.b or a.c`: ids that look like a name."""
    from difflib import get_close_matches

    near = get_close_matches(name, rules.by_id, 2)
    return f"; perhaps {' or '.join(near)}" if near else ""


# -- signatures -------------------------------------------------------------------------------------------------------


def _scan_text(rules: Ruleset) -> Any:
    settings = Settings(level="warning", reference=0)

    def scan_text(data: bytes) -> list[Event]:
        return runner.scan_bytes(data, rules, settings, UTC)

    return scan_text


@signatures_app.command("list")
def list_signatures(
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    software: Annotated[
        str | None, Option(metavar="NAME", help="Only those of one software: the first part of the id.")
    ] = None,
    severity: Annotated[str | None, Option(help=f"Only those: {', '.join(SEVERITIES)}.")] = None,
    tag: Annotated[list[str] | None, Option(help="Only those with this tag; repeated: with all of them.")] = None,
    format: Annotated[str, Option("--format", "-f", help="table, json.")] = "table",
) -> int:
    """List the signatures in force."""
    options.one_of("--format", format, ("table", "json"))
    if severity is not None:
        options.one_of("--severity", severity, SEVERITIES)
    listed = [
        one
        for one in options.rules(signatures, no_bundled).signatures
        if (software is None or one.id.partition(".")[0] == software.lower())
        and (severity is None or one.severity == severity)
        and set(tag or ()) <= set(one.tags)
    ]
    if format == "json":
        names = ("id", "title", "severity", "action", "status", "tags", "path")
        print(reports.encode([{name: getattr(one, name) for name in names} for one in listed]).decode())
        return 0
    width = max((len(one.id) for one in listed), default=0)
    for one in listed:
        print(f"{one.id:<{width}}  {one.action:<6}  {one.severity:<8}  {clean_line(one.title)}")
    return 0


@signatures_app.command("new")
def new_signature(
    target: Annotated[str, Argument(metavar="LOG[:LINE]", help="A log; without a line, its first unknown event.")],
    level: Annotated[str, Option(help="As for scan.")] = "error",
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
) -> int:
    """Print the skeleton of a signature for an event of a log, its example filled in and redacted."""
    from datetime import date

    from logscan import sigdraft

    rules = options.rules(signatures, no_bundled)
    settings = Settings(level=options.level(level), transport=options.transport(transport))
    _, looked, number = _watched(target, rules, settings, "UTC")
    if number:
        found = [one for one in looked if any(at.number == number for at in one.group.lines)]
    else:
        found = [one for one in looked if one.verdict.signature is None and not one.group.candidate]
    if not found:
        raise UsageError(f"{target}: no event{' holds this line' if number else ' that no signature knows'}")
    raw = "\n".join(line.text.decode("utf-8", "replace") for line in found[0].group.lines)
    print(clean(sigdraft.draft(found[0].content, raw, date.today().isoformat(), redact)), end="")
    return 0


@signatures_app.command("lint")
def lint_signatures(
    paths: Annotated[list[Path] | None, Argument(help="Folders or files. Default: the bundled ones.")] = None,
) -> int:
    """Check signature files: schema, examples, anchors, overlaps, slow patterns, links. Exit 1 where one has to be
    mended."""
    from logscan import lint
    from logscan.signature import bundled_folder

    targets = paths or [bundled_folder()]
    rules = load(targets, bundled=False)
    problems = lint.lint(targets, _scan_text(rules))
    for problem in problems:
        place = f"{problem.path}:{problem.line}:{problem.column}"
        print(clean_line(f"{place}: {problem.grade}: {problem.field + ': ' if problem.field else ''}{problem.what}"))
    errors = sum(problem.grade == "error" for problem in problems)
    print(f"{rules.count} signatures, {errors} errors, {len(problems) - errors} warnings")
    return 1 if errors else 0


@signatures_app.command("test")
def test_signatures(
    paths: Annotated[list[Path] | None, Argument(help="Folders or files. Default: the bundled ones.")] = None,
) -> int:
    """Run every signature's examples: each must match, or must not, as it says. Exit 1 where one does not."""
    from logscan import lint
    from logscan.signature import bundled_folder

    rules = load(paths or [bundled_folder()], bundled=False)
    outcome = lint.test(rules, _scan_text(rules))
    for failed in outcome.failed:
        got = ", ".join(failed.got) or "nothing"
        print(clean_line(f"{failed.id}: {failed.kind} example {failed.number}: got {got}"))
    print(f"{rules.count} signatures, {len(outcome.results)} examples, {len(outcome.failed)} failed")
    return 1 if outcome.failed else 0


# -- completion -------------------------------------------------------------------------------------------------------


@app.command("completion")
def shell_completion(
    shell: Annotated[str, Argument(metavar="SHELL", help="bash, zsh, fish.")],
) -> int:
    """Print a script that completes commands, options and their values.

    \b
    bash: logscan completion bash > ~/.local/share/bash-completion/completions/logscan
    zsh:  source <(logscan completion zsh)
    fish: logscan completion fish > ~/.config/fish/completions/logscan.fish
    """
    import typer

    from logscan import completion

    options.one_of("SHELL", shell, tuple(completion.SHELLS))
    print(completion.SHELLS[shell](typer.main.get_command(arguments.parser(app))), end="")
    return 0
