"""`journalctl -o json-pretty`: the fields of `-o json`, one a line, and an array's values one a line as well.

    {
    <TAB>"_PID" : "4242",
    <TAB>"MESSAGE" : "text",
    }

The line that is claimed is a field's: a tab, a name in capitals, ` : `. A brace alone would claim any pretty-printed
object. A source that starts in the middle of an entry starts with what is left of it. Lines outside of entries are
the transport's own. https://www.freedesktop.org/software/systemd/man/latest/journalctl.html#json-pretty
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, journal, jsontext

name = "journal-json-pretty"
claimable = b"\t"
every_line = True

_FIELD = lazy(rb'\t"(?P<name>[A-Z_][A-Z0-9_]*)" : (?=["\[n])(?P<time>(?<=__REALTIME_TIMESTAMP" : )"\d{16}")?')


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Claims a field's line."""
    found = _FIELD.match(line)
    if found is None:
        return None
    return Entry(key="", lines=[line], meta=Meta(time=int(found["time"].strip(b'"')) if found["time"] else None))


def gather(pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
    """An object ends at a brace in column 0; at the source's end, or too long, it is what it is."""
    line = line.removesuffix(b"\r")
    if not pending and line != b"{" and not _FIELD.match(line):
        return (), None
    if line == b"\n":
        return (), _entry(journal.joined(pending) + b"}\n")
    if line == b"{":
        return journal.keep((), line), None
    pending = journal.keep(pending, line)
    if line == b"}" or journal.full(pending):
        return (), _entry(journal.joined(pending))
    return pending, None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line goes through `gather`."""
    return line


def _entry(raw: bytes) -> Entry | None:
    """The entry in an object's lines, the closing brace among them."""
    lines = raw.split(b"\n")[:-1]
    body = b"".join(lines).strip().removesuffix(b"}").rstrip(b", \t")
    fields = jsontext.decode((body if body[:1] == b"{" else b"{" + body) + b"}")
    if not fields:
        return None
    rows = {}
    for index, line in enumerate(lines):
        found = _FIELD.match(line)
        if found and found["name"] in (b"MESSAGE", b"EXCEPTION_TEXT"):
            name = found["name"].decode()
            rows[name] = [index - len(lines) + 1] * _count(fields[name])
    return journal.entry(fields, rows)


def _count(value: object) -> int:
    """The lines of a field's text."""
    if isinstance(value, str):
        return value.count("\n") + 1
    if isinstance(value, list):
        bytewise = all(isinstance(v, int) for v in value)
        return value.count(10) + 1 if bytewise else sum(_count(v) for v in value)
    return 1
