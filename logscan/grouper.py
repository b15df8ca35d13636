"""The grouper: lines of one stream to groups, one state a stream.

A group is a traceback with its header, prelude and tail, or a log record that matters. The grouper knows how the log
around a traceback is written (which line starts a record); the grammar knows what a traceback looks like. Neither
knows sources, blocks or clocks. The values that it works on are in `logscan.group`.

Idle or open
    A stream is idle, or it has an open group. Only a line with an anchor can open one (law 1), so that an idle
    stream may skip every other line. What an idle stream remembers (the record before, the header shapes seen)
    counts only as far as LOOKBACK before the line that opens a group (law 3): the scanner reads that much before an
    anchor, so fast = slow.

Where a group ends
    A traceback's final line is not its end: its message may go on. Lines that may belong are held. A traceback under
    a log header keeps them up to the next record, recognised by a header shape that this stream uses; a bare one
    gives them back, unless a chain sentence shows that they belong. Held lines that do not belong are fed again.
    `logscan.ends` answers whether a line is the next record's or more of the message.

Torn groups
    Writers without a pid interleave line by line. A record inside a frame list leaves the traceback owed one final
    line: a later line of that shape pays the oldest debt; the event has no frames, because they cannot be told apart.
"""

from collections.abc import Iterable

from logscan.ends import Ends
from logscan.formats import Formats, Header
from logscan.formats.joins import joined
from logscan.grammars import HEAD_LINES, Grammar, Machine, Step, unfounded
from logscan.grammars.pythonparse import prefixed
from logscan.group import (
    HELD,
    WARNING,
    Before,
    Group,
    Line,
    Open,
    Record,
    Stream,
    body_of,
    closed,
    last_texts,
    left_column,
    named,
)
from logscan.headers import Headers, announced
from logscan.model import LEVELS, LOOKBACK, MAX_SPAN, Incomplete, Level
from logscan.prefilter import Prefilter
from logscan.timestamps import Clock
from logscan.transports import Meta

SILENCE = 1024 * 1024


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
        self._ends = Ends(formats, clock)
        self.headers = Headers(formats, self.grammars, self._ends)
        self.unread = 0
        """Tracebacks behind a prefix that nobody knows, since somebody asked."""

    def feed(self, stream: Stream, line: Line, meta: Meta, entry: bool, native: bool) -> list[Group]:
        """The groups that `line` closes. `entry`: the line starts an entry of its transport; `native`: such an entry
        is a record of its own, unless it is empty (and its text is not lost)."""
        out: list[Group] = []
        told = line.text.strip() != b"" or "null_message" in meta.fields
        self._feed(stream, line, meta, entry and native and told, out)
        return out

    def flush(self, stream: Stream) -> list[Group]:
        """Close everything: the stream has ended, or its last entry was a whole record."""
        out: list[Group] = []
        while stream.open is not None:
            if stream.open.held and self._ends.at_fence(stream, stream.open, None):
                stream.open.release(len(stream.open.held) - 1)
            self._close(stream, out, keep_held=stream.open.headed or stream.several)
        for owed in stream.owed:
            out.append(closed(stream.key, owed, "end", over_span=False))
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
        opened, given = stream.open, line
        if opened is not None:
            said = self.headers.unrepeated(opened, given)
            if said is None:
                self._close(stream, out, keep_held=True)
                self._feed(stream, given, meta, fresh, out)
                return
            line = said
            whole = opened.machine is None or opened.machine.final
            if stream.owed and whole and self._pay(stream, line, out):
                opened.interleaved = opened.machine is not None
                return
            if line.end - opened.start > MAX_SPAN:
                self._close(stream, out, keep_held=True, over_span=True)
            elif line.offset - opened.last.end > SILENCE and whole:
                self._close(stream, out, keep_held=opened.headed)
            elif opened.held and self._ends.at_fence(stream, opened, line.text):
                opened.release(len(opened.held) - 1)
                self._close(stream, out, keep_held=opened.headed)
            elif opened.machine is None:
                if self._in_record(stream, opened, line, meta, fresh, out):
                    stream.since = line.end + 1
                    return
            elif self._in_trace(stream, opened, line, meta, fresh, out):
                stream.since = line.end + 1
                return
            if opened.logged_at is not None or (opened.header is not None and opened.header.joins == "blank"):
                line = given  # the first line of another record of this kind
            if stream.open is not None:  # held lines, fed again, have opened a group
                self._feed(stream, line, meta, fresh, out)
                return
        self._idle(stream, line, meta, fresh, out)

    def _idle(self, stream: Stream, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> None:
        if stream.owed and self._pay(stream, line, out):
            return
        level = LEVELS.index(meta.level) if meta.level else -1
        anchored = level >= self.bar or self.anchors.found(line.text)
        if not anchored and not stream.inside:
            if self.before is None:
                stream.forget(line.offset)
                self.remember(stream, line, meta, self.headers.told(stream, line))
                stream.since = line.end + 1
            return
        if self.before is not None:
            if not (stream.owed or stream.inside) and level < self.bar and self._passes(line.text, meta):
                return
            if anchored or line.offset >= stream.since:
                self.before.catch_up(stream, line, meta)
        stream.since = line.end + 1
        stream.forget(line.offset)
        found = self.opened(stream, line.text) if self.openers.found(line.text) else None
        if found is not None:
            self._open_trace(stream, line, meta, *found)
            return
        header = self.headers.told(stream, line)
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
        before = [] if stream.record is None else last_texts(stream.record.header, stream.record.lines)
        for grammar in self.grammars.values():
            machine = grammar.open(text, stream.dump is not None, before)
            if machine is not None:
                return grammar, machine
        return None

    def passes(self, text: bytes) -> bool:
        """Whether a line of an idle stream, of which its transport states no level, opens nothing whatever stands
        before it."""
        return self.formats.below(text, self.bar) and not self.stops.found(text)

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

    def dumps(self, text: bytes) -> bool:
        """Whether a line introduces a stack that nobody raised."""
        return any(grammar.dump(text) for grammar in self._dumpers)

    def _start(self, stream: Stream, opened: Open) -> None:
        stream.open = opened
        opened.restart, stream.restart = stream.restart, None
        stream.loose = opened.loose
        stream.lender = Record(opened.header, opened.meta, [opened.lines[0]])
        stream.record = None
        stream.dump = None

    def _open_trace(self, stream: Stream, line: Line, meta: Meta, grammar: Grammar, machine: Machine) -> None:
        record = stream.record
        header = self.headers.shape(stream, line)
        if header is not None and not machine.head:
            # the traceback starts on the header's own line: "… ERROR message Traceback (most recent call last):"
            opened = Open(header, meta, None, [])
            lines, at = [line], 0
            opened.loose = stream.apart
            stream.learned[header.format] = line.offset
        elif record is not None and (
            (record.heads(machine) and (record.rank >= WARNING or announced(grammar, record))) or record.says(machine)
        ):
            opened = Open(record.header, record.meta, None, [], loose=record.loose, said=record.says(machine))
            lines, at = [*record.lines, line], len(record.lines) - machine.head
        else:
            plain = [] if record is None else record.lines[1 if record.header else 0 :]
            count = machine.head or grammar.prelude(line.text, [each.text for each in plain[-4:]])
            if record is not None and record.header is None and count == len(plain):
                record = None  # all of it is part of the group: what stands before that lends its time
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
            stream.dump = line.offset if self.dumps(text) else None

    # -- a line while a group is open ---------------------------------------------------------------------------

    def _in_record(self, stream: Stream, opened: Open, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> bool:
        text = line.text
        grammars = self.grammars.values()
        fresh = fresh and not self._hangs(opened, text, meta)
        starts = self.formats.match(text) is not None
        more = starts and self.headers.of(opened, text) is None
        if ((fresh or starts) and not more) or self._ends.at_entry(opened, meta):
            self._close(stream, out, keep_held=not opened.loose)
            return False
        anchored = self.anchors.found(text)
        bare = opened.candidate and opened.header is None
        prior = opened.lent.lines if bare and opened.lent is not None else []
        before = last_texts(opened.header, [*prior, *opened.lines, *opened.tail, *opened.held]) if anchored else []
        for grammar in grammars:
            machine = grammar.open(text, opened.dump, before) if anchored else None
            alone = machine is not None and machine.alone
            machine = machine or grammar.bare(text, opened.last.text)
            if machine is None:
                continue
            rank = LEVELS.index(opened.level) if opened.level else -1
            # a line that a signature knows, and that turns out to be the head of a traceback
            more_head = machine.head - len(opened.lines) - len(opened.held)
            begun = (opened.candidate or alone) and more_head >= 0
            if (alone or (rank < WARNING and not announced(grammar, opened))) and not begun:
                if (opened.candidate or alone) and machine.head > len(opened.held) and not opened.tail:
                    self._split(stream, opened, line, meta, grammar, machine, out)
                    return True
                again = opened.release(max(0, len(opened.held) - machine.head))
                self._close(stream, out, keep_held=not bare)
                self._give_back(stream, again, out)
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
        indented = text[:1] in (b" ", b"\t") and text.strip() and not opened.held_blank
        others = bare and indented and any(self.literals.found(each.text) for each in opened.held)  # it is below these
        if opened.held_size > HELD or others:
            self._close(stream, out, keep_held=False)
            return False
        if more or indented:
            opened.accept_held()
            opened.take(line)
        else:
            opened.hold(line, meta)
            opened.dump = self.dumps(text)
        return True

    def _hangs(self, opened: Open, text: bytes, meta: Meta) -> bool:
        """Whether an entry that is a record of its own begins the traceback of the record before it: a collector gave
        every line that was printed a priority, and so made each of them a record."""
        if meta.level != opened.meta.level or self._ends.at_entry(opened, meta) or not self.openers.found(text):
            return False
        before = last_texts(opened.header, [*opened.lines, *opened.tail, *opened.held])
        machines = (grammar.open(text, opened.dump, before) for grammar in self.grammars.values())
        return any(machine is not None and not machine.alone for machine in machines)

    def _split(
        self, stream: Stream, opened: Open, line: Line, meta: Meta, grammar: Grammar, machine: Machine, out: list[Group]
    ) -> None:
        """A record whose last lines are the head of a traceback that is no part of it (it is harmless and holds a
        signature's words, or a runtime printed that): they are one of their own."""
        lines = [*opened.lines, *opened.held]
        opened.lines = lines[: len(lines) - machine.head]
        opened.release()
        self._close(stream, out, keep_held=True)
        stream.record, stream.restart = Record(opened.header, opened.meta, lines), opened.restart
        self._open_trace(stream, line, meta, grammar, machine)

    def _in_trace(self, stream: Stream, opened: Open, line: Line, meta: Meta, fresh: bool, out: list[Group]) -> bool:
        machine = opened.machine
        assert machine is not None and opened.grammar is not None
        body = body_of(line.text, machine)
        header = self.headers.of(opened, body)
        ends = header is not None and self._ends.at_header(stream, opened, header, self.before)
        ends = ends or left_column(line.text, machine)
        lead = machine.lead
        step = machine.step(body, ends or (fresh and machine.final))
        if step is Step.TAKE or step is Step.FINAL:
            opened.accept_held()
            if lead and not machine.lead:
                opened.trace_at = len(opened.lines)
            opened.take(line)
            return True
        if step is Step.TEXT and not fresh and not self._ends.at_entry(opened, meta):
            return self._text(stream, opened, line, meta, out)
        if step is Step.BREAK and not _named(opened):
            opened.deadline = line.offset + LOOKBACK
            stream.owed = [*stream.owed, opened]
            stream.open = None
        elif step is Step.ROLLBACK:
            self.unread += prefixed(opened.last.text, line.text)
            self._roll_back(stream, opened)
        else:
            unquoted = self._ends.unquote(opened)
            self._close(stream, out, keep_held=opened.headed and not unquoted, cut=step is Step.CUT)
        return False

    def _text(self, stream: Stream, opened: Open, line: Line, meta: Meta, out: list[Group]) -> bool:
        """A line after a traceback's final line that its grammar cannot place."""
        assert opened.machine is not None
        grammar = self.grammars[opened.grammar or ""]
        text = line.text
        if grammar.strong(text):
            at = self._ends.at_held(opened)
            if at is not None:
                again = opened.release(at)
                self._close(stream, out, keep_held=True)
                self._give_back(stream, again, out)
                return False
            said = opened.said_last
            in_message = opened.headed and (said is not None or opened.machine.colon)
            quoted = opened.machine.colon or (said is not None and said.text.rstrip().endswith(b":"))
            if not in_message or (grammar.begins(text) and not quoted):
                self._close(stream, out, keep_held=opened.headed)
                return False
        if opened.room < 0:
            self._close(stream, out, keep_held=False)
            return False
        opened.hold(line, meta)
        return True

    # -- closing ------------------------------------------------------------------------------------------------

    def _pay(self, stream: Stream, line: Line, out: list[Group]) -> bool:
        """A line while tracebacks are owed their final line. True where the line is used up."""
        while stream.owed and stream.owed[0].deadline < line.offset:
            out.append(closed(stream.key, stream.owed[0], "end", over_span=False))
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
        out.append(closed(stream.key, paid, None, over_span=False))
        return True

    def _roll_back(self, stream: Stream, opened: Open) -> None:
        """The group was none. A record that it was attached to stays a record."""
        stream.open = None
        if opened.header is not None and LEVELS.index(opened.header.level or "trace") >= self.bar:
            opened.machine, opened.grammar, opened.trace_at = None, None, 0
            stream.open = opened
            return
        for line in [single for each in opened.lines for single in each.single()]:
            self.remember(stream, line, opened.meta, self.headers.shape(stream, line))

    def _close(
        self, stream: Stream, out: list[Group], *, keep_held: bool, cut: bool = False, over_span: bool = False
    ) -> None:
        opened = stream.open
        assert opened is not None
        if opened.machine is not None and not (cut or over_span) and unfounded(opened.machine):
            self._roll_back(stream, opened)
            if stream.open is not None:
                self._close(stream, out, keep_held=True)
            return
        stream.open = None
        if keep_held:
            opened.accept_held()
        held = opened.release()
        machine = opened.machine
        incomplete: Incomplete | None = None
        if machine is not None:
            incomplete = "start" if machine.cut_start else None
            if cut or (not machine.final and not _named(opened)):
                incomplete = "end"
        elif over_span:
            incomplete = "end"
        if opened.header is not None:
            stream.learned[opened.header.format] = opened.start
        out.append(closed(stream.key, opened, incomplete, over_span=over_span))
        self._give_back(stream, held, out)

    def _give_back(self, stream: Stream, held: list[tuple[Line, Meta]], out: list[Group]) -> None:
        """Lines that were held and do not belong are read again, each at its own priority."""
        if held:
            stream.since = held[0][0].offset
        for each in held:
            self._feed(stream, *each, False, out)


def _named(opened: Open) -> bool:
    """Whether the record above a Python traceback stands for its final line."""
    return opened.grammar == "python" and opened.header is not None and named(opened.lines, opened.trace_at) is not None
