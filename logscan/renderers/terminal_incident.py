"""What is known of one incident, in rows of a label and a value."""

from datetime import datetime

from logscan import rates
from logscan.renderers import story
from logscan.renderers.layout import Line, Span, cells, is_web, wrap
from logscan.renderers.view import View
from logscan.renderers.words import coarse_duration, number, percent, plural
from logscan.report import Incident, Report
from logscan.sanitize import clean, clean_line

LABEL = 9
"""Cells of a row's label, after an indent of two."""

CHART_NOTE = 14
"""Cells kept for `   5 min each` after a chart."""
MIN_COLUMNS = 6
"""A chart of fewer says nothing."""
MAX_TEXT_LINES = 8
WHOLE = 20
"""Lines of what has to be done: it is never cut."""


def rows(incident: Incident, report: Report, title: str, width: int, view: View) -> list[Line]:
    """The rows below an incident's title, which reads `title`."""
    layout = _Rows(width)
    _when(layout, incident, report, view)
    layout.text("burst", story.burst(incident, report), most=1)
    _what(layout, incident, title)
    _where(layout, incident, report)
    _remedy(layout, incident)
    if incident.signature is None and not incident.collapsed:
        if incident.locate:
            layout.whole("see", incident.locate)
        shown = story.explain(incident)
        if shown is not None:
            gloss = "   how it was read"
            room = cells(shown) + cells(gloss) <= layout.width
            layout.line("next", [Span(clean_line(shown)), Span(gloss if room else "", "dim")])
    if view.verbose:
        _more(layout, incident)
    return layout.lines


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
            self.text("" if n else label, line, most=2)

    def whole(self, label: str, value: str, style: str = "") -> None:
        self.line(label, [Span(clean_line(value), style)])

    def link(self, url: str) -> None:
        if is_web(url):
            self.line("link", [Span(clean_line(url), "link", url)])


def _when(layout: _Rows, incident: Incident, report: Report, view: View) -> None:
    """The rows `began` and the chart."""
    began = story.when(incident, report, now=view.now)
    if not began:
        return
    layout.clauses("at" if incident.count == 1 else "began", began)
    shown = report.stretch
    if report.bucket_seconds is None or shown.first is None or shown.last is None or incident.count < 3:
        return
    counts = {int(datetime.fromisoformat(at).timestamp()): n for at, n in incident.buckets}
    start, end = (int(datetime.fromisoformat(at).timestamp()) for at in (shown.first, shown.last))
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


def _what(layout: _Rows, incident: Incident, title: str) -> None:
    """What the example says, where the title does not: a known incident's begins with which module, host or path it is;
    an unknown group's is told in full, and what caused it."""
    if incident.signature is not None:
        layout.paragraph("error", story.told(incident), most=3)
        layout.text("", story.other_messages(incident), "dim")
        return
    if incident.collapsed:
        return
    message = (incident.message or "").strip()
    if message and clean_line(message) not in title:
        layout.paragraph("error", story.said(incident.exception, message))
    for link in incident.example.chain[:2]:
        layout.text(story.LINKS[link.link], story.said(link.exception, link.message), most=2)


def _where(layout: _Rows, incident: Incident, report: Report) -> None:
    places = story.places(incident)
    if places is not None:
        place, count, others = places
        text = place
        if count < incident.count:
            text += f" ({percent(count, incident.count)})"
        if others:
            text += f", {plural(others, 'other place')}"
        layout.text("where", f"{text} (your code)" if incident.signature is None else text, most=2)
        if incident.signature is None and incident.example.code and not others:
            layout.text("", incident.example.code, "code", most=2)
    for label, names in story.whose(incident, report):
        layout.text(label, names, most=2)


def _remedy(layout: _Rows, incident: Incident) -> None:
    remedy = incident.remediation
    layout.text("version", story.version(incident.verdict))
    if remedy is None:
        return
    if remedy.now is not None:
        layout.text("now", remedy.now.do, most=WHOLE)
    upgrades = story.upgrades(remedy, incident.language)
    for text in upgrades[:2]:
        layout.whole("fix", text)
    if not upgrades:
        layout.text("fix", remedy.summary, most=WHOLE)
    for url in story.urls(remedy)[:1]:
        layout.link(url)


def _more(layout: _Rows, incident: Incident) -> None:
    """What `verbose` adds: rates, the rest of the remedy, the variants, how to see it, frames and chain."""
    layout.clauses("rate", [text for text in (*story.pace(incident), story.share(incident)) if text])
    remedy = incident.remediation
    if remedy is not None:
        if remedy.now is not None:
            layout.text("risk", remedy.now.risk or "")
            layout.text("undo", remedy.now.undo or "")
        for fix in remedy.fixes:
            layout.text("not when", fix.not_when or "")
            layout.text("verify", fix.verify or "")
        for url in story.urls(remedy)[1:]:
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
        layout.text(part.link, story.said(part.exception, part.message), most=2)
