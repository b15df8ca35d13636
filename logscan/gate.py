"""What must not be: the incidents of a report that let a run fail (`--fail-on`)."""

from logscan.model import SEVERITIES
from logscan.report import Incident, Report

WHAT = (*SEVERITIES, "page", "unknown", "new")
"""A severity stands for itself and worse."""


def findings(report: Report, what: str) -> list[Incident]:
    """The incidents that `what` asks for; those that the baseline lists are none, nor those with action `ignore`."""
    return [each for each in report.incidents if each.action != "ignore" and not _listed(each) and _is(each, what)]


def _listed(incident: Incident) -> bool:
    return incident.change is not None and incident.change.status != "new"


def _is(incident: Incident, what: str) -> bool:
    if what == "page":
        return incident.action == "page"
    if what == "unknown":
        return incident.signature is None
    return what == "new" or SEVERITIES.index(incident.severity) >= SEVERITIES.index(what)
