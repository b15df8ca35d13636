"""Syslog over a stream, as captured: RFC 6587's octet counting, `LENGTH <PRI>…` and the next one right behind it.

    83 <11>1 2025-03-14T09:26:53Z web01 shopd 5151 - - reservation failed
    Traceback (most recent call last): …

The length counts the bytes from `<` on; a message may hold line ends, and the next frame may start in the middle of a
line. A frame holds RFC 5424 or RFC 3164. https://www.rfc-editor.org/rfc/rfc6587#section-3.4.1
"""

import msgspec

from logscan.lazyre import lazy
from logscan.model import MAX_SPAN, Level
from logscan.transports import Entry, Meta, journal, syslog, syslog5424

name = "syslog-framed"
claimable = b"123456789"
every_line = True

_LENGTH = lazy(rb"([1-9]\d{0,6}) (?=<\d{1,3}>)")


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Claims a line that begins with a frame."""
    found = _LENGTH.match(line)
    if found is None:
        return None
    frame = line[found.end() : found.end() + int(found[1])]
    return syslog5424.read(frame) or syslog.read(frame)


def gather(pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
    """The frames that `line` completes, the first one with the others as its `more`; what is pending is the beginning
    of the next one."""
    closing = line == b"\n"
    kept = pending if closing else journal.keep(pending, line)
    if not closing and not journal.full(kept) and sum(map(len, kept)) < _wanted(kept):
        return kept, None
    data = journal.joined(kept)
    entries: list[Entry] = []
    pos = 0
    while pos < len(data):
        found = _LENGTH.match(data, pos)
        if found is None:
            stop = data.find(b"\n", pos) + 1 or len(data)
        else:
            stop = found.end() + int(found[1])
            if stop > len(data) and not closing and len(data) - pos <= MAX_SPAN:
                break
        if data[pos:stop].strip(b"\r\n\0"):
            entries.append(_entry(data, found.end() if found else pos, min(stop, len(data))))
        pos = stop
    first = msgspec.structs.replace(entries[0], more=tuple(entries[1:])) if entries else None
    return (data[pos:],) if pos < len(data) else (), first


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line goes through `gather`."""
    return line


def _wanted(kept: tuple[bytes, ...]) -> int:
    """How many bytes the frame at the start needs; 0 where there is none."""
    found = _LENGTH.match(kept[0])
    return found.end() + int(found[1]) if found else 0


def _entry(data: bytes, start: int, stop: int) -> Entry:
    """The record in data[start:stop], with the row of each of its lines."""
    first, _, rest = data[start:stop].rstrip(b"\r\n\0").partition(b"\n")
    entry = syslog5424.read(first) or syslog.read(first) or Entry(key="", lines=[first], meta=Meta())
    lines = [*entry.lines, *rest.split(b"\n")] if rest else entry.lines
    row = -data.count(b"\n", start, len(data) - 1)
    rows = [row] * len(entry.lines) + [row + 1 + i for i in range(len(lines) - len(entry.lines))]
    return msgspec.structs.replace(entry, lines=lines, rows=tuple(rows))
