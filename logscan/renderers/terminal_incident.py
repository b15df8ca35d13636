"""What is known of one incident, in rows of a label and a value."""

from collections import Counter
from datetime import datetime

from logscan import rates
from logscan.renderers.layout import Line, Span, cells, is_web, wrap
from logscan.renderers.words import clock, coarse_duration, day, number, percent, plural, seconds_between
from logscan.report import Incident, Rate, Report
from logscan.sanitize import clean, clean_line
from logscan.sigmodel import Fix, Remediation

LABEL = 9
"""Cells of a row's label, after an indent of two."""

CHART_NOTE = 14
"""Cells kept for `   5 min each` after a chart."""
MIN_COLUMNS = 6
"""A chart of fewer says nothing."""
MAX_TEXT_LINES = 8


def rows(incident: Incident, report: Report, title: str, width: int, verbose: bool) -> list[Line]:
    """The rows below an incident's title, which reads `title`."""
    layout = _Rows(width)
    _when(layout, incident, report)
    _what(layout, incident, title)
    _where(layout, incident, report)
    _remedy(layout, incident)
    if incident.signature is None and not incident.collapsed:
        if incident.locate:
            layout.whole("see", incident.locate)
        if incident.example.line is not None and incident.example.source not in ("stdin", "-"):
            shown = f"logscan explain {incident.example.source}:{incident.example.line}"
            gloss = "   how it was read"
            room = cells(shown) + cells(gloss) <= layout.width
            layout.line("next", [Span(clean_line(shown)), Span(gloss if room else "", "dim")])
    if verbose:
        _more(layout, incident)
    return layout.lines


def short_key(incident: Incident) -> str:
    """`fp:9f3ac1d0`: enough of an unknown group's key to name it."""
    return f"fp:{incident.fingerprint[:8]}"


class _Rows:
    """Rows as they are added; `line` a ready one, `text` a wrapped one, `whole` one that is never cut."""

    def __init__(self, width: int) -> None:
        self.width = width - LABEL - 2
        self.lines: list[Line] = []

    def line(self, label: str, value: Line) -> None:
        self.lines.append([Span(f"  {label:<{LABEL - 1}} ", "dim"), *value])

    def text(self, label: str, value: str, style: str = "", most: int = 3) -> None:
        for n, part in enumerate(wrap(clean_line(value), self.width, most)):
            self.line("" if n else label, [Span(part, style)])

    def paragraph(self, label: str, value: str, most: int = 4) -> None:
        """Text with its own line breaks."""
        lines = [part for line in value.split("\n") for part in wrap(clean_line(line), self.width, most)]
        for n, line in enumerate(lines[:most]):
            more = " …" if n == most - 1 < len(lines) - 1 and not line.endswith("…") else ""
            self.text("" if n else label, line + more, most=1)

    def clauses(self, label: str, parts: list[str]) -> None:
        """Parts joined by semicolons, broken between them where the line is full."""
        lines = parts[:1]
        for part in parts[1:]:
            joined = f"{lines[-1]}; {part}"
            if len(joined) < self.width:
                lines[-1] = joined
            else:
                lines[-1] += ";"
                lines.append(part)
        for n, line in enumerate(lines):
            self.text("" if n else label, line, most=1)

    def whole(self, label: str, value: str, style: str = "") -> None:
        self.line(label, [Span(clean_line(value), style)])

    def link(self, url: str) -> None:
        if is_web(url):
            self.line("link", [Span(clean_line(url), "link", url)])


def _when(layout: _Rows, incident: Incident, report: Report) -> None:
    """The rows `began` and the chart."""
    first, last, rate = incident.first, incident.last, incident.rate
    if first is None or last is None or rate is None or report.span.first is None or report.span.last is None:
        return
    span = seconds_between(report.span.first, report.span.last)
    began = _began(_moment(first, span), rate, incident.signature is None, span)
    if incident.count == 1:
        layout.clauses("at", began)
        return
    layout.clauses("began", [*began, _how_often(incident, rate, last, span)])
    if report.bucket_seconds is None or incident.count < 3:
        return
    counts = {int(datetime.fromisoformat(at).timestamp()): n for at, n in incident.buckets}
    start, end = (int(datetime.fromisoformat(at).timestamp()) for at in (report.span.first, report.span.last))
    each = rates.fold(report.bucket_seconds, start, end, layout.width - CHART_NOTE)
    columns = rates.columns(counts, each, start, end)
    if len(columns) < MIN_COLUMNS:
        return
    bars = rates.sparkline(columns, len(columns))
    label = coarse_duration(len(columns) * each)
    style = "bars-hot" if incident.action == "page" else "bars"
    layout.line(label, [*_bars(bars, style), Span(f"   {coarse_duration(each)} each", "dim")])


def _bars(bars: str, style: str) -> Line:
    """The chart with its empty stretches dimmed."""
    line: Line = []
    for char in bars:
        name = "dim" if char == rates.NO_BAR else style
        if line and line[-1].style == name:
            line[-1] = Span(line[-1].text + char, name)
        else:
            line.append(Span(char, name))
    return line


def _moment(time: str, span_s: int) -> str:
    return clock(time) if span_s < rates.DAY else f"{day(time)} {clock(time)}"


def _began(moment: str, rate: Rate, is_new: bool, span_s: int) -> list[str]:
    """`02:39:58, 7 s after the restart`, `none in the 3 h 35 min before`."""
    onset = rate.onset
    if onset is None:
        return [moment]
    quiet = f"none in the {rates.duration_text(onset.quiet_seconds)} before"
    is_late = onset.quiet_seconds >= max(60, span_s // 50)
    if onset.after is not None and onset.after_seconds is not None:
        after = f"{moment}, {rates.duration_text(onset.after_seconds)} after the {onset.after}"
        return [after, quiet] if is_new and is_late else [after]
    return [moment, quiet] if is_late else [f"{moment}, when the log begins"]


def _how_often(incident: Incident, rate: Rate, last: str, span_s: int) -> str:
    ended = f"last {_moment(last, span_s)}"
    if incident.count < 20:
        return ended
    peak = f"peak {number(rate.per_minute_peak)}/min"
    if not rate.per_minute_now:
        return f"{peak}, {ended}"
    rising = " and rising" if rate.trend is not None and rate.trend.direction == "rising" else ""
    return f"{peak}, now {number(rate.per_minute_now)}/min{rising}"


def _what(layout: _Rows, incident: Incident, title: str) -> None:
    """For an unknown group: the whole message where the title cuts it, and what caused it."""
    if incident.signature is not None or incident.collapsed:
        return
    message = (incident.message or "").strip()
    if message and clean_line(message) not in title:
        layout.paragraph("error", f"{incident.exception}: {message}" if incident.exception else message)
    for link in incident.example.chain[:2]:
        label = {"cause": "cause", "context": "during", "group": "one of", "remote": "remote"}[link.link]
        layout.text(label, f"{link.exception}: {link.message}" if link.message else link.exception, most=2)


def _where(layout: _Rows, incident: Incident, report: Report) -> None:
    places: Counter[str] = Counter()
    for variant in incident.variants:
        if variant.where:
            places[variant.where] += variant.count
    if places:
        (place, count), others = places.most_common(1)[0], len(places) - 1
        text = place
        if count < incident.count:
            text += f" ({percent(count, incident.count)})"
        if others:
            text += f", {plural(others, 'other place')}"
        layout.text("where", f"{text} (your code)" if incident.signature is None else text, most=2)
        if incident.signature is None and incident.example.code and not others:
            layout.text("", incident.example.code, "code", most=2)
    if len(report.input.sources) > 1 and incident.sources:
        named = [f"{name} ({number(n)})" for name, n in list(incident.sources.items())[:2]]
        more = len(incident.sources) - len(named)
        layout.text("in", ", ".join(named) + (f" and {more} more" if more else ""), most=2)


def _remedy(layout: _Rows, incident: Incident) -> None:
    remedy = incident.remediation
    verdict = incident.verdict
    if verdict is not None and verdict.status != "unknown":
        found_by = f" ({verdict.found_by})" if verdict.found_by else ""
        state = "AFFECTED" if verdict.status == "affected" else "has the fix"
        fixed = f", fixed in {verdict.fixed_in}" if verdict.fixed_in else ""
        layout.text("version", f"you run {verdict.found}{found_by}: {state}{fixed}")
    if remedy is None:
        return
    if remedy.now is not None:
        layout.text("now", remedy.now.do)
    upgrades = [text for text in (_upgrade(fix, incident.language) for fix in remedy.fixes) if text]
    for text in upgrades[:2]:
        layout.whole("fix", text)
    if not upgrades:
        layout.text("fix", remedy.summary)
    for url in _urls(remedy)[:1]:
        layout.link(url)


def _urls(remedy: Remediation) -> list[str]:
    """The pages to read, those of the fixes first, each once."""
    fixes = [fix.link for fix in remedy.fixes if fix.link]
    return list(dict.fromkeys([*fixes, *(link.url for link in remedy.links)]))


def _upgrade(fix: Fix, language: str | None) -> str | None:
    if fix.package is None or fix.fixed_in is None:
        return None
    if language == "python":
        return f"pip install '{fix.package}>={fix.fixed_in}'"
    return f"upgrade {fix.package} to {fix.fixed_in} or later"


def _more(layout: _Rows, incident: Incident) -> None:
    """What `verbose` adds: the rest of the remedy, the variants, how to see it, frames and chain."""
    remedy = incident.remediation
    if remedy is not None:
        if remedy.now is not None:
            layout.text("risk", remedy.now.risk or "")
            layout.text("undo", remedy.now.undo or "")
        for fix in remedy.fixes:
            layout.text("not when", fix.not_when or "")
            layout.text("verify", fix.verify or "")
        for url in _urls(remedy)[1:]:
            layout.link(url)
    if len(incident.variants) > 1:
        for variant in incident.variants[:5]:
            said = variant.message or ("all others" if variant.fingerprint == "other" else "no message")
            layout.text("variant", f"{number(variant.count)}x {said}", most=1)
    if incident.signature is not None and incident.locate:
        layout.whole("see", incident.locate)
    if not incident.example.frames:
        for n, line in enumerate(clean(incident.example.text).split("\n")[:MAX_TEXT_LINES]):
            layout.text("" if n else "text", line or " ", "dim", most=2)
    for frame in incident.example.frames:
        line = "" if frame.line is None else f":{frame.line}"
        layout.text("frame", f"{frame.file}{line} {frame.function or ''}", "dim", most=2)
        if frame.code:
            layout.text("", f"  {frame.code}", "code", most=1)
    for part in incident.example.chain:
        said = f"{part.exception}: {part.message}" if part.message else part.exception
        layout.text(part.link, said, most=2)
