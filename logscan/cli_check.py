"""The command `check`: what it prints and how it ends."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

from logscan import options
from logscan.arguments import Argument, Option
from logscan.errors import UsageError
from logscan.job import Job, wall_clock
from logscan.registry import Settings
from logscan.renderers.words import plural
from logscan.report import Options, Report, RulesInfo
from logscan.sanitize import clean_line
from logscan.summary import Summary

if TYPE_CHECKING:
    from logscan.check import Checked, Rules

_WORDS = {
    "expected": "as expected",
    "clean": "clean",
    "differs": "not as expected",
    "fails": "with findings",
    "incomplete": "incomplete",
    "skipped": "not read",
    "gone": "missing",
}


def check(
    paths: Annotated[
        list[str] | None,
        Argument(metavar="[PATHS…|-]", help="Logs, folders of logs, or - for standard input."),
    ] = None,
    update: Annotated[
        bool,
        Option(
            "--update",
            help="Write LOG.expected.yaml beside each log that is named, and in folders where one stands.",
        ),
    ] = False,
    fail_on: Annotated[
        str,
        Option(
            metavar="WHAT",
            help="What a log without an expectation fails on: a severity (or worse), page, unknown, new.",
        ),
    ] = "error",
    baseline: Annotated[
        str | None, Option(metavar="OLD.json", help="A report (--format json); what it lists is no finding.")
    ] = None,
    level: Annotated[str, Option(help="As for scan.")] = "error",
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Only what is wrong.")] = False,
    allow_incomplete: Annotated[
        bool, Option("--allow-incomplete", help="Exit 0 where some input could not be read.")
    ] = False,
) -> int:
    """Check sample logs, for pre-commit and CI. What is in them, and is it what should be?

    Where LOG.expected.yaml stands beside a log, its incidents and counts must be exactly those; --update writes it. Any
    other log must hold no event of severity error (--fail-on) that the baseline does not list. Never reads standard
    input unless it is named as -. Exit 1 where something is not as it should be.
    """
    from logscan import check as checks

    if not paths:
        raise UsageError("nothing to check: name logs or folders, or - for standard input (see `logscan check -h`)")
    options.fail_on(fail_on, baseline)
    bar = options.level(level)
    rules = options.gate_rules(signatures, no_bundled)
    now = wall_clock()
    job = Job(rules, Settings(level=bar, reference=now, transport=options.transport(transport)), UTC, now)

    def report_of(summary: Summary) -> Report:
        from logscan import reportbuild

        told = Options(bar, None, None, "UTC", None)
        return reportbuild.report(summary, RulesInfo(rules.digest, rules.count, rules.packs), told, rules.by_id)

    wanted = checks.Rules(fail_on, options.report(baseline) if baseline else None, baseline or "")
    verdicts: Counter[str] = Counter()
    for checked in checks.check(paths, job, wanted, report_of):
        if update:
            checked = _updated(checked, quiet)
        verdicts[checked.verdict] += 1
        for line in _told(checked, wanted):
            print(clean_line(line))
    if not quiet:
        counts = ", ".join(f"{verdicts[verdict]} {word}" for verdict, word in _WORDS.items() if verdicts[verdict])
        print(f"{plural(sum(verdicts.values()), 'log')} checked: {counts}")
    return _exit_code(verdicts, allow_incomplete)


def _exit_code(verdicts: Counter[str], allow_incomplete: bool) -> int:
    if verdicts["differs"] or verdicts["fails"] or verdicts["gone"]:
        return 1
    if sum(verdicts.values()) == verdicts["skipped"]:
        return 2
    return 3 if verdicts["incomplete"] and not allow_incomplete else 0


def _updated(checked: "Checked", quiet: bool) -> "Checked":
    """Write the expectation where it is wanted and not as it should be."""
    import msgspec

    from logscan import expected

    path = expected.beside(checked.log)
    if checked.report is None or checked.log == "stdin" or not (checked.named or path.is_file()):
        return checked
    text = expected.dumps(checked.report)
    if not path.is_file() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")
        if not quiet:
            print(clean_line(f"{path}: written"))
    return msgspec.structs.replace(checked, verdict="expected", differences=(), findings=())


def _told(checked: "Checked", rules: "Rules") -> Iterator[str]:
    """The lines about one log: what is wrong, and which command accepts it."""
    log = checked.log
    if checked.verdict == "differs":
        yield f"{log}: not what {log}.expected.yaml says"
        for one in checked.differences:
            yield f"  {one.key}: expected {one.want or 'none'}, found {one.got or 'none'}  {one.title}".rstrip()
        yield f"  right as it is? logscan check --update {options.shell(log)}"
    elif checked.verdict == "fails":
        yield f"{log}: {_failing(rules)}"
        for each in checked.findings:
            line = f", first in line {each.example.line}" if each.example.line else ""
            yield f"  {each.key}: {each.count}x {each.severity}  {each.title}{line}"
        if log == "stdin":
            yield "  right as it is? save a report (logscan scan - --format json) and name it with --baseline"
        else:
            yield f"  right as it is? logscan check --update {options.shell(log)}"
    elif checked.verdict == "gone":
        yield f"{log}: {checked.reason}, but {log}.expected.yaml stands there; remove it too"
    elif checked.verdict in ("skipped", "incomplete"):
        yield f"{log}: {checked.reason}"


def _failing(rules: "Rules") -> str:
    what = {"page": "pages", "unknown": "has unknown incidents", "new": "has new incidents"}.get(rules.fail_on)
    said = what or f"holds events of severity {rules.fail_on} or worse"
    return said + (f" that {rules.name} does not list" if rules.old is not None else "")
