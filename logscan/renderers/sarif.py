"""`--format sarif`: SARIF 2.1.0 for code scanning (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

One result an incident, with `occurrenceCount`; its place is the example's line in the log. Limits are GitHub's
(https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning): of a
run's results 5,000 are kept, so the rest is left out here and said so.
"""

from typing import Any
from urllib.parse import quote

from logscan.renderers import findings, story
from logscan.renderers.layout import is_web
from logscan.renderers.view import View
from logscan.renderers.words import number, plural
from logscan.report import Incident, Report, encode
from logscan.sanitize import clean, clean_line, scrub
from logscan.sigmodel import Remediation

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5_000
MOST_DESCRIPTION = 1_024
_SEVERITY = {"critical": "9.0", "error": "7.0", "warning": "4.0", "info": "1.0"}

Object = dict[str, Any]


def render(report: Report, view: View) -> str:
    """One run, as one line of JSON."""
    shown, left = story.selected(report.incidents, MOST_RESULTS, None)
    rules = _rules(shown)
    places = {rule["id"]: n for n, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {"name": "logscan", "version": report.version, "semanticVersion": report.version, "rules": rules}
        },
        "automationDetails": {"id": "logscan/"},
        "invocations": [_invocation(report, left)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(incident, report, places) for incident in shown],
        "properties": {
            "events": report.events,
            "matched": report.matched,
            "unclassified": report.unclassified,
            "complete": report.complete,
            "lowerBound": findings.at_least(report),
            "bytes": report.input.bytes,
            "lines": report.input.lines,
            "incidents": len(report.incidents),
        },
    }
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}).decode() + "\n"


def _rules(incidents: tuple[Incident, ...]) -> list[Object]:
    first: dict[str, Incident] = {}
    for incident in incidents:
        first.setdefault(findings.rule(incident), incident)
    return [_rule(name, incident) for name, incident in sorted(first.items())]


def _rule(name: str, incident: Incident) -> Object:
    remedy = incident.remediation
    if name == findings.UNKNOWN_RULE:
        short = "An error that no signature knows"
        full = "A group of errors that no signature knows; its text is in the result."
        help_text = "logscan explain FILE:LINE shows how it was read, and which signatures came near."
        rule: Object = {"help": {"text": help_text, "markdown": help_text}}
    else:
        short = clean_line(incident.title)
        full = f"{short}. {clean_line(remedy.summary)}" if remedy else short
        rule = {"help": _help(incident, remedy)}
        urls = [] if remedy is None else [url for url in story.urls(remedy) if is_web(url)]
        if urls:
            rule["helpUri"] = quote(scrub(urls[0]), safe=":/?#[]@!$&'()*+,;=%~")
    return {
        "id": name,
        "name": name,
        "shortDescription": {"text": short[:MOST_DESCRIPTION] or name},
        "fullDescription": {"text": full[:MOST_DESCRIPTION] or name},
        **rule,
        "defaultConfiguration": {"level": findings.grade(incident)},
        "properties": {
            "tags": ["log", incident.action],
            "precision": "high",
            "problem.severity": {"note": "recommendation"}.get(findings.grade(incident), findings.grade(incident)),
        },
    }


def _help(incident: Incident, remedy: Remediation | None) -> Object:
    if remedy is None:
        return {"text": clean_line(incident.title), "markdown": clean_line(incident.title)}
    lines = [clean_line(line) for line in [remedy.summary, *findings.what_to_do(incident), *story.urls(remedy)]]
    return {"text": "\n".join(lines), "markdown": "\n\n".join(_escaped(line) for line in lines)}


def _escaped(text: str) -> str:
    """As one paragraph of Markdown in which nothing is markup."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|~!$" else char for char in text)


def _result(incident: Incident, report: Report, places: dict[str, int]) -> Object:
    rule = findings.rule(incident)
    source = findings.path(incident)
    uri = quote(scrub(source or "stdin"), safe="/~")
    if source is not None and source.startswith("/"):
        uri = f"file://{uri}"
    said = [clean_line(incident.title), findings.sentence(incident, report), findings.error(incident)]
    said += [clean_line(line) for line in findings.what_to_do(incident)]
    return {
        "ruleId": rule,
        "ruleIndex": places[rule],
        "level": findings.grade(incident),
        "message": {"text": "\n".join(clean(text) for text in said if text)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri},
                    "region": {"startLine": max(1, incident.example.line or 1)},
                }
            }
        ],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{incident.fingerprint}:1",
            "logscanGroup/v1": incident.key,
        },
        "occurrenceCount": incident.count,
        "properties": {
            "key": incident.key,
            "severity": incident.severity,
            "security-severity": _SEVERITY[incident.severity],
            "action": incident.action,
            "lowerBound": incident.lower_bound,
            "first": incident.first,
            "last": incident.last,
        },
    }


def _invocation(report: Report, left: tuple[Incident, ...]) -> Object:
    notes = [_note("warning", f"{one.source}: {one.message}", one.kind) for one in report.problems]
    if not report.complete:
        notes.append(_note("warning", "not everything could be read", "incomplete"))
    if findings.at_least(report):
        notes.append(_note("warning", "messages were lost before they came here: counts are lower bounds", "lost"))
    if left:
        events = sum(incident.count for incident in left)
        notes.append(_note("note", f"and {number(len(left))} more incidents, {plural(events, 'event')}", "limit"))
    return {"executionSuccessful": report.complete, "toolExecutionNotifications": notes}


def _note(level: str, text: str, kind: str) -> Object:
    return {"level": level, "message": {"text": clean(text)}, "descriptor": {"id": kind or "problem"}}
