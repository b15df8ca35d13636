"""The commands of `signatures`: list them, draft one, check them, try them."""

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from logscan import options
from logscan import report as reports
from logscan import run as runner
from logscan.arguments import Argument, Commands, Option
from logscan.cli_drift import drift
from logscan.cli_explain import watched
from logscan.console import say
from logscan.errors import UsageError
from logscan.job import Job, wall_clock
from logscan.model import SEVERITIES, Event, Frame
from logscan.redact import redact
from logscan.registry import Settings
from logscan.sanitize import clean, clean_line
from logscan.signature import Ruleset, load

if TYPE_CHECKING:
    from logscan.confusion import Confusion

app = Commands(help="Look at, check and test signatures.")


def _scan_text(rules: Ruleset) -> Any:
    settings = Settings(level="warning", reference=0)

    def scan_text(data: bytes) -> list[Event]:
        return runner.scan_bytes(data, rules, settings, UTC)

    return scan_text


@app.command("list")
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
    if not listed:
        say("no signature is like that")
    width = max((len(one.id) for one in listed), default=0)
    for one in listed:
        print(f"{one.id:<{width}}  {one.action:<6}  {one.severity:<8}  {clean_line(one.title)}")
    return 0


@app.command("new")
def new_signature(
    target: Annotated[str, Argument(metavar="LOG[:LINE]", help="A log; without a line, its first unknown event.")],
    level: Annotated[str, Option(help="As for scan.")] = "error",
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
) -> int:
    """Print the skeleton of a signature for an event of a log. Its example is filled in and redacted."""
    from datetime import date

    from logscan import sigdraft
    from logscan.frames import application_frame

    rules = options.rules(signatures, no_bundled)
    settings = Settings(level=options.level(level), transport=options.transport(transport))
    _, looked, number = watched(target, rules, settings, "UTC")
    if number:
        found = [one for one in looked if any(at.number == number for at in one.group.lines)]
    else:
        found = [one for one in looked if one.verdict.signature is None and not one.group.candidate]
    if not found:
        raise UsageError(f"{target}: no event{' holds this line' if number else ' that no signature knows'}")
    raw = "\n".join(line.text.decode("utf-8", "replace") for line in found[0].group.lines)
    content, trace = found[0].content, found[0].content.traceback
    if trace is None:
        said: tuple[str | None, str | None, Frame | None] = None, content.message, None
    else:
        said = trace.exception, trace.message, application_frame(trace.language, trace.frames, trace.chain)
    print(clean(sigdraft.draft(*said, raw, date.today().isoformat(), redact)), end="")
    return 0


@app.command("lint")
def lint_signatures(
    paths: Annotated[list[Path] | None, Argument(help="Folders or files. Default: the bundled ones.")] = None,
) -> int:
    """Check signature files. Schema, examples, anchors, overlaps, slow patterns, links; exit 1 where one has to be
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


@app.command("test")
def test_signatures(
    paths: Annotated[list[Path] | None, Argument(help="Folders or files. Default: the bundled ones.")] = None,
    samples: Annotated[
        list[Path] | None,
        Option(metavar="FOLDER|LOG", help="More sample logs, besides samples/ next to the signatures."),
    ] = None,
    format: Annotated[str, Option("--format", "-f", help="table, json.")] = "table",
) -> int:
    """Try every example and every sample log.

    Logs are those with a LOG.expected.yaml beside them: what should it be, and what was it called? Shows each confusion
    and a line of totals. Exit 1 where one is called what it is not."""
    from logscan import confusion
    from logscan.signature import bundled_folder

    options.one_of("--format", format, ("table", "json"))
    gone = [path for path in samples or () if not path.exists()]
    if gone:
        raise UsageError(f"--samples: {gone[0]}: no such file or folder")
    rules = load(paths or [bundled_folder()], bundled=False)
    found = confusion.confusion(rules, samples or (), _scan_text(rules), _read_log(rules))
    if format == "json":
        print(reports.encode(found).decode())
    else:
        for line in _confused(found):
            print(clean_line(line))
    return 1 if found.wrong else 0


def _read_log(rules: Ruleset) -> Callable[[str], list[Event]]:
    """As `logscan check` reads a log."""
    now = wall_clock()

    def read_log(path: str) -> list[Event]:
        events: list[Event] = []
        runner.scan([path], Job(rules, Settings(reference=now), UTC, now, on_event=events.append))
        return events

    return read_log


def _confused(found: "Confusion") -> Iterator[str]:
    """The rows that hold an error, in full, and the totals."""
    wrong = {cell.should_be for cell in found.cells if not cell.right}
    rows = [cell for cell in found.cells if cell.should_be in wrong]
    first, second = (
        max([len(head), *widths])
        for head, widths in (
            ("should be", [len(cell.should_be) for cell in rows]),
            ("called", [len(cell.called) for cell in rows]),
        )
    )
    if rows:
        yield f"{'should be':<{first}}  {'called':<{second}}  count"
    for cell in rows:
        more = f" and {len(cell.where) - 3} more" if len(cell.where) > 3 else ""
        where = "right" if cell.right else f"{'; '.join(cell.where[:3])}{more}"
        yield f"{cell.should_be:<{first}}  {cell.called:<{second}}  {cell.count:>5}  {where}"
    yield (
        f"{found.signatures} signatures, {found.examples} examples, {found.logs} logs with {found.events} events: "
        f"{found.right} right, {found.wrong} wrong; no log for {len(found.unseen)} signatures"
    )


app.command("drift")(drift)
