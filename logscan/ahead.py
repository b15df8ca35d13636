"""Known events of a stream whose lines stand between those of others, taken whole from where their header stands.

Where every line has a prefix that tells its stream (`transports.Steady`) the lines of an event are read a window at a
time (`logscan.prefixes`), and compared with the tracebacks that are known (`logscan.traces`); what stands between them
goes its own way. So an event may be taken before lines of other streams that stand above its end: it is due where that
end is, and its lines are passed over (`passes`). A traceback that is met for the first time is learnt from these lines.

Nothing is guessed: an unclaimed line, a line of another second, a line that does not fit, and the stream goes the long
way through the grouper, from the header on.
"""

from bisect import insort
from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from logscan.event import EventMaker
from logscan.group import Group, Line, Record, Stream, meta_time, whole_group
from logscan.grouper import Grouper
from logscan.known import Known
from logscan.model import MAX_SPAN, Event
from logscan.oneline import OneLine
from logscan.prefixes import Parts, Prefixes, parted
from logscan.repeat import Outcome, Repeat
from logscan.traces import Follows, Head, Trace, Traces, catch_up, settle
from logscan.transports import Entry, Meta

WINDOW = 4 * 1024
"""Bytes behind a header that are looked at first, and at least; those that the last event took from then on."""


class Found(msgspec.Struct, frozen=True):
    """One event: its head and what its transport says, its traceback's lines and where they begin in the buffer."""

    trace: Trace
    head: Head
    meta: Meta
    key: str
    texts: list[bytes]
    begins: list[int]
    data: bytes
    base: int


class Ahead:
    """The walk through the lines of one scanner. `read` is the transport's."""

    def __init__(
        self,
        grouper: Grouper,
        known: Known,
        traces: Traces,
        maker: EventMaker,
        read: Callable[[bytes], Entry | None],
        follows: Follows,
    ) -> None:
        self._grouper = grouper
        self._known = known
        self._maker = maker
        self._traces = traces
        self._follows = follows
        self._lines = OneLine(grouper, known, maker, follows)
        self.prefixes = Prefixes(read)
        self._due: list[tuple[int, Repeat]] = []
        self.data = b""
        self._base = self.end = 0
        self.window = WINDOW
        self._passed: set[int] = set()
        self._made: tuple[Found, Group] | None = None

    def at(self, data: bytes, base: int, end: int) -> None:
        """The buffer (at offset `base`), of which all before `end` is to be taken."""
        self.data, self._base, self.end = data, base, end

    def pour(self, offset: int | None, out: list[Event | Repeat]) -> None:
        """Hand over the events that end before `offset`, all of them where that is None."""
        while self._due and (offset is None or self._due[0][0] < offset):
            out.append(self._due.pop(0)[1])
        if offset is None:
            self._passed.clear()

    def passes(self, offset: int) -> bool:
        """Whether the line at `offset` has been taken."""
        return offset - self._base in self._passed

    def take(self, stream: Stream, entry: Entry, offset: int, end: int, number: int) -> bool:
        """Take the event that begins with this entry, where it is known. The stream is idle; `offset` and `end` of the
        line, which is the `number`-th."""
        traces, text = self._traces, entry.lines[0]
        opening, stamp = traces.opening(text)
        if opening is None or opening.format is None:
            return False
        at = offset - self._base
        if not all(self.prefixes.known(self.data, each, self.end) for each in (at, end + 1 - self._base)):
            return False
        line = Line(text, offset, end, number, number)
        head = traces.head(self._grouper.clock, opening, stamp, line)
        own = parted(self.data[at : at + entry.prefix], entry)
        if own is None:
            return False
        rows = _Rows(self, entry, own, at, end + 1 - self._base)
        if not rows.reach(0):
            return False
        if rows.texts[0] in traces.firsts or traces.begun(rows.texts[0]) is None:
            if opening.candidate:
                return False
            trace, last = self._trace(stream, head, rows)
            if trace is None and traces.learn(rows):
                trace, last = self._trace(stream, head, rows)
            return trace is not None and self._taken(stream, head, entry.meta, trace, rows, last)
        counted = self._known.counted(self._maker.source, stream.key, entry.meta)
        record = Record(self._grouper.formats.match(text), entry.meta, [line])
        taken = self._lines.take(stream, head, record, counted)
        if taken is None:
            return False
        for repeat in taken:
            self._later(rows.begins[0], repeat)
        return True

    def _trace(self, stream: Stream, head: Head, rows: "_Rows") -> tuple[Trace | None, int]:
        """The known traceback that the rows begin with, and which row is the last one of its message."""
        for trace, last in reversed(self._traces.tree.among(rows.texts, rows.reach)):
            stop = _stop(trace, last)
            if not rows.reach(stop) or stop > rows.sure or not self._fits(trace, rows.texts, last):
                continue
            if self._traces.ended(self._grouper.clock, stream, head, rows.texts[stop]):
                return trace, last
        return None, 0

    def _fits(self, trace: Trace, texts: list[bytes], last: int) -> bool:
        if trace.after and texts[last + 1] != trace.after[1:]:
            return False
        return self._traces.final(trace, texts[last]) and self._traces.ordinary(texts[last])

    def _taken(self, stream: Stream, head: Head, meta: Meta, trace: Trace, rows: "_Rows", last: int) -> bool:
        stop = _stop(trace, last)
        begins, until = rows.begins[:stop], rows.begins[stop]
        found = Found(trace, head, meta, stream.key, rows.texts[:stop], begins, self.data, self._base)
        around = head.opening, self._known.around(meta, meta.fields)
        counted = self._known.counted(self._maker.source, stream.key, meta)
        make = partial(self._group, found)
        outcome = self._traces.outcome(self._known, trace, around, counted, rows.texts[last], make)
        if outcome is None or not catch_up(self._grouper, stream, head, meta, trace):
            return False
        time = head.time if head.time is not None else meta_time(meta, self._grouper.clock)
        offset = head.line.offset
        follows = self._follows(stream.key, outcome.signature, offset, outcome.causes)
        self._later(until, Repeat(self, outcome, time, offset, follows, found))
        record = Record(self._grouper.formats.match(head.line.text), meta, [head.line])
        settle(stream, record, head.opening.format or "", self._base + self._stop(found) + 1)
        self._passed.update(begins)
        self.window = max(WINDOW, until - begins[0])
        return True

    def _later(self, until: int, repeat: Repeat) -> None:
        """Hand an event over when the walk comes to `until` in the buffer."""
        insort(self._due, (self._base + until, repeat), key=lambda each: each[0])

    @staticmethod
    def _stop(found: Found) -> int:
        """Where the last line ends in the buffer."""
        return found.data.find(b"\n", found.begins[-1])

    def event(self, what: object, outcome: Outcome, follows: str | None) -> Event:
        """See `repeat.Maker`."""
        assert isinstance(what, Found)
        return self._maker.event(self._group(what), outcome, follows)

    def _group(self, found: Found) -> Group:
        if self._made is None or self._made[0] is not found:
            self._made = found, self._make(found)
        return self._made[1]

    def _make(self, found: Found) -> Group:
        number, at = found.head.line.number, found.head.line.offset - found.base
        numbers = []
        for begin in found.begins:
            number += found.data.count(b"\n", at, begin)
            at = begin
            numbers.append(number)
        apart = numbers[-1] - numbers[0] + 1 != len(numbers)
        line = Line(
            b"\n".join(found.texts), found.base + found.begins[0], found.base + self._stop(found),
            numbers[0], numbers[-1], tuple(numbers) if apart else (),
        )  # fmt: skip
        header = self._grouper.formats.match(found.head.line.text)
        return whole_group(found.key, (found.head.line, line), header, found.meta, None, 1, None)


def _stop(trace: Trace, last: int) -> int:
    """The row behind a traceback whose message ends with the `last` one."""
    return last + trace.more - trace.body.count(b"\n") + 1


class _Rows:
    """The lines of an entry's stream behind it, a window at a time.

    They end with the first one of another second, or that begins otherwise, and before one that is not as sure as the
    others: not followed by a claimed line. `texts` holds them, `begins` where they begin in the buffer; `sure` is how
    many are like the entry.
    """

    def __init__(self, ahead: "Ahead", entry: Entry, begins: Parts, start: int, begin: int) -> None:
        self.texts: list[bytes] = []
        self._prefixes = ahead.prefixes
        self._data = data = ahead.data
        self._end = ahead.end
        self._key = entry.key
        self._second, self._rest = begins.second, begins.rest
        self._begin = begin
        self.begins: list[int] = []
        self._limit = data.rfind(b"\n", begin, min(ahead.end, start + MAX_SPAN)) + 1
        self._window = ahead.window
        self._closed = False

    @property
    def sure(self) -> int:
        """How many lines are like the entry."""
        return len(self.texts) - self._closed

    def __iter__(self) -> Iterator[bytes]:
        """The lines, one after the other."""
        at = 0
        while self.reach(at):
            yield self.texts[at]
            at += 1

    def reach(self, index: int) -> bool:
        """Whether there is a line of this index."""
        while len(self.texts) <= index and self._begin < self._limit:
            self._read()
        return len(self.texts) > index

    def _read(self) -> None:
        """Read the lines in the next window, up to the next second's."""
        data, begin, rest, shape = self._data, self._begin, self._rest, self._prefixes.shape
        until = data.rfind(b"\n", begin, min(begin + self._window, self._limit)) + 1 or self._limit
        last = data.rfind(b"\n" + self._second, begin - 1, until - 1) + 1
        stop = data.find(b"\n", last, until) + 1 if last else until
        self._window *= 2
        window = None
        if last and shape is not None and self._key not in shape.twice and rest in shape.rests:
            window = shape.own(data, begin, stop, self._second, rest)
        if window is None:
            self._one_by_one(begin, until)
            return
        self._begin = stop
        self.texts += window.texts
        self.begins += window.begins
        if window.last and not self._prefixes.known(data, stop, self._end):
            self._end_at(True)

    def _one_by_one(self, begin: int, until: int) -> None:
        """Read the lines of data[begin:until]."""
        data, prefixes = self._data, self._prefixes
        self._begin = until
        own = False  # the line before
        while begin < until:
            stop = data.find(b"\n", begin, until)
            raw = data[begin:stop]
            entry = prefixes.learn(raw)
            if entry is None:
                odd = prefixes.read(raw)
                if own or (odd is not None and (odd.key == self._key or odd.more)):
                    self._end_at(own)
                    return
            own = entry is not None and entry.key == self._key
            if entry is not None and own:
                parts = parted(raw, entry)
                if parts is None or entry.native or entry.meta.level:
                    self._end_at(False)
                    return
                self.texts.append(entry.lines[0])
                self.begins.append(begin)
                if parts.second != self._second or parts.rest != self._rest:
                    self._closed, self._begin = True, self._limit
                    return
            begin = stop + 1
        if own and not prefixes.known(data, until, self._end):
            self._end_at(True)

    def _end_at(self, but: bool) -> None:
        """End here, without the last line where that is not sure (`but`)."""
        if but:
            self.texts.pop()
            self.begins.pop()
        self._begin = self._limit
