"""Records that a cloud's or a search engine's command line printed for people: an array of objects, one field a line.

    {                                                      aws logs filter-log-events, get-log-events
        "events": [
            {
                "logStreamName": "web/0123",
                "timestamp": 1795343772000,
                "message": "order failed",
                …
            },
    [                                                      gcloud logging read --format=json
      {
        "insertId": "1x2y",
        "textPayload": "order failed",
        …
      },
    "hits" : [                                             a search of Elasticsearch's or OpenSearch's, `?pretty`
      {
        "_index" : "filebeat",
        "_source" : { … }
      },

The line that is claimed is that of a field which only these have: a brace alone would claim any object that somebody
printed. What stands outside of the objects is punctuation and the answer's own; what is no JSON there is text. What the
fields mean says `records`. https://docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html,
https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
"""

import msgspec

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, journal, jsonlines, jsontext

name = "exported"
claimable = b" \t"
every_line = True

_FIELD = lazy(rb'[ \t]+"(?:logStreamName|ingestionTime|eventId|insertId|textPayload|jsonPayload|logName|_index)" ?: ')
_OUTSIDE = lazy(rb'[ \t]*(?:[\[\]{}]{1,2},?|"(?:[^"\\]|\\.)*" ?: ?[\[{"\d\-tfn].*)?$')
_MESSAGE = lazy(rb'[ \t]*"(?:message|msg|textPayload|log|event)" ?: ')


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """Claims a field's line."""
    return Entry(key="", lines=[line], meta=Meta()) if _FIELD.match(line) else None


def gather(pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
    """An object ends at the brace that stands as far to the right as the one that opened it, or, where the source began
    inside it, further left than its fields; at the source's end, or too long, it is what it is."""
    line = line.removesuffix(b"\r")
    if line == b"\n":
        return (), _entry(journal.joined(pending)) if pending else None
    if not pending:
        if line.strip() == b"{" or _FIELD.match(line):
            return journal.keep((), line), None
        return (), None if _OUTSIDE.match(line) else Entry(key="", lines=[line], meta=Meta())
    opened = pending[0][: pending[0].find(b"\n")]
    pending = journal.keep(pending, line)
    depth, inside = _indent(line), opened.strip() != b"{"
    ends = line.strip().rstrip(b",") == b"}" and (depth < _indent(opened) if inside else depth <= _indent(opened))
    if ends or journal.full(pending):
        return (), _entry(journal.joined(pending))
    return pending, None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line goes through `gather`."""
    return line


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _entry(raw: bytes) -> Entry | None:
    """The record in an object's lines; None where it is no log record, its lines where they are no object."""
    rows = raw.split(b"\n")[:-1]
    body = raw.strip().rstrip(b",").removesuffix(b"}").rstrip(b", \t\r\n").removeprefix(b"{")
    record = jsontext.decode(b"{" + body.replace(b"\n", b" ") + b"}")
    if record is None:  # cut, or no JSON
        return Entry(key="", lines=rows, meta=Meta(), rows=tuple(range(1 - len(rows), 1)))
    entry = jsonlines.entry(record, raw)
    if entry is None:
        return None
    row = next((n for n, each in enumerate(rows, 1 - len(rows)) if _MESSAGE.match(each)), 0)
    return msgspec.structs.replace(entry, rows=(row,) * len(entry.lines))
