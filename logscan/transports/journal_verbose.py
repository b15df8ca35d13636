"""`journalctl -o verbose`: a date line with the cursor, then each field on a line of its own, indented by four.

    Tue 2026-11-24 19:43:09.295276 UTC [s=bd90…;i=160;b=c74f…;m=bc59…;t=6610aeb868d0a;x=8ac1…]
        PRIORITY=3
        MESSAGE=charge failed
                Traceback (most recent call last):

The further lines of a value are indented as far as its first one. Nothing ends an entry but the next one, or the end.
The cursor's `t` is the entry's time, µs in hexadecimal. Values that are not printable are `[14B blob data]`: the text
is lost, `-o json` keeps it. https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#verbose
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, journal

name = "journal-verbose"
claimable = b"MTWFS"
every_line = True

_START = lazy(
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6} [A-Z][A-Za-z0-9+-]{1,6}"
    rb" \[s=[0-9a-f]+;i=[0-9a-f]+;b=[0-9a-f]+;m=[0-9a-f]+;t=(?P<time>[0-9a-f]{1,15});x=[0-9a-f]+\]$"
)
_FIELD = lazy(rb" {4}(?P<name>[A-Z_][A-Z0-9_]*)=")
_TEXTS = ("MESSAGE", "EXCEPTION_TEXT")


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Claims a date line."""
    found = _START.match(line)
    return Entry(key="", lines=[line], meta=Meta(time=int(found["time"], 16))) if found else None


def gather(pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
    """An entry ends where the next one begins, or at a line of journalctl's own (`-- Boot …`)."""
    line = line.removesuffix(b"\r")
    starts = _START.match(line) is not None
    if not pending:
        return (journal.keep((), line), None) if starts else ((), None)
    if starts:
        return journal.keep((), line), _entry(journal.joined(pending), closing=1)
    if line == b"\n" or line.startswith(b"-- "):
        return (), _entry(journal.joined(pending), closing=1)
    pending = journal.keep(pending, line)
    if journal.full(pending):
        return (), _entry(journal.joined(pending), closing=0)
    return pending, None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line goes through `gather`."""
    return line


def _entry(raw: bytes, closing: int) -> Entry | None:
    """The entry in its lines; `closing` is 1 where a further line ended it."""
    lines = raw.split(b"\n")[:-1]
    start = _START.match(lines[0])
    if start is None:
        return None
    values: dict[str, list[list[bytes]]] = {}
    rows: dict[str, list[int]] = {}
    name, indent = "", 0
    for index, line in enumerate(lines[1:], 1):
        found = _FIELD.match(line)
        # a value's further lines are indented by more than any field; a field of the same name repeats it
        if found is not None:
            name, indent = found["name"].decode(), found.end()
            values.setdefault(name, []).append([line[indent:]])
        elif name:
            values[name][-1].append(line[indent:])
        if name in _TEXTS:
            rows.setdefault(name, []).append(index - len(lines) + 1 - closing)
    fields: dict[str, object] = {key: [b"\n".join(each) for each in many] for key, many in values.items()}
    return journal.entry({"__REALTIME_TIMESTAMP": str(int(start["time"], 16)), **fields}, rows)
