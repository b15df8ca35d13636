"""`--format terminal`: the report for a person at 3 a.m. Act or sleep, since when, where, what helps.

Reads the same on a terminal, in a pipe and without colour; only escape codes differ. Incidents to act on
(page, ticket, unknown) are shown with what is known of them; what only needs watching, and what merely
follows another incident, takes one line. `terminal_head` says what was read and what was lost, and
`terminal_incident` what is known of one incident.
"""

import sys

from logscan.renderers import story, terminal_change
from logscan.renderers import terminal_head as head
from logscan.renderers import terminal_incident as one
from logscan.renderers.layout import Line, Span, Style, cells, cut, text_of, width_of, wrap
from logscan.renderers.view import View
from logscan.renderers.words import number, plural
from logscan.report import Incident, Report
from logscan.sanitize import clean_line

MIN_WIDTH, MAX_WIDTH = 40, 200
NOTE_EDGE = 100
"""The cell by which a note at the right of a title ends, however wide the terminal is."""
MIN_TITLE = 24
"""Cells of a title beside a note; where fewer are left, the note has a line of its own."""
MAX_UNKNOWN = 10
"""Unknown groups shown unless `verbose`; the rest take one line together."""


def render(report: Report, view: View) -> str:
    """The whole report, newline at its end."""
    width = min(max(view.width, MIN_WIDTH), MAX_WIDTH)
    lines = [*head.subject(report, width), *head.counts(report, width), *head.warnings(report, width)]
    if report.events:
        lines += _incidents(report, width, view)
    lines += terminal_change.rows(report, width, view.verbose)
    if report.events:
        lines += [[], *head.footer(report, width)]
    style = Style(view.color, view.links)
    return "".join(style.write(line) + "\n" for line in lines)


def render_counts(report: Report, view: View) -> str:
    """Only the line of counts (`--quiet`), whole however narrow the view is; newline at its end."""
    line = head.counts(report, sys.maxsize)[0]
    return Style(view.color, view.links).write(line) + "\n"


def render_above(report: Report, view: View) -> str:
    """What has scrolled out of sight where the report is longer than the screen: the most urgent incident; newline at
    its end."""
    first = report.incidents[0]
    said = f"{story.label(first)} {number(first.count)}x {clean_line(first.title)}"
    text = f"further up, the most urgent first: {said}"
    width = min(max(view.width, MIN_WIDTH), MAX_WIDTH)
    return "".join(Style(view.color, view.links).write([Span(part, "dim")]) + "\n" for part in wrap(text, width, 2))


def _incidents(report: Report, width: int, view: View) -> list[Line]:
    shown, left_out = _selected(report.incidents, view)
    numbers = {incident.key: n for n, incident in enumerate(shown, 1)}
    counts_width = max([6, *(cells(number(incident.count)) for incident in shown)])
    lines: list[Line] = []
    after_block = True
    for incident in shown:
        title = _title_lines(incident, numbers, counts_width, width)
        rows: list[Line] = []
        if view.verbose or story.is_detailed(incident):
            rows = one.rows(incident, report, text_of(title[0]), width, view)
        if (rows and lines) or after_block:
            lines.append([])
        after_block = False
        lines += [*title, *rows]
    if left_out:
        events = sum(incident.count for incident in left_out)
        what = "more unknown groups" if view.top is None else "more"
        how = "--verbose shows them" if view.top is None else "--top shows fewer or more"
        lines += [[], [Span(f"and {number(len(left_out))} {what}, {plural(events, 'event')}: {how}", "dim")]]
    return lines


def _selected(incidents: tuple[Incident, ...], view: View) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """What is shown, and what there is no room for: unknown groups, unless the reader said how many of all."""
    if view.top is not None or view.verbose:
        return story.selected(incidents, len(incidents), view.top)
    known = sum(incident.signature is not None for incident in incidents)
    return story.selected(incidents, known + MAX_UNKNOWN, None)


def _title_lines(incident: Incident, numbers: dict[str, int], counts_width: int, width: int) -> list[Line]:
    """`1 PAGE    1,204x  SQLAlchemy: connection pool exhausted`.

    A long title takes two lines (four where there is little room); an unknown group's is cut, since the row `error`
    tells it in full.
    """
    digits = len(str(len(numbers)))
    label = story.label(incident)
    start: Line = [
        Span(f"{numbers[incident.key]:>{digits}} ", "dim"),
        Span(label, label.lower()),
        Span(" " * (7 - len(label))),
        Span(f"{number(incident.count):>{counts_width}}x", "strong"),
        Span("  "),
    ]
    indent = width_of(start)
    follows = numbers.get(incident.follows or "")
    margin = "" if follows is None else "  "
    said = clean_line(incident.title) if follows is None else f"follows {follows}: {clean_line(incident.title)}"
    style = "strong" if story.is_detailed(incident) else ""
    note = story.note(incident)
    if note and min(width, NOTE_EDGE) - indent - cells(note) - 2 < MIN_TITLE:
        shown = cut(said, width - indent)
        return [[*start, Span(shown, style)], [Span(" " * indent), Span(note, "dim")]]
    if note:
        edge = min(width, NOTE_EDGE) - indent - cells(note)
        shown = cut(said, edge - 2)
        return [[*start, Span(shown, style), Span(" " * (edge - cells(shown))), Span(note, "dim")]]
    first, *more = wrap(said, width - indent - len(margin), 2 if width >= 60 else 4) or [""]
    rest = [[Span(" " * indent + margin), Span(text, style)] for text in more]
    return [[*start, Span(margin), Span(first, style)], *rest]
