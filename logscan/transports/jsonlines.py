"""Application records in JSON, one object a line; a whole traceback stands in one line. What the fields mean says
`records`.

Six writers put records inside an object: Google's LogEntry has its application's fields under `jsonPayload`, Rust's
tracing-subscriber an event's under `fields`, loguru under `record`, a hit of Elasticsearch's under `_source`, what
Splunk exports under `result`, and an OTLP export holds a batch (`resourceLogs[].scopeLogs[].logRecords[]`), several
records a line: the first is the entry, the others are its `more`.
https://docs.rs/tracing-subscriber/latest/tracing_subscriber/fmt/format/struct.Json.html
https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/#json-lines-file
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from logscan.model import LEVELS, Level
from logscan.transports import Entry, collected, jsontext, records

name = "jsonl"
claimable = b"{"
every_line = False

BATCH = b'"resourceLogs"'
COOKIE = b"@cee:"
MAX_BATCH = 10_000
_VALUES = ("stringValue", "intValue", "boolValue", "doubleValue")


@lru_cache
def anchors(level: Level) -> frozenset[bytes]:
    """The levels from `level` on as these writers spell them, also where the JSON stands as text in other JSON (a
    container's log), and the key of structlog's exceptions."""
    bar = LEVELS.index(level)
    found = {b"exc_type"} | jsontext.MARKS
    for spelling, means in records.SPELLINGS.items():
        if LEVELS.index(means) >= bar:
            found |= {*_marks("", spelling)}
            if spelling in records.SLOG:
                continue
            # in JSON in JSON a quote is \", deeper \\\": a backslash follows the word either way
            found |= {f'{colon}\\"{spelling}\\"'.encode() for colon in (":", ": ")}
            found.add(f'\\"{spelling}\\\\'.encode())
    coded = [(key, code) for codes in records.CODES for key, each in codes.items() for code in each
             if LEVELS.index(each[code]) >= bar]  # fmt: skip
    for key, code in coded:
        found |= {*_marks(key, code)}
        found |= {mark.replace(b'"', b'\\"') for mark in _marks(key, code)}
        found.add(f'"{key}\\\\'.encode())
    return frozenset(found)


def read(line: bytes) -> Entry | None:
    """The record in a line, or the records of a batch; None where it is no log record."""
    if line[:1] != b"{":
        return None
    record = jsontext.decode(line)
    return entry(record, line) if record is not None else None


def entry(record: Mapping[str, object], line: bytes) -> Entry | None:
    """The entry in an object, which `line` spells."""
    if BATCH in line and isinstance(record.get("resourceLogs"), list):
        found = [entry for each in _batch(record) if (entry := records.entry(each, line, _marks)) is not None]
        return msgspec.structs.replace(found[0], more=tuple(found[1:])) if found else None
    payload = record.get("jsonPayload")
    if isinstance(payload, dict):
        record = {**record, **payload}
    else:
        inner = record.get("_source") or record.get("result")  # a hit of Elasticsearch's; an event that Splunk exported
        if isinstance(inner, dict) and ("_index" in record or "_raw" in inner):
            record = inner
    fields = record.get("fields")
    if isinstance(fields, dict) and fields and "target" in record and "message" not in record:
        said = {} if "message" in fields else {"message": fields}  # an event may have fields alone
        record = {**fields, **record, **said}
    return records.entry(record, line, _marks)


def unwrap(text: bytes) -> Entry | None:
    """The record that a text is; in syslog's messages `@cee:` may stand before it
    (https://www.rsyslog.com/doc/configuration/modules/mmjsonparse.html)."""
    if text[:1] == b"@":
        text = text[len(COOKIE) :].lstrip(b" ") if text.startswith(COOKIE) else text
    return read(text)


mark = collected.mark


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line that is no JSON: plain text, printed past the logger."""
    return line


def _marks(key: str, value: str | int) -> tuple[bytes, ...]:
    """See `records.Marks`."""
    if isinstance(value, str):
        if value in records.SLOG:
            return (records.slog_mark(value),)
        name = f'"{key}"' if key in records.MONGODB else ""
        return f'{name}:"{value}"'.encode(), f'{name}: "{value}"'.encode()
    ends = (",", "}") if value < 10 else ("",)  # GELF's 3 is not pino's 30
    return tuple(f'{key}":{gap}{value}{end}'.encode() for gap in ("", " ") for end in ends)


def _batch(record: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """The records of an OTLP export, flat: resource, attributes, and the record's own fields."""
    count = 0
    for resource_logs in _objects(record.get("resourceLogs")):
        shared = _attributes(resource_logs.get("resource"))
        for scope_logs in _objects(resource_logs.get("scopeLogs")):
            scope = scope_logs.get("scope")
            logger = {"logger": scope.get("name")} if isinstance(scope, Mapping) else {}
            for each in _objects(scope_logs.get("logRecords")):
                count += 1
                if count > MAX_BATCH:
                    return
                yield shared | logger | _attributes(each) | {**each, "body": _value(each.get("body"))}


def _objects(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _attributes(holder: object) -> dict[str, object]:
    """A list of `{key, value}` as a dictionary."""
    pairs = _objects(holder.get("attributes")) if isinstance(holder, Mapping) else []
    return {str(pair.get("key")): _value(pair.get("value")) for pair in pairs}


def _value(value: object) -> object:
    """OTLP's AnyValue: the one member that it has. A list or a map stays as it is."""
    if isinstance(value, Mapping):
        return next((value[kind] for kind in _VALUES if kind in value), value)
    return value
