"""Where to look: literals to candidate offsets. The engine is private to this file.

`Prefilter.find` may be over-eager but never misses: it returns the first place at or after `start` where a line could
open a group. `EveryLine` returns every place; the scanner's results are the same with either (law 1), which the tests
hold.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import Any, Protocol

from logscan.lazyre import compiled


class Prefilter(Protocol):
    """The seam: a faster engine replaces `Literals` here and nowhere else."""

    def find(self, data: bytes, start: int, end: int) -> int:
        """Offset of the first anchor in data[start:end], -1 where there is none."""
        ...

    def found(self, text: bytes) -> bool:
        """Whether an anchor stands in `text`."""
        ...


class Literals:
    """A set of literals, found by one regular expression."""

    def __init__(self, literals: Iterable[bytes]) -> None:
        found = sorted(set(literals))
        # a literal inside another one's text adds nothing; longer alternatives need no order, any hit will do
        self.literals = tuple(a for a in found if not any(b != a and b in a for b in found))
        self._search = compiled(_trie(self.literals)).search if self.literals else None

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`."""
        hit = self._search(data, start, end) if self._search else None
        return hit.start() if hit else -1

    def found(self, text: bytes) -> bool:
        """Whether a literal stands in `text`."""
        return self._search is not None and self._search(text) is not None


def _trie(literals: Iterable[bytes]) -> bytes:
    """A regular expression for a set of literals, none of which begins another: what they begin with is shared, because
    hundreds of alternatives would be tried one by one at every byte."""
    tails: dict[bytes, list[bytes]] = {}
    for each in literals:
        tails.setdefault(each[:1], []).append(each[1:])
    out = []
    for first, rest in sorted(tails.items()):
        while all(rest) and len({tail[:1] for tail in rest}) == 1:
            first, rest = first + rest[0][:1], [tail[1:] for tail in rest]
        out.append(re.escape(first) + (_trie(rest) if all(rest) else b""))
    return out[0] if len(out) == 1 else b"(?:" + b"|".join(out) + b")"


class Vector:
    """The same set, found by hyperscan (Vectorscan, https://github.com/VectorCamp/vectorscan), which reads a gigabyte a
    second whatever the number of literals. A buffer is scanned once, and its hits are kept until the next one comes.
    """

    def __init__(self, literals: tuple[bytes, ...], database: Any) -> None:
        self.literals = literals
        self._database = database
        self._data: bytes = b""
        self._span = (0, 0)
        self._hits: list[int] = []

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`. The offset is that of a literal's last byte: in the same line as its first."""
        first, last = self._span
        if data is not self._data or end != last or start < first:
            hits: list[int] = []

            def note(ident: int, begin: int, stop: int, flags: int, context: Any) -> None:
                hits.append(stop + start)

            self._database.scan(memoryview(data)[start:end], match_event_handler=note)
            self._data, self._span, self._hits = data, (start, end), hits
        at = bisect_right(self._hits, start)
        return self._hits[at] - 1 if at < len(self._hits) else -1

    def found(self, text: bytes) -> bool:
        """Whether a literal stands in `text`."""
        return self.find(text, 0, len(text)) >= 0


def fastest(literals: Iterable[bytes]) -> Prefilter:
    """The fastest engine that this machine has for a set of literals."""
    plain = Literals(literals)
    if not plain.literals:
        return plain
    try:
        import hyperscan
    except ImportError:  # no wheel for this platform
        return plain
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    count = len(plain.literals)
    database.compile(
        expressions=list(plain.literals), ids=list(range(count)), elements=count, flags=[0] * count, literal=True
    )
    return Vector(plain.literals, database)


class EveryLine:
    """Every line is a candidate: the slow path, and the reference for every faster one."""

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`."""
        return start if start < end else -1

    def found(self, text: bytes) -> bool:
        """Always."""
        return True
