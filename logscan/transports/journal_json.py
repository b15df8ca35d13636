"""`journalctl -o json`: one object a line, all of an entry's fields.

MESSAGE is a string; or an array of bytes where it is not printable UTF-8 (an escape sequence, a carriage return);
or null where it was over 4,096 bytes and `--all` was not given: the entry is then counted as lost upstream. A field
that an entry holds several times is an array of strings. Numbers are strings. The stream is unit, pid and the
transport's stream id, so that what a service prints and what it logs natively stay apart.
https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format
"""

import msgspec

from logscan.model import Level
from logscan.transports import Entry, Meta

name = "journal-json"
claimable = b"{\x1e"
every_line = False

PRIORITIES: tuple[Level, ...] = (
    "critical", "critical", "critical", "error", "warning", "notice", "info", "debug",
)  # fmt: skip
"""syslog's severities 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1."""

_NATIVE = frozenset({"journal", "syslog", "kernel", "audit", "driver"})
_decode = msgspec.json.Decoder(dict[str, object]).decode


def anchors(level: Level) -> frozenset[bytes]:
    """Priorities at `level` or worse in both spacings, and the spellings of MESSAGE that hide text."""
    from logscan.model import LEVELS

    bar = LEVELS.index(level)
    numbers = [n for n, means in enumerate(PRIORITIES) if LEVELS.index(means) >= bar]
    marks = {f'"PRIORITY"{colon}"{n}"' for n in numbers for colon in (":", " : ", ": ")}
    marks |= {f'"MESSAGE"{colon}{value}' for colon in (":", " : ", ": ") for value in ("[", "null")}
    return frozenset(m.encode() for m in marks) | {rb"\u00"}


def read(line: bytes) -> Entry | None:
    """An entry; None where the line is no JSON object with a journal's fields."""
    if b'"__REALTIME_TIMESTAMP"' not in line:
        return None
    try:
        fields = _decode(line.strip(b"\x1e \t\r"))
    except (msgspec.DecodeError, RecursionError):  # cut or damaged: plain text
        return None
    return _entry(fields)


def _entry(fields: dict[str, object]) -> Entry:
    message = _text(fields.get("MESSAGE"))
    unit = _first(fields, "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT", "SYSLOG_IDENTIFIER", "_COMM")
    ident = _first(fields, "SYSLOG_IDENTIFIER", "_COMM") or unit or ""
    pid = _first(fields, "_PID", "SYSLOG_PID") or ""
    kind = _first(fields, "_TRANSPORT") or ""
    stream = _first(fields, "_STREAM_ID") or kind
    host = _first(fields, "_HOSTNAME") or ""
    priority = _first(fields, "PRIORITY") or ""
    native = kind in _NATIVE
    facts = {
        name: value
        for name, key in (("priority", "PRIORITY"), ("identifier", "SYSLOG_IDENTIFIER"), ("logger", "LOGGER"),
                          ("invocation", "_SYSTEMD_INVOCATION_ID"), ("boot", "_BOOT_ID"))
        if (value := _first(fields, key))
    }  # fmt: skip
    if message is None:
        facts["null_message"] = "1"
    lines = (message or b"").split(b"\n")
    trace = _text(fields.get("EXCEPTION_TEXT"))
    if trace and trace.strip() and trace.strip() not in (message or b""):
        lines += trace.split(b"\n")  # python-systemd logs the traceback beside the message: one event
    micros = _first(fields, "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP") or ""
    resource = {"service.name": unit or ident, "host.name": host, "process.pid": pid}
    return Entry(
        key=f"{unit}/{ident}[{pid}] {stream[:8]}".strip(),
        lines=lines,
        meta=Meta(
            time=int(micros) if micros.isdigit() else None,
            level=_level(priority, native),
            unit=unit,
            fields=facts,
            resource={k: v for k, v in resource.items() if v},
        ),
        native=native,
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line that is no JSON among JSON lines: plain text."""
    return line


def _text(value: object) -> bytes | None:
    """A field's text as bytes: a string, an array of byte values, or an array of strings (joined)."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, list):
        if value and all(isinstance(v, int) and 0 <= v < 256 for v in value):
            return bytes(value)
        parts = [part for part in (_text(v) for v in value) if part is not None]
        return b"\n".join(parts) if parts else None
    return None


def _first(fields: dict[str, object], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value:
            return value
    return None


def _level(priority: str, native: bool) -> Level | None:
    """Captured output is at 6 unless the program says otherwise, so there 6 says nothing."""
    if len(priority) == 1 and priority in "01234567" and (native or priority in "01234"):
        return PRIORITIES[int(priority)]
    return None
