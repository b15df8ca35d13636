"""The journal's fields to an entry: what every output form that shows fields has in common.

One entry of the journal is a set of fields (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ and systemd.journal-fields(7));
`-o json`, `-o json-pretty`, `-o export` and `-o verbose` only spell them differently. A field's value is here a string,
bytes, an array of byte values, null (over 4,096 bytes without `--all`: lost upstream) or a list of several values.

The stream is unit, pid and the transport's stream id, so that what a service prints and what it logs natively stay
apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from logscan.model import LEVELS, MAX_SPAN, Level
from logscan.transports import Entry, Meta, compose

PRIORITIES: Final[tuple[Level, ...]] = (
    "critical", "critical", "critical", "error", "warning", "notice", "info", "debug",
)  # fmt: skip
"""syslog's severities 0 (emergency) to 7 (debug), RFC 5424 section 6.2.1."""

CHUNK: Final = 64 * 1024
_CONTAINER = ("CONTAINER_NAME", "CONTAINER_ID")
_NATIVE = frozenset({"journal", "syslog", "kernel", "audit", "driver"})
_FACTS = (("priority", "PRIORITY"), ("identifier", "SYSLOG_IDENTIFIER"), ("logger", "LOGGER"),
          ("invocation", "_SYSTEMD_INVOCATION_ID"), ("boot", "_BOOT_ID"))  # fmt: skip
_TOLD = ("_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT", "_COMM", "_PID", "SYSLOG_PID", "_TRANSPORT", "_STREAM_ID", "_HOSTNAME",
         *_CONTAINER, *(key for _, key in _FACTS))  # fmt: skip


def priorities(level: Level) -> list[int]:
    """The priorities that mean `level` or worse."""
    bar = LEVELS.index(level)
    return [number for number, means in enumerate(PRIORITIES) if LEVELS.index(means) >= bar]


class _Writer(msgspec.Struct, frozen=True):
    """What an entry says of who wrote it: everything but its text and its time."""

    key: str
    level: Level | None
    unit: str | None
    facts: dict[str, str]
    resource: dict[str, str]
    native: bool
    runs: bool


def entry(fields: Mapping[str, object], rows: Mapping[str, Sequence[int]] | None = None) -> Entry:
    """The entry that has these fields. `rows` are the rows of the lines of a field's text (see `Entry.rows`), where
    the entry spans several physical lines."""
    told = tuple([fields.get(name) for name in _TOLD])
    try:
        writer = _writer(told)
    except TypeError:  # a list: the entry holds a field several times
        writer = _written(told)
    message = _text(fields.get("MESSAGE"))
    facts = writer.facts if message is not None else {**writer.facts, "null_message": "1"}
    lines = (message or b"").split(b"\n")
    at = [*rows.get("MESSAGE", (0,))] if rows else []
    trace = _text(fields.get("EXCEPTION_TEXT"))
    if trace and trace.strip() and trace.strip() not in (message or b""):
        lines += trace.split(b"\n")  # python-systemd logs the traceback beside the message: one event
        at += rows.get("EXCEPTION_TEXT", ()) if rows else []
    micros = _first(fields, "_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP") or ""
    time = int(micros) if micros.isascii() and micros.isdigit() and len(micros) < 18 else None
    meta = Meta(time=time, level=writer.level, unit=writer.unit, fields=facts, resource=writer.resource)
    partial = fields.get("CONTAINER_PARTIAL_MESSAGE") == "true" and len(lines) == 1
    found = Entry(key=writer.key, lines=lines, meta=meta, native=writer.native, rows=tuple(at), partial=partial)
    return compose.within(found) if writer.runs else found


def _written(told: tuple[object, ...]) -> _Writer:
    """Who wrote an entry of which `_TOLD` are the fields."""
    fields = dict(zip(_TOLD, told, strict=True))
    facts = _stated((name, _first(fields, key)) for name, key in _FACTS)
    host = ("host.name", _first(fields, "_HOSTNAME"))
    container = _first(fields, *_CONTAINER)
    if container is not None:
        # its output, captured by docker or podman: one priority for each of its two streams
        # https://docs.docker.com/engine/logging/drivers/journald/
        ids = ("container.name", container), ("container.id", _first(fields, "CONTAINER_ID"))
        named = _stated((("service.name", container), *ids, host))
        return _Writer(f"{container} {facts.get('priority', '')}".strip(), None, container, facts, named, False, False)
    unit = _first(fields, "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT", "SYSLOG_IDENTIFIER", "_COMM")
    ident = _first(fields, "SYSLOG_IDENTIFIER", "_COMM") or unit or ""
    pid = _first(fields, "_PID", "SYSLOG_PID") or ""
    kind = _first(fields, "_TRANSPORT") or ""
    stream = _first(fields, "_STREAM_ID") or kind
    native = kind in _NATIVE
    level = _level(facts.get("priority", ""), native)
    named = _stated((("service.name", unit or ident), host, ("process.pid", pid)))
    return _Writer(
        f"{unit}/{ident}[{pid}] {stream[:8]}".strip(), level, unit, facts, named, native, ident in compose.RUNNERS
    )


def _stated(pairs: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Those that have a value."""
    return {name: value for name, value in pairs if value}


_writer = lru_cache(maxsize=1024)(_written)
"""A process writes many entries that differ in text and time only."""


def keep(pending: tuple[bytes, ...], line: bytes) -> tuple[bytes, ...]:
    """`pending` and a further physical line. The lines are held in a few chunks, so that an entry of very many lines
    costs no more than its bytes; `joined` gives them back."""
    if pending and len(pending[-1]) < CHUNK:
        return (*pending[:-1], pending[-1] + line + b"\n")
    return (*pending, line + b"\n")


def joined(pending: tuple[bytes, ...]) -> bytes:
    """All that was kept, each line with its newline."""
    return b"".join(pending)


def full(pending: tuple[bytes, ...]) -> bool:
    """Whether an entry is longer than an event may be: it is damaged, or cut."""
    return len(pending) > 1 and sum(map(len, pending)) > MAX_SPAN


def _text(value: object) -> bytes | None:
    """A field's text as bytes: a string, bytes, an array of byte values, or several of these (joined)."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, list):
        if value and all(isinstance(v, int) and 0 <= v < 256 for v in value):
            return bytes(value)
        parts = [part for part in (_text(v) for v in value) if part is not None]
        return b"\n".join(parts) if parts else None
    return None


def _first(fields: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if isinstance(value, str) and value:
            return value
    return None


def _level(priority: str, native: bool) -> Level | None:
    """Captured output is at 6 unless the program says otherwise, so there 6 says nothing."""
    if len(priority) == 1 and priority in "01234567" and (native or priority in "01234"):
        return PRIORITIES[int(priority)]
    return None
