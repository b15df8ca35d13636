"""`--format github`: annotations of a GitHub Actions step, as workflow commands.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands; escaping as in
https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts. A step shows ten annotations of a kind,
so no more are written; a line says how many there would have been.
"""

from logscan.renderers import findings, story
from logscan.renderers.view import View
from logscan.renderers.words import number, plural
from logscan.report import Incident, Report
from logscan.sanitize import clean, clean_line, inert

MOST_OF_A_KIND = 10
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, view: View) -> str:
    """A line of counts, then the annotations."""
    lines = [f"logscan: {findings.counts(report)}{'' if report.complete else '; incomplete'}"]
    kinds: dict[findings.Grade, list[Incident]] = {"error": [], "warning": [], "note": []}
    for incident in report.incidents:
        kinds[findings.grade(incident)].append(incident)
    for kind, some in kinds.items():
        lines += [_annotation(_COMMANDS[kind], incident, report) for incident in some[:MOST_OF_A_KIND]]
        left = some[MOST_OF_A_KIND:]
        if left:
            events = sum(incident.count for incident in left)
            lines.append(f"logscan: and {number(len(left))} more at {kind}, {plural(events, 'event')}")
    for problem in report.problems[:MOST_OF_A_KIND]:
        said = _data(f"{problem.source}: {problem.message}")
        lines.append(f"::warning title=logscan%3A not everything was read::{said}")
    if len(report.problems) > MOST_OF_A_KIND:
        lines.append(f"logscan: and {number(len(report.problems) - MOST_OF_A_KIND)} more problems")
    return "\n".join(lines) + "\n"


def _annotation(command: str, incident: Incident, report: Report) -> str:
    """One command. Its place is the example's line in the log."""
    place, line = findings.path(incident), incident.example.line
    properties: dict[str, str] = {}
    if place is not None:
        properties["file"] = place
        if line is not None:
            properties |= {"line": str(line), "endLine": str(line)}
    properties["title"] = f"{story.label(incident)} {incident.count}x {incident.title}"
    said = [findings.sentence(incident, report), findings.error(incident), *findings.what_to_do(incident)]
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "\n".join(clean_line(text) for text in said if text)
    return f"::{command} {given}::{_data(message)}"


def _data(text: str) -> str:
    return inert(clean(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean_line(text)).replace(":", "%3A").replace(",", "%2C")
