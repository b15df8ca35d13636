"""A whole log under a margin, as people paste it into a ticket or a list: four spaces before every line.

    ····2026-11-24 10:00:01 ERROR message
    ····Traceback (most recent call last):
    ····  File "/srv/app/shop/cart.py", line 14, in apply_discount

Indented lines are parts of messages and tracebacks everywhere else, so only a source's very first line decides: a
record under a margin. The margin is in the transport's name, so that it goes where the name goes; lines without it are
text.
"""

from functools import lru_cache

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, Transport, begins_record

_NAME = "indented"
_LEVEL = lazy(rb"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL):[ A-Za-z_]")
_MARGIN = lazy(rb" {1,16}(?! )|\t{1,4}(?!\t)")


def margin_of(line: bytes) -> str | None:
    """The name of the transport that a source's first line decides; None where it is no record under a margin."""
    found = _MARGIN.match(line) if line[:1] in (b" ", b"\t") else None
    if found is None or line.startswith(b"Traceback", found.end()):
        return None
    if not begins_record(line, found.end()) and _LEVEL.match(line, found.end()) is None:
        return None
    return f"{_NAME}-{found.end()}{'' if line[:1] == b' ' else 't'}"


@lru_cache(maxsize=32)
def named(name: str) -> Transport:
    """The transport of a name that `margin_of` gave."""
    size = name.removeprefix(f"{_NAME}-")
    return _Indented(name, (b"\t" if size[-1:] == "t" else b" ") * int(size.removesuffix("t")))


class _Indented:
    """See `Transport`."""

    claimable = b" \t"
    every_line = False

    def __init__(self, name: str, margin: bytes) -> None:
        self.name = name
        self._margin = margin

    def anchors(self, level: Level) -> frozenset[bytes]:
        """Nothing says how bad a line is but its text."""
        return frozenset()

    def read(self, line: bytes) -> Entry | None:
        """The line behind the margin."""
        if not line.startswith(self._margin):
            return None
        return Entry(key="", lines=[line[len(self._margin) :]], meta=Meta())

    def continuation(self, line: bytes, owner: Entry | None) -> bytes | None:
        """A line without the margin: text, or one that lost its blanks."""
        return line
