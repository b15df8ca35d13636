"""How the lines of a log with prefixes begin: a time, whose digits change, and what tells the stream.

Where a transport is `steady`, what stands before a line's text tells all but that text, and no digit of its time
decides whether the line is claimed (a test holds that). So lines are known by the shape of their time and by what
stands between time and text (`rest`), and a window of them is read by one search.
"""

import re
from collections.abc import Callable
from typing import Final

import msgspec

from logscan.formats.choice import ZEROS
from logscan.lazyre import lazy
from logscan.prefilter import newlines, occurrences
from logscan.transports import Entry

MAX_SHAPES: Final = 8
MAX_RESTS: Final = 64
"""Shapes of times, and rests of each, that are remembered before they are forgotten."""

_FRACTION = lazy(rb"(?<=\d)[.,](\d{1,9})(?!\d)")
_DIGIT = lazy(rb"\d")


class Parts(msgspec.Struct, frozen=True):
    """How a line begins: its time up to the second, a fraction of that, and what else stands before its text."""

    second: bytes
    fraction: bytes
    rest: bytes


class Window(msgspec.Struct, frozen=True):
    """Lines of one stream: their texts, where they begin, and whether the last one is the last of the window."""

    texts: list[bytes]
    begins: list[int]
    last: bool


class Shape:
    """Lines whose time has one shape.

    size   of a fraction in bytes
    rests  what stands before the text, by stream
    twice  streams that have several
    """

    def __init__(self, parts: Parts) -> None:
        self.size = len(parts.fraction)
        self.rests: tuple[bytes, ...] = ()
        self.twice: set[str] = set()
        self._keys: dict[bytes, str] = {}
        self._zeros = parts.fraction.translate(ZEROS)
        self._line = re.compile(_digits(parts.second) + _digits(parts.fraction))

    def behind(self, data: bytes, begin: int) -> int:
        """Where the time ends in the line at `begin`, -1 where it has another shape."""
        found = self._line.match(data, begin)
        return found.end() if found is not None else -1

    def own(self, data: bytes, begin: int, end: int, second: bytes, rest: bytes) -> Window | None:
        """The lines of data[begin:end] that begin with `second` and `rest`. The lines there are whole, with one before
        them; None where one does not begin with `second`, or not as one of a stream that is known."""
        if self.size:
            return self._precise(data, begin, end, second, rest)
        left = newlines(data, begin, end)
        for each in self.rests:
            left -= occurrences(data, b"\n" + second + each, begin - 1, end - 1)
            if not left:
                break
        else:
            return None
        prefix = b"\n" + second + rest
        first, *found = data[begin - 1 : end - 1].split(prefix)
        last = not found or found[-1].find(b"\n") < 0
        at, places = begin + len(first), []
        for line in found:
            places.append(at)
            at += len(prefix) + len(line)
        return Window([line.partition(b"\n")[0] for line in found], places, bool(found) and last)

    def _precise(self, data: bytes, begin: int, end: int, second: bytes, rest: bytes) -> Window | None:
        first, *found = data[begin - 1 : end - 1].split(b"\n" + second)
        if first or len(found) != newlines(data, begin, end):
            return None
        size, rests, zeros = self.size, self.rests, self._zeros
        texts, places, at, last = [], [], begin, False
        for line in found:
            last = line.startswith(rest, size)
            if last:
                texts.append(line[size + len(rest) :])
                places.append(at)
            if not (last or line.startswith(rests, size)) or line[:size].translate(ZEROS) != zeros:
                return None
            at += len(second) + len(line) + 1
        return Window(texts, places, last)

    def learn(self, rest: bytes, key: str) -> None:
        """What stands between the time and the text in the lines of a stream."""
        if rest in self._keys:
            return
        if len(self._keys) >= MAX_RESTS:
            self._keys.clear()
            self.twice.clear()
        if key in self._keys.values():
            self.twice.add(key)
        self._keys[rest] = key
        self.rests = tuple(self._keys)


class Prefixes:
    """What has been learnt of one scanner's lines. `read` is the transport's."""

    def __init__(self, read: Callable[[bytes], Entry | None]) -> None:
        self.read = read
        self._shapes: dict[bytes, Shape] = {}
        self.shape: Shape | None = None
        """That of the line that was learnt last."""

    def known(self, data: bytes, begin: int, end: int) -> bool:
        """Whether the line at `begin` is whole and claimed by the transport."""
        shape = self.shape
        at = shape.behind(data, begin) if shape is not None else -1
        if shape is not None and at >= 0 and data.startswith(shape.rests, at):
            return data.find(b"\n", begin, end) >= 0
        stop = data.find(b"\n", begin, end)
        return stop >= 0 and self.learn(data[begin:stop]) is not None

    def learn(self, raw: bytes) -> Entry | None:
        """The entry in a raw line, None where it is not one line of text like others; how it begins is remembered."""
        entry = self.read(raw)
        if entry is None or len(entry.lines) != 1 or entry.whole or entry.partial or entry.more:
            return None
        parts = parted(raw, entry)
        if parts is not None and not entry.native and not entry.meta.level:
            shaped = _DIGIT.sub(b"0", parts.second) + parts.fraction.translate(ZEROS)
            shape = self._shapes.get(shaped)
            if shape is None:
                if len(self._shapes) >= MAX_SHAPES:
                    self._shapes.clear()
                shape = self._shapes[shaped] = Shape(parts)
            shape.learn(parts.rest, entry.key)
            self.shape = shape
        return entry


def parted(raw: bytes, entry: Entry) -> Parts | None:
    """How a raw line begins, in which this entry stands; None where that does not tell its text's beginning, or does
    not begin with the time."""
    size, time = entry.prefix, (entry.meta.raw_time or "").encode()
    if not size or raw[size - 1 : size] != b" " or not raw.startswith(time):
        return None
    begin = end = len(time)
    for fraction in _FRACTION.finditer(time):
        begin, end = fraction.span()
    return Parts(raw[:begin], raw[begin:end], raw[end:size])


def _digits(text: bytes) -> bytes:
    return _DIGIT.sub(rb"\\d", re.escape(text))
