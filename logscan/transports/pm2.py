"""pm2: what `pm2 logs` prints, and the files of programs started with `--time`, which puts a time on every line.

    0|shop     | message                           the process's number and name, padded
    PM2        | App [shop:0] online               pm2 about itself
    2026-01-01T10:00:00: message                   in a file
    0|shop     | 2026-01-01T10:00:00: message      both; a blank instead of the T: `--log-date-format`
https://pm2.keymetrics.io/docs/usage/log-management/
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "pm2"
claimable = b"0123456789P\x1b"
every_line = False

_COLOUR = rb"(?:\x1b\[[\d;]*m)*"
_LINE = lazy(
    _COLOUR + rb"(?:(?P<process>(?:\d{1,4}\|(?P<name>[\w.@-]{1,64})|PM2)) *\|" + _COLOUR + rb" )?" + _COLOUR
    + rb"(?:(?P<time>\d{4}-\d\d-\d\d(?:T|(?(process) ))\d\d:\d\d:\d\d(?:(?(process)[ ]?[+-]\d\d:\d\d))?):(?: |$))?"
)  # fmt: skip


def anchors(level: Level) -> frozenset[bytes]:
    """pm2 adds nothing but names and times."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """A program's line, or pm2's own."""
    found = _LINE.match(line)
    if found is None or (found["process"] is None and found["time"] is None):
        return None
    program = found["name"].decode() if found["name"] else None
    return Entry(
        key=found["process"].decode() if found["process"] else "",
        lines=[line[found.end() :]],
        meta=Meta(
            raw_time=found["time"].decode() if found["time"] else None,
            unit=program,
            resource={"service.name": program} if program else {},
        ),
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without either: plain text."""
    return line
