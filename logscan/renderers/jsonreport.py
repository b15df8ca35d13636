"""`--format json`: the report as one JSON object on one line, `logscan.report/1`."""

from logscan.renderers.view import View
from logscan.report import Report, dumps


def render(report: Report, view: View) -> str:
    """The report's JSON."""
    return dumps(report).decode()
