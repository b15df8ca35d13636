"""Events of ours as a log: `--format jsonl` (`logscan.events/1`), scanned again without the logs they came from.

Each `event` line holds the event's own text, so it is grouped, read and classified anew: a signature that was written
since applies to what was stored before. `begin` and `end` lines are the transport's own. What was redacted when it was
written stays so.
"""

from logscan.model import LEVELS, Level
from logscan.transports import Entry, Meta, jsontext

name = "logscan"
claimable = b"{"
every_line = True

_EVENT = b'{"type":"event","source":'
_OTHERS = (b'{"type":"begin","schema":"logscan.events/', b'{"type":"end","complete":')


def anchors(level: Level) -> frozenset[bytes]:
    """Every line is read."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """The event in a line."""
    if not line.startswith(_EVENT):
        return None
    record = jsontext.decode(line)
    text = record.get("text") if record is not None else None
    if record is None or not isinstance(text, str):
        return None
    level, time = record.get("level"), record.get("time")
    facts, resource = _texts(record.get("facts")), _texts(record.get("resource"))
    return Entry(
        key=f"{record.get('source')} {record.get('stream')}",
        lines=[each.encode("utf-8", "surrogatepass") for each in text.split("\n")],
        meta=Meta(
            raw_time=time if isinstance(time, str) else None,
            level=next((each for each in LEVELS if each == level), None),
            own=level is not None,
            unit=resource.get("service.name"),
            fields=facts,
            resource=resource,
        ),
        native=True,
        whole=True,
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """`begin` and `end` say nothing of the log; any other line is text."""
    return None if line.startswith(_OTHERS) else line


def _texts(value: object) -> dict[str, str]:
    pairs = value.items() if isinstance(value, dict) else ()
    return {str(key): each for key, each in pairs if isinstance(each, str)}
