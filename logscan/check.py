"""Check sample logs: each against the expectation beside it, the others against a gate.

Pure but for the scan itself and the expectations that it reads: what is found comes back as values, the command line
prints them.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from logscan import baseline, expected, gate, run
from logscan.expected import Difference
from logscan.job import Job
from logscan.report import Incident, Report
from logscan.sources import Skip, find
from logscan.summary import Summary

Verdict = Literal["expected", "clean", "differs", "fails", "incomplete", "skipped", "gone"]


class Rules(msgspec.Struct, frozen=True):
    """What must not be in a log without an expectation: see gate.py. `old` lists what may be, `name` is its file."""

    fail_on: str
    old: Report | None = None
    name: str = ""


class Checked(msgspec.Struct, frozen=True):
    """What came of one log. `named`: the user named it, so that an expectation is written where none stands.

    expected    as the expectation says; clean: no expectation, and nothing that the gate asks for
    differs     `differences` says where; fails: `findings` are what the gate asks for
    incomplete  could not be read to its end, and nothing else is wrong; skipped: no log at all
    gone        an expectation without its log; `reason` of all three
    """

    log: str
    verdict: Verdict
    report: Report | None = None
    named: bool = False
    differences: tuple[Difference, ...] = ()
    findings: tuple[Incident, ...] = ()
    reason: str = ""


def check(paths: Sequence[str], job: Job, rules: Rules, report_of: Callable[[Summary], Report]) -> Iterator[Checked]:
    """Check every log that `paths` name, in order; an expectation among them stands for its log.

    Raises RulesError where an expectation cannot be read.
    """
    logs = dict.fromkeys(path.removesuffix(expected.SUFFIX) for path in paths)
    named = {path for path in logs if path == "-" or Path(path).is_file()}
    for item in find(list(logs)):
        if isinstance(item, Skip):
            if item.fatal:
                orphan = f"{item.name}{expected.SUFFIX}" in paths
                yield Checked(item.name, "gone" if orphan else "skipped", reason=item.reason)
            continue
        path = item.path if item.path is not None else "-"
        report = report_of(run.scan([path], job))
        yield _judged(item.name, path, report, rules, path in named)


def _judged(name: str, path: str, report: Report, rules: Rules, named: bool) -> Checked:
    reason = "; ".join(problem.message for problem in report.problems)
    if not report.input.sources:
        return Checked(name, "skipped", reason=reason)
    beside = expected.beside(path)
    if path != "-" and beside.is_file():
        found = expected.differences(expected.loads(beside.read_bytes(), str(beside)), report)
        verdict: Verdict = "differs" if found else "expected"
        return Checked(name, verdict, report, named, differences=tuple(found))
    if rules.old is not None:
        report = baseline.compare(report, rules.old, rules.name)
    failing = gate.findings(report, rules.fail_on)
    if not failing and not report.complete:
        return Checked(name, "incomplete", report, named, reason=reason)
    return Checked(name, "fails" if failing else "clean", report, named, findings=tuple(failing))
