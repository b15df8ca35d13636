r"""A log in colours that was copied from a page or a terminal, on which way the escape before each colour was lost.

    [32mINFO[0m:     Started server process [1]
    [2m2026-11-24 10:00:01[0m [[31m[1merror    [0m] [1mno stock[0m
    [32m[Nest] 17  - [39m11/24/2026, 10:00:01 AM [31m  ERROR[39m [31mno stock[39m

What is left of them is taken away. A source is known by a line that begins with a colour: to look into every line would
cost each log something. A line in which a colour only begins, and none ends, stays as it is.
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "bleached"
claimable = b"["
every_line = False

_ENDS = (b"[0m", b"[39m", b"[22m", b"[m")
_COLOUR = lazy(rb"\x1b?\[(?:\d{1,3}(?:;\d{1,3}){0,6})?m")


def anchors(level: Level) -> frozenset[bytes]:
    """A colour inside a word hides it from the search for literals; such a line has an end of one."""
    return frozenset(_ENDS)


def claims(line: bytes) -> bool:
    """Whether a line begins and ends a colour without an escape."""
    if line.find(b"[0m") < 0 and line.find(b"[39m") < 0:
        return False
    return line.find(b"\x1b") < 0 and sum(1 for _ in _COLOUR.finditer(line)) > 1


def read(line: bytes) -> Entry | None:
    """The line without what is left of its colours."""
    if any(line.find(end) >= 0 for end in _ENDS):
        line = _COLOUR.sub(b"", line)
    return Entry(key="", lines=[line], meta=Meta())


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """There are none: every line is read."""
    return line
