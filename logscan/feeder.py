"""Lines to events: what a line is in its transport, whose stream it belongs to, what the grouper makes of it there, and
which event a finished group is.

The scanner decides which lines come here, in their order, and says before each of them what stands around it
(`look_from`). What is remembered from line to line is in the state that both share (`scanstate.State`); nothing here
knows how the bytes came.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from logscan import linetext, losses, restarts
from logscan.ahead import Ahead
from logscan.event import EventMaker
from logscan.group import WARNING, Group, Line, Record, Stream, forget, meta_time, whole_group
from logscan.lane import Lane
from logscan.lookback import NO_META, LookBack, process
from logscan.memory import Memory
from logscan.model import LEVELS, LOOKBACK, MAX_SPAN, Content, Event, Verdict
from logscan.registry import MAX_NESTING, Settings, grouper_for, literals, nested_in, unwrap
from logscan.repeat import Repeat
from logscan.scanstate import State
from logscan.signature import Ruleset
from logscan.stride import LONG, odd
from logscan.timestamps import Clock
from logscan.transports import Entry, Meta, Transport, plain

MAX_LINE: Final = 1024 * 1024
"""Bytes of a line, as it comes or as it is rejoined, above which no more of it is read than its head and tail."""

RECENT: Final = 64
"""Events of signatures that are remembered before those out of reach are forgotten."""

MAX_PREFIXES: Final = 8
"""Prefixes of lines that are kept in mind."""

Watch = Callable[[Group, Content, Verdict], None]
Gather = Callable[[tuple[bytes, ...], bytes], tuple[tuple[bytes, ...], Entry | None]]
"""See `transports.Framed`."""


class Feeder:
    """The lines of one source, or of one piece of it. `use` says through which transport they come.

    state          where to go on from; shared with who feeds, who moves `offset` and `number`
    watch          called with every group that is looked at, before it is an event
    marks          boots and restarts: time (µs, UTC), label
    limits, lost   by name, how often a limit was reached, and how many messages never came
    busy           the streams that are not idle
    prefixes       entries of steady transports by their lines' prefix
    past           the lines before; None where a transport's cannot be read backwards
    lane, ahead    known events of plain text, and of steady transports; None elsewhere
    """

    def __init__(
        self, rules: Ruleset, settings: Settings, clock: Clock, source: str, state: State, memory: Memory
    ) -> None:
        self.watch: Watch | None = None
        self.marks: list[tuple[int, str]] = []
        self.limits: dict[str, int] = {}
        self.lost: dict[str, int] = {}
        self._rules = rules
        self._clock = clock
        self._source = source
        self._slow = settings.slow
        self._s = state
        self._grouper = grouper_for(rules, settings, clock)
        self._memory = memory
        self._contents, self._known = memory.contents, memory.known
        self._maker = EventMaker(self._contents, rules, clock, source)
        self._tells = literals(losses.ANCHORS | restarts.ANCHORS)
        self._most_recent = RECENT
        self.busy = {key for key, stream in state.streams.items() if not stream.idle}

    def use(self, transport: Transport) -> None:
        """Read what comes through this transport."""
        self._transport = transport
        self.past: LookBack | None = None
        if not transport.every_line:
            self.past = LookBack(transport, self._grouper, self._read, linetext.clean, self._unwrap, self._plain)
            self.past.begin = self._s.begin
        self._grouper.before = self.past
        self._steady: bool = getattr(transport, "steady", False)
        self.prefixes: dict[bytes, Entry] = {}
        self._last_read: tuple[bytes, Entry | None] = b"", None
        self._gather: Gather | None = getattr(transport, "gather", None)
        self._traces = traces = self._memory.traces(transport)
        self.lane: Lane | None = None
        self.ahead: Ahead | None = None
        found = self._grouper, self._known
        if traces is not None and transport is plain:
            self.lane = Lane(*found, traces, self._maker, self._followed)
        elif traces is not None and self._steady:
            self.ahead = Ahead(*found, traces, self._maker, transport.read, self._followed)

    def keep(self, base: int) -> None:
        """The bytes before `base` are about to be dropped: open groups keep those that they may ask for."""
        if self.past is not None:
            for key in self.busy:
                opened = self._s.streams[key].open
                if opened is not None:
                    self.past.keep(opened, base)

    # -- lines ------------------------------------------------------------------------------------------------------

    def look_from(self, data: bytes, base: int) -> None:
        """Groups are about to be fed or closed here, and may look back in `data`, which is at offset `base`."""
        if self.past is not None:
            at = self._s.offset - base
            torn = at > 0 and data[at - 1] != 10  # at the source's end: a last line without a line end was counted
            self.past.at(data, base, self._s.offset, self._s.number - torn)

    def line(self, raw: bytes, offset: int, end: int, out: list[Event | Repeat]) -> None:
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
            if self.ahead is not None and self._goes_ahead(self.ahead, entry, offset, end, out):
                return
        self._entry(entry, offset, end, out)

    def _goes_ahead(self, ahead: Ahead, entry: Entry, offset: int, end: int, out: list[Event | Repeat]) -> bool:
        """Whether a line has been taken, or begins a known event, which is taken now."""
        s = self._s
        if ahead.passes(offset):
            return True
        if entry.native or entry.partial or entry.meta.level or entry.key in s.partial:
            return False
        if s.boot or self.watch is not None:
            return False
        stream = s.streams.get(entry.key)
        if stream is None:
            return False
        if not stream.idle:
            if len(entry.lines) > 1 or not self.alone(stream, entry.lines[0], end):
                return False
            self.flush(stream, out)
        return ahead.take(stream, entry, offset, end, s.number)

    def alone(self, stream: Stream, text: bytes, end: int) -> bool:
        """Whether the open group is a record's only line, which the next line (`text`, up to `end`) surely ends."""
        opened, traces = stream.open, self._traces
        if traces is None or opened is None or opened.header is None or not opened.begun or opened.machine is not None:
            return False
        if stream.owed or stream.several or end - opened.start > MAX_SPAN:
            return False
        opening = traces.opening(opened.lines[0].text)[0]
        return opening is not None and opening.format is not None and traces.begun(text) is not None

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

    def _plain(self, text: bytes) -> bytes:
        return linetext.plain(text, self._grouper.formats, self._grouper.anchors)

    def told(self, line: bytes) -> tuple[bool, int | None]:
        """Of a healthy line: whether its transport or some format knows it, and its time: where in time the log stands,
        whether or not anything went wrong there."""
        text = self._plain(line.strip(b"\0\r"))
        entry = self._transport.read(text)
        time = meta_time(entry.meta, self._clock) if entry is not None else None
        if time is not None:
            return True, time
        header = self._grouper.formats.match(text if entry is None else entry.lines[0])
        time = self._clock.parse(header.time) if header is not None and header.time else None
        return entry is not None or header is not None, time

    def harmless(self, raw: bytes) -> bool:
        """Whether a line with an anchor opens nothing and tells nothing, whatever stands before it."""
        if len(raw) > LONG or odd(raw) or raw[:3] == b"\xef\xbb\xbf":
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

    def _note_prefix(self, text: bytes, entry: Entry) -> None:
        """Where a transport is steady, a line's prefix tells all but the text of the next one that begins with it. No
        other one does where the time is given in fractions of a second."""
        size, time = entry.prefix, entry.meta.raw_time
        if time is not None and "." in time:
            return
        ordinary = not (entry.native or entry.whole or entry.partial or entry.meta.level or entry.more)
        if size and ordinary and text[size - 1 : size] == b" " and len(entry.lines) == 1:
            self.prefixes[text[:size]] = entry
            if len(self.prefixes) > MAX_PREFIXES:
                del self.prefixes[next(iter(self.prefixes))]

    # -- entries ----------------------------------------------------------------------------------------------------

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
            count(self.lost, "null_messages")
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
            time = meta_time(entry.meta, self._clock)
            self.marks += [(time, "boot")] if time is not None else []
            s.boot = False
        if self.past is None:
            self._note_pid(entry.meta, offset)
        stream = self.stream(entry.key, offset)
        whole = entry.whole or len(lines) > 1
        if whole or stream.several:
            self._emit(self._grouper.seal(stream), out)
            self._note_busy(stream)
        stream.several = whole
        if entry.whole and stream.idle:
            stream.record = None  # it is no part of the one before
            if entry.meta.time is not None or entry.meta.raw_time is not None:
                forget(stream, offset)  # nothing before it counts
                if self._whole(stream, entry, offset, end, out):
                    return
        rows = entry.rows if len(entry.rows) == len(lines) else (0,) * len(lines)
        texts = [self._plain(each) for each in lines]
        stream.inside = len(texts) > 1 and any(map(self._grouper.openers.found, texts))
        dump = False
        for index, text in enumerate(texts):
            number = s.number + rows[index]
            line = Line(text, offset, end, begun_at or number, number)
            if len(texts) > 1:  # a stack that nobody raised, below a record that is none of ours (`stack_info`)
                dump = self._grouper.dumps(text) or (dump and text[:1] in (b" ", b"\t"))
                if dump and stream.idle:
                    continue
            self._give(stream, line, entry.meta, index == 0, entry.native or whole, out)
        stream.inside = False
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
        if self.past is None or self.watch is not None or (known := traces.whole(entry.lines)) is None:
            return False
        traces.used(known)
        number = self._s.number
        head = Line(entry.lines[0], offset, end, number, number)
        self.past.catch_up(stream, head, entry.meta)
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
            time = self._clock.parse(header.time) if header and header.time else meta_time(entry.meta, self._clock)
            if name is not None and time is not None:
                self.marks.append((time, name))
            return False
        count(self.lost, loss.name, loss.messages)
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
        if restarts.goes_on(runs, pid, offset):
            return
        runs.append(restarts.Run(pid, offset, offset, meta_time(meta, self._clock)))
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
        if not s.owned and self.past is not None and self._transport is not plain:
            s.owned = True
            found = self.past.owner(offset)
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
        stream = self.stream(owner.key if owner is not None else "", offset)
        if owner is not None and rest is not text:
            stream.several = True
        elif stream.idle:  # a harmless entry before it may not have been read
            stream.several = False
        meta = owner.meta if owner is not None else NO_META
        if meta.level is not None:  # its owner's level makes no event of a line that no anchor finds
            meta = msgspec.structs.replace(meta, level=None)
        self._give(stream, Line(self._plain(rest), offset, end, s.number, s.number), meta, False, False, out)

    def end_entries(self, out: list[Event | Repeat]) -> None:
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

    # -- streams ----------------------------------------------------------------------------------------------------

    def stream(self, key: str, offset: int) -> Stream:
        """The stream of this name; `offset` of the line that belongs to it."""
        stream = self._s.streams.get(key)
        if stream is None:
            self._prune(offset)  # before the new one is known: it is empty, and would be forgotten
            stream = self._s.streams[key] = Stream(key)
        return stream

    def _prune(self, offset: int) -> None:
        """Forget streams that can no longer matter. Amortised: only when their number has doubled."""
        streams = self._s.streams
        if len(streams) < 256 or len(streams) & (len(streams) - 1):
            return
        for key, stream in list(streams.items()):
            stream.forget(offset)
            if stream.idle and stream.record is None and stream.lender is None and not stream.learned:
                del streams[key]

    def _give(
        self, stream: Stream, line: Line, meta: Meta, entry: bool, native: bool, out: list[Event | Repeat]
    ) -> None:
        self._emit(self._grouper.feed(stream, line, meta, entry, native), out)
        if self._grouper.unread:
            count(self.limits, "prefixed_tracebacks", self._grouper.unread)
            self._grouper.unread = 0
        self._note_busy(stream)

    def _note_busy(self, stream: Stream) -> None:
        if stream.idle:
            self.busy.discard(stream.key)
        else:
            self.busy.add(stream.key)

    def flush(self, stream: Stream, out: list[Event | Repeat]) -> None:
        """Close a stream's open group."""
        self._emit(self._grouper.flush(stream), out)
        self._note_busy(stream)

    def flush_all(self, out: list[Event | Repeat]) -> None:
        """Close every open group."""
        # in the order in which the groups began: a piece knows the streams in another order than the whole
        busy = [stream for stream in self._s.streams.values() if not stream.idle]
        for stream in sorted(busy, key=lambda stream: stream.begun):
            self.flush(stream, out)

    # -- events -----------------------------------------------------------------------------------------------------

    def _emit(self, groups: list[Group], out: list[Event | Repeat]) -> None:
        if groups and self.ahead is not None:
            self.ahead.pour(self._s.offset, out)
        for group in groups:
            event = self._event(group)
            if self._traces is not None:
                self._traces.meet(group)
            if event is not None:
                out.append(event)

    def _event(self, group: Group) -> Event | Repeat | None:
        outcome = None
        if self.watch is None and self.past is not None and not self._slow:
            outcome = self._known.outcome(group, self._source)
        if outcome is not None:
            if group.candidate and outcome.signature is None:
                return None
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
        elif self.past is None and content.unit is not None:
            self._restarted(content.unit)
        if verdict.timed_out:
            count(self.limits, "regex_timeout")
        if group.over_span:
            count(self.limits, "max_span")
        if group.truncated:
            count(self.limits, "truncated_events")
        causes = self._rules.by_id[verdict.signature].follow_on_of if verdict.signature is not None else ()
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


def count(counts: dict[str, int], name: str, times: int = 1) -> None:
    """Add to one of the counts."""
    counts[name] = counts.get(name, 0) + times
