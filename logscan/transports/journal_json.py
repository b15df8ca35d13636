"""`journalctl -o json`, `json-seq` and `json-sse`: one object a line, all of an entry's fields.

MESSAGE is a string; or an array of bytes where it is not printable UTF-8 (an escape sequence, a carriage return);
or null where it was over 4,096 bytes and `--all` was not given: the entry is then counted as lost upstream. A field
that an entry holds several times is an array of strings. Numbers are strings. json-seq puts 0x1E before an object
(RFC 7464), json-sse `data: ` before and an empty line after it.
https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format
"""

from logscan.model import Level
from logscan.transports import Entry, journal, jsontext

name = "journal-json"
claimable = b"{\x1ed"
every_line = False


def anchors(level: Level) -> frozenset[bytes]:
    """Priorities at `level` or worse in every spacing, and the spellings of MESSAGE that hide text."""
    marks = {f'"PRIORITY"{colon}"{n}"' for n in journal.priorities(level) for colon in (":", " : ", ": ")}
    marks |= {f'"MESSAGE"{colon}{value}' for colon in (":", " : ", ": ") for value in ("[", "null")}
    return frozenset(m.encode() for m in marks) | jsontext.MARKS


def read(line: bytes) -> Entry | None:
    """An entry; None where the line is no JSON object with a journal's fields."""
    if b'"__REALTIME_TIMESTAMP"' not in line:
        return None
    fields = jsontext.decode(line.removeprefix(b"data: ").strip(b"\x1e \t\r"))
    return journal.entry(fields) if fields is not None and "__REALTIME_TIMESTAMP" in fields else None


def unwrap(text: bytes) -> Entry | None:
    """A journal's object inside another transport's text."""
    return read(text) if text.startswith(b"{") else None


def mark(key: str) -> bytes | None:
    """The start of the value that tells a service's standard output from its own records (`journal.entry`)."""
    stream = key.rpartition("] ")[2]
    return b'"' + stream.encode() if stream.isascii() and stream.isalnum() and len(stream) <= 8 else None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line that is no JSON among JSON lines: plain text. json-sse's empty lines are its own."""
    return line if line.strip() else None
