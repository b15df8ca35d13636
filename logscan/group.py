"""The grouper: lines of one stream to groups, one state a stream.

A group is a traceback with its header, prelude and tail, or a log record that matters. The grouper knows how the log
around a traceback is written (which line starts a record); the grammar knows what a traceback looks like. Neither
knows sources, blocks or clocks.

Idle or open
    A stream is idle, or it has an open group. Only a line with an anchor can open one (law 1), so that an idle
    stream may skip every other line. What an idle stream remembers (the record before, the header shapes seen)
    counts only as far as LOOKBACK before the line that opens a group (law 3): the scanner reads that much before an
    anchor, so fast = slow.

Where a group ends
    A traceback's final line is not its end: its message may go on. Lines that may belong are held. A traceback under
    a log header keeps them up to the next record, recognised by a header shape that this stream uses; a bare one
    gives them back, unless a chain sentence shows that they belong. Held lines that do not belong are fed again.

Torn groups
    Writers without a pid interleave line by line. A record inside a frame list leaves the traceback owed one final
    line: a later line of that shape pays the oldest debt; the event has no frames, because they cannot be told apart.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

import msgspec

from logscan.formats import Formats, Header, goes_on, joined
from logscan.grammars import HEAD_LINES, Grammar, Machine, Step
from logscan.model import LEVELS, LOOKBACK, MAX_SPAN, Incomplete, Level
from logscan.prefilter import Prefilter
from logscan.timestamps import Clock
from logscan.transports import Meta

HELD_BARE = 16 * 1024
HELD = 64 * 1024
SILENCE = 1024 * 1024
MAX_QUOTED = 10
"""Records with times long past that one message may quote; more are a log whose files were joined out of order."""
TEXT_HEAD, TEXT_TAIL = 768 * 1024, 256 * 1024
NOTHING = Meta()
SECOND = 1_000_000
WARNING = LEVELS.index("warning")
STRONG_FORMATS = frozenset({"access", "python-warning"})


class Line(NamedTuple):
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


class Open(msgspec.Struct):
    """An open group. `trace_at` counts lines before the traceback; `held` may belong; `loose`: lines without a header
    are ordinary in this stream, so they are no more of a message; `said`: the header's own message names
    the exception; `dropped` were too many to keep; `window` are the raw
    bytes before the group and their offset, once the buffer has left them behind; `restart`: when its process took
    another one's place (µs, UTC), if near."""

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
    tail: list[Line] = []
    size: int = 0
    dropped: int = 0
    deadline: int = 0
    quoted: int = 0
    loose: bool = False
    window: tuple[bytes, int] | None = None
    restart: int | None = None
    said: bool = False

    @property
    def start(self) -> int:
        return self.lines[0].offset

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
        return next((line for line in reversed(self.held) if line.text.strip()), None)

    @property
    def room(self) -> int:
        """Bytes of lines that may yet be held below a traceback."""
        return (HELD if self.headed else HELD_BARE) - sum([len(line.text) for line in self.held])

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
        for line in self.held:
            self.take(line)
        self.held = []


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


def renumbered(value: Any, by: int) -> Any:
    """A stream, or anything in one, with its line numbers moved by `by`. What is frozen holds no lines, and stays the
    same object."""
    if isinstance(value, Line):
        rows = tuple(row + by for row in value.rows)
        return value._replace(number=value.number + by, until=value.until + by, rows=rows)
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


class Grouper:
    """Feeds lines to streams. Holds no state of its own but its settings.

    bar       records at this level or worse are groups of their own
    literals  the signatures' anchors: a record that holds one is a candidate whatever its level
    anchors   everything that can open a group, in the text of a line
    openers   of these, the grammars' own
    stops     all of these but the levels
    before    looks back for an idle stream; None: streams remember as they go
    """

    def __init__(
        self,
        formats: Formats,
        grammars: Iterable[Grammar],
        bar: Level,
        literals: Prefilter,
        anchors: Prefilter,
        openers: Prefilter,
        stops: Prefilter,
        clock: Clock,
    ) -> None:
        self.formats = formats
        self.grammars = {g.language: g for g in grammars}
        self._dumpers = tuple(grammar for grammar in self.grammars.values() if grammar.dumping)
        self.bar = LEVELS.index(bar)
        self.literals = literals
        self.anchors = anchors
        self.openers = openers
        self.stops = stops
        self.clock = clock
        self.before: Before | None = None

    def feed(self, stream: Stream, line: Line, meta: Meta, entry: bool, native: bool) -> list[Group]:
        """The groups that `line` closes. `entry`: the line starts an entry of its transport; `native`: such an entry
        is a record of its own."""
        out: list[Group] = []
        self._feed(stream, line, meta, entry and native, out)
        return out

    def flush(self, stream: Stream) -> list[Group]:
        """Close everything: the stream has ended, or its last entry was a whole record."""
        out: list[Group] = []
        while stream.open is not None:
            self._close(stream, out, keep_held=stream.open.headed or stream.several)
        for owed in stream.owed:
            out.append(self._group(stream, owed, "end", over_span=False))
        stream.owed = []
        return out

    def seal(self, stream: Stream) -> list[Group]:
        """Close the open group with all that it holds: its entry was a whole record."""
        out: list[Group] = []
        if stream.open is not None:
            self._close(stream, out, keep_held=True)
        return out

    # -- one line ---------------------------------------------------------------------------------------------

    def _feed(self, stream: Stream, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> None:
        opened = stream.open
        if opened is not None:
            line = self._unrepeated(opened, line)
            whole = opened.machine is None or opened.machine.final
            if stream.owed and whole and self._pay(stream, line, out):
                opened.interleaved = opened.machine is not None
                return
            if line.end - opened.start > MAX_SPAN:
                self._close(stream, out, keep_held=True, over_span=True)
            elif line.offset - opened.last.end > SILENCE and whole:
                self._close(stream, out, keep_held=opened.headed)
            elif opened.machine is None:
                if self._in_record(stream, opened, line, meta, fresh, out):
                    stream.since = line.end + 1
                    return
            elif self._in_trace(stream, opened, line, meta, fresh, out):
                stream.since = line.end + 1
                return
            if stream.open is not None:  # held lines, fed again, have opened a group
                self._feed(stream, line, meta, fresh, out)
                return
        self._idle(stream, line, meta, fresh, out)

    def _idle(self, stream: Stream, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> None:
        if stream.owed and self._pay(stream, line, out):
            return
        level = LEVELS.index(meta.level) if meta.level else -1
        if not self.anchors.found(line.text) and level < self.bar:
            if self.before is None:
                stream.forget(line.offset)
                self.remember(stream, line, meta, self.header(stream.record, line.text))
            return
        if self.before is not None:
            if not stream.owed and level < self.bar and self._passes(line.text, meta):
                return
            self.before.catch_up(stream, line, meta)
        stream.since = line.end + 1
        stream.forget(line.offset)
        found = self.opened(stream, line.text) if self.openers.found(line.text) else None
        if found is not None:
            self._open_trace(stream, line, meta, *found)
            return
        header = self.header(stream.record, line.text)
        if header is not None and header.level is not None and not meta.own:
            level = LEVELS.index(header.level)
        elif not fresh and not meta.level:
            level = -1
        hit = level < self.bar and self.literals.found(line.text)
        if level < self.bar and not hit:
            self.remember(stream, line, meta, header)
            return
        record = stream.record
        loose = stream.apart
        self.remember(stream, line, meta, header)
        if hit and header is None and not fresh and record is not None and record.header is not None:
            opened = Open(record.header, record.meta, None, [])
            lines = [*record.lines, line] if line not in record.lines else record.lines
        elif header is not None and stream.record is not None:  # with the line that waited for this one, if any did
            opened = Open(stream.record.header, stream.record.meta, None, [])
            lines = stream.record.lines
        else:
            opened = Open(None, meta, None, [])
            lines = [line]
            if hit and stream.record is not None:
                # it may turn out to be the head of a traceback, of which lines before it are part
                opened.lent = Record(None, meta, stream.record.lines[:-1]) if len(stream.record.lines) > 1 else None
        opened.candidate, opened.loose = hit, loose
        for each in lines:
            opened.take(each)
        self._start(stream, opened)

    def opened(self, stream: Stream, text: bytes) -> tuple[Grammar, Machine] | None:
        """The traceback that a line of an idle stream opens, which remembers what stands before it."""
        before = [] if stream.record is None else _texts(stream.record.header, stream.record.lines)
        for grammar in self.grammars.values():
            machine = grammar.open(text, stream.dump is not None, before)
            if machine is not None:
                return grammar, machine
        return None

    def passes(self, text: bytes) -> bool:
        """Whether a line of an idle stream, of which its transport states no level, opens nothing whatever stands
        before it."""
        return self._passes(text, NOTHING)

    def _passes(self, text: bytes, meta: Meta) -> bool:
        """Whether a line that holds an anchor opens nothing, whatever stands before it: its anchor is a word in a
        harmless record's message."""
        if self.stops.found(text):
            return False
        header = self.formats.match(text)
        if header is None:
            return True
        harmless = header.level is None or LEVELS.index(header.level) < self.bar
        return harmless and header.joins is None and not meta.own

    def _dumps(self, text: bytes) -> bool:
        return any(grammar.dump(text) for grammar in self._dumpers)

    def header(self, before: Record | Open | None, text: bytes) -> Header | None:
        """The header of the record that a line starts; None where it starts none, or goes on with the one before."""
        header = self.formats.match(text)
        if header is None or header.joins is None or before is None:
            return header
        return None if goes_on(before.header, before.lines[0].text, header, text) else header

    def _unrepeated(self, opened: Open, line: Line) -> Line:
        """A further line of a record whose writer puts the header on each, without it."""
        if opened.header is None or opened.header.joins != "same":
            return line
        header = self.formats.match(line.text)
        if header is None or not goes_on(opened.header, opened.lines[0].text, header, line.text):
            return line
        return line._replace(text=header.message)

    def _start(self, stream: Stream, opened: Open) -> None:
        stream.open = opened
        opened.restart, stream.restart = stream.restart, None
        stream.loose = opened.loose
        stream.lender = Record(opened.header, opened.meta, [opened.lines[0]])
        stream.record = None
        stream.dump = None

    def _open_trace(self, stream: Stream, line: Line, meta: Meta, grammar: Grammar, machine: Machine) -> None:
        record = stream.record
        header = self.formats.match(line.text)
        if header is not None and not machine.head:
            # the traceback starts on the header's own line: "… ERROR message Traceback (most recent call last):"
            opened = Open(header, meta, None, [])
            lines, at = [line], 0
            opened.loose = stream.apart
            stream.learned[header.format] = line.offset
        elif record is not None and ((_rank(record) >= WARNING and not machine.alone) or _said(record, machine)):
            opened = Open(record.header, record.meta, None, [], loose=record.loose, said=_said(record, machine))
            lines, at = [*record.lines, line], len(record.lines) - machine.head
        else:
            plain = [] if record is None else record.lines[1 if record.header else 0 :]
            count = machine.head or grammar.prelude(line.text, [each.text for each in plain[-4:]])
            opened = Open(None, meta, record or stream.lender, [])
            lines, at = [*plain[len(plain) - count :], line], count - machine.head
        for each in lines:
            opened.take(each)
        opened.machine, opened.grammar, opened.trace_at = machine, grammar.language, at
        lender = stream.lender if record is None else record
        self._start(stream, opened)
        if opened.header is None and lender is not None:
            stream.lender = lender

    def remember(self, stream: Stream, line: Line, meta: Meta, header: Header | None) -> None:
        text = line.text
        if header is not None:
            stream.learned[header.format] = line.offset
            first = stream.record
            both = joined(first.header, header) if first is not None and len(first.lines) == 1 else None
            if first is not None and both is not None:
                stream.record = Record(both, first.meta, [*first.lines, line], loose=first.loose)
            else:
                stream.record = Record(header, meta, [line], loose=stream.apart)
            stream.lender = None
        else:
            record = stream.record
            if record is None or (meta.level and meta is not record.meta):
                stream.record = Record(None, meta, [line])
            else:
                record.lines.append(line)
                if record.header is None and len(record.lines) > 2 * HEAD_LINES:
                    del record.lines[:-HEAD_LINES]
                elif line.offset - record.lines[0].offset > LOOKBACK:
                    stream.record = Record(None, meta, record.lines[-HEAD_LINES:])
        if text[:1] not in (b" ", b"\t"):
            stream.dump = line.offset if self._dumps(text) else None

    # -- a line while a group is open ---------------------------------------------------------------------------

    def _in_record(self, stream: Stream, opened: Open, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> bool:
        text = line.text
        grammars = self.grammars.values()
        starts = self.formats.match(text) is not None
        more = starts and self.header(opened, text) is None
        if ((fresh or starts) and not more) or self._gap(opened, meta):
            self._close(stream, out, keep_held=not opened.loose)
            return False
        anchored = self.anchors.found(text)
        bare = opened.candidate and opened.header is None
        prior = opened.lent.lines if bare and opened.lent is not None else []
        before = _texts(opened.header, [*prior, *opened.lines, *opened.tail, *opened.held]) if anchored else []
        for grammar in grammars:
            machine = grammar.open(text, opened.dump, before) if anchored else None
            alone = machine is not None and machine.alone
            machine = machine or grammar.bare(text, opened.last.text)
            if machine is None:
                continue
            rank = LEVELS.index(opened.level) if opened.level else -1
            # a line that a signature knows, and that turns out to be the head of a traceback
            more_head = machine.head - len(opened.lines) - len(opened.held)
            begun = bare and more_head >= 0
            if (rank < WARNING or alone) and not begun:
                own = max(0, len(opened.held) - machine.head)
                again, opened.held = opened.held[own:], opened.held[:own]
                self._close(stream, out, keep_held=True)
                for each in again:
                    self._feed(stream, each, meta, False, out)
                return False
            opened.accept_held()
            if begun and more_head:
                opened.lines[:0] = prior[-more_head:]
            at = max(0, len(opened.lines) - machine.head)
            opened.machine, opened.grammar, opened.trace_at = machine, grammar.language, at
            opened.said = at == 0 and opened.header is not None
            opened.take(line)
            opened.candidate = False
            return True
        if sum(len(h.text) for h in opened.held) > HELD:
            self._close(stream, out, keep_held=False)
            return False
        indented = text[:1] in (b" ", b"\t") and text.strip() and not any(not h.text.strip() for h in opened.held)
        if more or indented:
            opened.accept_held()
            opened.take(line)
        else:
            opened.held.append(line)
            opened.dump = self._dumps(text)
        return True

    def _in_trace(self, stream: Stream, opened: Open, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> bool:
        machine = opened.machine
        assert machine is not None and opened.grammar is not None
        body = body_of(line.text, machine)
        header = self.header(opened, body)
        ends = header is not None and self._ends(stream, opened, header)
        lead = machine.lead
        step = machine.step(body, ends or (fresh and machine.final))
        if step is Step.TAKE or step is Step.FINAL:
            opened.accept_held()
            if lead and not machine.lead:
                opened.trace_at = len(opened.lines)
            opened.take(line)
            return True
        if step is Step.TEXT and not fresh and not self._gap(opened, meta):
            return self._text(stream, opened, line, meta, out)
        if step is Step.BREAK:
            opened.deadline = line.offset + LOOKBACK
            stream.owed = [*stream.owed, opened]
            stream.open = None
        elif step is Step.ROLLBACK:
            self._roll_back(stream, opened)
        else:
            keep = opened.headed
            if opened.quoted > MAX_QUOTED:
                self._unquote(opened)
                keep = False
            self._close(stream, out, keep_held=keep, cut=step is Step.CUT)
        return False

    def _unquote(self, opened: Open) -> None:
        """What looked like quoted records were records: hold only those, from the first one on."""
        at = next((i for i, held in enumerate(opened.held) if self.formats.match(held.text) is not None), 0)
        held, opened.held = opened.held, opened.held[:at]
        opened.accept_held()
        opened.held = held[at:]

    def _text(self, stream: Stream, opened: Open, line: Line, meta: Meta, out: list[Group]) -> bool:
        """A line after a traceback's final line that its grammar cannot place."""
        assert opened.machine is not None
        grammar = self.grammars[opened.grammar or ""]
        text = line.text
        if grammar.strong(text):
            said = opened.said_last
            shape = self.formats.match(said.text) if said is not None else None
            if said is not None and shape is not None and shape.level and LEVELS.index(shape.level) >= WARNING:
                # a record in a shape not seen before, and its traceback: an event of its own
                at = opened.held.index(said)
                again, opened.held = opened.held[at:], opened.held[:at]
                self._close(stream, out, keep_held=True)
                self._give_back(stream, again, meta, out)
                return False
            in_message = opened.headed and (said is not None or opened.machine.colon)
            if not in_message:
                self._close(stream, out, keep_held=opened.headed)
                return False
        if opened.room < 0:
            self._close(stream, out, keep_held=False)
            return False
        opened.held.append(line)
        return True

    def _ends(self, stream: Stream, opened: Open, header: Header) -> bool:
        """Whether a line with a header's shape ends the traceback's message: it does in a shape that the stream uses,
        and in another one where its time fits. A time long before the event's is quoted text, not the next record."""
        own = opened.header
        if own is None or header.format in STRONG_FORMATS:
            return True
        used = header.format == own.format or self._uses(stream, opened, header.format)
        if header.time is None or own.time is None:
            return used or header.time is not None
        before, after = self.clock.parse(own.time), self.clock.parse(header.time)
        if before is None or after is None:
            return True
        if not used:
            return 0 <= after - before <= 3600 * SECOND
        if after - before >= -2 * 3600 * SECOND:
            return True
        opened.quoted += 1
        return opened.quoted > MAX_QUOTED

    def _uses(self, stream: Stream, opened: Open, format: str) -> bool:
        seen = stream.learned.get(format)
        if seen is not None and seen >= opened.start - LOOKBACK:
            return True
        return self.before is not None and self.before.uses(stream, opened, format)

    def _gap(self, opened: Open, meta: Meta) -> bool:
        """Entries that carry their own time belong together only within a second."""
        if meta is opened.meta:
            return False
        before, after = meta_time(opened.meta, self.clock), meta_time(meta, self.clock)
        return before is not None and after is not None and not -SECOND <= after - before <= SECOND

    # -- closing ------------------------------------------------------------------------------------------------

    def _pay(self, stream: Stream, line: Line, out: list[Group]) -> bool:
        """A line while tracebacks are owed their final line. True where the line is used up."""
        while stream.owed and stream.owed[0].deadline < line.offset:
            out.append(self._group(stream, stream.owed[0], "end", over_span=False))
            stream.owed = stream.owed[1:]
        if not stream.owed:
            return False
        grammar = self.grammars[stream.owed[0].grammar or ""]
        if line.text[:1] in (b" ", b"\t"):
            in_dump = stream.dump is not None and stream.dump >= line.offset - LOOKBACK
            if not in_dump and grammar.torn(line.text):
                for owed in stream.owed:
                    owed.interleaved = True
            torn = any(owed.interleaved for owed in stream.owed)
            stream.since = line.end + 1 if torn else stream.since
            return torn
        if self.formats.match(line.text) is not None or not grammar.final(line.text):
            return False
        stream.since = line.end + 1
        paid, stream.owed = stream.owed[0], stream.owed[1:]
        paid.interleaved = True
        paid.take(line)
        out.append(self._group(stream, paid, None, over_span=False))
        return True

    def _roll_back(self, stream: Stream, opened: Open) -> None:
        """The group was none. A record that it was attached to stays a record."""
        stream.open = None
        if opened.header is not None and LEVELS.index(opened.header.level or "trace") >= self.bar:
            opened.machine, opened.grammar, opened.trace_at = None, None, 0
            stream.open = opened
            return
        for line in [single for each in opened.lines for single in each.single()]:
            self.remember(stream, line, opened.meta, self.formats.match(line.text))

    def _close(
        self, stream: Stream, out: list[Group], *, keep_held: bool, cut: bool = False, over_span: bool = False
    ) -> None:
        opened = stream.open
        assert opened is not None
        stream.open = None
        held = opened.held
        if keep_held:
            opened.accept_held()
            held = []
        opened.held = []
        machine = opened.machine
        incomplete: Incomplete | None = None
        if machine is not None:
            incomplete = "start" if machine.cut_start else None
            if cut or not machine.final:
                incomplete = "end"
        elif over_span:
            incomplete = "end"
        if opened.header is not None:
            stream.learned[opened.header.format] = opened.start
        out.append(self._group(stream, opened, incomplete, over_span=over_span))
        self._give_back(stream, held, opened.meta, out)

    def _give_back(self, stream: Stream, held: list[Line], meta: Meta, out: list[Group]) -> None:
        """Lines that were held and do not belong are read again."""
        if held:
            stream.since = held[0].offset
        for line in held:
            self._feed(stream, line, meta, False, out)

    def _group(self, stream: Stream, opened: Open, incomplete: Incomplete | None, *, over_span: bool) -> Group:
        lines = [*opened.lines, *opened.tail]
        while len(lines) > 1 and not lines[-1].text.strip():
            lines.pop()
        machine = opened.machine
        return Group(
            stream=stream.key,
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


def meta_time(meta: Meta, clock: Clock) -> int | None:
    """What a transport says of an entry's time, µs, UTC."""
    return meta.time if meta.time is not None or meta.raw_time is None else clock.parse(meta.raw_time)


def level_of(header: Header | None, meta: Meta) -> Level | None:
    """A record's level: what it states itself, else what its text's header says, else what its transport knows."""
    if meta.own or header is None or header.level is None:
        return meta.level
    return header.level


def _texts(header: Header | None, lines: list[Line]) -> list[bytes]:
    """The last lines of a record; a header's prefix is no part of what they say."""
    texts = [line.text for line in lines[-HEAD_LINES:]]
    if header is not None and len(lines) <= HEAD_LINES and texts:
        texts[0] = header.message
    return texts


def _said(record: Record, machine: Machine) -> bool:
    """Whether the traceback begins on the line of the record's header."""
    return record.header is not None and machine.head >= len(record.lines)


def _rank(record: Record) -> int:
    """The level of a remembered record, as a number; -1 where it has none."""
    level = level_of(record.header, record.meta)
    return LEVELS.index(level) if level else -1


def body_of(text: bytes, machine: Machine) -> bytes:
    """A line without the group's margin."""
    margin = machine.margin
    if not margin:
        return text
    if text.startswith(margin):
        return text[len(margin) :]
    return b"" if not text.strip(b" \t>|") else text
