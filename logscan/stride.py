"""Lines that an open traceback has met before, taken at the speed of a dictionary.

A storm repeats the same frames. What a machine makes of a line depends on its own state and the line's bytes alone,
as long as the line has no record's shape: so the step is remembered. The states are the nodes of a graph, the lines
(in plain text, whole runs of indented lines) its edges; what is not on the graph goes the long way through the
grouper, and is learnt. Only steps that take a line are remembered; where a group ends is always decided there.

What a line's text decides elsewhere (a nested record, a carriage return, colours, news of losses) is looked at when
an edge is learnt. What does not depend on the text (limits, debts, silence) is looked at here.
"""

from collections.abc import Callable
from typing import Final, cast

import msgspec

from logscan.ends import FENCES
from logscan.grammars import Machine, Step, in_column, twin
from logscan.group import TEXT_HEAD, Line, Open, Stream, body_of
from logscan.grouper import SILENCE, Grouper
from logscan.lazyre import compiled
from logscan.model import MAX_SPAN
from logscan.transports import Entry

MEMORY: Final = 2 * 1024 * 1024
"""Bytes of lines remembered before everything is forgotten."""

LONG: Final = 4096
"""Bytes above which a line goes the long way."""
ONCE: Final = 5_000
"""Lines met once that are kept in mind."""

_INDENTED = compiled(rb"(?:[ \t]+[^\s][^\n]*\n)+")
ODD = b"\r\0\x1b"


def odd(text: bytes) -> bool:
    """Whether a text holds a terminal's bytes, or NULs. (A search for one of them takes five times as long.)"""
    return len(text.translate(None, ODD)) != len(text)


class Node:
    """A machine's state, and where lines lead from there (None: not to be taken here)."""

    __slots__ = ("edges", "machine")

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.edges: dict[bytes, Edge | None] = {}


class Edge(msgspec.Struct, frozen=True):
    """`size` bytes (the line ends between them included, the last one not) in `lines` lines lead to `node`."""

    node: Node
    size: int
    lines: int


UNKNOWN: Final = Edge(Node(cast(Machine, None)), -1, 0)


class Cursor:
    """Where a stream with an open traceback stands while streams alternate, and what it has taken."""

    __slots__ = ("first", "last", "limit", "node", "numbers", "room", "stream", "texts", "used")

    def __init__(self, stream: Stream, opened: Open, node: Node) -> None:
        self.stream, self.node = stream, node
        self.texts: list[bytes] = []
        self.numbers: list[int] = []
        self.first, self.last = -1, opened.last.end
        self.limit = opened.start + MAX_SPAN
        self.room, self.used = TEXT_HEAD - opened.size, 0

    def finish(self) -> None:
        """Hand what was taken to the open group."""
        numbers, opened = self.numbers, self.stream.open
        if not numbers or opened is None:
            return
        rows = tuple(numbers) if numbers[-1] - numbers[0] + 1 != len(numbers) else ()
        line = Line(b"\n".join(self.texts), self.first, self.last, numbers[0], numbers[-1], rows)
        _accept(self.stream, opened, [line], self.node, self.used)


class Strides:
    """The memory of scanners with the same rules. `ordinary`: whether a text is a line of its stream, and no more."""

    def __init__(self, grouper: Grouper, ordinary: Callable[[bytes], bool]) -> None:
        self._grouper = grouper
        self._ordinary = ordinary
        self._nodes: dict[tuple[object, ...], Node] = {}
        self._texts: dict[tuple[object, ...], dict[bytes, tuple[bytes, ...]]] = {}
        self._once: set[tuple[int, bytes]] = set()
        self._size = 0

    def node(self, stream: Stream) -> Node | None:
        """Where a stream stands; None where it must go the long way."""
        opened = stream.open
        if opened is None or opened.machine is None or opened.held or opened.tail or stream.owed or stream.several:
            return None
        machine = opened.machine
        if in_column(machine.margin):
            return None  # what stands left of a cell ends it, whatever it is
        try:
            return self._node(machine)
        except TypeError:  # a state that cannot be a key
            return None

    def _node(self, machine: Machine) -> Node:
        key = (type(machine), *msgspec.structs.astuple(machine))  # type: ignore[arg-type]
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = Node(twin(machine))
        return found

    def learn(self, node: Node, chunk: bytes) -> Edge | None:
        """The edge of a line, or of a run of lines as far as they are taken; a single line is learnt when it comes
        again: most last lines never do."""
        if chunk[:1] not in (b" ", b"\t"):
            once = id(node), chunk
            if once not in self._once:
                if len(self._once) >= ONCE:
                    self._once.clear()
                self._once.add(once)
                return None
        if self._size > MEMORY:
            self._forget()
            # what is left of this graph is unreachable but for its user's own node
            node.edges.clear()
        machine = twin(node.machine)
        size = lines = 0
        reached = machine
        for text in chunk.split(b"\n"):
            if not self._takes(machine, text):
                break
            size, lines = size + len(text) + 1, lines + 1
            reached = twin(machine)
        edge = Edge(self._node(reached), size - 1, lines) if lines else None
        node.edges[chunk] = edge
        self._size += len(chunk) + 200
        return edge

    def _forget(self) -> None:
        self._nodes.clear()
        self._texts.clear()
        self._size = 0

    def _takes(self, machine: Machine, text: bytes) -> bool:
        if not self._ordinary(text):
            return False
        body = body_of(text, machine)
        if self._grouper.formats.match(body) is not None:
            return False
        lead = machine.lead
        step = machine.step(body, False)
        return (step is Step.TAKE or step is Step.FINAL) and machine.lead == lead

    def held(self, stream: Stream, data: bytes, pos: int, end: int, base: int, number: int) -> tuple[int, int]:
        """Take lines of plain text that a headed traceback holds as more of its message, after others that it holds:
        every line that the machine cannot place. What is remembered is that it cannot."""
        opened = stream.open
        if opened is None or opened.machine is None or not opened.held or not opened.headed or stream.owed:
            return pos, number
        last, room = opened.said_last, opened.room
        if last is None or in_column(opened.machine.margin) or last.text.startswith(FENCES):
            return pos, number
        if base + pos - opened.last.end > SILENCE or self._grouper.formats.match(last.text) is not None:
            return pos, number
        try:
            known = self._texts.setdefault((type(opened.machine), *msgspec.structs.astuple(opened.machine)), {})  # type: ignore[arg-type]
        except TypeError:
            return pos, number
        limit = min(end, opened.start + MAX_SPAN - base)
        begin = pos
        while pos < limit:
            if data[pos] in b" \t" and (run := _INDENTED.match(data, pos, limit)) is not None:
                stop = run.end() - 1
            else:
                stop = data.find(b"\n", pos, limit)
                if stop < 0:
                    break
            chunk = data[pos:stop]
            texts = known.get(chunk)
            if texts is None:
                texts = self._learn_texts(known, opened.machine, chunk)
            room -= len(chunk) + 1
            if not texts or room < 0:
                break
            for text in texts:
                to = base + pos + len(text)
                opened.hold(Line(text, base + pos, to, number, number), opened.meta)
                pos += len(text) + 1
                number += 1
        if pos > begin:
            stream.since = base + pos
        return pos, number

    def _learn_texts(self, known: dict[bytes, tuple[bytes, ...]], machine: Machine, chunk: bytes) -> tuple[bytes, ...]:
        texts = tuple(chunk.split(b"\n"))
        if self._size > MEMORY:
            self._forget()
            known.clear()
        self._size += 2 * len(chunk) + 200
        known[chunk] = texts if all(self._cannot_place(machine, text) for text in texts) else ()
        return known[chunk]

    def _cannot_place(self, machine: Machine, text: bytes) -> bool:
        if not self._ordinary(text) or text.startswith(FENCES):
            return False
        if any(each.begins(text) for each in self._grouper.grammars.values()):
            return False
        after = twin(machine)
        body = body_of(text, machine)
        return self._grouper.formats.match(body) is None and after.step(body, False) is Step.TEXT and after == machine

    def plain(self, stream: Stream, data: bytes, pos: int, end: int, base: int, number: int) -> tuple[int, int]:
        """Take lines of plain text from data[pos:end], the `number`-th line first; returns where it stopped."""
        node = self.node(stream)
        opened = stream.open
        if node is None or opened is None or base + pos - opened.last.end > SILENCE:
            return pos, number
        limit = min(end, opened.start + MAX_SPAN - base)
        begin, room = pos, TEXT_HEAD - opened.size
        taken: list[Line] = []
        while pos < limit:
            if data[pos] in b" \t" and (run := _INDENTED.match(data, pos, limit)) is not None:
                stop = run.end() - 1
            else:
                stop = data.find(b"\n", pos, limit)
                if stop < 0:
                    break
            chunk = data[pos:stop]
            edge = node.edges.get(chunk, UNKNOWN)
            if edge is UNKNOWN:
                edge = self.learn(node, chunk)
            if edge is None or stop - begin >= room:
                break
            node, size, lines = edge.node, edge.size, edge.lines
            stop = pos + size
            taken.append(
                Line(chunk if len(chunk) == size else chunk[:size], base + pos, base + stop, number, number + lines - 1)
            )
            pos = stop + 1
            number += lines
        if taken:
            _accept(stream, opened, taken, node, pos - begin)
        return pos, number

    def steady(self, cursors: "Cursors", data: bytes, pos: int, end: int, base: int, number: int) -> tuple[int, int]:
        """The same where every line begins with the prefix of its stream: lines of streams that are idle and hold no
        anchor are passed over."""
        known = cursors.by_prefix
        hit = -1
        while pos < end:
            for prefix in known:
                if data.startswith(prefix, pos):
                    break
            else:
                break
            stop = data.find(b"\n", pos, end)
            if stop < 0:
                break
            cursor = known[prefix]
            if cursor is None:
                if hit < pos:
                    hit = cursors.find(data, pos, end)
                    hit = end if hit < 0 else hit
                if hit < stop:
                    break
            elif not self._step(cursor, data[pos + len(prefix) : stop], base + pos, base + stop, number):
                break
            cursors.last = prefix, base + pos
            pos = stop + 1
            number += 1
        return pos, number

    def _step(self, cursor: Cursor, text: bytes, offset: int, end: int, number: int) -> bool:
        edge = cursor.node.edges.get(text, UNKNOWN)
        if edge is UNKNOWN:
            edge = self.learn(cursor.node, text)
        size = len(text) + 1
        if edge is None or end > cursor.limit or offset - cursor.last > SILENCE or cursor.used + size > cursor.room:
            return False
        cursor.node = edge.node
        if cursor.first < 0:
            cursor.first = offset
        cursor.last = end
        cursor.used += size
        cursor.texts.append(text)
        cursor.numbers.append(number)
        return True


class Cursors:
    """The streams of a source whose prefixes are known, for one walk of `Strides.steady`.

    by_prefix  the cursor of an open traceback, None for an idle stream: its lines are passed over. A prefix whose
               stream is neither is not in it, and its lines go the long way
    find       where the next anchor is (see `Prefilter.find`)
    last       the prefix of the last line passed, and its offset
    """

    def __init__(
        self,
        strides: Strides,
        prefixes: dict[bytes, Entry],
        streams: dict[str, Stream],
        find: Callable[[bytes, int, int], int],
    ) -> None:
        self.find = find
        self.last: tuple[bytes, int] | None = None
        self.by_prefix: dict[bytes, Cursor | None] = {}
        self._open: dict[str, Cursor] = {}
        for prefix, entry in reversed(prefixes.items()):  # the last ones are the likeliest
            stream = streams.get(entry.key)
            if stream is None or stream.idle:
                self.by_prefix[prefix] = None
            elif entry.key in self._open:  # under another second's prefix
                self.by_prefix[prefix] = self._open[entry.key]
            elif (node := strides.node(stream)) is not None and stream.open is not None:
                self.by_prefix[prefix] = self._open[entry.key] = Cursor(stream, stream.open, node)

    def finish(self) -> None:
        """Hand what was taken to the open groups."""
        for cursor in self._open.values():
            cursor.finish()


def _accept(stream: Stream, opened: Open, taken: list[Line], node: Node, size: int) -> None:
    opened.lines += taken
    opened.size += size
    opened.machine = twin(node.machine)
    stream.since = taken[-1].end + 1
