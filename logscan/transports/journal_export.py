"""`journalctl -o export`: an entry is fields on lines of their own; an empty line ends it.

A field is `NAME=value`; or, where the value is no printable text or has several lines, `NAME`, a newline, the value's
length (64 bits, little endian), the value, a newline. Length and value may hold newlines of their own, so a field of
that kind is followed by its length, never by its lines. https://systemd.io/JOURNAL_EXPORT_FORMATS/

While an entry is gathered, the first of the pending pieces says where in it we are:

    f            a field's first line comes next
    l <hex>      a length comes next; these bytes of it came already
    d <number>   so many bytes of a value and its newline are still to come
    s            a line of a value came shortened, so nobody knows how much is to come: up to the next entry's start

Journalctl writes `__CURSOR` first, which also finds the way back after damage.
"""

from logscan.lazyre import lazy
from logscan.model import MAX_SPAN, Level
from logscan.transports import Entry, Meta, journal

name = "journal-export"
claimable = b"_"
every_line = True

_START = lazy(rb"__(?:CURSOR=s=[0-9a-f]+;(?:.*;t=(?P<time>[0-9a-f]{1,15});)?|REALTIME_TIMESTAMP=\d{16}$)")
_NAME = lazy(rb"[A-Z_][A-Z0-9_]{0,63}$")
_FIELDS = b"f"
_SHORTENED = b"s"
_ELLIPSIS = b" [...] "
_LONG = 64 * 1024
_TEXTS = ("MESSAGE", "EXCEPTION_TEXT")


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Claims an entry's first line. The cursor's `t` is the entry's time, µs in hexadecimal."""
    found = _START.match(line)
    if found is None:
        return None
    return Entry(key="", lines=[line], meta=Meta(time=int(found["time"], 16) if found["time"] else None))


def gather(pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
    """An empty line between fields ends an entry; at the source's end, or too long, it is what it is."""
    if not pending:
        return ((_FIELDS, line + b"\n"), None) if _START.match(line) else ((), None)
    state, kept = pending[0], pending[1:]
    if line == b"\n":
        return (), _entry(journal.joined(kept), closing=1)
    if state == _FIELDS and not line:
        return (), _entry(journal.joined(kept), closing=1)
    if state == _SHORTENED and _START.match(line) and journal.joined(kept[-2:]).endswith(b"\n\n"):
        return (_FIELDS, line + b"\n"), _entry(journal.joined(kept), closing=1)
    kept = journal.keep(kept, line)
    if journal.full(kept):
        return (), _entry(journal.joined(kept), closing=0)
    return (_next(state, line), *kept), None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line goes through `gather`."""
    return line


def _next(state: bytes, line: bytes) -> bytes:
    """Where in an entry we are after `line`."""
    kind, _, rest = state.partition(b" ")
    if kind == b"f":
        return b"l " if _NAME.match(line) else _FIELDS
    if kind == _SHORTENED or (len(line) > _LONG and _ELLIPSIS in line):
        return _SHORTENED
    if kind == b"d":
        left = int(rest) - len(line) - 1
    else:
        had = bytes.fromhex(rest.decode()) + line + b"\n"
        if len(had) < 8:
            return b"l " + had.hex().encode()
        length = int.from_bytes(had[:8], "little")
        left = length + 1 - (len(had) - 8)
        if length > MAX_SPAN:  # damage
            return _FIELDS
    return b"d %d" % left if left > 0 else _FIELDS


def _entry(raw: bytes, closing: int) -> Entry:
    """The entry in its raw bytes; `closing` is 1 where a further line ended it."""
    fields: dict[str, object] = {}
    rows: dict[str, list[int]] = {}
    total = raw.count(b"\n") - 1 + closing
    pos = number = 0
    while pos < len(raw):
        cut = raw.index(b"\n", pos)
        key, equals, value = raw[pos:cut].partition(b"=")
        first, start = number, pos
        pos = cut + 1
        if not equals and _NAME.match(key) and len(raw) - pos >= 8:
            size = int.from_bytes(raw[pos : pos + 8], "little")
            value = raw[pos + 8 : pos + 8 + size].removesuffix(b"\n" if size > MAX_SPAN else b"")
            first += 1 + raw.count(b"\n", pos, pos + 8)
            pos = min(pos + 8 + size + 1, len(raw))
        elif not equals:
            value = b""
        number += raw.count(b"\n", start, pos)
        name = key.decode("ascii", "replace")
        before = fields.get(name)
        fields[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
        if name in _TEXTS:
            rows.setdefault(name, []).extend(range(first - total, first - total + value.count(b"\n") + 1))
    return journal.entry(fields, rows)
