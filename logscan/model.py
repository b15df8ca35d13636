"""The values that travel through logscan. Frozen, comparable, and free of behaviour.

Bytes come in at the bottom, these come out at the top. Times are integers: microseconds since
1970-01-01 UTC. Offsets and lengths are bytes of the decompressed source. Line numbers are physical
lines, 1-based.

`Content` is the pure part of an event: a function of the event's bytes alone, with no offset, time or
source in it. Parsing and classification see only that, so their results can be memoised by content.
`Event` is a `Content` that happened: somewhere, some time.
"""

from typing import Literal

import msgspec

Level = Literal["trace", "debug", "info", "notice", "warning", "error", "critical"]
Severity = Literal["info", "warning", "error", "critical"]
Action = Literal["page", "ticket", "watch", "ignore"]
LinkKind = Literal["cause", "context", "group", "remote"]
Incomplete = Literal["start", "end"]

LEVELS: tuple[Level, ...] = ("trace", "debug", "info", "notice", "warning", "error", "critical")
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error", "critical")
ACTIONS: tuple[Action, ...] = ("page", "ticket", "watch", "ignore")

MAX_SPAN = 8 * 1024 * 1024
"""Bytes from a group's first line within which it is one event (law 2)."""

LOOKBACK = 64 * 1024
"""Bytes before an event within which its header, time and cause are looked for (law 3)."""


class Frame(msgspec.Struct, frozen=True):
    """One frame of a traceback. `module` is a dotted name derived from the path, where one can be."""

    file: str
    line: int | None = None
    function: str | None = None
    code: str | None = None
    module: str | None = None


class Link(msgspec.Struct, frozen=True):
    """Another exception of the same event: the cause, the context, a member of a group, the remote one."""

    exception: str
    message: str | None
    link: LinkKind
    frames: tuple[Frame, ...] = ()


class Traceback(msgspec.Struct, frozen=True):
    """A parsed traceback. `exception` is the one raised last (Python's final line, the outermost of a
    Java chain), None where the log was cut before it. `frames` are that exception's, in the order
    printed; empty where writers interleaved and frames cannot be told apart.
    """

    language: str
    exception: str | None
    message: str | None
    frames: tuple[Frame, ...] = ()
    chain: tuple[Link, ...] = ()
    interleaved: bool = False


class Content(msgspec.Struct, frozen=True):
    """What an event says, without when and where.

    text       the event's lines, decoded, transport prefixes and colours removed, the header's
               timestamp/level/logger prefix removed from the first line; joined with newlines
    message    the header record's message, or the first line where there is no header
    level      of the header record; None for a bare traceback
    logger     the logger's name as the format writes it
    unit       systemd unit, syslog identifier, container or process name
    fields     what else transport and format know, by name ("priority", "thread", "identifier")
    incomplete the log was cut: before the event's start, or before its end
    """

    text: str
    message: str
    level: Level | None = None
    logger: str | None = None
    unit: str | None = None
    fields: dict[str, str] = {}
    traceback: Traceback | None = None
    incomplete: Incomplete | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What classification says of a content: at most one signature, the others that matched too.

    `fingerprint` (16 hex digits), `coarse` (the same, of a coarser grouping) and `variant` (of a finer
    one; empty where there is none) come from content alone. `title` names an unclassified group.
    `timed_out`: some pattern ran out of time, so "no match" means "not known".
    """

    signature: str | None
    also: tuple[str, ...]
    fingerprint: str
    coarse: str
    title: str
    timed_out: bool = False
    variant: str = ""


class Event(msgspec.Struct, frozen=True):
    """One thing that went wrong, once. Field for field the `event` object of `logscan.events/1`.

    offset, length         of the group, from the first byte of its first line to the last byte of its
                           last line without the line's end
    lines                  the physical lines where others stand between them; else None
    trace_first_line, …    the traceback without header and prelude; None without one
    time                   µs since the epoch, UTC; None where the log has no time
    level                  the header's level; severity is derived (a bare traceback is `error`)
    follows                the signature this one is a follow-on of, found within LOOKBACK before it in
                           the same stream; a cross-reference, never added
    """

    source: str
    stream: str
    offset: int
    length: int
    first_line: int
    last_line: int
    lines: tuple[int, ...] | None
    trace_first_line: int | None
    trace_last_line: int | None
    time: int | None
    level: Level | None
    severity: Severity
    language: str | None
    exception: str | None
    message: str | None
    chain: tuple[Link, ...]
    frames: tuple[Frame, ...]
    signature: str | None
    also: tuple[str, ...]
    follows: str | None
    fingerprint: str
    coarse: str
    title: str
    action: Action
    facts: dict[str, str]
    resource: dict[str, str]
    incomplete: Incomplete | None
    truncated: bool
    interleaved: bool
    text: str
    variant: str = ""
