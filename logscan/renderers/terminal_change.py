"""What has changed since the baseline, in a few lines below the incidents."""

from logscan.renderers.layout import Line, Span, cut, wrap
from logscan.renderers.words import coarse_duration, day_of_year, number, plural, seconds_between
from logscan.report import Baseline, Change, Incident, Report
from logscan.sanitize import clean_line

MAX_ROWS = 12
"""Of a kind, unless `verbose`."""


def rows(report: Report, width: int, verbose: bool) -> list[Line]:
    """`new`, `more`, `fewer`, `gone` with counts before and now; nothing where there is no baseline."""
    baseline = report.baseline
    if baseline is None:
        return []
    head = clean_line(f"compared with {baseline.name}{_of(report, baseline)}:")
    lines: list[Line] = [[], *([Span(part, "strong")] for part in wrap(head, width, 3))]
    changed = [(each, each.change) for each in report.incidents if each.change is not None]
    for status in ("new", "more", "fewer"):
        found = [(one, change) for one, change in changed if change.status == status]
        lines += _some([_row(one, change) for one, change in found], width, verbose)
    same = sum(change.status == "same" for _, change in changed)
    lines += _some([f"gone   {number(each.count)} to 0  {each.title}" for each in baseline.gone], width, verbose)
    if same:
        lines.append([Span(f"  same   {plural(same, 'incident')} as often as before", "dim")])
    if baseline.rules_digest != report.rules.digest:
        lines.append([Span("  ! other signatures then: groups are compared by their content", "warn")])
    return lines


def _of(report: Report, baseline: Baseline) -> str:
    """` of 25 Nov 2026 (24 h then, 18 h now)`: counts of logs of other lengths are no trend."""
    if baseline.last is None or baseline.first is None:
        return ""
    first, last = report.stretch.first, report.stretch.last
    if first is None or last is None:
        return f" of {day_of_year(baseline.last)}"
    then, now = (coarse_duration(seconds_between(*each)) for each in ((baseline.first, baseline.last), (first, last)))
    return f" of {day_of_year(baseline.last)} ({then} then, {now} now)"


def _row(incident: Incident, change: Change) -> str:
    if change.ratio is None:
        return f"new    {number(incident.count)}x  {incident.title}"
    ratio = f"{change.ratio:.1f}" if change.ratio >= 0.1 else f"{change.ratio:.2g}"
    return f"{change.status:<5}  {number(change.before)} to {number(incident.count)} ({ratio}x)  {incident.title}"


def _some(texts: list[str], width: int, verbose: bool) -> list[Line]:
    shown = texts if verbose else texts[:MAX_ROWS]
    lines = [[Span("  "), Span(cut(clean_line(text), width - 2))] for text in shown]
    if len(shown) < len(texts):
        lines.append([Span(f"  and {len(texts) - len(shown)} more: --verbose shows them", "dim")])
    return lines
