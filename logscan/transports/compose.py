"""`docker compose logs` and `up`, and what prints like them: a name, padded to the longest one's width, a bar, text.

    web-1      | message                                            v2; with --timestamps the time follows the bar
    web_1      | message                                            v1
    \\x1b[36mweb-1      | \\x1b[0mmessage                             in colour
    web  | 2026-11-24 10:00:01 INFO message                          a `container_name`
    shop_web.1.k3v8y2…@node1    | message                            `docker service logs`: task and node
    2026-11-24T10:00:01.123456789Z shop_web.1.k3v8y2…@node1    | message                the same with --timestamps
    10:00:01 web.1  | message                                        honcho, foreman: the process of a Procfile

Tables look alike (psql, Markdown, rich), so a source is decided by a name with an index, or by a name and bar in
colour, at a line's start and with two spaces before the bar, as compose pads, or by any name so padded before a record;
by a task's id; by a process and its time. Once it is decided, names without an index (`container_name: db`) are read
too, whatever they say. https://docs.docker.com/reference/cli/docker/compose/logs/
"""

import msgspec

from logscan.lazyre import lazy
from logscan.levels import TOKENS
from logscan.model import Level
from logscan.transports import Entry, Meta, begins_record, merge

name = "compose"
_STAMP = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}(?:Z|[+-]\d\d:\d\d)"

claimable = b"abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ\x1b"
every_line = False

_LINE = lazy(
    rb"(?P<colour>(?:\x1b\[[\d;]*m)*)(?:(?P<clock>[0-2]\d:[0-5]\d:[0-5]\d )|(?P<stamp>" + _STAMP + rb") )?"
    rb"(?P<name>[A-Za-z0-9][\w.-]{0,127}(?:@[\w.-]{1,64})?)(?P<pad> +)\|"
    rb"(?:\x1b\[[\d;]*m)*(?: (?:\x1b\[[\d;]*m)*|$)"
)
RUNNERS = frozenset({"docker", "docker-compose", "podman-compose"})
"""As whom the journal knows `docker compose up` in a unit of systemd: its lines are those of many containers."""

_INDEXED = lazy(rb"(?P<service>[A-Za-z0-9][\w.-]*?)[-_]\d{1,4}$")
_TASK = lazy(rb"\.\d{1,4}\.[a-z0-9]{25}@")
_PROCESS = lazy(rb"(?:[\w-]+\.\d{1,4}|system)$")
_TIME = lazy(rb"(" + _STAMP + rb") ")
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
    if found["stamp"] or len(found["pad"]) < 2 or found["name"].upper().decode() in TOKENS:
        return False
    # an exception group has bars of its own, below whatever stands before each line
    if begins_record(line, found.end()) and not line.startswith((b"Traceback", b"  File"), found.end()):
        return True
    named = bool(found["colour"]) or _INDEXED.match(found["name"]) is not None
    return named and b" | " not in line[found.end() :]


def read(line: bytes) -> Entry | None:
    """A container's line."""
    found = _LINE.match(line)
    if found is None:
        return None
    text = line[found.end() :]
    time = _TIME.match(text)
    stamp = found["stamp"] or (time[1] if time else None)
    container = found["name"].decode()
    indexed = _INDEXED.match(found["name"])
    return Entry(
        key=container,
        lines=[text[time.end() :] if time else text],
        meta=Meta(
            raw_time=stamp.decode() if stamp else None,
            unit=container,
            resource={
                "service.name": indexed["service"].decode() if indexed else container,
                "container.name": container,
            },
        ),
    )


def within(outer: Entry) -> Entry:
    """An entry of one of `RUNNERS` as its container's, where a name stands before its text."""
    inner = read(outer.lines[0]) if len(outer.lines) == 1 else None
    if inner is None:
        return outer
    meta = merge(outer.meta, inner.meta)
    return msgspec.structs.replace(outer, key=f"{outer.key} | {inner.key}", lines=inner.lines, meta=meta)


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without a name: what compose itself says, or plain text."""
    return None if _OWN_LINE.match(line) else line
