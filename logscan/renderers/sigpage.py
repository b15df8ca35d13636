"""A signature's whole page for a terminal."""

from logscan.renderers.layout import Line, Span, Style, is_web, wrap
from logscan.renderers.view import View
from logscan.sanitize import clean_line
from logscan.sigmodel import Signature
from logscan.sigpage import rows

LABEL = 10
"""Cells of a row's label and the blank after it, after an indent of two."""
MOST = 1000
"""Lines of one text; nothing is cut away here."""


def render(signature: Signature, view: View) -> str:
    """The page, in the width of the view; its links are clickable where the view allows it."""
    style = Style(view.color, view.links)
    lines: list[Line] = [[Span(signature.id, "strong")], [Span(clean_line(signature.title))], []]
    for row in rows(signature):
        parts = wrap(clean_line(row.text), view.width - LABEL - 2, MOST)
        for n, part in enumerate(parts):
            lines.append([Span(f"  {'' if n else row.label:<{LABEL}}", "dim"), Span(part)])
        if is_web(row.url):
            url = clean_line(row.url)
            lines.append([Span(" " * (LABEL + 2)), Span(url, "link", url)])
    return "".join(f"{style.write(line)}\n" for line in lines)
