"""Pieces = whole: segments of one source scanned apart, and joined exactly.

A worker starts idle at a line's start near its cut, reads its segment, and notes where it stands at a few early
offsets: what it counted up to there is a piece of its own. The joint carries the predecessor's state over the cut and
reads on to these offsets, until the states meet. What the worker counted before that is dropped, and what it counted
after it is what a single scanner would have counted (the laws of `logscan.scanner`). Where they do not meet, the
segment is read again from the carried state. So a cut needs no quiet place, which an error-rich log does not have.
"""

import os
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from logscan.job import Job, Progress, Seen, account
from logscan.model import LOOKBACK, MAX_SPAN, Event
from logscan.plan import Point, Segment, Task, blocks, line_start, open_file
from logscan.scanner import PROBE, Scanner
from logscan.scanstate import State
from logscan.sources import SHRUNK, Source, why
from logscan.summary import Source as SourceTotal
from logscan.summary import Summary, SummaryBuilder
from logscan.tally import Tally


class Piece(msgspec.Struct, frozen=True):
    """What was counted of a part of a source, and where the scanner stood at its end."""

    summary: Summary
    events: tuple[Event, ...]
    end: Point


class Pieces(msgspec.Struct, frozen=True):
    """A segment. Line numbers count from its start, unless it was read from a known point.

    start    the first line's; None: no line begins in the segment
    problem  why the file could not be read on
    stopped  the scan was asked to end before the segment did
    """

    segment: Segment
    start: int | None
    pieces: tuple[Piece, ...] = ()
    problem: str | None = None
    stopped: bool = False


class _Part:
    """Counts a part of a source while a scanner reads it. `wanted`: somebody asks for the events."""

    def __init__(self, job: Job, source: Source, identity: str, scanner: Scanner, wanted: bool) -> None:
        self._job = job
        self._source = source
        self._identity = identity
        self._wanted = wanted
        self.scanner = scanner
        self._end = Point(scanner.state())
        self._begin()

    def _begin(self) -> None:
        self._events: list[Event] = []
        self._builder = SummaryBuilder()
        own = msgspec.structs.replace(self._job, on_event=self._events.append if self._wanted else None)
        self._seen = Seen(own, self._builder, Progress())

    def feed(self, block: bytes) -> None:
        self._seen.take(self.scanner.read(block))

    def finish(self) -> None:
        self._seen.take([*self.scanner.finish()])

    def piece(self, first: int | None = None, last: int | None = None, complete: bool = True) -> Piece:
        """What came since the last piece, up to the last line that was complete. `first`: for the source's start."""
        before, self._end = self._end, Point(self.scanner.state(), self.scanner.behind())
        part = SourceTotal(
            self._source.name,
            self._identity,
            bytes=self._end.state.offset - before.state.offset,
            lines=self._end.state.number - before.state.number,
            first=first,
            last=last,
            complete=complete,
            foreign=before.state.offset == 0 and self.scanner.foreign,
        )
        account(self._builder, self.scanner, self._seen, part)
        done = Piece(self._builder.done(), tuple(self._events), self._end)
        self._begin()
        return done


def head(job: Job, source: Source, identity: str, wanted: bool) -> Piece | None:
    """The start of a plain file, until its transport is decided and its first time is known or given up; None where
    that takes all of it."""
    part = _Part(job, source, identity, job.scanner(source), wanted)
    scanner = part.scanner
    with open_file(source) as file:
        for block in blocks(file, 0):
            part.feed(block)
            if scanner.state().transport is not None and (scanner.first is not None or scanner.lines >= PROBE):
                return part.piece(first=scanner.first)
    return None


def scan_segment(job: Job, segment: Segment, wanted: bool) -> Pieces:
    """What a worker does."""
    pieces: list[Piece] = []
    start: int | None = None
    try:
        with open_file(segment.source) as file:
            known = segment.point
            start = known.state.offset if known else line_start(file, segment.start, segment.stop)
            if start is None:
                return Pieces(segment, None)
            state = known.state if known else State(offset=start, transport=segment.transport)
            part = _Part(job, segment.source, segment.identity, job.scanner(segment.source, state), wanted)
            if known:
                part.scanner.look_back(known.behind)
            for stop in [segment.stop] if known else _offsets(start, segment.stop):
                at = part.scanner.state().offset
                for block in blocks(file, at, stop):
                    if job.ended():
                        return Pieces(segment, start, (*pieces, part.piece()), stopped=True)
                    part.feed(block)
                pieces.append(part.piece())
                if part.scanner.state().offset < stop:
                    break  # the file's end
    except OSError as error:
        return Pieces(segment, start, tuple(pieces), problem=why(error))
    return Pieces(segment, start, tuple(pieces))


def _offsets(start: int, stop: int) -> Iterator[int]:
    """Where a worker notes its state: the first place at which it can be right, then ever further apart; its end."""
    step = LOOKBACK
    while step <= MAX_SPAN and start + step < stop:
        yield start + step
        step *= 8
    yield stop


class Joint:
    """Joins the segments of one source, in order, and adds them to what was counted before.

    perform  has a task done: a segment that has to be read again
    """

    def __init__(
        self,
        job: Job,
        source: Source,
        identity: str,
        first: Piece,
        sink: tuple[SummaryBuilder, Progress],
        perform: Callable[[Task], object],
    ) -> None:
        self._job = job
        self._source = source
        self._identity = identity
        self._first = first
        self._builder, self._progress = sink
        self._perform = perform
        self._point = first.end
        self._complete = True

    def begin(self) -> None:
        """Count the source's head."""
        self._progress.source = self._source.name
        self._count(self._first, 0)

    def add(self, found: Pieces | None) -> None:
        """Count the next segment; None: it was given up, because the scan is to end."""
        if not self._complete or found is None:
            self._complete = False
            return
        if found.start is None:
            self._note(found)
            return
        if found.segment.point is None:
            self._meet(found)
            return
        for piece in found.pieces:
            self._count(piece, 0)
        self._note(found)

    def end(self) -> None:
        """Read what came after the last segment (a line without an end; what was appended meanwhile) and account for
        the source."""
        scanner = self._scanner()
        part = _Part(self._job, self._source, self._identity, scanner, self._job.on_event is not None)
        try:
            with open_file(self._source) as file:
                for block in blocks(file, self._point.state.offset):
                    if self._job.ended() or not self._complete:
                        self._complete = False
                        break
                    part.feed(block)
                if os.fstat(file.fileno()).st_size < (self._source.size or 0):
                    self._fail(SHRUNK, "cut")
        except OSError as error:
            self._fail(why(error))
        part.finish()
        self._count(part.piece(last=scanner.last, complete=self._complete), 0)

    def _meet(self, found: Pieces) -> None:
        """Read on until the states meet, and count the pieces after that."""
        scanner = self._scanner()
        part = _Part(self._job, self._source, self._identity, scanner, self._job.on_event is not None)
        start = self._point.state.offset
        at = len(found.pieces)
        if found.start == start:
            with open_file(self._source) as file:
                at = next((n for n, each in enumerate(found.pieces[:-1]) if self._reach(file, part, each.end)), at)
        self._count(part.piece(), 0)
        if at < len(found.pieces):
            by = self._point.state.number - found.pieces[at].end.state.number
            for piece in found.pieces[at + 1 :]:
                self._count(piece, by)
            self._note(found)
            return
        again = Segment(self._source, self._identity, scanner.transport, 0, found.segment.stop, self._point)
        result = self._perform(again)
        self.add(result if isinstance(result, Pieces) else None)

    def _reach(self, file: BinaryIO, part: _Part, end: Point) -> bool:
        """Read on to where a worker stood. Whether the predecessor stands there as it did."""
        for block in blocks(file, part.scanner.state().offset, end.state.offset):
            part.feed(block)
        here = part.scanner.state()
        return here.offset == end.state.offset and part.scanner.meets(self._job.scanner(self._source, end.state))

    def _scanner(self) -> Scanner:
        scanner = self._job.scanner(self._source, self._point.state)
        scanner.look_back(self._point.behind)
        return scanner

    def _note(self, found: Pieces) -> None:
        if found.stopped:
            self._complete = False
        if found.problem is not None:
            self._fail(found.problem)

    def _fail(self, reason: str, kind: str = "unreadable") -> None:
        self._builder.problem(self._source.name, kind, reason)
        self._complete = False

    def _count(self, piece: Piece, by: int) -> None:
        """Add a piece whose lines are `by` further on than it says."""
        self._builder.merge(_summary_on(piece.summary, by))
        for part in piece.summary.sources.values():
            self._progress.stored += part.bytes
            self._progress.events += part.events
            self._progress.lines += part.lines
        if self._job.on_event is not None:
            for event in piece.events:
                self._job.on_event(_event_on(event, by))
        self._point = Point(piece.end.state.renumbered(by), piece.end.behind)


def _summary_on(summary: Summary, by: int) -> Summary:
    """The same summary with its line numbers, which its examples alone hold, moved by `by`."""
    if not by:
        return summary
    return msgspec.structs.replace(
        summary,
        known={key: _tally_on(tally, by) for key, tally in summary.known.items()},
        unknown={key: _tally_on(tally, by) for key, tally in summary.unknown.items()},
        coarse={key: _tally_on(tally, by) for key, tally in summary.coarse.items()},
        other=summary.other and _tally_on(summary.other, by),
    )


def _tally_on(tally: Tally, by: int) -> Tally:
    example = tally.example
    moved = msgspec.structs.replace(example, first_line=example.first_line + by, last_line=example.last_line + by)
    return msgspec.structs.replace(tally, example=moved)


def _event_on(event: Event, by: int) -> Event:
    """The same event with its line numbers moved by `by`."""
    return msgspec.structs.replace(
        event,
        first_line=event.first_line + by,
        last_line=event.last_line + by,
        lines=event.lines and tuple(each + by for each in event.lines),
        trace_first_line=event.trace_first_line and event.trace_first_line + by,
        trace_last_line=event.trace_last_line and event.trace_last_line + by,
    )
