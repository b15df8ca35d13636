"""`journalctl -o short` and its relatives: a timestamp, a host, an identifier with a pid, and the text.

    Aug 20 14:26:40 web01 python3[4242]: message                     short
    Aug 20 14:26:40.002468 web01 python3[4242]: message              short-precise
    2025-08-20T14:26:40+0000 web01 python3[4242]: message            short-iso (and -iso-precise)
    Wed 2025-08-20 14:26:40 UTC web01 app.service[4242]: message     short-full, with-unit
    1755700000.002468 web01 python3[4242]: message                   short-unix

A syslog file (RFC 3164) looks the same and is read the same. One entry is one line of a program's captured output,
so a traceback arrives as many entries, interleaved with those of other processes: the stream is the identifier and
the pid. Lines of one native entry after the first are indented by the width of the prefix; journald has removed
the empty ones among captured lines. https://www.freedesktop.org/software/systemd/man/latest/journalctl.html
"""

import re

from logscan.model import Level
from logscan.transports import Entry, Meta

name = "journal-short"
claimable = b"JFMASONDWTS0123456789"
every_line = False

_MON = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = rb"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?"
_PREFIX = re.compile(
    rb"(?P<time>" + _MON + rb" [ \d]\d " + _CLOCK
    + rb"|\d{4}-\d{2}-\d{2}T" + _CLOCK + rb"(?:[+-]\d{2}:?\d{2}|Z)"
    + rb"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d{2}-\d{2} " + _CLOCK + rb" [A-Z][A-Za-z0-9+-]{1,6}"
    + rb"|\d{10}\.\d{6})"
    rb" (?:(?P<host>[\w.-]+) )?"
    rb"(?P<ident>[^\s\[\]:][^\s\[\]:]*)(?:\[(?P<pid>\d+)\])?: ?"
)  # fmt: skip
_OWN_LINE = re.compile(rb"-- (?:Boot [0-9a-f]{32}|Logs begin|Journal begins|No entries|cursor: |Reboot)")
_LEVELLESS = frozenset({b"kernel", b"systemd"})


def anchors(level: Level) -> frozenset[bytes]:
    """The short form prints no priority, and the text as it is."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """An entry's first line."""
    found = _PREFIX.match(line)
    if found is None:
        return None
    ident = found["ident"].decode("utf-8", "replace")
    pid = (found["pid"] or b"").decode()
    host = (found["host"] or b"").decode("utf-8", "replace")
    key = f"{ident}[{pid}]" if pid else ident
    resource = {"service.name": ident}
    if host:
        resource["host.name"] = host
    if pid:
        resource["process.pid"] = pid
    return Entry(
        key=f"{host} {key}" if host else key,
        lines=[line[found.end() :]],
        meta=Meta(raw_time=found["time"].decode(), unit=ident, resource=resource),
        prefix=found.end(),
        native=found["ident"] in _LEVELLESS,
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Text of a native entry of several lines: the prefix's width in spaces, then the text."""
    if _OWN_LINE.match(line):
        return None
    if owner is not None and owner.prefix and not line[: owner.prefix].strip(b" "):
        return line[owner.prefix :]
    return line
