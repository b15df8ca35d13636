"""Plain text: one line is one line, one file is one stream."""

from logscan.model import Level
from logscan.transports import Entry

name = "plain"
claimable = b""
every_line = False


def anchors(level: Level) -> frozenset[bytes]:
    """A plain line carries nothing but its text."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Never claims: plain is what a source is until something better claims it."""
    return None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """The line itself."""
    return line
