"""The fast lane: tracebacks that plain text has shown before, taken whole.

An event of a storm is a header line, a traceback of known bytes, and a final line with other words than the last time;
the next one follows at once. What `logscan.group` makes of such an event is decided by few things, which are
remembered: what a line is that begins an event (`Opening`: without its timestamp's digits), and the traceback up to the
words of its last line (`Trace`). The verdict on both together is `logscan.known`'s.

The last line is read each time as far as anything asks about it. Nothing is guessed: a line that does not fit, a time
that runs backwards, an event that something else follows go the long way through the grouper. The lane begins where a
group has just been opened, and leaves the stream as the grouper would have: with a group that has just been opened.
"""

from collections.abc import Callable
from copy import copy
from typing import NamedTuple

from logscan.bodies import Bodies
from logscan.formats import STAMP, ZEROS, Header
from logscan.grammars import Step, python
from logscan.group import STRONG_FORMATS, WARNING, Group, Grouper, Line, Open, Record, Stream
from logscan.known import LONGEST, MEMORY, MORE, NOTE, OFTEN, RARE, WORDS, Kind, Known, Parts, parted
from logscan.lookback import NO_META
from logscan.model import LEVELS, LOOKBACK, Event
from logscan.repeat import Outcome, Repeat
from logscan.stride import LONG, ODD

Follows = Callable[[str, str | None, int, tuple[str, ...]], str | None]
"""Stream, signature, offset, and the signatures that it may follow: the one that it follows."""


class Opening:
    """A line that begins an event. `format` None: a bare traceback's. `zone`: what belongs to the time after the
    stamp; `timed`: the header has a time."""

    __slots__ = ("format", "strong", "timed", "zone")

    def __init__(self, header: Header | None, stamp: str) -> None:
        self.format = header.format if header is not None else None
        self.strong = header is not None and header.format in STRONG_FORMATS
        self.timed = header is not None and header.time is not None
        self.zone = header.time[len(stamp) :] if header is not None and header.time is not None else ""


class Head(NamedTuple):
    """A header's line; its time in µs, UTC."""

    opening: Opening
    line: Line
    time: int | None


class Trace:
    """A traceback up to the last line of its message (`body`), that line's beginning, and what follows it (a group's
    rule); `more`: how many line ends are in all that. `kinds` by the opening of the record that it hangs from, None
    where it is bare. `settled`: the machine after it; `noted`: the last line stands below the final one, and this is
    the machine before it."""

    __slots__ = ("after", "body", "kinds", "more", "noted", "parts", "settled", "start")

    def __init__(self, parts: Parts) -> None:
        self.noted: python.PyMachine | None = None
        self.settled: python.PyMachine | None = None
        self.parts = parts
        self.body, self.start, self.after = parts
        self.more = self.body.count(b"\n") + self.after.count(b"\n")
        self.kinds: dict[Opening | None, Kind] = {}


class Found(NamedTuple):
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
    """The memory of one scanner of plain text. `ordinary`: whether a text is a line of its stream and nothing
    besides."""

    def __init__(self, grouper: Grouper, known: Known, ordinary: Callable[[bytes], bool], follows: Follows) -> None:
        self._grouper = grouper
        self._known = known
        self._ordinary = ordinary
        self._follows = follows
        self._bodies: Bodies[Trace] = Bodies()
        self._noted: Bodies[Trace] = Bodies()
        self._openings: dict[tuple[bytes, bytes], Opening | None] = {}
        self._met: dict[int, int] = {}

    # -- events that are known ------------------------------------------------------------------------------------

    def run(
        self, stream: Stream, data: bytes, pos: int, end: int, base: int, number: int, out: list[Event | Repeat]
    ) -> tuple[int, int]:
        """Take events from data[pos:end], the `number`-th line first; returns where it stopped. The stream has an open
        group with its first line only, directly before `pos`."""
        opened = stream.open
        if opened is None or not (self._bodies.size or self._noted.size):
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
            found = self._found(data, at, end, at_number, head, lender)
            if found is None:
                break
            next_at = found.end + 1
            next_stop = data.find(b"\n", next_at, end)
            line = data[next_at : next_stop if next_stop >= 0 else next_at]
            opening, stamp = self._opening(line)
            after: Head | None = None
            closes = opening is not None
            next_number = at_number + found.trace.more + 1
            if opening is not None and opening.format is not None:
                after = self._head(
                    opening, stamp, Line(line, base + next_at, base + next_stop, next_number, next_number)
                )
                closes = head is None or self._ends(stream, head, after)
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
        opened.machine, opened.grammar = copy(found.trace.settled), python.language
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
            opening = self._opening(line.text)[0] if bare else None
            if opening is None or opening.format is not None or at + len(line.text) + 1 != pos:
                return None
            return None, at, opened.lent
        opening, stamp = self._opening(line.text)
        if opening is None or opening.format is None or line.end + 1 != base + pos or opened.header is None:
            return None
        return self._head(opening, stamp, line), pos, None

    def _found(
        self, data: bytes, at: int, end: int, number: int, head: Head | None, lender: Record | Head | None
    ) -> Found | None:
        """The event whose traceback begins at `at`, where its final line is complete and like any other."""
        trace = self._noted.find(data, at) if head is not None and self._noted.size else None
        trace = trace or self._bodies.find(data, at)
        if trace is None:
            return None
        last = at + len(trace.body)
        stop = data.find(b"\n", last, end)
        if stop < 0 or WORDS.fullmatch(data, last + len(trace.start), stop) is None:
            return None
        finish = stop + len(trace.after)
        if finish >= end or not data.startswith(trace.after + b"\n", stop):
            return None
        line = data[last:stop]
        if python.HEADER in line or self._grouper.formats.plainly(line) is not None:
            return None
        if trace.noted is not None and not _held(trace.noted, line):
            return None
        return Found(trace, at, last, stop, finish, number if head is None else head.line.number, head, lender)

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
        opening = head.opening if head is not None else None
        kind = trace.kinds.get(opening)
        if kind is None:
            kind = trace.kinds[opening] = self._known.kind(self._group(found, data, base), trace.parts)
        line = data[found.last : found.stop].decode()
        return self._known.answered(kind, line, lambda: self._group(found, data, base))

    # -- how events follow each other -----------------------------------------------------------------------------

    def _ends(self, stream: Stream, head: Head, after: Head) -> bool:
        """Whether a header surely ends the event before it; see `Grouper._ends`."""
        own, other = head.opening, after.opening
        if other.strong:
            return True
        used = own.format == other.format
        if not used:
            seen = stream.learned.get(other.format or "")
            used = seen is not None and seen >= head.line.offset - LOOKBACK
        if not used:
            return False  # the long way looks further
        if not own.timed or not other.timed or head.time is None or after.time is None:
            return True
        return after.time - head.time >= -2 * 3600 * 1_000_000

    def _head(self, opening: Opening, stamp: bytes, line: Line) -> Head:
        time = self._grouper.clock.parse(stamp.decode() + opening.zone) if opening.timed else None
        return Head(opening, line, time)

    def _opening(self, line: bytes) -> tuple[Opening | None, bytes]:
        """What begins with this line, None where it is no beginning that the lane knows; and the line's stamp."""
        found = STAMP.match(line) if line[:1].isdigit() else None
        stamp = found[0] if found is not None else b""
        key = stamp.translate(ZEROS), line[len(stamp) :]
        if key in self._openings:
            return self._openings[key], stamp
        if not self._grouper.anchors.found(key[1]) or len(line) > LONG:
            return None, b""
        if len(self._openings) > 4096:
            self._openings.clear()
        opening = self._openings[key] = self._read(line, stamp.decode())
        return opening, stamp

    def _read(self, line: bytes, stamp: str) -> Opening | None:
        if ODD.search(line) is not None or not self._ordinary(line):
            return None
        grouper = self._grouper
        header = grouper.formats.match(line)
        if header is None:
            bare = python.strong(line) and _opens(line) and _after(line, False) == {Step.TEXT}
            return Opening(None, "") if bare else None
        level = LEVELS.index(header.level) if header.level is not None else -1
        if level < max(grouper.bar, WARNING) or header.joins is not None or header.rows != 1:
            return None
        if header.time is not None and not (stamp and header.time.startswith(stamp)):
            return None
        if any(grammar.open(line, False, []) is not None for grammar in grouper.grammars.values()):
            return None
        return Opening(header, stamp) if _after(line, True) == {Step.END} else None

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

    def event(self, what: object, follows: str | None) -> Event:
        """See `repeat.Maker`."""
        assert isinstance(what, tuple)
        return self._known.event(self._group(*what), follows)

    def _group(self, found: Found, data: bytes, base: int) -> Group:
        head, trace = found.head, found.trace
        first = found.number if head is None else found.number + 1
        text = data[found.at : found.end]
        lines = (Line(text, base + found.at, base + found.end, first, first + trace.more),)
        return Group(
            stream="",
            lines=lines if head is None else (head.line, *lines),
            header=self._grouper.formats.match(head.line.text) if head is not None else None,
            meta=NO_META,
            lender=self._record(found.lender) if isinstance(found.lender, Head) else found.lender,
            grammar=python.language,
            trace_at=0 if head is None else 1,
            margin=b"",
            final=True,
            said=False,
            candidate=False,
            incomplete=None,
            interleaved=False,
            truncated=False,
            over_span=False,
            restart=None,
        )

    # -- learning -------------------------------------------------------------------------------------------------

    def meet(self, group: Group) -> None:
        """Look at a group that came the long way: when its traceback comes again, it is remembered."""
        if group.grammar != python.language or group.trace_at is None or group.incomplete or group.margin:
            return
        if group.interleaved or group.truncated or group.lines[-1].rows:
            return
        text = b"\n".join([line.text for line in group.lines[group.trace_at :]])
        parts = parted(text) if len(text) <= LONGEST else None
        if parts is None:
            return
        trace = Trace(parts)
        known = hash(trace.body + trace.start)
        times = self._met.get(known, 0)
        if len(self._met) >= RARE:
            self._met.clear()
        self._met[known] = times + 1
        if times != OFTEN:
            return
        if self._bodies.size + self._noted.size > MEMORY:
            self._bodies, self._noted, self._openings = Bodies(), Bodies(), {}
            self._met.clear()
        words = text[len(trace.body) + len(trace.start) : len(text) - len(trace.after)]
        if self._taken(trace, words):
            (self._bodies if trace.noted is None else self._noted).add(trace.body + trace.start, trace)

    def _taken(self, trace: Trace, words: bytes) -> bool:
        """Whether every line of a traceback is taken whatever stands around it, and its last one whatever its words
        are."""
        first, *lines = trace.body.split(b"\n")[:-1]
        machine = _opens(first)
        if machine is None:
            return False
        step = Step.TAKE
        for line in lines:
            step = self._step(machine, line)
            if step is Step.BREAK:
                return False
        if machine.flat or machine.margin or (step is Step.TEXT and machine.state != python.SETTLED):
            return False
        before, held = copy(machine), step is Step.TEXT
        line = trace.start + words
        step = self._step(machine, line)
        trace.settled = machine
        if trace.after:
            return (
                before.state == python.GROUP
                and step is Step.TAKE
                and self._step(machine, trace.after[1:]) is Step.FINAL
            )
        if before.state == python.FRAMES:
            return step is Step.FINAL and not machine.colon
        if before.state != python.SETTLED or before.colon:
            return False
        if MORE.match(trace.start) and not before.apart and not held:
            return step is Step.FINAL
        trace.noted, trace.settled = before, None
        return _held(before, line)

    def _step(self, machine: python.PyMachine, line: bytes) -> Step:
        """What the machine makes of a line: TAKE, FINAL, or TEXT where it is held until a line is taken; BREAK for all
        else, and where the grouper or the scanner see more in the line."""
        if len(line) > LONG or ODD.search(line) is not None or not self._ordinary(line):
            return Step.BREAK
        if self._grouper.formats.match(line) is not None:
            return Step.BREAK
        step = machine.step(line, False)
        held = step is Step.TEXT and not python.strong(line)
        return step if held or step is Step.TAKE or step is Step.FINAL else Step.BREAK


def _opens(line: bytes) -> python.PyMachine | None:
    """A machine at the beginning of an ordinary traceback."""
    machine = python.open(line, False, [])
    return machine if machine in (python.PyMachine(python.FRAMES), python.PyMachine(python.GROUP)) else None


def _held(machine: python.PyMachine, line: bytes) -> bool:
    """Whether a line below a final one is taken, or held until the next record shows that it belongs."""
    machine = copy(machine)
    step = machine.step(line, False) if NOTE.match(line) is not None else Step.BREAK
    return machine.final and (step is Step.FINAL or (step is Step.TEXT and not python.strong(line)))


def _after(line: bytes, header: bool) -> set[Step]:
    """What a line is after a whole traceback."""
    return {python.PyMachine(state, final=True).step(line, header) for state in (python.SETTLED, python.GROUP)}
