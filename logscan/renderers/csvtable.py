"""`--format csv`: one row an incident, for spreadsheets (https://www.rfc-editor.org/rfc/rfc4180).

The sum of `count` is the number of events; rows without a `signature` are unclassified. Spreadsheets run what
looks like a formula (https://owasp.org/www-community/attacks/CSV_Injection), so such text starts with `'`.
"""

import csv
import io

from logscan.renderers import story
from logscan.renderers.layout import is_web
from logscan.renderers.view import View
from logscan.report import Incident, Report
from logscan.sanitize import clean_line

COLUMNS = (
    *("key", "signature", "fingerprint", "title", "severity", "action", "count", "lower_bound", "first", "last"),
    *("per_minute_mean", "per_minute_peak", "per_million_lines", "language", "exception", "message", "where"),
    *("source", "line", "follows", "collapsed", "version", "fix", "link", "locate", "report_complete"),
    *("change", "before"),
)
_FORMULA = "=+-@\t\r\n\x00＝＋－＠"

Cell = str | int | float | bool | None


def render(report: Report, view: View) -> str:
    """The table, a header row first; lines end with CRLF."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for incident in report.incidents:
        writer.writerow([cell(value) for value in _row(incident, report)])
    return out.getvalue()


def _row(incident: Incident, report: Report) -> tuple[Cell, ...]:
    rate, remedy, change = incident.rate, incident.remediation, incident.change
    where = story.places(incident)
    fixes = [] if remedy is None else story.upgrades(remedy, incident.language) or [remedy.summary]
    links = [] if remedy is None else [url for url in story.urls(remedy) if is_web(url)]
    return (
        *(incident.key, incident.signature, incident.fingerprint, incident.title, incident.severity, incident.action),
        *(incident.count, incident.lower_bound, incident.first, incident.last),
        None if rate is None else round(rate.per_minute_mean, 3),
        None if rate is None else round(rate.per_minute_peak, 3),
        None if incident.per_million_lines is None else round(incident.per_million_lines, 3),
        *(incident.language, incident.exception, incident.message, None if where is None else where.place),
        *(incident.example.source, incident.example.line, incident.follows, incident.collapsed),
        *(story.version(incident.verdict), fixes[0] if fixes else None, links[0] if links else None),
        *(incident.locate, report.complete),
        *((None, None) if change is None else (change.status, change.before)),
    )


def cell(value: Cell) -> str:
    """A value as a spreadsheet may read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    risky = value.lstrip(" ")[:1]
    return clean_line(f"'{value}" if risky and risky in _FORMULA else value)
