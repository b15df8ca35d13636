"""Tracebacks that came before, known by their bytes: the memory of `logscan.lane` and `logscan.ahead`.

What `logscan.grouper` makes of an event is decided by few things: what the line is that begins it (`Opening`: without
its timestamp's digits), and the traceback up to the words of its last line (`Trace`). Both are read once, by the very
code of the grouper and the grammar, and remembered where nothing that stands around them could make another thing of
them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

from logscan.bodies import Bodies
from logscan.ends import FENCES, STRONG_FORMATS
from logscan.formats import Asked, Header, first_of, indented, keyed
from logscan.grammars import Machine, Step, python, twin
from logscan.group import WARNING, Group, Line, Record, Stream
from logscan.grouper import Grouper
from logscan.known import LONGEST, MEMORY, MORE, NOTE, WORDS, Counted, Kind, Known, Make, Parts, Worth, parted
from logscan.lazyre import compiled
from logscan.model import LEVELS, LOOKBACK
from logscan.repeat import Outcome
from logscan.stride import LONG
from logscan.timestamps import Clock
from logscan.transports import Meta

Follows = Callable[[str, str | None, int, tuple[str, ...]], str | None]
"""Stream, signature, offset, and the signatures that it may follow: the one that it follows."""


BRANCH = 100
"""Bytes that a line in a tree takes besides its own."""


FLAT = 32
"""Lines one after the other that are not indented, above which they are no traceback to remember: what follows one may
be a program's output, in which no record begins."""
FRAMED = compiled(rb'  File "[^"]+", line \d+, in [\w.<>]+')
"""A frame as almost all are."""


class Ordinary(Protocol):
    """Whether a text, or each of several, is a line of its stream and nothing besides."""

    def __call__(self, text: bytes) -> bool: ...

    def all(self, lines: Sequence[bytes]) -> bool:
        """The same of several lines."""
        ...


class Opening:
    """A line that begins an event. `format` None: a bare traceback's. `zone`: what belongs to the time after the
    stamp; `timed`: the header has a time; `opens`: it holds an opener of a traceback; `candidate`: the record is below
    the bar, but holds a signature's literal."""

    __slots__ = ("candidate", "format", "opens", "timed", "zone")

    def __init__(self, header: Header | None, stamp: str, opens: bool = False, candidate: bool = False) -> None:
        self.opens, self.candidate = opens, candidate
        self.format = header.format if header is not None else None
        self.timed = header is not None and header.time is not None
        self.zone = header.time[len(stamp) :] if header is not None and header.time is not None else ""


class Head(msgspec.Struct, frozen=True):
    """A header's line; its time in µs, UTC."""

    opening: Opening
    line: Line
    time: int | None


class Trace:
    """A traceback up to the last line of its message (`body`), that line's beginning, and what follows it (a group's
    rule); `more`: how many line ends are in all that. `kinds` by all that the record says that it hangs from. `used`:
    it came again. `asked`: the formats that a last line that begins so may be in. `settled`: the machine after it;
    `noted`: the last line stands below the final one, and this is the machine before it."""

    __slots__ = ("after", "asked", "body", "kinds", "more", "noted", "parts", "settled", "start", "used")

    def __init__(self, parts: Parts) -> None:
        self.asked: Asked | None = None
        self.noted: python.PyMachine | None = None
        self.settled: python.PyMachine | None = None
        self.parts = parts
        self.body, self.start, self.after = parts.body, parts.start, parts.after
        self.more = self.body.count(b"\n") + self.after.count(b"\n")
        self.kinds: dict[tuple[object, ...], Kind] = {}
        self.used = False


class Branch:
    """Tracebacks that begin with the same lines: the `lines` that all of them go on with, and behind these those whose
    last line is the next one, and branches by that line."""

    __slots__ = ("ends", "lines", "next")

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self.next: dict[bytes, Branch] = {}
        self.ends: tuple[Trace, ...] = ()

    def add(self, trace: Trace) -> None:
        """Know a traceback."""
        branch, lines = self, trace.body.split(b"\n")[:-1]
        while True:
            shared = branch._shared(lines)
            if shared < len(branch.lines):
                branch._split(shared)
            if shared == len(lines):
                branch.ends = (*branch.ends, trace)
                return
            following = branch.next.get(lines[shared])
            if following is None:
                following = branch.next[lines[shared]] = Branch(lines[shared + 1 :])
            branch, lines = following, lines[shared + 1 :]

    def _shared(self, lines: list[bytes]) -> int:
        pairs = zip(self.lines, lines, strict=False)
        return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(self.lines), len(lines)))

    def _split(self, at: int) -> None:
        rest = Branch(self.lines[at + 1 :])
        rest.next, rest.ends = self.next, self.ends
        self.lines, self.next, self.ends = self.lines[:at], {self.lines[at]: rest}, ()

    def among(self, lines: list[bytes], reach: Callable[[int], bool]) -> list[tuple[Trace, int]]:
        """The tracebacks that the lines may be, the shortest first, and which line is the last one. `reach`: whether
        there is a line of an index; it may add to the lines."""
        found: list[tuple[Trace, int]] = []
        branch: Branch | None = self
        at = 0
        while branch is not None:
            run = len(branch.lines)
            if not reach(at + run) or lines[at : at + run] != branch.lines:
                break
            at += run
            line = lines[at]
            for trace in branch.ends:
                if line.startswith(trace.start):
                    found.append((trace, at))
                    break
            branch = branch.next.get(line)
            at += 1
        return found


class Traces:
    """The memory of scanners with the same rules. `ordinary`: whether a text is a line of its stream, and no more.

    plain   by body and beginning of the last line: tracebacks that end with their final line
    noted   those whose last line stands below the final one
    tree    all of them where lines are compared (`by_line`), not a buffer's bytes
    firsts  their first lines, which begin no record
    size    bytes held
    """

    def __init__(self, grouper: Grouper, ordinary: Ordinary, by_line: bool) -> None:
        self._by_line = by_line
        self.plain: Bodies[Trace] = Bodies()
        self.noted: Bodies[Trace] = Bodies()
        self.tree = Branch([])
        self.firsts: set[bytes] = set()
        self.size = 0
        self.ordinary = ordinary
        self._grouper = grouper
        self._openings: dict[tuple[bytes, bytes], Opening | None] = {}
        self._messages: dict[bytes, bool] = {}
        self._worth = Worth()
        self._tried: set[int] = set()

    def opening(self, line: bytes) -> tuple[Opening | None, bytes]:
        """What begins with this line, None where it is no beginning that the lane knows; and the line's stamp."""
        stamp, key = keyed(line)
        if key in self._openings:
            return self._openings[key], stamp
        if not self._grouper.anchors.found(key[1]) or len(line) > LONG:
            return None, b""
        if len(self._openings) > 4096:
            self._openings.clear()
        opening = self._openings[key] = self._read(line, stamp.decode())
        return opening, stamp

    def _read(self, line: bytes, stamp: str) -> Opening | None:
        if not self.ordinary(line):
            return None
        grouper = self._grouper
        header = grouper.formats.match(line)
        if header is None:
            bare = python.strong(line) and _machine(line) and _after(line, False) == {Step.TEXT}
            return Opening(None, "") if bare else None
        level = LEVELS.index(header.level) if header.level is not None else -1
        candidate = level < grouper.bar and grouper.literals.found(line)
        if level < max(grouper.bar, WARNING) and not candidate:
            return None
        if header.joins is not None or header.rows != 1:
            return None
        if header.time is not None and not header.time.startswith(stamp):
            return None  # under another stamp its time would be another one
        opens = grouper.openers.found(line)
        if opens and self._opened(line):
            return None
        return Opening(header, stamp, opens, candidate) if _after(line, True) == {Step.END} else None

    def _opened(self, line: bytes) -> list[Machine]:
        """The tracebacks that a line opens where nothing stands before it."""
        if not self._grouper.openers.found(line):
            return []
        machines = [grammar.open(line, False, []) for grammar in self._grouper.grammars.values()]
        return [machine for machine in machines if machine is not None]

    @staticmethod
    def head(clock: Clock, opening: Opening, stamp: bytes, line: Line) -> Head:
        """A header's line, with its time."""
        time = clock.parse(stamp.decode() + opening.zone) if opening.timed else None
        return Head(opening, line, time)

    def final(self, trace: Trace, line: bytes) -> bool:
        """Whether a line that begins as the last one of a traceback does is no more than that."""
        if WORDS.fullmatch(line, len(trace.start)) is None or line.find(python.HEADER) >= 0:
            return False
        if trace.asked is None:
            trace.asked = self._grouper.formats.after(trace.start)
        if trace.asked is None:
            header = self._grouper.formats.plainly(line) is not None
        else:
            header = first_of(line, trace.asked) is not None
        return not header and (trace.noted is None or held(trace.noted, line))

    def ended(self, clock: Clock, stream: Stream, head: Head, line: bytes) -> bool:
        """Whether a line is surely a record's first one, whatever stands before it, and ends the event before it."""
        header = self.begun(line)
        if header is None:
            return False
        time = clock.parse(header.time) if header.time is not None else None
        return self.ends(stream, head, header.format, header.time is not None, time)

    def begun(self, line: bytes) -> Header | None:
        """The header of a line that is surely a record's first one, whatever stands before it. It ends a record of one
        line, whatever that is."""
        header = self._grouper.formats.plainly(line) if self.ordinary(line) else None
        if header is None or header.joins is not None or header.message.startswith(python.HEADER):
            return None  # it may go on with the record before it, each line of which has a header
        return header

    def ends(self, stream: Stream, head: Head, format: str, timed: bool, time: int | None) -> bool:
        """Whether a header surely ends the event before it (see `Ends.at_header`). `timed`: it has a time; `time` in
        µs."""
        if format in STRONG_FORMATS:
            return True
        if head.opening.format != format:
            seen = stream.learned.get(format)
            if seen is None or seen < head.line.offset - LOOKBACK:
                return False  # the long way looks further
        if not head.opening.timed or not timed or head.time is None or time is None:
            return True
        return time - head.time >= -2 * 3600 * 1_000_000

    # -- learning -------------------------------------------------------------------------------------------------

    def meet(self, group: Group) -> None:
        """Look at a group that came the long way: when its traceback comes again, it is remembered."""
        if group.grammar != python.language or group.trace_at is None or group.incomplete or group.margin:
            return
        if not (group.interleaved or group.truncated):
            self._learn(b"\n".join([line.text for line in group.lines[group.trace_at :]]))

    def learn(self, below: Iterable[bytes]) -> bool:
        """Look at the lines below a header, or from a bare traceback's first one on, that no event is known by. Whether
        they are a traceback up to where the next one or a record begins, and it is remembered: it needs no other way
        then, the first time."""
        lines: list[bytes] = []
        size, flat, plainly = 0, 0, self._grouper.formats.plainly
        for line in below:
            size += len(line) + 1
            flat = 0 if line[:1] == b" " else flat + 1
            if size > LONGEST or flat > FLAT or (not lines and _machine(line) is None):
                return False
            begins = line[:1] not in (b" ", b"\t") or indented(line)
            # behind a blank line it may be the exception's own
            another = line.startswith(python.HEADER) and lines and lines[-1]
            if another or (begins and line not in self.firsts and plainly(line) is not None):
                return self._learn(b"\n".join(lines))
            lines.append(line)
        return False

    def _learn(self, text: bytes) -> bool:
        """Whether a traceback is remembered now."""
        parts = parted(text) if len(text) <= LONGEST else None
        if parts is None:
            return False
        trace = Trace(parts)
        known = hash(trace.body + trace.start)
        if known in self._tried or not self._worth.of(known):
            return False
        if self.size > MEMORY:
            self.plain, self.noted, self.tree, self.size, self._openings = Bodies(), Bodies(), Branch([]), 0, {}
            self.firsts.clear()
            self._tried.clear()
        self._tried.add(known)
        words = text[len(trace.body) + len(trace.start) : len(text) - len(trace.after)]
        if not self._taken(trace, words):
            return False
        self._add(trace)
        return True

    def whole(self, lines: list[bytes]) -> Trace | None:
        """The traceback that makes up all lines but the first, in a record complete in itself, whose message the first
        one is: no record of a format, and nothing that opens a traceback."""
        if len(lines) < 3 or _machine(lines[1]) is None:
            return None
        return self._all_of(lines) or (self._all_of(lines) if self._learn(b"\n".join(lines[1:])) else None)

    def _all_of(self, lines: list[bytes]) -> Trace | None:
        below = lines[1:]
        found = self.tree.among(below, len(below).__gt__)
        if not found:
            return None
        trace, last = found[-1]
        if b"\n".join([b"", *below[last + 1 :]]) != trace.after or not self.final(trace, below[last]):
            return None
        return trace if self._message(lines[0]) else None

    def _message(self, line: bytes) -> bool:
        """Whether a line is no more than the message of the record that it begins, or what Python prints above a
        traceback ("Exception in callback …")."""
        found = self._messages.get(line)
        if found is None:
            if len(self._messages) >= 4096:
                self._messages.clear()
            found = self.ordinary(line) and self._grouper.formats.plainly(line) is None
            self._messages[line] = found = found and all(machine.lead for machine in self._opened(line))
        return found

    def _add(self, trace: Trace) -> None:
        self.firsts.add(trace.body[: trace.body.find(b"\n")])
        if self._by_line:
            self.tree.add(trace)
            self.size += len(trace.body) + BRANCH * trace.body.count(b"\n")
        else:
            (self.plain if trace.noted is None else self.noted).add(trace.body + trace.start, trace)
            self.size += 2 * len(trace.body)

    def used(self, trace: Trace) -> None:
        """A trace came again."""
        if not trace.used:
            trace.used = True
            self._worth.again += 1

    def outcome(
        self, known: Known, trace: Trace, around: tuple[object, ...], counted: Counted, line: bytes, make: Make
    ) -> Outcome | None:
        """What is known of an event with this traceback and last line; `around`: all that its record says."""
        self.used(trace)
        kind = trace.kinds.get(around)
        if kind is None:
            kind = trace.kinds[around] = known.kind(make(), trace.parts)
        return known.answered(kind, counted, line.decode(), make)

    def _taken(self, trace: Trace, words: bytes) -> bool:
        """Whether every line of a traceback is taken whatever stands around it, and its last one whatever its words
        are."""
        first, *lines = trace.body.split(b"\n")[:-1]
        machine, line = _machine(first), trace.start + words
        if machine is None or self._grouper.formats.plainly(first) is not None:
            return False
        if not self.ordinary.all([*lines, line, trace.after[1:]]):
            return False
        step = Step.TAKE
        for each in lines:
            step = Step.TAKE if _indented(machine, each) else self._step(machine, each)
            if step is Step.BREAK:
                return False
        if machine.flat or machine.margin or (step is Step.TEXT and machine.state != python.SETTLED):
            return False
        before, waits = twin(machine), step is Step.TEXT
        step = self._step(machine, line)
        trace.settled = machine
        if trace.after:
            return (
                before.state == python.GROUP
                and step is Step.TAKE
                and self._step(machine, trace.after[1:]) is Step.FINAL
            )
        if before.state == python.FRAMES:
            named = trace.start.endswith(b": ")  # without a name any other line would pass for the final one
            return step is Step.FINAL and not machine.colon and named
        if before.state != python.SETTLED or before.colon:
            return False
        if MORE.match(trace.start) and not before.apart and not waits:
            return step is Step.FINAL
        trace.noted, trace.settled = before, None
        return held(before, line)

    def _step(self, machine: python.PyMachine, line: bytes) -> Step:
        """What the machine makes of an ordinary line: TAKE, FINAL, or TEXT where it is held until a line is taken;
        BREAK for all else, and where the grouper sees more in the line."""
        if self._grouper.formats.plainly(line) is not None:
            return Step.BREAK
        step = machine.step(line, False)
        waits = step is Step.TEXT and not python.strong(line) and not line.startswith(FENCES)
        return step if waits or step is Step.TAKE or step is Step.FINAL else Step.BREAK


def catch_up(grouper: Grouper, stream: Stream, head: Head, meta: Meta, trace: Trace | None) -> bool:
    """Bring the memory of an idle stream up to just before a known event (None: a record of one line); False where
    what stands there makes it another one, which goes the long way from there."""
    assert grouper.before is not None
    if not head.opening.opens and grouper.before.directly(stream, head.line, meta):
        stream.loose = False
        return True
    grouper.before.catch_up(stream, head.line, meta)
    stream.since = head.line.offset  # that much is remembered now, for the long way too
    if stream.restart is not None or (head.opening.opens and grouper.opened(stream, head.line.text) is not None):
        return False
    record = stream.record
    if record is not None and record.header is not None and record.header.joins is not None:
        return False  # the two may be one record
    loose = stream.apart
    if loose and trace is not None and trace.noted is not None:
        return False
    stream.loose = loose
    return True


def settle(stream: Stream, record: Record, format: str, since: int) -> None:
    """Leave a stream idle behind the event that this record's line began, as the grouper does."""
    stream.lender, stream.record, stream.dump, stream.several = record, None, None, False
    stream.learned[format] = record.lines[0].offset
    stream.since = since


def _machine(line: bytes) -> python.PyMachine | None:
    """A machine at the beginning of an ordinary traceback."""
    machine = python.open(line, False, [])
    return machine if machine in (python.PyMachine(python.FRAMES), python.PyMachine(python.GROUP)) else None


def _indented(machine: python.PyMachine, line: bytes) -> bool:
    """Whether a machine that has seen frames takes a line for a further one, or for the source text of one: most lines
    are, and a step of the machine takes ten times as long (a test holds that it would do the same)."""
    if machine.state != python.FRAMES or machine.seen < 2 or line[:2] != b"  " or indented(line):
        return False
    text = line.lstrip()
    if not text or text[0] in b".[\xe2>" or text.startswith(b"File "):
        if FRAMED.fullmatch(line) is None:
            return False
        machine.seen += 1
    return True


def held(machine: python.PyMachine, line: bytes) -> bool:
    """Whether a line below a final one is taken, or held until the next record shows that it belongs."""
    machine = twin(machine)
    step = machine.step(line, False) if NOTE.match(line) is not None else Step.BREAK
    return machine.final and (step is Step.FINAL or (step is Step.TEXT and not python.strong(line)))


def _after(line: bytes, header: bool) -> set[Step]:
    """What a line is after a whole traceback."""
    return {python.PyMachine(state, final=True).step(line, header) for state in (python.SETTLED, python.GROUP)}
