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
from typing import Final

from logscan import linetext
from logscan.feeder import MAX_LINE, Feeder, Watch, count
from logscan.memory import Memory
from logscan.model import LOOKBACK, Event
from logscan.prefilter import EveryLine, Prefilter, newlines
from logscan.registry import TRANSPORTS, Settings, named, prefilter_for
from logscan.repeat import Repeat
from logscan.scanstate import State, copied, future
from logscan.signature import Ruleset
from logscan.stride import Cursors, Strides
from logscan.timestamps import Clock
from logscan.transports import Candidates, Transport, detect, plain

DETECT: Final = 256 * 1024
"""Bytes within which the first claimed line decides the transport. Beyond them a source is plain: a pasted syslog line
in the middle of an application's file must not change how the rest is read, and nothing is tested for ever."""

PROBE: Final = 200
"""Lines at a source's start and end among which its first and last time are looked for."""

MAX_BUSY: Final = 8
"""Open groups up to which lines are taken by strides."""

_CANDIDATES = Candidates(TRANSPORTS)


class Scanner:
    """One source, or one piece of it. Feed blocks in order, then `finish`.

    source   the name that events carry
    memory   what scanners of the same rules and settings have found out; None: one of its own
    marks, limits, lost   what its feeder found (`logscan.feeder`)
    first, last   the log's own first and last time (µs, UTC), None where its lines show none
    foreign  whether no format and no transport knows any of its first lines
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
        self._settings = settings
        self._s = state if state is not None else State(transport=settings.transport)
        self._memory = memory if memory is not None else Memory(rules, settings, clock)
        self._feeder = feeder = Feeder(rules, settings, clock, source, self._s, self._memory)
        self.marks, self.limits, self.lost = feeder.marks, feeder.limits, feeder.lost
        self._busy = feeder.busy
        self._use(named(self._s.transport))
        self._kept = b""  # complete lines that may be looked back at, then an incomplete one
        self._base = self._s.offset  # offset of the first byte of _kept
        self._long: bytearray | None = None  # head of a line longer than MAX_LINE
        self._long_tail = b""
        self._long_size = 0
        self._probed = self._known = self._strange = 0  # of the first lines

    # -- bytes in ---------------------------------------------------------------------------------------------------

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
        self._feeder.keep(self._base + keep)
        self._kept = data[keep:]
        self._base += keep

    def _hold(self, text: bytes) -> None:
        """Begin a line that is too long: keep its head and what is its tail so far."""
        self._long, self._long_size = bytearray(text[: linetext.LINE_HEAD]), len(text)
        self._long_tail = text[-linetext.LINE_TAIL :]

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
        count(self.limits, "truncated_lines")
        self._feeder.look_from(self._kept, self._base)
        self._feeder.line(text, self._s.offset, self._s.offset + self._long_size, out)
        self._s.offset += self._long_size + len(newline)
        self._s.number += 1
        self.lines += 1
        self._kept = b""
        self._base = self._s.offset

    def look_back(self, before: bytes) -> None:
        """Hand over what stands directly before this scanner's start, as far as LOOKBACK: a piece in the middle of a
        source needs it where its first event's header is on the other side of the cut."""
        kept = before[-LOOKBACK - 1 :]
        self._kept = kept
        self._base = self._s.offset - len(kept)

    def behind(self) -> bytes:
        """What `look_back` wants of a scanner that goes on from `state()`."""
        return self._kept[: self._s.offset - self._base]

    def newest(self) -> int | None:
        """The time of the last complete line so far that has one, as far as it is still held."""
        return self._last_of(self.behind())

    def finish(self) -> list[Event]:
        """The source has ended: a last line without a line end counts, and every open group closes."""
        out: list[Event | Repeat] = []
        if self._long is not None:
            self._end_long(b"", out)
        data = self._kept
        pos = self._s.offset - self._base
        if pos < len(data):
            self._advance(data, pos, len(data), out)
        self._feeder.look_from(data, self._base)
        self._feeder.end_entries(out)
        self._feeder.flush_all(out)
        self.last = self._last_of(data)
        self._kept = b""
        self._base = self._s.offset
        return [each.event() if isinstance(each, Repeat) else each for each in out]

    def flush(self, stream: str) -> list[Event]:
        """Close a stream's open group: in `follow`, the stream has been silent long enough."""
        out: list[Event | Repeat] = []
        if stream in self._s.streams:
            self._feeder.look_from(self._kept, self._base)
            self._feeder.flush(self._s.streams[stream], out)
        return [each.event() if isinstance(each, Repeat) else each for each in out]

    # -- where it stands --------------------------------------------------------------------------------------------

    @property
    def watch(self) -> Watch | None:
        """Called with every group that is looked at, before it is an event: for `explain`."""
        return self._feeder.watch

    @watch.setter
    def watch(self, watch: Watch) -> None:
        self._feeder.watch = watch

    def state(self) -> State:
        """A copy of the state at the start of the next line, without what can no longer count."""
        copy = copied(self._s)
        for stream in copy.streams.values():
            stream.forget(copy.begun)
        return copy

    def meets(self, other: "Scanner") -> bool:
        """Whether this scanner and another one, at the same offset, will go on alike. The worker among the two must
        have started at least LOOKBACK before here."""
        return future(self.state()) == future(other.state())

    @property
    def position(self) -> tuple[int, int]:
        """Offset and number of the next line: all before it has been taken."""
        return self._s.offset, self._s.number

    @property
    def foreign(self) -> bool:
        """See the class."""
        return self._strange > 0 and not self._known

    @property
    def transport(self) -> str:
        """The name of the transport in force."""
        return self._s.transport or "plain"

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

    # -- which transport, and from when to when ---------------------------------------------------------------------

    def _advance(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        """Take the complete lines data[pos:end]."""
        while pos < end and self._s.transport is None:
            at, name = self._detect(data, pos, end)
            self._probe_first(data, pos, at)  # each line as it is read, wherever blocks end
            self._take(data, pos, at, out)
            pos = at
            if name is not None:
                self._s.transport = name
            if name is not None and name != "plain":
                self._feeder.look_from(data, self._base)
                self._feeder.flush_all(out)  # what came before is plain text, and of no account for what follows
                self._s.streams = {}
                self._s.begin = self._s.offset
                self._use(named(name))
        self._probe_first(data, pos, end)
        self._take(data, pos, end, out)

    def _use(self, transport: Transport) -> None:
        """Read what comes through this transport."""
        self._transport = transport
        self._feeder.use(transport)
        self._strides: Strides | None = None
        if transport is plain or getattr(transport, "steady", False):
            self._strides = self._memory.strides(transport)
        self._mark: Callable[[str], bytes | None] | None = getattr(transport, "mark", None)
        # a short source is read line by line: compiling the prefilter would cost more than it saves
        self._prefilter: Prefilter = EveryLine()
        self._compiled = False

    def _detect(self, data: bytes, pos: int, end: int) -> tuple[int, str | None]:
        """Where the first claimed line starts, and which transport that decides; (`end`, None) where none does."""
        at = pos
        while at < end:
            if self._base + at >= DETECT:
                return at, "plain"
            cut = data.find(b"\n", at, end)
            stop = cut if cut >= 0 else end
            line = data[at:stop].lstrip(b"\0\xef\xbb\xbf")
            found = detect(line, _CANDIDATES)
            if found is not None:
                return at, found.name
            if self._base + at == 0 and line[:1] in (b" ", b"\t"):
                from logscan.transports import indented  # rare: a start without it is quicker

                name = indented.margin_of(line)
                if name is not None:
                    return at, name
            at = stop + 1
        return end, None

    def _probe_first(self, data: bytes, pos: int, end: int) -> None:
        """The log's first time: that of the first of PROBE lines that has one."""
        while pos < end and self.first is None and self._probed < PROBE:
            cut = data.find(b"\n", pos, end)
            stop = cut if cut >= 0 else end
            known, self.first = self._feeder.told(data[pos:stop])
            self._known += known
            self._strange += not known and not data[pos:stop].isspace() and stop > pos
            self._probed += 1
            pos = stop + 1

    def _last_of(self, data: bytes) -> int | None:
        """The time of the last of PROBE lines that has one."""
        for line in reversed(data.split(b"\n")[-PROBE:]):
            if (last := self._feeder.told(line)[1]) is not None:
                return last
        return None

    # -- from anchor to anchor --------------------------------------------------------------------------------------

    def _take(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        if not self._compiled and self.bytes > LOOKBACK:
            self._prefilter = prefilter_for(self.rules, self._settings, self._transport)
            self._compiled = True
        ahead = self._feeder.ahead
        if ahead is not None:
            ahead.at(data, self._base, end)
        self._walk(data, pos, end, out)
        if ahead is not None:
            ahead.pour(None, out)

    def _walk(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> None:
        find, feeder = self._prefilter.find, self._feeder
        while pos < end:
            start = pos
            if self._idle():
                hit = find(data, pos, end)
                if hit < 0:
                    self._skip(data, pos, end)
                    return
                start = data.rfind(b"\n", pos, hit) + 1 or pos
                if feeder.past is not None:
                    start = self._opening(data, start, end)
                if start > pos:
                    self._skip(data, pos, start)
                if start >= end:
                    return
                self._s.owned = feeder.past is None
                if feeder.lane is not None and feeder.watch is None:
                    pos = self._known_events(data, start, end, out)
                    if pos > start:
                        continue
            elif self._strides is not None:
                pos = start = self._stride(data, pos, end, out)
                if pos >= end:
                    return
                if self._idle():
                    continue
            if self._busy and self._mark is not None:
                pos = start = self._pass_over(data, pos, end)
                if pos >= end:
                    return
            cut = data.find(b"\n", start, end)
            stop = cut if cut >= 0 else end
            feeder.look_from(data, self._base)
            feeder.line(data[start:stop], self._base + start, self._base + stop, out)
            pos = stop + 1 if cut >= 0 else stop
            self._s.offset = self._base + pos
            self._s.number += 1
            self.lines += 1

    def _known_events(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> int:
        """Take the known events that begin at `pos` of plain text, nothing being open; returns where they end."""
        s, feeder = self._s, self._feeder
        assert feeder.lane is not None
        feeder.look_from(data, self._base)
        stream = feeder.stream("", self._base + pos)
        to, number = feeder.lane.idle(stream, data, pos, end, self._base, s.number, out)
        self.lines += number - s.number
        s.offset, s.number = self._base + to, number
        return to

    def _stride(self, data: bytes, pos: int, end: int, out: list[Event | Repeat]) -> int:
        """Take what the memory of strides knows; returns where the long way begins."""
        s, feeder = self._s, self._feeder
        assert self._strides is not None
        if s.partial or s.boot or len(self._busy) > MAX_BUSY:
            return pos
        if self._transport is plain:
            stream = s.streams.get("")
            if stream is None:
                return pos
            to, number = pos, s.number
            if feeder.lane is not None and feeder.watch is None:
                feeder.look_from(data, self._base)
                cut = data.find(b"\n", pos, end)
                if cut >= 0 and feeder.alone(stream, data[pos:cut], self._base + cut):
                    feeder.flush(stream, out)
                    return pos
                to, number = feeder.lane.run(stream, data, to, end, self._base, number, out)
            to, number = self._strides.plain(stream, data, to, end, self._base, number)
            to, number = self._strides.held(stream, data, to, end, self._base, number)
        else:
            cursors = Cursors(self._strides, feeder.prefixes, s.streams, self._prefilter.find)
            to, number = self._strides.steady(cursors, data, pos, end, self._base, s.number)
            cursors.finish()
            if cursors.last is not None:
                entry = feeder.prefixes[cursors.last[0]]
                s.owned, s.owner, s.owner_entry, s.owner_at = True, entry.key, entry, cursors.last[1]
        self.lines += number - s.number
        s.offset, s.number = self._base + to, number
        return to

    def _opening(self, data: bytes, start: int, end: int) -> int:
        """The first line from `start` on that may open a group; `start` is the first that holds an anchor, and nothing
        is open."""
        find, harmless, ahead = self._prefilter.find, self._feeder.harmless, self._feeder.ahead
        while start < end:
            cut = data.find(b"\n", start, end)
            taken = cut >= 0 and ahead is not None and ahead.passes(self._base + start)
            if not taken and (cut < 0 or not harmless(data[start:cut])):
                return start
            hit = find(data, cut + 1, end)
            start = data.rfind(b"\n", start, hit) + 1 if hit >= 0 else end
        return end

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

    def _skip(self, data: bytes, pos: int, end: int) -> None:
        lines = newlines(data, pos, end)
        if end > pos and data[end - 1 : end] != b"\n":
            lines += 1
        self._s.number += lines
        self.lines += lines
        self._s.offset = self._base + end

    def _idle(self) -> bool:
        s = self._s
        return not self._busy and not s.boot and not s.partial and not s.pending
