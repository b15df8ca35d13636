"""Known events of a stream whose lines stand between those of others, taken whole from where their header stands.

Where every line has a prefix that tells its stream (`Transport.steady`) the lines of an event are found by one search
after the other for the stream's mark, and compared with the tracebacks that are known (`logscan.traces`); what stands
between them goes its own way. So an event may be taken before lines of other streams that stand above its end: it is
due where that end is, and its lines are passed over (`passes`).

Nothing is guessed: an unclaimed line, a line of another second, a line that does not fit, and the stream goes the long
way through the grouper, from the header on.
"""

from bisect import insort
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from logscan.event import EventMaker
from logscan.group import Group, Grouper, Line, Record, Stream, meta_time, traceback_group
from logscan.known import Known
from logscan.model import MAX_SPAN, Event
from logscan.repeat import Outcome, Repeat
from logscan.traces import Follows, Head, Trace, Traces, catch_up, settle
from logscan.transports import Entry, Meta

MAX_HEADS = 8
"""Prefixes remembered."""
WINDOW = 4 * 1024
"""Bytes behind a header that are looked at first."""


class Found(NamedTuple):
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
    """The walk through the lines of one scanner. `read` is the transport's, `mark` as `transports.Marked` has it.

    heads   entries by their prefixes
    """

    def __init__(
        self,
        grouper: Grouper,
        known: Known,
        traces: Traces,
        maker: EventMaker,
        read: Callable[[bytes], Entry | None],
        mark: Callable[[str], bytes | None],
        follows: Follows,
    ) -> None:
        self._grouper = grouper
        self._known = known
        self._maker = maker
        self._traces = traces
        self._read = read
        self._mark = mark
        self._follows = follows
        self.heads: dict[bytes, Entry] = {}
        self._prefixes: tuple[bytes, ...] = ()
        self._due: list[tuple[int, Repeat]] = []
        self.data = b""
        self._base = self.end = 0
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
        opening, stamp = traces.opening(text) if traces.size else (None, b"")
        if opening is None or opening.format is None or not self.claimed(end + 1 - self._base):
            return False
        head = traces.head(self._grouper.clock, opening, stamp, Line(text, offset, end, number, number))
        rows = _Rows(self, entry, offset - self._base, end + 1 - self._base)
        for trace, last in reversed(self._ends(rows)):
            stop = last + trace.more - trace.body.count(b"\n") + 1
            if not rows.reach(stop) or stop > rows.sure or not self._fits(trace, rows.texts, last):
                continue
            if traces.ended(self._grouper.clock, stream, head, rows.texts[stop]):
                begins = rows.begins(stop + 1)
                found = Found(
                    trace, head, entry.meta, stream.key, rows.texts[:stop], begins[:stop], self.data, self._base
                )
                return self._taken(stream, found, rows.texts[last], begins[stop])
        return False

    def _ends(self, rows: "_Rows") -> list[tuple[Trace, int]]:
        """The tracebacks that the rows may be, and which row is the last one of the message."""
        found: list[tuple[Trace, int]] = []
        branch, at, texts = self._traces.tree, 0, rows.texts
        while at < len(texts) or rows.reach(at):
            text = texts[at]
            if branch.ends and (trace := branch.last(text)) is not None:
                found.append((trace, at))
            following = branch.next.get(text)
            if following is None:
                break
            branch, at = following, at + 1
        return found

    def _fits(self, trace: Trace, texts: list[bytes], last: int) -> bool:
        if trace.after and texts[last + 1] != trace.after[1:]:
            return False
        return self._traces.final(trace, texts[last]) and self._traces.ordinary(texts[last])

    def _taken(self, stream: Stream, found: Found, line: bytes, until: int) -> bool:
        around = found.head.opening, self._known.around(found.meta, found.meta.fields)
        counted = self._known.counted(self._maker.source, stream.key, found.meta)
        make = partial(self._group, found)
        outcome = self._traces.outcome(self._known, found.trace, around, counted, line, make)
        if outcome is None or not catch_up(self._grouper, stream, found.head, found.meta, found.trace):
            return False
        time = found.head.time if found.head.time is not None else meta_time(found.meta, self._grouper.clock)
        offset = found.head.line.offset
        follows = self._follows(stream.key, outcome.signature, offset, outcome.causes)
        due = self._base + until, Repeat(self, outcome, time, offset, follows, found)
        insort(self._due, due, key=lambda each: each[0])
        record = Record(self._grouper.formats.match(found.head.line.text), found.meta, [found.head.line])
        settle(stream, record, found.head.opening.format or "", self._base + self._stop(found) + 1)
        self._passed.update(found.begins)
        return True

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
        return traceback_group(found.key, (found.head.line, line), header, found.meta, None, 1, None)

    # -- lines --------------------------------------------------------------------------------------------------

    def claimed(self, begin: int) -> bool:
        """Whether the line at `begin` is whole and claimed by the transport."""
        if self.data.startswith(self._prefixes, begin):
            return self.data.find(b"\n", begin, self.end) >= 0
        stop = self.data.find(b"\n", begin, self.end)
        return stop >= 0 and self.learn(self.data[begin:stop]) is not None

    def learn(self, raw: bytes) -> Entry | None:
        """The entry in a raw line, None where it is not one line of text like others; its prefix is remembered."""
        entry = self._read(raw)
        if entry is None or len(entry.lines) != 1 or entry.whole or entry.partial or entry.more:
            return None
        size = entry.prefix
        if size and raw[size - 1 : size] == b" " and not entry.native and not entry.meta.level:
            if len(self.heads) >= MAX_HEADS:
                del self.heads[next(iter(self.heads))]
            self.heads[raw[:size]] = entry
            self._prefixes = tuple(reversed(self.heads))
        return entry


class _Rows:
    """The lines of an entry's stream behind it, a window at a time.

    They end with the first one that has another prefix (the next second), and before one that is not as sure as the
    others: not followed by a claimed line. `sure` is how many have the entry's own prefix; `texts` holds theirs, and
    that of the one they end with.
    """

    def __init__(self, ahead: Ahead, entry: Entry, start: int, begin: int) -> None:
        data = ahead.data
        self.texts: list[bytes] = []
        self.sure = 0
        self._ahead = ahead
        self._entry = entry
        self._begin = begin
        self._last = 0  # where the line begins that they end with
        self._limit = data.rfind(b"\n", begin, min(ahead.end, start + MAX_SPAN)) + 1
        self._window = WINDOW
        self._prefix = data[start : start + entry.prefix]
        self._windows: list[tuple[int, list[bytes]]] = []  # where the first line begins in each, and its parts

    def reach(self, index: int) -> bool:
        """Whether there is a line of this index."""
        while len(self.texts) <= index and self._begin < self._limit:
            self._read()
        return len(self.texts) > index

    def begins(self, count: int) -> list[int]:
        """Where the first `count` lines begin in the buffer."""
        found: list[int] = []
        size = len(self._prefix) + 1
        for at, parts in self._windows:
            for part in parts[: count - len(found)]:
                found.append(at)
                at += size + len(part)
        return found if len(found) == count else [*found, self._last]

    def _read(self) -> None:
        """Read the lines in the next window."""
        data, prefix, begin = self._ahead.data, self._prefix, self._begin
        until = data.rfind(b"\n", begin, min(begin + self._window, self._limit)) + 1 or self._limit
        self._begin, self._window = until, 2 * self._window
        mark = prefix[prefix.rfind(b" ", 0, -1) :]
        first, *parts = data[begin - 1 : until - 1].split(b"\n" + prefix)
        at = begin + len(first)
        self._windows.append((at, sure := []))
        if mark in first:
            self._end(mark, begin, at - 1)
            return
        claimed, size = self._ahead.claimed, len(prefix) + 1
        for part in parts:
            text, newline, others = part.partition(b"\n")
            behind = at + size + len(text)
            if (newline or behind == until) and not claimed(behind):
                self.sure, self._begin = len(self.texts), self._limit
                return
            sure.append(part)
            self.texts.append(text)
            at += size + len(part)
            if mark in others:
                self._end(mark, behind, at - 1)
                return
        self.sure = len(self.texts)

    def _end(self, mark: bytes, begin: int, end: int) -> None:
        """End with the stream's first line in data[begin:end], none of whose lines has the prefix."""
        data = self._ahead.data
        self.sure, self._begin = len(self.texts), self._limit
        while (hit := data.find(mark, begin, end)) >= 0:
            start = data.rfind(b"\n", begin, hit) + 1 or begin
            begin = data.find(b"\n", hit) + 1
            entry = self._ahead.learn(data[start : begin - 1])
            if entry is None:
                return
            if entry.key == self._entry.key:
                if entry.prefix and not entry.native and not entry.meta.level:
                    self.texts.append(entry.lines[0])
                    self._last = start
                return
