"""What stands before an anchor, read backwards from the raw lines and only as far as it matters (law 3).

An idle stream remembers nothing of the lines that hold no anchor. When one that holds one comes, the record before it
is looked for: back to the second start of a record, or as far as NEAR. So a healthy line costs nothing, and a
scanner that starts anywhere knows what one that read everything knows.

Transports whose entries span several lines cannot be read backwards: their streams remember as they go.
"""

from collections.abc import Callable, Iterator

import msgspec

from logscan import restarts
from logscan.group import NEAR, Line, Open, Stream, meta_time
from logscan.grouper import Grouper
from logscan.model import LOOKBACK
from logscan.prefilter import occurrences
from logscan.transports import Entry, Meta, Transport, plain

NO_META = Meta()
Unwrap = Callable[[Entry], list[Entry]]
Read = Callable[[bytes], Entry | None]
Lines = Iterator[tuple[bytes, int, int]]


class Told(msgspec.Struct, frozen=True):
    """What one physical line (bytes from `offset` to `end`) says to one stream: its lines of text, whether they are a
    record complete in itself, and whether they start an entry of the transport."""

    lines: list[bytes]
    offset: int
    end: int
    meta: Meta
    whole: bool
    first: bool


class LookBack:
    """The raw lines before the one that is being fed. `at` says where that one stands; the feeder moves it.

    read     a cleaned physical line to the entry that it starts; None where nobody claims it
    clean    a physical line without line end, byte order mark, holes
    unwrap   an entry to the innermost records in it
    text     a text without colours and progress bars
    """

    def __init__(
        self, transport: Transport, grouper: Grouper, read: Read, clean: Callable[[bytes], bytes],
        unwrap: Unwrap, text: Callable[[bytes], bytes],
    ) -> None:  # fmt: skip
        self._transport = transport
        self._grouper = grouper
        self._read = read
        self._clean = clean
        self._unwrap = unwrap
        self._text = text
        self._data = b""
        self._base = 0
        self._now = 0
        self._number = 1
        self.begin = 0
        """Where the transport took force: what stands before is of no account."""
        self._mark: Callable[[str], bytes | None] | None = None
        if getattr(transport, "steady", False):
            self._mark = getattr(transport, "mark", None)
        self._cuts: bool = getattr(transport, "cuts", False)
        self._used: dict[tuple[str, str], int] = {}
        self._alone: dict[bytes, tuple[int, int]] = {}
        self._runs: dict[tuple[str, bytes], restarts.Runs] = {}

    def at(self, data: bytes, base: int, offset: int, number: int) -> None:
        """The line that is being fed: data[offset - base:], the `number`-th of the source."""
        self._data, self._base, self._now, self._number = data, base, offset, number

    # -- what the grouper asks ----------------------------------------------------------------------------------

    def catch_up(self, stream: Stream, line: Line, meta: Meta) -> None:
        """Bring the memory of an idle stream up to just before `line`."""
        stream.restart = self._restart(line.offset, meta)
        # a line that a group gave back may stand far before the one being fed
        floor = max(line.offset - NEAR, self._now - LOOKBACK, stream.since, self.begin, self._base)
        stream.forget(line.offset)
        found: list[Told] = []
        starts = 0
        header = self._grouper.formats.match(line.text)
        # a record of its own asks no more than whether the line before it is one
        wanted = 1 if header is not None and header.joins is None else 2
        for told in self._back(self._before(line.offset, floor), stream.key, self._now - LOOKBACK):
            found.append(told)
            stated = told.first and (told.whole or told.meta.level is not None)
            header = self._grouper.formats.match(told.lines[0])
            starts += stated or (header is not None and header.joins is None)
            if starts == wanted:  # all that an earlier line could tell is overwritten by these
                stream.record = stream.lender = None
                stream.loose, stream.dump = False, None
                break
        for told in reversed(found):
            number = self._number - self._data.count(b"\n", told.offset - self._base, self._now - self._base)
            stream.record = None if told.whole else stream.record  # no part of the one before
            for text in told.lines:
                told_line = Line(text, told.offset, told.end, number, number)
                self._grouper.remember(stream, told_line, told.meta, self._grouper.headers.told(stream, told_line))
            if told.whole and stream.record is not None:
                stream.lender, stream.record = stream.record, None

    def directly(self, stream: Stream, line: Line, meta: Meta) -> bool:
        """Whether the line before a record's first one, in its stream, is a record's as well, of the same process: then
        all that counts of what stands before is its shape, which is remembered. False where more has to be read."""
        if self._transport is not plain and self._mark is None:
            return False
        if self._restart(line.offset, meta) is not None:
            return False
        floor = max(line.offset - NEAR, self._now - LOOKBACK, stream.since, self.begin, self._base)
        found = self._line_before(stream.key, line.offset - self._base, floor - self._base)
        if found is None:
            return False
        at, text = found
        header = self._grouper.formats.match(text)
        if header is None or header.joins is not None:
            return False
        stream.learned[header.format] = self._base + at
        return True

    def _line_before(self, key: str, high: int, low: int) -> tuple[int, bytes] | None:
        """Where the stream's last line begins in data[low:high], and its text; None where it takes more than a look."""
        data = self._data
        mark = b"\n" if self._mark is None else self._mark(key)
        hit = data.rfind(mark, low, high) if mark else -1
        start = data.rfind(b"\n", max(low - 1, 0), max(hit, 0)) + 1
        if hit < 0 or start < low or (start == 0 and low > 0):
            return None
        end = data.find(b"\n", hit)
        entry = self._read(self._clean(data[start:end]))
        if self._mark is None:
            return (start, self._text(self._clean(data[start:end]))) if entry is None else None
        if entry is None or mark is None or entry.key != key or entry.whole or entry.partial:
            return None
        if entry.meta.level is not None or (self._cuts and not self._whole_line(mark, key, low, start)):
            return None
        if end + 1 < high and self._read(self._clean(data[end + 1 : data.find(b"\n", end + 1)])) is None:
            return None  # it may go on there
        records = self._unwrap(entry)
        if len(records) != 1 or records[0].key != key or records[0].whole or len(records[0].lines) != 1:
            return None
        return start, self._text(records[0].lines[0])

    def _whole_line(self, mark: bytes, key: str, low: int, high: int) -> bool:
        """Whether the stream's last line in data[low:high] is no part of the one behind it."""
        start = self._data.rfind(b"\n", low, max(self._data.rfind(mark, low, high), low)) + 1
        entry = self._read(self._clean(self._data[start : self._data.find(b"\n", start)])) if start else None
        return entry is not None and entry.key == key and not entry.partial

    def uses(self, stream: Stream, opened: Open, format: str) -> bool:
        """Whether a record of this shape stood near before the open group."""
        low = opened.start - NEAR
        known = self._used.get((stream.key, format), -1)
        if low <= known < opened.start:
            return True
        data, base = opened.window or (self._data, self._base)
        lines = self._lines(data, base, opened.start, max(low, self.begin, base))
        for told in self._back(lines, stream.key, opened.start):
            header = self._grouper.formats.match(told.lines[0])
            if header is not None and header.format == format:
                self._used[stream.key, format] = told.offset
                return True
        return False

    def keep(self, opened: Open, base: int) -> None:
        """The bytes before `base` are about to be dropped: an open group keeps those that `uses` may ask for."""
        low = opened.start - NEAR
        if opened.window is None and low < base:
            first = max(low - 1, self._base)
            opened.window = self._data[first - self._base : opened.start - self._base], first

    # -- what the feeder asks -----------------------------------------------------------------------------------

    def owner(self, offset: int) -> tuple[Entry, int] | None:
        """The nearest claimed line before `offset`, and where it stands."""
        return self._owner(offset, offset - LOOKBACK)

    def _owner(self, offset: int, floor: int) -> tuple[Entry, int] | None:
        for raw, at, _ in self._before(offset, max(floor, self.begin, self._base)):
            entry = self._read(raw)
            if entry is not None:
                return entry, at
        return None

    def _restart(self, offset: int, meta: Meta) -> int | None:
        """When the process that wrote the line at `offset` took the place of another one of its unit, if near."""
        pid = process(meta)
        if pid is None or meta.unit is None:
            return None
        low = max(offset - NEAR, self.begin, self._base) - self._base
        high = offset - self._base
        unit, named = f"{meta.unit}[".encode(), f"{meta.unit}[{pid}]".encode()
        line = self._data[high : self._data.find(b"\n", high) + 1 or len(self._data)]
        marked = line.find(named) >= 0
        if marked and self._one_process(unit, named, low, high):
            return None
        written = self._written(meta.unit, unit if marked else b"", low, high)
        runs = list(written.since(self._base + low))
        if not runs or runs[-1].pid != pid:
            runs.append(restarts.Run(pid, offset, offset, meta_time(meta, self._grouper.clock)))
        begun = restarts.change(runs)
        return begun.time if begun is not None else None

    def _written(self, unit: str, mark: bytes, low: int, high: int) -> restarts.Runs:
        """Which processes wrote the unit's lines in data[low:high], all of which hold `mark`. What has been read is
        kept: in a storm the next event asks for almost the same lines."""
        known = self._runs.get((unit, mark))
        if known is None or not known.begin <= self._base + low <= known.end <= self._base + high:
            if len(self._runs) >= 64:
                self._runs.clear()
            known = self._runs[unit, mark] = restarts.Runs(self._base + low, self._base + low)
        for start, stop in self._holding(mark, known.end - self._base, high):
            entry = self._read(self._clean(self._data[start:stop]))
            if entry is None or entry.meta.unit != unit or not (pid := process(entry.meta)):
                continue
            at = self._base + start
            if not restarts.goes_on(known.runs, pid, at):
                known.runs.append(restarts.Run(pid, at, at, meta_time(entry.meta, self._grouper.clock)))
        known.end = self._base + high
        return known

    def _holding(self, mark: bytes, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Where the lines that start in data[low:high] and hold a text begin and end, the first one first."""
        data = self._data
        start = data.find(b"\n", low - 1, high) + 1 if low else 0
        while start < high and (start or not low):
            hit = data.find(mark, start, high)
            if hit < 0:
                return
            start = data.rfind(b"\n", start, hit) + 1 or start
            stop = data.find(b"\n", hit)
            yield start, stop
            start = stop + 1

    def _one_process(self, unit: bytes, named: bytes, low: int, high: int) -> bool:
        """Whether every line of a unit in data[low:high] names the same process. What was counted is kept: in a storm
        the next event asks for almost the same lines."""
        first, last = self._alone.get(named, (-1, -1))
        if first <= self._base + low <= last <= self._base + high:
            low = last - self._base
        else:
            first = self._base + low
        if occurrences(self._data, unit, low, high) != occurrences(self._data, named, low, high):
            return False
        if len(self._alone) >= 64:
            self._alone.clear()
        self._alone[named] = first, self._base + high
        return True

    # -- lines --------------------------------------------------------------------------------------------------

    def _before(self, offset: int, floor: int) -> Lines:
        return self._lines(self._data, self._base, offset, floor)

    def _lines(self, data: bytes, base: int, offset: int, floor: int) -> Lines:
        """The physical lines of `data` (at offset `base`) that start in [floor, offset) and where each begins and ends,
        the last one first."""
        stop, low = offset - base, floor - base
        while stop > low:
            start = data.rfind(b"\n", max(low - 1, 0), stop - 1) + 1
            if start < low or (start == 0 and low > 0):
                return
            yield self._clean(data[start : stop - 1]), base + start, base + stop - 1
            stop = start

    def _back(self, lines: Lines, key: str, floor: int) -> Iterator[Told]:
        """What physical lines say to a stream, the last one first. `floor`: from where on the owner of those that
        nobody claims is looked for; bytes before it may be gone, depending on how the log came."""
        return self._back_plain(lines, key) if self._transport is plain else self._back_claimed(lines, key, floor)

    def _back_plain(self, lines: Lines, key: str) -> Iterator[Told]:
        for raw, at, end in lines:
            entry = self._read(raw)
            if entry is not None:
                yield from self._told(entry, at, end, key)
            else:
                yield Told([self._text(raw)], at, end, NO_META, False, False)

    def _back_claimed(self, lines: Lines, key: str, floor: int) -> Iterator[Told]:
        loose: list[tuple[bytes, int, int]] = []  # unclaimed lines, whose owner is further back
        later: tuple[Entry, int, int] | None = None  # an entry whose first part may be further back
        for raw, at, end in lines:
            entry = self._read(raw)
            if entry is None:
                loose.append((raw, at, end))
                continue
            ours = entry.key == key or any(each.key == key for each in entry.more)
            if later is not None and ours and (loose or not entry.partial):
                yield from self._told(*later, key)
                later = None
            yield from self._continued(loose, entry, key)
            loose = []
            if not ours:
                continue
            if later is not None:
                entry = msgspec.structs.replace(later[0], lines=[entry.lines[0] + later[0].lines[0]])
                end = later[2]
            later = entry, at, end
        if later is not None:
            yield from self._told(*later, key)
        owner = self._owner(loose[-1][1], floor) if loose else None  # it may stand before what is read here
        yield from self._continued(loose, owner[0] if owner is not None else None, key)

    def _told(self, entry: Entry, at: int, end: int, key: str) -> Iterator[Told]:
        for record in reversed(self._unwrap(entry)):
            if record.key == key:
                lines = [self._text(text) for text in record.lines]
                yield Told(lines, at, end, record.meta, record.whole or len(lines) > 1, True)

    def _continued(self, lines: list[tuple[bytes, int, int]], owner: Entry | None, key: str) -> Iterator[Told]:
        """Unclaimed lines, the last one first: they continue their owner, unless that is complete in itself."""
        if owner is not None and owner.whole:
            owner = None
        if (owner.key if owner is not None else "") != key:
            return
        for raw, at, end in lines:
            rest = self._transport.continuation(raw, owner)
            if rest is not None:
                meta = owner.meta if owner is not None else NO_META
                yield Told([self._text(rest)], at, end, meta, False, False)


def process(meta: Meta) -> str | None:
    """Which process of its unit wrote an entry; where systemd tells, which invocation."""
    return meta.fields.get("invocation") or meta.resource.get("process.pid")
