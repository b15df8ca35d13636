r"""Docker's json-file logs: `{"log":"text\n","stream":"stderr","attrs":{…},"time":"2025-03-14T09:26:53.001234Z"}`.

A text without its line end is a part of a line: docker cuts lines at 16 KiB, and what a program wrote last. The
parts of a stream (stdout or stderr) are joined. Nothing marks such a record but that its text does not end as the
others do, so every line that lacks such an end is read. A record that the program itself wrote as JSON stands in the
text as it is, and is read in its turn. https://docs.docker.com/engine/logging/drivers/json-file/
"""

from logscan.model import Level
from logscan.transports import Entry, Meta, jsontext

name = "docker"
claimable = b"{"
every_line = False
complete = (b'\\n","stream":"', b'\\n", "stream": "')

_KEYS = frozenset({"log", "stream", "attrs", "time"})
_STREAMS = ("stdout", "stderr")
_LABELS = {
    "com.docker.compose.service": "service.name",
    "io.kubernetes.pod.name": "k8s.pod.name",
    "io.kubernetes.pod.namespace": "k8s.namespace.name",
    "io.kubernetes.container.name": "k8s.container.name",
}
"""What `--log-opt labels=` may add to a record."""


def anchors(level: Level) -> frozenset[bytes]:
    """The spellings of a text that hide what is in it."""
    return jsontext.MARKS


def read(line: bytes) -> Entry | None:
    """A record, or a part of one."""
    if b'"log"' not in line or b'"stream"' not in line:
        return None
    record = jsontext.decode(line)
    if record is None or not record.keys() <= _KEYS:
        return None
    text, stream, time = record.get("log"), record.get("stream"), record.get("time")
    if not (isinstance(text, str) and stream in _STREAMS and isinstance(time, str)):
        return None
    if f'"{stream}"'.encode() not in line:  # spelt with escapes: no daemon does
        return None
    attrs = record.get("attrs")
    labels = attrs if isinstance(attrs, dict) else {}
    resource = {name: labels[key] for key, name in _LABELS.items() if isinstance(labels.get(key), str)}
    raw = text.encode("utf-8", "surrogatepass")
    partial = not raw.endswith(b"\n")
    lines = raw.removesuffix(b"\n").removesuffix(b"\r").split(b"\n")
    return Entry(
        key=str(stream),
        lines=lines,
        meta=Meta(
            raw_time=time,
            unit=resource.get("service.name"),
            fields={"iostream": str(stream)},
            resource=resource,
        ),
        partial=partial and len(lines) == 1,
    )


def mark(key: str) -> bytes | None:
    """The stream's name, as every line has it."""
    return b'"' + key.encode() + b'"' if key else None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not a record: plain text."""
    return line
