r"""logfmt: `ts=2026-11-24T19:50:47Z level=error msg="order failed" exception="Traceback …\n  File …"`.

structlog's `KeyValueRenderer` writes the same with the quotes of Python: `level='error' event='order failed'`
(https://www.structlog.org/en/stable/api.html#structlog.processors.KeyValueRenderer).

A record is pairs `key=value` from the line's start to its end; a value with spaces, quotes or line ends is quoted and
escaped as in Go (`\"`, `\n`, `\t`, `\\`, `\u2026`). It must have a level and a message, an error or an event. What
the fields mean says `records`. https://brandur.org/logfmt, https://pkg.go.dev/github.com/kr/logfmt
"""

import re
from functools import lru_cache

from logscan.lazyre import lazy
from logscan.model import LEVELS, Level
from logscan.transports import Entry, records

name = "logfmt"
claimable = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_@"
every_line = False

KEYS = ("level", "lvl", "severity", "levelname")
_PAIR = lazy(
    rb"(?P<key>[A-Za-z_@][\w.@/-]{0,99})="
    rb'(?:"(?P<quoted>(?:[^"\\]++|\\.)*+)(?:"|\\?$)'
    rb"|'(?P<single>(?:[^'\\]++|\\.)*+)'(?= |$)"
    rb"|(?P<value>[{\[(<][^{}\[\]()<>]*+[}\])>](?= |$))"
    rb'|(?P<bare>[^\s"=]*+))(?: +|$)'
)
_ESCAPE = lazy(rb"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_PLAIN = {b"n": b"\n", b"t": b"\t", b"r": b"\r"}


@lru_cache
def anchors(level: Level) -> frozenset[bytes]:
    """`level=error` and its like."""
    bar = LEVELS.index(level)
    levels = [spelling for spelling, means in records.SPELLINGS.items() if LEVELS.index(means) >= bar]
    return frozenset(mark for spelling in levels for key in KEYS for mark in _marks(key, spelling))


def read(line: bytes) -> Entry | None:
    """The record in a line; None where the line is anything else than pairs, or no log record."""
    if line.find(b"=", 0, 101) < 0:
        return None
    record: dict[str, object] = {}
    at = 0
    while at < len(line):
        found = _PAIR.match(line, at)
        if found is None:
            return None
        quoted = found["single"] if found["quoted"] is None else found["quoted"]
        value = found["bare"] or found["value"] or b"" if quoted is None else _ESCAPE.sub(_unescape, quoted)
        record[found["key"].decode()] = value.decode("utf-8", "replace")
        at = found.end()
    if not any(key in record for key in KEYS):
        return None
    entry = records.entry(record, line, _marks)
    return entry if entry is not None and entry.meta.level is not None else None


unwrap = read


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line that is no pairs: plain text, printed past the logger."""
    return line


def _marks(key: str, value: str | int) -> tuple[bytes, ...]:
    """See `records.Marks`. Nobody quotes a level, but for Python, where it is in small letters."""
    if isinstance(value, str) and value in records.SLOG:
        return (records.slog_mark(value),)
    python = (f"='{value}'".encode(),) if isinstance(value, str) and value.islower() else ()
    return (f"{key}={value}".encode(), *python)


def _unescape(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return chr(int(found[1], 16)).encode("utf-8", "replace")
    return _PLAIN.get(found[2], found[2])
