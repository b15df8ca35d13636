"""Bytes to events. The three laws are this module's contract; the tests hold them.

1. Anchor. A line that holds no anchor leaves an idle scanner idle and emits nothing. An anchor is a literal: a
   grammar's, an error level's as a format writes it, a signature's required literal, a transport's mark.
2. Span. From a group's first line, MAX_SPAN raw bytes are one event; past them the group closes as cut, and
   `limits.max_span` counts it.
3. Local. What an event knows comes from itself or from at most LOOKBACK before it.

What follows from them:

fast = slow. While idle, jump to the next anchor, read the look-back, then feed lines until idle again. The slow path is
this same loop with a prefilter that says "every line".

pieces = whole. `state()` is everything that the future depends on, apart from the LOOKBACK before it. A scanner that
starts from a predecessor's state at a line's start goes on as the predecessor would. A scanner that starts idle in the
middle (a worker) is right from the first offset, LOOKBACK or more after its start, at which its state `meets` that
of its predecessor.

The scanner is pure: bytes come in (any chopping, down to single bytes), events come out. It opens nothing, prints
nothing and reads no clock.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Final

import msgspec

from logscan import linetext, losses, restarts
from logscan.ahead import Ahead
from logscan.event import EventMaker
from logscan.group import WARNING, Group, Line, Record, Stream, forget, meta_time, whole_group
from logscan.lane import Lane
from logscan.lookback import NO_META, LookBack, process
from logscan.memory import Memory
from logscan.model import LEVELS, LOOKBACK, Content, Event, Verdict
from logscan.prefilter import EveryLine, Prefilter, newlines
from logscan.registry import (
    MAX_NESTING,
    TRANSPORTS,
    Settings,
    grouper_for,
    literals,
    named,
    nested_in,
    prefilter_for,
    unwrap,
)
from logscan.repeat import Repeat
from logscan.scanstate import State, future
from logscan.signature import Ruleset
from logscan.stride import LONG, ODD, Cursors, Strides
from logscan.timestamps import Clock
from logscan.transports import Entry, Meta, Transport, by_first_byte, detect, plain

MAX_LINE: Final = 1024 * 1024
DETECT: Final = 256 * 1024
"""Bytes within which the first claimed line decides the transport. Beyond them a source is plain: a pasted syslog line
in the middle of an application's file must not change how the rest is read, and nothing is tested for ever."""

PROBE: Final = 200
"""Lines at a source's start and end among which its first and last time are looked for."""

RECENT: Final = 64
"""Events of signatures that are remembered before those out of reach are forgotten."""

MAX_BUSY, MAX_PREFIXES = 8, 8
"""Open groups, and prefixes of lines, up to which lines are taken by strides."""

_CANDIDATES = by_first_byte(TRANSPORTS)
Gather = Callable[[tuple[bytes, ...], bytes], tuple[tuple[bytes, ...], Entry | None]]
"""See `transports.Framed`."""


class Scanner:
    """One source, or one piece of it. Feed blocks in order, then `finish`.

    source   the name that events carry
    memory   what scanners of the same rules and settings have found out; None: one of its own
    watch    called with every group that is looked at, before it is an event: for `explain`
    first, last   the log's own first and last time (µs, UTC), None where its lines show none
    state    where to go on from; None: the source's start
    """

    def __init__(
        self,
        rules: Ruleset,
        settings: Settings,
        clock: Clock,
        source: str,
        state: State | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.source = source
        self.rules = rules
        self.clock = clock
        self.bytes = 0
        self.lines = 0
        self.first: int | None = None
        self.last: int | None = None
        self.watch: Callable[[Group, Content, Verdict], None] | None = None
        self.marks: list[tuple[int, str]] = []
        self.limits: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self._settings = settings
        self._s = state if state is not None else State(transport=settings.transport)
        self._grouper = grouper_for(rules, settings, clock)
        self._memory = memory if memory is not None else Memory(rules, settings, clock)
        self._contents, self._known = self._memory.contents, self._memory.known
        self._maker = EventMaker(self._contents, rules, clock, source)
        self._use(named(self._s.transport))
        self._busy = {key for key, stream in self._s.streams.items() if not stream.idle}
        self._tells = literals(losses.ANCHORS | restarts.ANCHORS)
        self._kept = b""  # complete lines that may be looked back at, then an incomplete one
        self._base = self._s.offset  # offset of the first byte of _kept
        self._long: bytearray | None = None  # head of a line longer than MAX_LINE
        self._long_tail = b""
        self._long_size = 0
        self._probed = 0
        self._most_recent = RECENT

    # -- bytes in -----------------------------------------------------------------------------------------------

    def feed(self, block: bytes) -> list[Event]:
        """The events that `block` completes. Blocks may be cut anywhere."""
        return [each.event() if isinstance(each, Repeat) else each for each in self.read(block)]

    def read(self, block: bytes) -> "list[Event | Repeat]":
        """The same, for those who only count most events."""
        out: list[Event | Repeat] = []
        for at in range(0, len(block), MAX_LINE):  # so that only the first line of what is held can be too long
            self.bytes += len(block[at : at + MAX_LINE])
            self._feed(block[at : at + MAX_LINE], out)
        return out

    def _feed(self, block: bytes, out: list[Event | Repeat]) -> None:
        if self._long is not None:
            block = self._swallow(block, out)
            if not block:
                return
        data = self._kept + block
        start = self._s.offset - self._base
        if len(data) - start > MAX_LINE and (cut := data.find(b"\n", start)) > start + MAX_LINE:
            self._hold(data[start:cut])
            self._end_long(b"\n", out)
            data = data[cut + 1 :]
        end = data.rfind(b"\n", len(self._kept)) + 1 or (self._s.offset - self._base)
        self._advance(data, self._s.offset - self._base, end, out)
        if len(data) - end > MAX_LINE:
            self._hold(data[end:])
            data = data[:end]
        keep = max(0, end - LOOKBACK - 1)
        if self._past is not None:
            for key in self._busy:
                opened = self._s.streams[key].open
                if opened is not None:
                    self._past.keep(opened, self._base + keep)
        self._kept = data[keep:]
        self._base += keep

    def _hold(self, text: bytes) -> None:
        """Begin a line that is too long: keep its head and what is its tail so far."""
        self._long, self._long_size = bytearray(text[: linetext.LINE_HEAD]), len(text)
        self._long_tail = text[-linetext.LINE_TAIL :]

    def look_back(self, before: bytes) -> None:
        """Hand over what stands directly before this scanner's start, as far as LOOKBACK: a piece in the middle of a
        source needs it where its first event's header is on the other side of the cut."""
        kept = before[-LOOKBACK - 1 :]
        self._kept = kept
        self._base = self._s.offset - len(kept)

    def behind(self) -> bytes:
        """What `look_back` wants of a scanner that goes on from `state()`."""
        return self._kept[: self._s.offset - self._base]

    def finish(self) -> list[Event]:
        """The source has ended: a last line without a line end counts, and every open group closes."""
        out: list[Event | Repeat] = []
        if self._long is not None:
            self._end_long(b"", out)
        data = self._kept
        pos = self._s.offset - self._base
        if pos < len(data):
            self._advance(data, pos, len(data), out)
        self._look_from(data)
        self._end_entries(out)
        self._flush_all(out)
        self._probe_last(data)
        self._kept = b""
        self._base = self._s.offset
        return [each.event() if isinstance(each, Repeat) else each for each in out]

    def flush(self, stream: str) -> list[Event]:
        """Close a stream's open group: in `follow`, the stream has been silent long enough."""
        out: list[Event | Repeat] = []
        if stream in self._s.streams:
            self._look_from(self._kept)
            self._emit(self._grouper.flush(self._s.streams[stream]), out)
            self._note_busy(self._s.streams[stream])
        return [each.event() if isinstance(each, Repeat) else each for each in out]

    def pending(self) -> dict[str, int]:
        """Streams with an open group or with one that waits for its last line, and where the group's last line so far
        ends."""
        found = {}
        for key in self._busy:
            stream = self._s.streams[key]
            opened = stream.open or (stream.owed[-1] if stream.owed else None)
            if opened is not None:
                found[key] = opened.last.end
        return found

    def held(self) -> dict[str, tuple[int, int]]:
        """Of each stream with an open group or with one that waits for its last line: where the first of them began,
        and how many bytes of text they hold."""
        found = {}
        for key in self._busy:
            stream = self._s.streams[key]
            groups = [*stream.owed, *([stream.open] if stream.open is not None else [])]
            found[key] = groups[0].start, sum(group.size for group in groups)
        return found

    @property
    def position(self) -> tuple[int, int]:
        """Offset and number of the next line: all before it has been taken."""
        return self._s.offset, self._s.number

    @property
    def transport(self) -> str:
        """The name of the transport in force."""
        return self._s.transport or "plain"

    def _swallow(self, block: bytes, out: list[Event | Repeat]) -> bytes:
        """The middle of a line longer than MAX_LINE; returns what stands behind its end."""
        cut = block.find(b"\n")
        part = block if cut < 0 else block[:cut]
        self._long_size += len(part)
        self._long_tail = (self._long_tail + part)[-linetext.LINE_TAIL :]
        if cut < 0:
            return b""
        self._end_long(b"\n", out)
        return block[cut + 1 :]

    def _end_long(self, newline: bytes, out: list[Event | Repeat]) -> None:
        assert self._long is not None
        text = bytes(self._long) + linetext.CUT + self._long_tail
        self._long = None
        _count(self.limits, "truncated_lines")
        self._look_from(self._kept)
        self._line(text, self._s.offset, self._s.offset + self._long_size, out)
        self._s.offset += self._long_size + len(newline)
        self._s.number += 1
        self.lines += 1
        self._kept = b""
        self._base = self._s.offset

    # -- lines --------------------------------------------------------------------------------------------------

    def _advance(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        """Take the complete lines data[pos:end]."""
        begin = pos
        while pos < end and self._s.transport is None:
            at, name = self._detect(data, pos, end)
            self._take(data, pos, at, out)
            pos = at
            if name is not None:
                self._s.transport = name
            if name is not None and name != "plain":
                self._look_from(data)
                self._flush_all(out)  # what came before is plain text, and of no account for what follows
                self._s.streams = {}
                self._s.begin = self._s.offset
                self._use(named(name))
        if self.first is None and self._probed < PROBE:
            self._probe_first(data, begin, end)
        self._take(data, pos, end, out)

    def _use(self, transport: Transport) -> None:
        """Read what comes through this transport."""
        self._transport = transport
        self._past: LookBack | None = None
        if not transport.every_line:
            self._past = LookBack(transport, self._grouper, self._read, linetext.clean, self._unwrap, self._plain)
            self._past.begin = self._s.begin
        self._grouper.before = self._past
        self._steady: bool = getattr(transport, "steady", False)
        self._prefixes: dict[bytes, Entry] = {}
        self._last_read: tuple[bytes, Entry | None] = b"", None
        self._strides: Strides | None = None
        if transport is plain or self._steady:
            self._strides = self._memory.strides(transport)
        self._gather: Gather | None = getattr(transport, "gather", None)
        self._mark: Callable[[str], bytes | None] | None = getattr(transport, "mark", None)
        self._traces = traces = self._memory.traces(transport)
        self._lane: Lane | None = None
        self._ahead: Ahead | None = None
        found = self._grouper, self._known
        if traces is not None and transport is plain:
            self._lane = Lane(*found, traces, self._maker, self._followed)
        elif traces is not None and self._steady:
            self._ahead = Ahead(*found, traces, self._maker, transport.read, self._followed)
        # a short source is read line by line: compiling the prefilter would cost more than it saves
        self._prefilter: Prefilter = EveryLine()
        self._compiled = False

    def _probe_first(self, data: bytes, pos: int, end: int) -> None:
        """The log's first time: that of the first of PROBE lines that has one."""
        while pos < end and self.first is None and self._probed < PROBE:
            cut = data.find(b"\n", pos, end)
            stop = cut if cut >= 0 else end
            self.first = self._time_of(data[pos:stop])
            self._probed += 1
            pos = stop + 1

    def _probe_last(self, data: bytes) -> None:
        """The log's last time, from its last lines."""
        for line in reversed(data.split(b"\n")[-PROBE:]):
            self.last = self._time_of(line)
            if self.last is not None:
                return

    def _time_of(self, line: bytes) -> int | None:
        """A healthy line's time: where in time the log stands, whether or not anything went wrong there."""
        text = self._plain(line.strip(b"\0\r"))
        entry = self._transport.read(text)
        if entry is not None:
            return meta_time(entry.meta, self.clock)
        header = self._grouper.formats.match(text)
        return self.clock.parse(header.time) if header is not None and header.time else None

    def _detect(self, data: bytes, pos: int, end: int) -> tuple[int, str | None]:
        """Where the first claimed line starts, and which transport that decides; (`end`, None) where none does."""
        at = pos
        while at < end:
            if self._base + at >= DETECT:
                return at, "plain"
            cut = data.find(b"\n", at, end)
            stop = cut if cut >= 0 else end
            found = detect(data[at:stop].lstrip(b"\0\xef\xbb\xbf"), _CANDIDATES)
            if found is not None:
                return at, found.name
            at = stop + 1
        return end, None

    def _take(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        if not self._compiled and self.bytes > LOOKBACK:
            self._prefilter = prefilter_for(self.rules, self._settings, self._transport)
            self._compiled = True
        if self._ahead is not None:
            self._ahead.at(data, self._base, end)
        self._walk(data, pos, end, out)
        if self._ahead is not None:
            self._ahead.pour(None, out)

    def _walk(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        find = self._prefilter.find
        while pos < end:
            start = pos
            if self._idle():
                hit = find(data, pos, end)
                if hit < 0:
                    self._skip(data, pos, end)
                    return
                start = data.rfind(b"\n", pos, hit) + 1 or pos
                if self._past is not None:
                    start = self._opening(data, start, end)
                if start > pos:
                    self._skip(data, pos, start)
                if start >= end:
                    return
                self._s.owned = self._past is None
                if self._lane is not None and self.watch is None:
                    pos = self._known_events(data, start, end, out)
                    if pos > start:
                        continue
            elif self._strides is not None:
                pos = start = self._stride(data, pos, end, out)
                if pos >= end:
                    return
            if self._busy and self._mark is not None:
                pos = start = self._pass_over(data, pos, end)
                if pos >= end:
                    return
            cut = data.find(b"\n", start, end)
            stop = cut if cut >= 0 else end
            self._look_from(data)
            self._line(data[start:stop], self._base + start, self._base + stop, out)
            pos = stop + 1 if cut >= 0 else stop
            self._s.offset = self._base + pos
            self._s.number += 1
            self.lines += 1

    def _look_from(self, data: bytes) -> None:
        """Groups are about to be fed or closed here, and may look back in `data`."""
        if self._past is not None:
            at = self._s.offset - self._base
            torn = at > 0 and data[at - 1] != 10  # at the source's end: a last line without a line end was counted
            self._past.at(data, self._base, self._s.offset, self._s.number - torn)

    def _known_events(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> int:
        """Take the known events that begin at `pos` of plain text, nothing being open; returns where they end."""
        s = self._s
        assert self._lane is not None
        self._look_from(data)
        to, number = self._lane.idle(self._stream("", self._base + pos), data, pos, end, self._base, s.number, out)
        self.lines += number - s.number
        s.offset, s.number = self._base + to, number
        return to

    def _stride(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> int:
        """Take what the memory of strides knows; returns where the long way begins."""
        s = self._s
        assert self._strides is not None
        if s.partial or s.boot or len(self._busy) > MAX_BUSY:
            return pos
        if self._transport is plain:
            stream = s.streams.get("")
            if stream is None:
                return pos
            to, number = pos, s.number
            if self._lane is not None and self.watch is None:
                self._look_from(data)
                to, number = self._lane.run(stream, data, to, end, self._base, number, out)
            to, number = self._strides.plain(stream, data, to, end, self._base, number)
            to, number = self._strides.held(stream, data, to, end, self._base, number)
        else:
            cursors = Cursors(self._strides, self._prefixes, s.streams, self._prefilter.find)
            to, number = self._strides.steady(cursors, data, pos, end, self._base, s.number)
            cursors.finish()
            if cursors.last is not None:
                entry = self._prefixes[cursors.last[0]]
                s.owned, s.owner, s.owner_entry, s.owner_at = True, entry.key, entry, cursors.last[1]
        self.lines += number - s.number
        s.offset, s.number = self._base + to, number
        return to

    def _opening(self, data: bytes, start: int, end: int) -> int:
        """The first line from `start` on that may open a group; `start` is the first that holds an anchor, and nothing
        is open."""
        find = self._prefilter.find
        while start < end:
            cut = data.find(b"\n", start, end)
            taken = cut >= 0 and self._ahead is not None and self._ahead.passes(self._base + start)
            if not taken and (cut < 0 or not self._harmless(data[start:cut])):
                return start
            hit = find(data, cut + 1, end)
            start = data.rfind(b"\n", start, hit) + 1 if hit >= 0 else end
        return end

    def _harmless(self, raw: bytes) -> bool:
        """Whether a line with an anchor opens nothing and tells nothing, whatever stands before it."""
        if len(raw) > LONG or ODD.search(raw) is not None or raw[:3] == b"\xef\xbb\xbf":
            return False
        text = raw
        if self._transport is not plain:
            entry = self._read(raw)
            if entry is None or entry.native or entry.whole or entry.partial or entry.more or entry.meta.level:
                return False
            text = entry.lines[0]
            if len(entry.lines) > 1 or entry.meta.fields.get("null_message"):
                return False
        return nested_in(text) is None and self._grouper.passes(text)

    def _pass_over(self, data: bytes, pos: int, end: int) -> int:
        """Skip lines of streams that are idle, up to the next anchor or the next line of a stream that is not; returns
        where that line begins. Unclaimed lines belong to the claimed one before them, so only from one of an idle
        stream's on can lines be skipped."""
        s = self._s
        assert self._mark is not None
        if not s.owned or s.owner in self._busy or s.boot or s.partial or s.pending:
            return pos
        hit = self._prefilter.find(data, pos, end)
        near = hit if hit >= 0 else end
        for key in self._busy:
            mark = self._mark(key)
            if mark is None:
                return pos
            at = data.find(mark, pos, near)
            near = at if at >= 0 else near
        start = end if near == end else data.rfind(b"\n", pos, near) + 1 or pos
        if start > pos:
            self._skip(data, pos, start)
            s.owned = False
        return start

    def _note_prefix(self, text: bytes, entry: Entry) -> None:
        """Where a transport is steady, a line's prefix tells all but the text of the next one that begins with it. No
        other one does where the time is given in fractions of a second."""
        size, time = entry.prefix, entry.meta.raw_time
        if time is not None and "." in time:
            return
        ordinary = not (entry.native or entry.whole or entry.partial or entry.meta.level or entry.more)
        if size and ordinary and text[size - 1 : size] == b" " and len(entry.lines) == 1:
            self._prefixes[text[:size]] = entry
            if len(self._prefixes) > MAX_PREFIXES:
                del self._prefixes[next(iter(self._prefixes))]

    def _skip(self, data: bytes, pos: int, end: int) -> None:
        count = newlines(data, pos, end)
        if end > pos and data[end - 1 : end] != b"\n":
            count += 1
        self._s.number += count
        self.lines += count
        self._s.offset = self._base + end

    def _idle(self) -> bool:
        s = self._s
        return not self._busy and not s.boot and not s.partial and not s.pending

    def _give(
        self, stream: Stream, line: Line, meta: Meta, entry: bool, native: bool, out: list[Event | Repeat]
    ) -> None:
        self._emit(self._grouper.feed(stream, line, meta, entry, native), out)
        self._note_busy(stream)

    def _note_busy(self, stream: Stream) -> None:
        if stream.idle:
            self._busy.discard(stream.key)
        else:
            self._busy.add(stream.key)

    def _stream(self, key: str, offset: int) -> Stream:
        stream = self._s.streams.get(key)
        if stream is None:
            self._prune(offset)  # before the new one is known: it is empty, and would be forgotten
            stream = self._s.streams[key] = Stream(key)
        return stream

    def _line(self, raw: bytes, offset: int, end: int, out: list[Event | Repeat]) -> None:
        """One physical line, without its line end."""
        s = self._s
        if self._gather is not None:
            if not s.pending:
                s.pending_at = offset
            s.pending, entry = self._gather(s.pending, raw)
            if entry is not None:
                self._entry(entry, s.pending_at, offset - 1 if s.pending else end, out)
                s.pending_at = offset
            return
        text = linetext.clean(raw)
        entry = self._read(text)
        if entry is None:
            self._continue(text, offset, end, out)
            return
        if self._transport is not plain:
            s.owned, s.owner, s.owner_entry, s.owner_at = True, entry.key, entry, offset
            if self._steady:
                self._note_prefix(text, entry)
            if self._ahead is not None and self._goes_ahead(self._ahead, entry, offset, end):
                return
        self._entry(entry, offset, end, out)

    def _goes_ahead(self, ahead: Ahead, entry: Entry, offset: int, end: int) -> bool:
        """Whether a line has been taken, or begins a known event, which is taken now."""
        s = self._s
        if ahead.passes(offset):
            return True
        if entry.native or entry.partial or entry.meta.level or entry.key in s.partial:
            return False
        if s.boot or self.watch is not None:
            return False
        stream = s.streams.get(entry.key)
        if stream is None or not stream.idle:
            return False
        return ahead.take(stream, entry, offset, end, s.number)

    def _read(self, text: bytes) -> Entry | None:
        """The entry in a cleaned line; in plain text, a record that is a line of its own."""
        if self._transport is not plain:
            if self._last_read[0] != text:  # who looks whether a line is harmless has read it
                self._last_read = text, self._transport.read(text)
            return self._last_read[1]
        entry = nested_in(text)
        return msgspec.structs.replace(entry, key="") if entry is not None else None

    @staticmethod
    def _unwrap(entry: Entry) -> list[Entry]:
        return unwrap(entry, MAX_NESTING)

    def _entry(self, entry: Entry, offset: int, end: int, out: list[Event | Repeat]) -> None:
        """A claimed entry: rejoin what was cut, unwrap what is nested, hand its lines to its stream."""
        s = self._s
        begun_at: int | None = None
        if entry.partial or entry.key in s.partial:
            head, begun, number = s.partial.pop(entry.key, (b"", offset, s.number))
            text = head + entry.lines[0]
            if entry.partial and len(text) < MAX_LINE:
                s.partial[entry.key] = (text, begun, number)
                return
            offset, begun_at = begun, number
            entry = msgspec.structs.replace(entry, lines=[text, *entry.lines[1:]], partial=False)
        if entry.meta.fields.get("null_message"):
            _count(self.lost, "null_messages")
        for record in self._unwrap(entry):
            self._record(record, offset, end, out, begun_at)

    def _record(
        self, entry: Entry, offset: int, end: int, out: list[Event | Repeat], begun_at: int | None = None
    ) -> None:
        """An entry without anything nested: its lines go to its stream. `begun_at`: the physical line in which its
        first part stood, where it was cut."""
        s = self._s
        lines = entry.lines
        if self._tells.found(lines[0]) and self._told(entry, offset, end, out):
            return
        if s.boot:  # a boot mark has no time of its own: the next entry's is the boot's first
            time = meta_time(entry.meta, self.clock)
            self.marks += [(time, "boot")] if time is not None else []
            s.boot = False
        if self._past is None:
            self._note_pid(entry.meta, offset)
        stream = self._stream(entry.key, offset)
        whole = entry.whole or len(lines) > 1
        if whole or stream.several:
            self._emit(self._grouper.seal(stream), out)
            self._note_busy(stream)
        stream.several = whole
        if entry.whole and stream.idle and (entry.meta.time is not None or entry.meta.raw_time is not None):
            forget(stream, offset)  # nothing before it counts
            if self._whole(stream, entry, offset, end, out):
                return
        rows = entry.rows if len(entry.rows) == len(lines) else (0,) * len(lines)
        for index, each in enumerate(lines):
            number = s.number + rows[index]
            line = Line(self._plain(each), offset, end, begun_at or number, number)
            self._give(stream, line, entry.meta, index == 0, entry.native or whole, out)
        if whole:
            self._emit(self._grouper.seal(stream), out)
            self._note_busy(stream)
        if entry.whole and stream.record is not None:
            stream.lender, stream.record = stream.record, None

    def _whole(self, stream: Stream, entry: Entry, offset: int, end: int, out: list[Event | Repeat]) -> bool:
        """Whether a record complete in itself is a message and a known traceback, which is an event then."""
        traces, level = self._traces, entry.meta.level
        if traces is None or level is None or LEVELS.index(level) < max(self._grouper.bar, WARNING):
            return False
        if self._past is None or self.watch is not None or (known := traces.whole(entry.lines)) is None:
            return False
        traces.used(known)
        number = self._s.number
        head = Line(entry.lines[0], offset, end, number, number)
        self._past.catch_up(stream, head, entry.meta)
        trace = Line(b"\n".join(entry.lines[1:]), offset, end, number, number)
        group = whole_group(stream.key, (head, trace), None, entry.meta, None, 1, stream.restart)
        stream.lender, stream.restart = Record(None, entry.meta, [head]), None
        stream.since = end + 1
        event = self._event(group)
        out += [event] if event is not None else []
        return True

    def _told(self, entry: Entry, offset: int, end: int, out: list[Event | Repeat]) -> bool:
        """A line that tells of losses or of a restart. True where it stands for other lines, which have been taken."""
        text = self._plain(entry.lines[0])
        loss = losses.read(text, entry.meta.unit)
        if loss is None:
            header = self._grouper.formats.match(text)
            name = restarts.label(header.message if header else text, entry.meta.unit)
            time = self.clock.parse(header.time) if header and header.time else meta_time(entry.meta, self.clock)
            if name is not None and time is not None:
                self.marks.append((time, name))
            return False
        _count(self.lost, loss.name, loss.messages)
        if loss.again is None:
            return False
        for _ in range(min(loss.messages, losses.MAX_REPEATS)):
            self._record(msgspec.structs.replace(entry, lines=[loss.again], native=True), offset, end, out)
        return True

    def _note_pid(self, meta: Meta, offset: int) -> None:
        """Remember which process (or, where systemd tells, which invocation) of a unit wrote when, as far as a restart
        may be read from it."""
        pid = process(meta)
        if not pid or meta.unit is None:
            return
        runs = self._s.pids.setdefault(meta.unit, [])
        if runs and runs[-1].pid == pid:
            runs[-1] = runs[-1]._replace(last=offset)
            return
        runs.append(restarts.Run(pid, offset, offset, meta_time(meta, self.clock)))
        if len(runs) > 64:
            floor = offset - LOOKBACK
            self._s.pids[meta.unit] = [run for run in runs if run.last >= floor]

    def _restarted(self, unit: str) -> None:
        """An event of a unit: was the unit restarted within LOOKBACK before here?"""
        floor = self._s.offset - LOOKBACK
        begun = restarts.change([run for run in self._s.pids.get(unit, ()) if run.last >= floor])
        if begun is not None and begun.first >= floor and begun.time is not None:
            self.marks.append((begun.time, "restart"))

    def _continue(self, text: bytes, offset: int, end: int, out: list[Event | Repeat]) -> None:
        """A line that the transport does not claim continues the nearest claimed line before it."""
        s = self._s
        if not s.owned and self._past is not None and self._transport is not plain:
            s.owned = True
            found = self._past.owner(offset)
            s.owner, s.owner_entry, s.owner_at = (found[0].key, *found) if found is not None else (None, None, 0)
        owner = s.owner_entry
        stream = s.streams.get(s.owner) if s.owner is not None else None
        far = s.owner_at < offset - LOOKBACK and (stream is None or stream.idle)
        if owner is not None and (far or owner.whole):
            owner = None  # nothing continues a record that is complete in itself
        rest = self._transport.continuation(text, owner)
        if rest is None:
            s.boot = s.boot or text.startswith((b"-- Boot ", b"-- Reboot"))
            return
        stream = self._stream(owner.key if owner is not None else "", offset)
        if owner is not None and rest is not text:
            stream.several = True
        elif stream.idle:  # a harmless entry before it may not have been read
            stream.several = False
        meta = owner.meta if owner is not None else NO_META
        if meta.level is not None:  # its owner's level makes no event of a line that no anchor finds
            meta = msgspec.structs.replace(meta, level=None)
        self._give(stream, Line(self._plain(rest), offset, end, s.number, s.number), meta, False, False, out)

    def _end_entries(self, out: list[Event | Repeat]) -> None:
        """At the source's end: an entry without its closing line, and cut lines without their rest, are what they
        are."""
        s = self._s
        if self._gather is not None and s.pending:
            s.pending, entry = self._gather(s.pending, b"\n")
            if entry is not None:
                self._entry(entry, s.pending_at, s.offset, out)
            s.pending = ()
        for key, (text, begun, _) in list(s.partial.items()):
            del s.partial[key]
            self._entry(Entry(key, [text], NO_META), begun, s.offset, out)

    def _plain(self, text: bytes) -> bytes:
        return linetext.plain(text, self._grouper.formats, self._grouper.anchors)

    def _prune(self, offset: int) -> None:
        """Forget streams that can no longer matter. Amortised: only when their number has doubled."""
        streams = self._s.streams
        if len(streams) < 256 or len(streams) & (len(streams) - 1):
            return
        for key, stream in list(streams.items()):
            stream.forget(offset)
            if stream.idle and stream.record is None and stream.lender is None and not stream.learned:
                del streams[key]

    def _flush_all(self, out: list[Event | Repeat]) -> None:
        # in the order in which the groups began: a piece knows the streams in another order than the whole
        busy = [stream for stream in self._s.streams.values() if not stream.idle]
        for stream in sorted(busy, key=lambda stream: stream.begun):
            self._emit(self._grouper.flush(stream), out)
            self._note_busy(stream)

    # -- state --------------------------------------------------------------------------------------------------

    def state(self) -> State:
        """A copy of the state at the start of the next line, without what can no longer count."""
        copy = deepcopy(self._s)
        for stream in copy.streams.values():
            stream.forget(copy.begun)
        return copy

    def meets(self, other: "Scanner") -> bool:
        """Whether this scanner and another one, at the same offset, will go on alike. The worker among the two must
        have started at least LOOKBACK before here."""
        return future(self.state()) == future(other.state())

    # -- events -------------------------------------------------------------------------------------------------

    def _emit(self, groups: list[Group], out: list[Event | Repeat]) -> None:
        if groups and self._ahead is not None:
            self._ahead.pour(self._s.offset, out)
        for group in groups:
            event = self._event(group)
            if self._traces is not None:
                self._traces.meet(group)
            if event is not None:
                out.append(event)

    def _event(self, group: Group) -> Event | Repeat | None:
        outcome = None
        if self.watch is None and self._past is not None and not self._settings.slow:
            outcome = self._known.outcome(group, self.source)
        if outcome is not None:
            if group.restart is not None:
                self.marks.append((group.restart, "restart"))
            follows = self._followed(group.stream, outcome.signature, group.lines[0].offset, outcome.causes)
            return self._maker.repeat(group, outcome, follows)
        content = self._contents.content(group)
        verdict = self._contents.verdict(group, content)
        if self.watch is not None:
            self.watch(group, content, verdict)
        if group.candidate and verdict.signature is None:
            return None
        if group.restart is not None:
            self.marks.append((group.restart, "restart"))
        elif self._past is None and content.unit is not None:
            self._restarted(content.unit)
        if verdict.timed_out:
            _count(self.limits, "regex_timeout")
        if group.over_span:
            _count(self.limits, "max_span")
        if group.truncated:
            _count(self.limits, "truncated_events")
        causes = self.rules.by_id[verdict.signature].follow_on_of if verdict.signature is not None else ()
        follows = self._followed(group.stream, verdict.signature, group.lines[0].offset, causes)
        return self._maker.make(group, content, verdict, follows)

    def _followed(self, stream: str, signature: str | None, offset: int, causes: tuple[str, ...]) -> str | None:
        """The cause that an event of a signature is a follow-on of: the nearest one within LOOKBACK before it in its
        stream."""
        if signature is None:
            return None
        recent, found = self._s.recent, None
        if causes:
            for other, before, at in reversed(recent):
                if other == stream and before in causes and offset - LOOKBACK <= at <= offset:
                    found = before
                    break
        recent.append((stream, signature, offset))
        if len(recent) > self._most_recent:
            floor = offset - 2 * LOOKBACK
            self._s.recent = [each for each in recent if each[2] >= floor]
            self._most_recent = max(RECENT, 2 * len(self._s.recent))
        return found


def _count(counts: dict[str, int], name: str, times: int = 1) -> None:
    counts[name] = counts.get(name, 0) + times
