"""The fast lane: tracebacks that plain text has shown before, taken whole.

An event of a storm is a header line, a traceback of known bytes, and a final line with other words than the last time;
the next one follows at once. What `logscan.grouper` makes of such an event is decided by few things, which are
remembered: what a line is that begins an event (`Opening`: without its timestamp's digits), and the traceback up to the
words of its last line (`Trace`). The verdict on both together is `logscan.known`'s.

The last line is read each time as far as anything asks about it. Nothing is guessed: a line that does not fit, a time
that runs backwards, an event that something else follows go the long way through the grouper. The lane begins where a
group has just been opened, and leaves the stream as the grouper would have: with a group that has just been opened.
"""

from collections.abc import Iterator
from functools import partial

import msgspec

from logscan.event import EventMaker
from logscan.grammars import python, twin
from logscan.group import Group, Line, Open, Record, Stream, whole_group
from logscan.grouper import Grouper
from logscan.known import Known
from logscan.lookback import NO_META
from logscan.model import LOOKBACK, MAX_SPAN, Event
from logscan.oneline import OneLine
from logscan.repeat import Outcome, Repeat
from logscan.traces import Follows, Head, Trace, Traces, catch_up, settle


class Found(msgspec.Struct, frozen=True):
    """One event in a buffer: where its traceback begins, the last line of its message (from `last` to `stop`), its end;
    `number` of its first line; what stands before."""

    trace: Trace
    at: int
    last: int
    stop: int
    end: int
    number: int
    head: Head | None
    lender: Record | Head | None


class Lane:
    """The walk through plain text."""

    def __init__(self, grouper: Grouper, known: Known, traces: Traces, maker: EventMaker, follows: Follows) -> None:
        self._grouper = grouper
        self._known = known
        self._maker = maker
        self._counted = known.counted(maker.source, "", NO_META)
        self._traces = traces
        self._follows = follows
        self._lines = OneLine(grouper, known, maker, follows)
        self._made: tuple[Found, Group] | None = None

    # -- events that are known ------------------------------------------------------------------------------------

    def run(
        self, stream: Stream, data: bytes, pos: int, end: int, base: int, number: int, out: list[Event | Repeat]
    ) -> tuple[int, int]:
        """Take events from data[pos:end], the `number`-th line first; returns where it stopped. The stream has an open
        group with its first line only, directly before `pos`."""
        opened = stream.open
        if opened is None or not self._traces.size:
            return pos, number
        begun = self._begun(stream, opened, data, pos, base)
        if begun is None:
            return pos, number
        head, at = begun[:2]
        lender: Record | Head | None = begun[2]
        at_number = number - (0 if opened.machine is None else 1)
        taken = False
        while True:
            whole: Found | None = None
            found = self._found(data, at, end, base, at_number, head, lender)
            if found is None and self._traces.learn(_lines(data, at, end)):
                found = self._found(data, at, end, base, at_number, head, lender)
            if found is None:
                break
            next_at = found.end + 1
            next_stop = data.find(b"\n", next_at, end)
            line = data[next_at : next_stop if next_stop >= 0 else next_at]
            opening, stamp = self._traces.opening(line)
            if opening is not None and opening.candidate:
                opening = None
            after: Head | None = None
            closes = opening is not None
            next_number = at_number + found.trace.more + 1
            if opening is not None and opening.format is not None:
                after_line = Line(line, base + next_at, base + next_stop, next_number, next_number)
                after = self._traces.head(self._grouper.clock, opening, stamp, after_line)
                closes = head is None or self._traces.ends(stream, head, opening.format, opening.timed, after.time)
            if found.trace.noted is not None and (after is None or stream.loose):
                closes = False  # what follows decides whether the last line belongs
            repeat = self._repeat(found, data, base) if closes else None
            if repeat is None:
                whole = found
                break
            taken = True
            out.append(repeat)
            if head is not None:
                stream.learned[head.opening.format or ""] = head.line.offset
            at_number = next_number
            if after is not None:
                stream.learned[after.opening.format or ""] = after.line.offset
                head, at = after, next_stop + 1
                at_number += 1
                lender = None
            else:
                lender = head if head is not None else lender or self._bare(found, data, base)
                first = lender.line if isinstance(lender, Head) else lender.lines[0]
                if first.offset < base + next_at - LOOKBACK:
                    lender = None
                head, at, stream.loose = None, next_at, False
        if taken:
            pos, number = self._leave(stream, data, at, base, at_number, head, lender)
        if whole is None or whole.trace.settled is None or stream.open is None:
            return pos, number
        return self._settle(stream, stream.open, whole, data, pos, base, number)

    @staticmethod
    def _settle(
        stream: Stream, opened: Open, found: Found, data: bytes, pos: int, base: int, number: int
    ) -> tuple[int, int]:
        """Hand the open group its traceback: what follows it decides what becomes of it."""
        until = found.trace.more - (opened.machine is not None)  # a bare traceback's first line is taken already
        opened.take(Line(data[pos : found.end], base + pos, base + found.end, number, number + until))
        opened.trace_at = 1 if opened.machine is None else 0
        assert found.trace.settled is not None
        opened.machine, opened.grammar = twin(found.trace.settled), python.language
        stream.since = base + found.end + 1
        return found.end + 1, number + until + 1

    def _begun(
        self, stream: Stream, opened: Open, data: bytes, pos: int, base: int
    ) -> tuple[Head | None, int, Record | None] | None:
        """The open group as the lane knows it: its header and where its traceback begins, and who lends it a time."""
        if len(opened.lines) != 1 or opened.held or opened.tail or opened.candidate or stream.owed or stream.several:
            return None
        line = opened.lines[0]
        if opened.machine is not None:
            at = line.offset - base
            bare = opened.header is None and at >= 0 and data.startswith(line.text + b"\n", at)
            opening = self._traces.opening(line.text)[0] if bare else None
            if opening is None or opening.format is not None or at + len(line.text) + 1 != pos:
                return None
            return None, at, opened.lent
        opening, stamp = self._traces.opening(line.text)
        if opening is None or opening.format is None or line.end + 1 != base + pos or opened.header is None:
            return None
        return self._traces.head(self._grouper.clock, opening, stamp, line), pos, None

    def _found(
        self, data: bytes, at: int, end: int, base: int, number: int, head: Head | None, lender: Record | Head | None
    ) -> Found | None:
        """The event whose traceback begins at `at`, where its final line is complete and like any other."""
        traces = self._traces
        trace = traces.noted.find(data, at) if head is not None and traces.noted.size else None
        trace = trace or traces.plain.find(data, at)
        if trace is None:
            return None
        last = at + len(trace.body)
        stop = data.find(b"\n", last, end)
        finish = stop + len(trace.after)
        if stop < 0 or finish >= end or not data.startswith(trace.after + b"\n", stop):
            return None
        begin = at if head is None else head.line.offset - base
        behind = data.find(b"\n", finish + 1, end)
        if max(finish, behind) - begin > MAX_SPAN:
            return None  # it is cut, or what would end it does so in vain
        if not traces.final(trace, data[last:stop]):
            return None
        return Found(trace, at, last, stop, finish, number if head is None else head.line.number, head, lender)

    def idle(
        self, stream: Stream, data: bytes, pos: int, end: int, base: int, number: int, out: list[Event | Repeat]
    ) -> tuple[int, int]:
        """The same where the stream is idle: events that begin with the header at `pos`, each ended by a record; also
        those that are no more than that header."""
        traces = self._traces
        while True:
            stop = data.find(b"\n", pos, end)
            opening, stamp = traces.opening(data[pos:stop]) if stop >= 0 else (None, b"")
            if opening is None or opening.format is None:
                break
            line = Line(data[pos:stop], base + pos, base + stop, number, number)
            head = traces.head(self._grouper.clock, opening, stamp, line)
            record = Record(self._grouper.formats.match(line.text), NO_META, [line])
            behind = data[stop + 1 : data.find(b"\n", stop + 1, end) + 1]
            found = None
            if not opening.candidate and (behind[:-1] in traces.firsts or traces.begun(behind[:-1]) is None):
                found = self._found(data, stop + 1, end, base, number + 1, head, None)
                if found is None and traces.learn(_lines(data, stop + 1, end)):
                    found = self._found(data, stop + 1, end, base, number + 1, head, None)
            until = stop
            if found is not None:
                until = found.end
                behind = data[until + 1 : data.find(b"\n", until + 1, end) + 1]
            taken = self._idle(stream, head, record, found, data, base, behind[:-1]) if behind else None
            if taken is None:
                break
            out += taken
            number += data.count(b"\n", pos, until + 1)
            pos = until + 1
        return pos, number

    def _idle(
        self, stream: Stream, head: Head, record: Record, found: Found | None, data: bytes, base: int, behind: bytes
    ) -> tuple[Repeat, ...] | None:
        """An idle stream's event, and the line behind it; see `OneLine.take`."""
        line = head.line
        if found is not None:
            ended = self._traces.ended(self._grouper.clock, stream, head, behind)
            outcome = self._outcome(found, data, base) if ended else None
            if outcome is None or not catch_up(self._grouper, stream, head, NO_META, found.trace):
                return None
            follows = self._follows("", outcome.signature, line.offset, outcome.causes)
            settle(stream, record, head.opening.format or "", base + found.end + 1)
            return (Repeat(self, outcome, head.time, line.offset, follows, (found, data, base)),)
        if line.end + 1 + len(behind) - line.offset > MAX_SPAN or self._traces.begun(behind) is None:
            return None
        return self._lines.take(stream, head, record, self._counted)

    def _repeat(self, found: Found, data: bytes, base: int) -> Repeat | None:
        outcome = self._outcome(found, data, base)
        if outcome is None:
            return None
        head, lender = found.head, found.lender
        offset = base + found.at if head is None else head.line.offset
        time = None
        if head is not None:
            time = head.time
        elif isinstance(lender, Head):
            time = lender.time
        elif lender is not None and lender.header is not None and lender.header.time is not None:
            time = self._grouper.clock.parse(lender.header.time)
        follows = self._follows("", outcome.signature, offset, outcome.causes)
        return Repeat(self, outcome, time, offset, follows, (found, data, base))

    def _outcome(self, found: Found, data: bytes, base: int) -> Outcome | None:
        trace, head = found.trace, found.head
        around = (head.opening if head is not None else None,)
        line = data[found.last : found.stop]
        make = partial(self._group, found, data, base)
        return self._traces.outcome(self._known, trace, around, self._counted, line, make)

    # -- back to the grouper --------------------------------------------------------------------------------------

    def _leave(
        self,
        stream: Stream,
        data: bytes,
        at: int,
        base: int,
        number: int,
        head: Head | None,
        lender: Record | Head | None,
    ) -> tuple[int, int]:
        """Leave the stream with the group that was opened last."""
        if head is not None:
            record = self._record(head)
            opened = Open(record.header, NO_META, None, [], loose=stream.loose)
            opened.take(head.line)
            stream.lender, stream.since = record, head.line.end + 1
            pos = at
        else:
            stop = data.find(b"\n", at)
            line = Line(data[at:stop], base + at, base + stop, number, number)
            lent = self._record(lender) if isinstance(lender, Head) else lender
            opened = Open(None, NO_META, lent, [])
            opened.take(line)
            opened.machine, opened.grammar = python.open(line.text, False, []), python.language
            stream.since = base + stop + 1
            stream.lender = lent or Record(None, NO_META, [line])
            pos, number = stop + 1, number + 1
        stream.open, stream.record, stream.dump, stream.restart = opened, None, None, None
        return pos, number

    @staticmethod
    def _bare(found: Found, data: bytes, base: int) -> Record:
        """A bare traceback as the record before the next one."""
        stop = data.find(b"\n", found.at)
        return Record(
            None, NO_META, [Line(data[found.at : stop], base + found.at, base + stop, found.number, found.number)]
        )

    def _record(self, head: Head) -> Record:
        return Record(self._grouper.formats.match(head.line.text), NO_META, [head.line])

    def event(self, what: object, outcome: Outcome, follows: str | None) -> Event:
        """See `repeat.Maker`."""
        assert isinstance(what, tuple)
        return self._maker.event(self._group(*what), outcome, follows)

    def _group(self, found: Found, data: bytes, base: int) -> Group:
        if self._made is None or self._made[0] is not found:  # who learns from an event asks for it several times
            self._made = found, self._make(found, data, base)
        return self._made[1]

    def _make(self, found: Found, data: bytes, base: int) -> Group:
        head, trace = found.head, found.trace
        first = found.number if head is None else found.number + 1
        text = data[found.at : found.end]
        lines = (Line(text, base + found.at, base + found.end, first, first + trace.more),)
        header = self._grouper.formats.match(head.line.text) if head is not None else None
        lender = self._record(found.lender) if isinstance(found.lender, Head) else found.lender
        every = lines if head is None else (head.line, *lines)
        return whole_group("", every, header, NO_META, lender, 0 if head is None else 1, None)


def _lines(data: bytes, pos: int, end: int) -> Iterator[bytes]:
    """The whole lines of data[pos:end]."""
    while (stop := data.find(b"\n", pos, end)) >= 0:
        yield data[pos:stop]
        pos = stop + 1
