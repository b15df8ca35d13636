"""What the formats of continuous integration share: how bad a finding is, where it stands, what it says in a line."""

import sys
from typing import Literal

from logscan.renderers import story, terminal_head
from logscan.renderers.layout import text_of
from logscan.renderers.words import plural
from logscan.report import Incident, Report
from logscan.sanitize import clean_line

Grade = Literal["error", "warning", "note"]

UNKNOWN_RULE = "unclassified"
"""The rule under which groups stand that no signature knows."""


def grade(incident: Incident) -> Grade:
    """By severity; what on-call ignores is a note however bad it sounds."""
    if incident.action == "ignore" or incident.severity == "info":
        return "note"
    return "warning" if incident.severity == "warning" else "error"


def rule(incident: Incident) -> str:
    """The signature, or the one name for what none knows."""
    return incident.signature or UNKNOWN_RULE


def path(incident: Incident) -> str | None:
    """The log file that holds the example; None for what is no file."""
    source = incident.example.source
    return None if source in ("stdin", "-") or "://" in source else source


def at_least(report: Report) -> bool:
    """Whether counts are lower bounds, because messages were lost before they came here."""
    return any(incident.lower_bound for incident in report.incidents)


def counts(report: Report) -> str:
    """`1,366 events: 1,349 known (4 incidents), 17 unknown (1 group)`."""
    return text_of(terminal_head.counts(report, sys.maxsize)[0])


def sentence(incident: Incident, report: Report) -> str:
    """`1,204 events; 22 Nov 2026 02:41:07 UTC, 76 s after the restart; …`: how often, since when, what it follows."""
    least = "at least " if incident.lower_bound else ""
    cause = [f"follows: {one.title}" for one in report.incidents if incident.follows and one.key == incident.follows]
    return "; ".join([f"{least}{plural(incident.count, 'event')}", *story.when(incident, report, alone=True), *cause])


def error(incident: Incident) -> str:
    """What the example says, and how many other messages there are; empty where the title says it."""
    said = story.told(incident)
    if not said or clean_line(said) == clean_line(incident.title):
        return ""
    return "; ".join(part for part in (said, story.other_messages(incident)) if part)


def what_to_do(incident: Incident) -> list[str]:
    """What helps, soonest first, one line each: tonight, the fix, or how to look at an unknown group."""
    remedy = incident.remediation
    if remedy is None:
        return [f"see: {incident.locate}"] if incident.locate else []
    lines = [] if remedy.now is None else [f"now: {remedy.now.do}"]
    fixes = story.upgrades(remedy, incident.language) or [remedy.summary]
    return [*lines, *(f"fix: {text}" for text in fixes)]
