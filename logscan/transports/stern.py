"""stern: the pod, the container, the text; with `--all-namespaces` the namespace first, with `-t` the time after them.

    web-7d4b9c6f5-x2x7q app message
    shop web-7d4b9c6f5-x2x7q app 2025-03-14T09:26:53.001234567Z message
    + web-7d4b9c6f5-x2x7q › app                                               stern's own: a container came or went

Names may be in colour. A pod of a Deployment decides a source: its name ends in the template's hash and five more
characters. Once decided, the pods of stateful and daemon sets (`db-0`, `agent-x2x7q`) are read too.
https://github.com/stern/stern#output
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, kubernetes

name = "stern"
claimable = b"abcdefghijklmnopqrstuvwxyz0123456789\x1b"
every_line = False

_NAME = rb"[a-z0-9][a-z0-9.-]{0,252}"
_COLOUR = rb"(?:\x1b\[[\d;]*m)*"
_LINE = lazy(
    _COLOUR + rb"(?:(?P<namespace>" + _NAME + rb")" + _COLOUR + rb" " + _COLOUR + rb")??"
    rb"(?P<pod>[a-z0-9][a-z0-9.-]{0,240}-(?:[a-z0-9]{5}|\d{1,4}))" + _COLOUR + rb" " + _COLOUR
    + rb"(?P<container>" + _NAME + rb")" + _COLOUR + rb"(?: |$)"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))(?: |$))?"
)  # fmt: skip
_DEPLOYED = lazy(rb"-(?=[a-z]*\d)[a-z0-9]{6,10}-[a-z0-9]{5}$")
_OWN_LINE = lazy(rb"(?:\x1b\[[\d;]*m)*[+-] \S+ (?:\S+ )?\xe2\x80\xba \S+$")


def anchors(level: Level) -> frozenset[bytes]:
    """stern adds nothing but names."""
    return frozenset()


def claims(line: bytes) -> bool:
    """Whether a line is stern's beyond doubt."""
    found = _LINE.match(line)
    return found is not None and _DEPLOYED.search(found["pod"]) is not None


def read(line: bytes) -> Entry | None:
    """A container's line."""
    found = _LINE.match(line)
    if found is None:
        return None
    namespace, pod, container = ((found[part] or b"").decode() for part in ("namespace", "pod", "container"))
    return Entry(
        key=f"{namespace}/{pod}/{container}" if namespace else f"{pod}/{container}",
        lines=[line[found.end() :]],
        meta=Meta(
            raw_time=found["time"].decode() if found["time"] else None,
            unit=container,
            resource=kubernetes.resource(pod, container, namespace),
        ),
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """What stern itself says, or plain text."""
    return None if _OWN_LINE.match(line) else line
