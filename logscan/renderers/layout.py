"""Lines of styled text: what fits into how many cells, and how it is coloured.

A line is a list of `Span`s, plain text and the name of a style. Widths are measured on plain text;
escape codes are put in last, by `Style`, and nothing else writes them. Log text comes in through
`clean_line`, so no escape code of a log ever reaches the output. (rich is not used for it: it reads
`[tags]` in log text, and lets ESC through.)
"""

import msgspec
from rich.cells import cell_len, set_cell_size

from logscan.sanitize import clean_line, inert

# Select Graphic Rendition: https://www.ecma-international.org/publications-and-standards/standards/ecma-48/
_SGR = {
    "page": "1;7;31",
    "new": "1;35",
    "ticket": "1;33",
    "watch": "36",
    "ignore": "2",
    "alert": "31",
    "warn": "33",
    "good": "32",
    "strong": "1",
    "dim": "2",
    "code": "36",
    "bars": "34",
    "bars-hot": "31",
    "link": "4;34",
}


class Span(msgspec.Struct, frozen=True):
    """Text for one place; `style` a name of the table above or "" for none; `url` makes it a link."""

    text: str
    style: str = ""
    url: str = ""


Line = list[Span]


def cells(text: str) -> int:
    """How many terminal cells `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def width_of(line: Line) -> int:
    """How many cells a line takes."""
    return sum(cells(span.text) for span in line)


def text_of(line: Line) -> str:
    """A line without its styles and links."""
    return "".join(span.text for span in line)


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; `…` stands where some of it is missing."""
    if cells(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def wrap(text: str, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines of `width` cells, broken at spaces where there are some; what does
    not fit ends in `…`."""
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most - 1 and cells(rest) > width:
        head = set_cell_size(rest, width).rstrip() or rest[:1]
        if rest[len(head) : len(head) + 1].strip() and " " in head:
            head = head[: head.rindex(" ")]
        lines.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*lines, cut(rest, width)] if rest else lines


class Style:
    """Writes lines: with colours and links, or as plain text that reads the same."""

    def __init__(self, color: bool, links: bool) -> None:
        self._color = color
        self._links = links

    def write(self, line: Line) -> str:
        """The line as text, without newline. All text is cleaned here once more."""
        return inert("".join(self._span(span) for span in line).rstrip())

    def _span(self, span: Span) -> str:
        text = clean_line(span.text)
        if self._color and span.style and text.strip():
            text = f"\x1b[{_SGR[span.style]}m{text}\x1b[0m"
        if self._links and is_web(span.url):
            # https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
            target = "".join(char if "!" <= char <= "~" else "" for char in span.url)
            text = f"\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\"
        return text


def is_web(url: str) -> bool:
    """Whether a link may be offered: web pages only."""
    return url.startswith(("https://", "http://"))
