"""What grouping works on: the values, and what they tell of themselves.

Line     one line of a stream, and where it stands
Record   a log record that an idle stream remembers: it may turn out to be the header of what comes next
Open     a group that is not closed yet: its lines so far, and those that may belong
Group    a closed group: the bytes of one event, and what the log says around them
Stream   all that is known of one stream
Before   what stands before a line, for a stream that does not remember it

`logscan.grouper` makes groups of lines; `logscan.ends` says what ends a group.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from logscan.formats import Header
from logscan.grammars import HEAD_LINES, Machine, in_column
from logscan.lazyre import lazy
from logscan.model import LEVELS, LOOKBACK, Incomplete, Level
from logscan.timestamps import Clock
from logscan.transports import Meta

NEAR = LOOKBACK // 4
"""Bytes before an anchor within which its record, the shapes of records and another process of its unit count."""
HELD_BARE = 16 * 1024
HELD = 64 * 1024
TEXT_HEAD, TEXT_TAIL = 768 * 1024, 256 * 1024
WARNING = LEVELS.index("warning")
_NAMED = lazy(rb"\[ERROR\] (?P<type>[A-Za-z_]\w*(?:\.\w+)*)(?:: (?P<message>.*))?$")


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One line of a stream: its text, and where it stands (bytes; physical lines `number` to `until`, 1-based, which
    differ where the writer cut the line). Inside a traceback also several lines in one, line ends between them: `rows`
    are their physical lines where other streams' stand between."""

    text: bytes
    offset: int
    end: int
    number: int
    until: int
    rows: tuple[int, ...] = ()

    def single(self) -> "list[Line]":
        """The same, a line each. Offsets are the whole's: nothing asks for those inside a traceback."""
        texts = self.text.split(b"\n")
        if len(texts) == 1:
            return [self]
        rows = self.rows or range(self.number, self.until + 1)
        return [Line(text, self.offset, self.end, row, row) for text, row in zip(texts, rows, strict=True)]


class Record(msgspec.Struct):
    """The record that an idle stream remembers: its header, if it has one, and its lines so far. `loose`: the line
    before it was an ordinary one without a header."""

    header: Header | None
    meta: Meta
    lines: list[Line]
    loose: bool = False

    @property
    def rank(self) -> int:
        """Its level, as a number; -1 where it has none."""
        level = level_of(self.header, self.meta)
        return LEVELS.index(level) if level else -1

    def heads(self, machine: Machine) -> bool:
        """Whether a traceback below it may be its own. What Node's own warnings say is in one line, or their stack has
        no first line of its own."""
        own = self.header is not None and self.header.format == "node-warning" and machine.head > 0
        return not machine.alone and not own

    def says(self, machine: Machine) -> bool:
        """Whether the traceback begins on the line of its header."""
        return self.header is not None and machine.head >= len(self.lines)


class Open(msgspec.Struct):
    """An open group. `trace_at` counts lines before the traceback; `held` may belong, and `metas` is what their
    transport says of each; `loose`: lines without a header
    are ordinary in this stream, so they are no more of a message; `said`: the header's own message names
    the exception; `repeated`: its further lines have headers of their own; `dropped` were too many to keep; `window`
    are the raw bytes before the group and their offset, once the buffer has left them behind; `restart`: when its
    process took another one's place (µs, UTC), if near."""

    header: Header | None
    meta: Meta
    lent: Record | None
    lines: list[Line]
    machine: Machine | None = None
    grammar: str | None = None
    trace_at: int = 0
    candidate: bool = False
    interleaved: bool = False
    dump: bool = False
    held: list[Line] = []
    metas: list[Meta] = []
    tail: list[Line] = []
    size: int = 0
    dropped: int = 0
    deadline: int = 0
    quoted: int = 0
    loose: bool = False
    window: tuple[bytes, int] | None = None
    restart: int | None = None
    said: bool = False
    repeated: bool = False
    logged_at: str | None = None
    """The time of the last line, where each line of the traceback is a record with the same header."""
    held_size: int = 0
    """Bytes that are held, line ends included. This and the next two are kept by `hold` and `release`, so that no line
    asks for all that are held before it."""
    held_blank: bool = False
    """One of them is empty."""
    said_at: int = -1
    """Which of them is the last one that is not."""

    @property
    def start(self) -> int:
        return self.lines[0].offset

    @property
    def begun(self) -> bool:
        """No more than its first line has been read."""
        return len(self.lines) == 1 and not self.held and not self.tail and self.trace_at == 0

    @property
    def last(self) -> Line:
        return (self.held or self.tail or self.lines)[-1]

    @property
    def headed(self) -> bool:
        """The next header ends the group, and all that comes before it belongs."""
        return self.header is not None and not self.loose

    @property
    def level(self) -> Level | None:
        return level_of(self.header, self.meta)

    @property
    def said_last(self) -> Line | None:
        """The last line that is held and not empty."""
        return self.held[self.said_at] if self.said_at >= 0 else None

    @property
    def room(self) -> int:
        """Bytes of lines that may yet be held below a traceback."""
        return (HELD if self.headed else HELD_BARE) - self.held_size

    def hold(self, line: Line, meta: Meta) -> None:
        """Hold a line that may belong."""
        if line.text.strip():
            self.said_at = len(self.held)
        else:
            self.held_blank = True
        self.held.append(line)
        self.metas.append(meta)
        self.held_size += len(line.text) + 1

    def release(self, begin: int = 0) -> list[tuple[Line, Meta]]:
        """Hold only the first `begin` lines; returns the others."""
        held = list(zip(self.held, self.metas, strict=True))
        self.held, self.metas, self.held_size, self.held_blank, self.said_at = [], [], 0, False, -1
        for each in held[:begin]:
            self.hold(*each)
        return held[begin:]

    def take(self, line: Line) -> None:
        """Accept a line, keeping head and tail where there is too much."""
        self.size += len(line.text) + 1
        if self.size <= TEXT_HEAD and not self.tail:
            self.lines.append(line)
            return
        self.tail.append(line)
        if self.size > TEXT_HEAD + 2 * TEXT_TAIL:  # rarely, and then many at once
            gone = 0
            while gone < len(self.tail) and self.size > TEXT_HEAD + TEXT_TAIL:
                self.size -= len(self.tail[gone].text) + 1
                gone += 1
            del self.tail[:gone]
            self.dropped += gone

    def accept_held(self) -> None:
        for line, _ in self.release():
            self.take(line)


class Group(msgspec.Struct, frozen=True):
    """A closed group: the bytes of one event and what the log says around them.

    trace_at   index into `lines` of the traceback's first line; None for a record
    margin     what stands before each of the traceback's lines
    final      the traceback had its final line
    said       the traceback begins with the header's message, on the header's line
    candidate  a record below the level bar: an event only if a signature matches it
    lender     the record before a bare traceback, which lends its time
    restart    when the process that wrote it took another one's place (µs, UTC), if that was near
    """

    stream: str
    lines: tuple[Line, ...]
    header: Header | None
    meta: Meta
    lender: Record | None
    grammar: str | None
    trace_at: int | None
    margin: bytes
    final: bool
    said: bool
    candidate: bool
    incomplete: Incomplete | None
    interleaved: bool
    truncated: bool
    over_span: bool
    restart: int | None


class Stream(msgspec.Struct):
    """What is known of one stream. Plain data: comparable, copyable, picklable."""

    key: str
    record: Record | None = None
    lender: Record | None = None
    learned: dict[str, int] = {}
    open: Open | None = None
    owed: list[Open] = []
    dump: int | None = None
    """Where the line stands that introduced the stack that nobody raised, if the lines since belong to it."""
    loose: bool = False
    """The last group stood among lines without a header."""
    several: bool = False
    """The last entry has continuation lines of its own: it is a whole record."""
    inside: bool = False
    """An entry of several lines is being fed, of which one may open a group. Each is remembered: nobody reads them
    again, because they are one line of the log."""
    since: int = 0
    """Where the lines begin that have been neither taken nor remembered."""
    restart: int | None = None
    """See `Open.restart`, for the group that opens next."""

    @property
    def idle(self) -> bool:
        return self.open is None and not self.owed

    @property
    def apart(self) -> bool:
        """Whether the line directly before had no header and was no continuation: this log has ordinary lines without
        one (a program that prints, beside a library that logs)."""
        record = self.record
        if record is None:
            return self.loose
        return record.header is None and record.lines[-1].text[:1] not in (b" ", b"\t", b"")

    @property
    def begun(self) -> int:
        """Where the oldest group that is not closed began."""
        waiting = self.owed if self.open is None else [*self.owed, self.open]
        return min(each.start for each in waiting)

    def forget(self, offset: int) -> None:
        """Drop what can no longer count for a line at `offset` or later, nor for the group that is open."""
        floor = (offset if self.open is None else min(offset, self.open.start)) - LOOKBACK
        if self.record and self.record.lines[0].offset < floor:
            kept = [line for line in self.record.lines[-HEAD_LINES:] if line.offset >= floor]
            self.record = Record(None, self.record.meta, kept) if kept else None
        if self.lender and self.lender.lines[0].offset < floor:
            self.lender = None
        if self.dump is not None and self.dump < floor:
            self.dump = None
        if self.open is None and self.since < floor:
            self.loose = False
        self.learned = {name: at for name, at in self.learned.items() if at >= floor}


def forget(stream: Stream, offset: int) -> None:
    """What an idle stream remembers counts for nothing at `offset`."""
    stream.record = stream.lender = stream.dump = None
    stream.loose = False
    stream.since = offset


def whole_group(
    stream: str,
    lines: tuple[Line, ...],
    header: Header | None,
    meta: Meta,
    lender: Record | None,
    trace_at: int | None,
    restart: int | None,
) -> Group:
    """The group of an ordinary Python traceback, or of a record, that is complete."""
    return Group(
        stream=stream,
        lines=lines,
        header=header,
        meta=meta,
        lender=lender,
        grammar="python" if trace_at is not None else None,
        trace_at=trace_at,
        margin=b"",
        final=True,
        said=False,
        candidate=False,
        incomplete=None,
        interleaved=False,
        truncated=False,
        over_span=False,
        restart=restart,
    )


def closed(stream: str, opened: Open, incomplete: Incomplete | None, *, over_span: bool) -> Group:
    """The group that an open one has become."""
    lines = [*opened.lines, *opened.tail]
    while len(lines) > 1 and not lines[-1].text.strip():
        lines.pop()
    machine = opened.machine
    return Group(
        stream=stream,
        lines=tuple(lines),
        header=opened.header,
        meta=opened.meta,
        lender=opened.lent,
        grammar=opened.grammar,
        trace_at=opened.trace_at if machine is not None and not machine.lead else None,
        margin=machine.margin if machine is not None else b"",
        final=machine.final if machine is not None else True,
        said=opened.said,
        candidate=opened.candidate,
        incomplete=incomplete,
        interleaved=opened.interleaved,
        truncated=opened.dropped > 0,
        over_span=over_span,
        restart=opened.restart,
    )


def renumbered(value: Any, by: int) -> Any:
    """A stream, or anything in one, with its line numbers moved by `by`. What is frozen holds no lines, and stays the
    same object."""
    if isinstance(value, Line):
        rows = tuple(row + by for row in value.rows)
        return msgspec.structs.replace(value, number=value.number + by, until=value.until + by, rows=rows)
    if isinstance(value, list):
        return [renumbered(each, by) for each in value]
    if isinstance(value, (Record, Open, Stream)):
        moved = {name: renumbered(getattr(value, name), by) for name in value.__struct_fields__}
        return msgspec.structs.replace(value, **moved)
    return value


class Before(Protocol):
    """What stands before a line, for a stream that does not remember it (`logscan.lookback`)."""

    def catch_up(self, stream: Stream, line: Line, meta: Meta) -> None:
        """Bring the memory of an idle stream up to just before `line`."""
        ...

    def directly(self, stream: Stream, line: Line, meta: Meta) -> bool:
        """Whether `line`, a record's first one, stands directly below a record of the same process."""
        ...

    def uses(self, stream: Stream, opened: Open, format: str) -> bool:
        """Whether a record of this shape stood near before the open group."""
        ...


def meta_time(meta: Meta, clock: Clock) -> int | None:
    """What a transport says of an entry's time, µs, UTC."""
    return meta.time if meta.time is not None or meta.raw_time is None else clock.parse(meta.raw_time)


def level_of(header: Header | None, meta: Meta) -> Level | None:
    """A record's level: what it states itself, else what its text's header says, else what its transport knows."""
    if meta.own or header is None or header.level is None:
        return meta.level
    return header.level


def named(lines: Sequence[Line], trace_at: int | None) -> tuple[str, str | None] | None:
    """The exception that the record above a traceback names, and its message: AWS Lambda's Python runtime writes them
    there, and no final line. https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    found = _NAMED.search(lines[0].text) if trace_at else None
    if found is None:
        return None
    message = b"\n".join([found["message"] or b"", *[line.text for line in lines[1:trace_at]]])
    return found["type"].decode(), message.decode("utf-8", "replace") or None


def last_texts(header: Header | None, lines: list[Line]) -> list[bytes]:
    """The last lines of a record; a header's prefix is no part of what they say."""
    texts = [line.text for line in lines[-HEAD_LINES:]]
    if header is not None and len(lines) <= HEAD_LINES and texts:
        texts[0] = header.message
    return texts


def body_of(text: bytes, machine: Machine) -> bytes:
    """A line without the group's margin, and without what fills a table's cell."""
    margin = machine.margin
    if not margin:
        return text
    if text.startswith(margin):
        return text[len(margin) :].rstrip(b" ") if in_column(margin) else text[len(margin) :]
    return b"" if not text.strip(b" \t>|") else text


def left_column(text: bytes, machine: Machine) -> bool:
    """Whether a line stands left of a group that has a column of its own, as a table's cell: it is no part of it."""
    margin = machine.margin
    return in_column(margin) and not text.startswith(margin) and bool(text.strip())
