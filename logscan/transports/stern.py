"""stern, kail, kubetail: the pod, the container, the text; stern with `--all-namespaces` the namespace first, with `-t`
the time after them, in nanoseconds (nine digits; with fewer it is the program's own).

    web-7d4b9c6f5-x2x7q app message
    shop web-7d4b9c6f5-x2x7q app 2025-03-14T09:26:53.001234567Z message
    shop/web-7d4b9c6f5-x2x7q[app]: message                                    kail
    [web-7d4b9c6f5-x2x7q app] message                                         kubetail; of one container the pod alone
    + web-7d4b9c6f5-x2x7q › app                                               stern's own: a container came or went

Names may be in colour. A pod of a Deployment decides a source: its name ends in the template's hash and five more
characters; or, but for kubetail, a pod of a set before a record. Once decided, the pods of stateful and daemon sets
(`db-0`, `agent-x2x7q`) are read too, whatever they say.
https://github.com/stern/stern#output, https://github.com/boz/kail, https://github.com/johanhaleby/kubetail
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, begins_record, kubernetes

name = "stern"
claimable = b"abcdefghijklmnopqrstuvwxyz0123456789[\x1b"
every_line = False

_NAME = rb"[a-z0-9][a-z0-9.-]{0,252}"
_COLOUR = rb"(?:\x1b\[[\d;]*m)*"
_POD = rb"[a-z0-9][a-z0-9.-]{0,240}-(?:[a-z0-9]{5}|\d{1,4})"
_LINE = lazy(
    _COLOUR + rb"(?:\[(?P<tail>(?=[a-z])" + _POD + rb")(?: (?P<tailed>" + _NAME + rb"))?\]" + _COLOUR + rb"(?: |$)"
    rb"|(?P<kail>" + _NAME + rb")/(?P<kailed>" + _POD + rb")\[(?P<in>" + _NAME + rb")\]:" + _COLOUR + rb"(?: |$)"
    rb"|(?:(?P<namespace>" + _NAME + rb")" + _COLOUR + rb" " + _COLOUR + rb")??"
    rb"(?P<pod>" + _POD + rb")" + _COLOUR + rb" " + _COLOUR
    + rb"(?P<container>" + _NAME + rb")" + _COLOUR + rb"(?: |$))"
    rb"(?:(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d))(?: |$))?"
)  # fmt: skip
_DEPLOYED = lazy(rb"-(?=[a-z]*\d)[a-z0-9]{6,10}-[a-z0-9]{5}$")
_IN_A_SET = lazy(rb"-(?:0|[1-9]\d{0,2}|(?=[a-z]*\d)[a-z0-9]{5})$")
_OWN_LINE = lazy(rb"(?:\x1b\[[\d;]*m)*[+-] \S+ (?:\S+ )?\xe2\x80\xba \S+$")


def anchors(level: Level) -> frozenset[bytes]:
    """stern adds nothing but names."""
    return frozenset()


def claims(line: bytes) -> bool:
    """Whether a line is stern's beyond doubt."""
    found = _LINE.match(line)
    if found is None:
        return False
    pod = found["pod"] or found["kailed"] or found["tail"]
    if _DEPLOYED.search(pod) or found["tail"]:
        return _DEPLOYED.search(pod) is not None
    return _IN_A_SET.search(pod) is not None and (found["time"] is not None or begins_record(line, found.end()))


def read(line: bytes) -> Entry | None:
    """A container's line."""
    found = _LINE.match(line)
    if found is None:
        return None
    part = {name: (value or b"").decode() for name, value in found.groupdict().items()}
    pod = part["pod"] or part["kailed"] or part["tail"]
    namespace = part["namespace"] or part["kail"]
    container = part["container"] or part["in"] or part["tailed"]
    return Entry(
        key="/".join(filter(None, (namespace, pod, container))),
        lines=[line[found.end() :]],
        meta=Meta(
            raw_time=part["time"] or None,
            unit=container or None,
            resource=kubernetes.resource(pod, container, namespace),
        ),
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """What stern itself says, or plain text."""
    return None if _OWN_LINE.match(line) else line
