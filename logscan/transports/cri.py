"""Kubernetes' container logs on a node (containerd, cri-o, podman's k8s-file): time, stream, tag, text.

    2025-03-14T09:26:53.001234000Z stderr F Traceback (most recent call last):
    2025-03-14T09:26:53.001234000+01:00 stdout P the first part of a line       cri-o prints an offset
    2025-03-14T09:26:53.001234000Z stdout before 2018 there was no tag

`P` parts of a line are joined, with nothing between, up to the next `F` of the same stream (stdout or stderr). A line
may be cut anywhere, also inside a character. A program with unbuffered output writes a line and its end apart: a `P`
with the text, an `F` without any. Further tags may follow the first, after colons.
https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "cri"
claimable = b"0123456789"
every_line = False
steady = True
cuts = True

_LINE = lazy(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?P<stream>stdout|stderr)"
    rb"(?: (?P<tag>[FP])(?::[\w:.-]{0,64})?(?= |$))?(?: |$)"
)


def anchors(level: Level) -> frozenset[bytes]:
    """A part of a line can hold a part of an anchor."""
    return frozenset({b" stdout P", b" stderr P"})


def read(line: bytes) -> Entry | None:
    """A line, or a part of one."""
    found = _LINE.match(line)
    if found is None:
        return None
    stream = found["stream"].decode()
    return Entry(
        key=stream,
        lines=[line[found.end() :]],
        meta=Meta(raw_time=found["time"].decode(), fields={"iostream": stream}),
        prefix=found.end() if found["tag"] else 0,  # a text that begins with "P " would be a tag
        partial=found["tag"] == b"P",
    )


def mark(key: str) -> bytes | None:
    """The stream's name, as every line has it."""
    return b" " + key.encode() if key else None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not a container's line: plain text."""
    return line
