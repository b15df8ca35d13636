"""`kubectl logs --prefix` and `--timestamps`: the pod and container in brackets, the time, the text.

    [pod/web-7d4b9c6f5-x2x7q/app] message                                            --prefix
    [pod/web-7d4b9c6f5-x2x7q/app] 2025-03-14T09:26:53.001234567Z message             both
    2025-03-14T09:26:53.001234567Z message                                           --timestamps; `docker logs -t` too

The time is in nanoseconds, always nine digits. A line that the node stores in parts (over 16 KiB) comes with a time in
front of every part, so with a time in its middle: nothing tells it from the program's own text, and it stays there.
https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "kubectl"
claimable = b"[0123456789"
every_line = False
steady = True

_NAME = rb"[a-z0-9][a-z0-9.-]{0,252}"
_LINE = lazy(
    rb"(?:\[pod/(?P<pod>" + _NAME + rb")/(?P<container>" + _NAME + rb")\](?: |$))?"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d))(?: |$))?"
)


def anchors(level: Level) -> frozenset[bytes]:
    """Nothing says how bad a line is but its text."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """A line with a prefix, a time, or both."""
    found = _LINE.match(line)
    if found is None or not found.end():
        return None
    pod, container = ((found[part] or b"").decode() for part in ("pod", "container"))
    return Entry(
        key=f"{pod}/{container}" if pod else "",
        lines=[line[found.end() :]],
        meta=Meta(
            raw_time=found["time"].decode() if found["time"] else None,
            unit=container or None,
            resource=resource(pod, container),
        ),
        prefix=found.end() if found["time"] else 0,  # a text that begins with a time would be taken for one with it
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without either: plain text."""
    return line


def resource(pod: str, container: str, namespace: str = "") -> dict[str, str]:
    """What is known of a container, under OpenTelemetry's names."""
    known = {"k8s.namespace.name": namespace, "k8s.pod.name": pod, "k8s.container.name": container}
    return {key: value for key, value in known.items() if value}
