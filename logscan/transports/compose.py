"""`docker compose logs` and `up`, and what prints like them: a name, padded to the longest one's width, a bar, text.

    web-1      | message                                            v2; with --timestamps the time follows the bar
    web_1      | message                                            v1
    \\x1b[36mweb-1      | \\x1b[0mmessage                             in colour
    shop_web.1.k3v8y2…@node1    | message                            `docker service logs`: task and node
    10:00:01 web.1  | message                                        honcho, foreman: the process of a Procfile

Tables look alike (psql, Markdown, rich), so a source is decided by a name with an index, or by a name and bar in
colour, at a line's start and with two spaces before the bar, as compose pads; by a task's id; by a process and its
time. Once it is decided, names without an
index (`container_name: db`) are read too. https://docs.docker.com/reference/cli/docker/compose/logs/
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "compose"
claimable = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\x1b"
every_line = False

_LINE = lazy(
    rb"(?P<colour>(?:\x1b\[[\d;]*m)*)(?P<clock>[0-2]\d:[0-5]\d:[0-5]\d )?"
    rb"(?P<name>[A-Za-z0-9][\w.-]{0,127}(?:@[\w.-]{1,64})?)(?P<pad> +)\|"
    rb"(?:\x1b\[[\d;]*m)*(?: (?:\x1b\[[\d;]*m)*|$)"
)
_INDEXED = lazy(rb"(?P<service>[A-Za-z0-9][\w.-]*?)[-_]\d{1,4}$")
_TASK = lazy(rb"\.\d{1,4}\.[a-z0-9]{25}@")
_PROCESS = lazy(rb"(?:[\w-]+\.\d{1,4}|system)$")
_TIME = lazy(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)) ")
_OWN_LINE = lazy(
    rb"(?:\x1b\[K)?(?:Attaching to |Gracefully stopping|[\w.-]+ exited with code \d+"
    rb"|(?:Container|Network|Volume) \S+ +[A-Z][a-z]+)"
)


def anchors(level: Level) -> frozenset[bytes]:
    """Compose adds nothing but a name."""
    return frozenset()


def claims(line: bytes) -> bool:
    """Whether a line is compose's beyond doubt."""
    found = _LINE.match(line)
    if found is None:
        return False
    if _TASK.search(found["name"]) or (found["clock"] and _PROCESS.match(found["name"])):
        return True
    if len(found["pad"]) < 2 or b" | " in line[found.end() :]:
        return False
    return bool(found["colour"]) or _INDEXED.match(found["name"]) is not None


def read(line: bytes) -> Entry | None:
    """A container's line."""
    found = _LINE.match(line)
    if found is None:
        return None
    text = line[found.end() :]
    time = _TIME.match(text)
    container = found["name"].decode()
    indexed = _INDEXED.match(found["name"])
    return Entry(
        key=container,
        lines=[text[time.end() :] if time else text],
        meta=Meta(
            raw_time=time[1].decode() if time else None,
            unit=container,
            resource={
                "service.name": indexed["service"].decode() if indexed else container,
                "container.name": container,
            },
        ),
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without a name: what compose itself says, or plain text."""
    return None if _OWN_LINE.match(line) else line
