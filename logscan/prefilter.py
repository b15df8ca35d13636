"""Where to look: literals to candidate offsets. The engine is private to this file.

`Prefilter.find` may be over-eager but never misses: it returns the first place at or after `start` where a line could
open a group. `EveryLine` returns every place; the scanner's results are the same with either (law 1), which the tests
hold.
"""

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from math import log
from typing import Any, Final, Protocol

from logscan import cache
from logscan.lazyre import derived, lazy

SHORT: Final = 64 * 1024
FEW: Final = 500
"""A source with more bytes at hand, or more questions, is worth the import of hyperscan (20 ms)."""

_LAST_WORD = lazy(rb"[A-Za-z]+[^A-Za-z0-9]{0,2}\Z")

ONE_BY_ONE: Final = 50_000_000
"""Characters that `in` reads in the time of that import."""


class Prefilter(Protocol):
    """The seam: a faster engine takes its place here and nowhere else."""

    def find(self, data: bytes, start: int, end: int) -> int:
        """Offset of the first anchor in data[start:end], -1 where there is none."""
        ...

    def found(self, text: bytes) -> bool:
        """Whether an anchor stands in `text`."""
        ...


class Literals:
    """A set of literals, for single lines: found by one regular expression and, where many lines are asked for, by
    hyperscan, which takes a twentieth of the time.
    """

    def __init__(self, literals: Iterable[bytes]) -> None:
        self.literals = _heads(literals)
        self._search = derived(_trie, self.literals).search if self.literals else None
        self._budget = ONE_BY_ONE // 500
        self._scan: Any = None
        self._hit = False

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`."""
        hit = self._search(data, start, end) if self._search else None
        return hit.start() if hit else -1

    def found(self, text: bytes) -> bool:
        """Whether a literal stands in `text`."""
        if self._scan is None:
            self._budget -= len(text)
            if self._search is None or (self._budget > 0 and not loaded()) or not available():
                return self._search is not None and self._search(text) is not None
            self._scan = _database(self.literals, once=True).scan
        self._hit = False
        self._scan(text, match_event_handler=self._note)
        return self._hit

    def _note(self, ident: int, begin: int, stop: int, flags: int, context: Any) -> None:
        self._hit = True


def _heads(literals: Iterable[bytes]) -> tuple[bytes, ...]:
    """Sorted, without those that begin with another one: any hit will do."""
    kept: list[bytes] = []
    for each in sorted(set(literals)):
        if not kept or not each.startswith(kept[-1]):
            kept.append(each)
    return tuple(kept)


def eased(literals: Iterable[bytes]) -> list[bytes]:
    """Each literal up to where it is found with the least effort: its last word is cut (three letters of it stay, and
    eight bytes in all) where the four bytes before the cut are the rarest, told by the pairs in all literals.

    The engine looks at a literal's last bytes, and compares the rest wherever these stand together in a line: words
    that end as words of the log do take twice as long. What is cut off would hardly ever have made a difference.
    """
    literals = list(literals)
    pairs = Counter(pair for each in literals for pair in pairwise(each))

    def common(literal: bytes, end: int) -> float:
        return sum(log(pairs[pair]) for pair in pairwise(literal[end - 4 : end]))

    out = []
    for each in literals:
        word = _LAST_WORD.search(each)
        ends = range(max(8, word.start() + 3), len(each) + 1) if word is not None else range(0)
        out.append(each[: min(ends, key=lambda end: (common(each, end), -end))] if ends else each)
    return out


def distinct(literals: Iterable[bytes]) -> list[bytes]:
    """Those that hold no other one, which would only be hit twice."""
    kept: list[bytes] = []
    for each in sorted(set(literals), key=len):
        if not any(other in each for other in kept):
            kept.append(each)
    return kept


def _trie(literals: Sequence[bytes]) -> bytes:
    """A regular expression for literals as of `_heads`: what they begin with is shared, because hundreds of
    alternatives would be tried one by one at every byte."""
    out = []
    begin = 0
    for end in range(1, len(literals) + 1):
        if end < len(literals) and literals[end][0] == literals[begin][0]:
            continue
        first, last = literals[begin], literals[end - 1]  # what these two share all between do: they are sorted
        pairs = zip(first, last, strict=False)
        size = next((at for at, (one, other) in enumerate(pairs) if one != other), len(first))
        rest = [each[size:] for each in literals[begin:end]]
        out.append(re.escape(first[:size]) + (_trie(rest) if len(rest) > 1 else b""))
        begin = end
    return out[0] if len(out) == 1 else b"(?:" + b"|".join(out) + b")"


class Vector:
    """The same set, found by hyperscan (Vectorscan, https://github.com/VectorCamp/vectorscan), which reads a gigabyte a
    second whatever the number of literals. A buffer is scanned once, and its hits are kept until the next one comes.
    Single bytes are looked for beside it: with them among its literals it could skip nothing.
    """

    def __init__(self, literals: tuple[bytes, ...], database: Any) -> None:
        self.literals = literals
        self._single = tuple(each for each in literals if len(each) == 1)
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

            if self._database is not None:
                self._database.scan(memoryview(data)[start:end], match_event_handler=note)
            for each in self._single:
                at = data.find(each, start, end)
                while at >= 0:
                    hits.append(at + 1)
                    at = data.find(each, at + 1, end)
            hits.sort()
            self._data, self._span, self._hits = data, (start, end), hits
        at = bisect_right(self._hits, start)
        return self._hits[at] - 1 if at < len(self._hits) else -1

    def found(self, text: bytes) -> bool:
        """Whether a literal stands in `text`."""
        return self.find(text, 0, len(text)) >= 0


class EveryLine:
    """Every line is a candidate: the slow path, and the reference for every faster one."""

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`."""
        return start if start < end else -1

    def found(self, text: bytes) -> bool:
        """Always."""
        return True


class Lacking:
    """Another engine's hits, and besides each line that lacks all of some texts."""

    def __init__(self, engine: Prefilter, texts: tuple[bytes, ...]) -> None:
        self._engine = engine
        self._texts = texts
        self._data: bytes = b""
        self._span = (0, 0)
        self._lines: list[int] = []

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`. `start` is where a line begins."""
        first, last = self._span
        if data is not self._data or end != last or start < first:
            self._data, self._span, self._lines = data, (start, end), self._lacking(data, start, end)
        hit = self._engine.find(data, start, end)
        at = bisect_left(self._lines, start)
        if at == len(self._lines):
            return hit
        return self._lines[at] if hit < 0 else min(hit, self._lines[at])

    def _lacking(self, data: bytes, start: int, end: int) -> list[int]:
        """Where the lines begin that lack the texts."""
        lines = data[start:end].removesuffix(b"\n").split(b"\n")
        without = [index for index, line in enumerate(lines) if line.find(self._texts[0]) < 0]
        for text in self._texts[1:]:
            without = [index for index in without if lines[index].find(text) < 0]
        if not without:
            return []
        begins = list(accumulate((len(line) + 1 for line in lines), initial=start))
        return [begins[index] for index in without]

    def found(self, text: bytes) -> bool:
        """See `Prefilter.found`."""
        return self.find(text, 0, len(text)) >= 0


class Late:
    """Every line at first, then `Vector`: its library takes longer to import than a short source to read. Where the
    library is missing it stays with every line.
    """

    def __init__(self, literals: Iterable[bytes]) -> None:
        self.literals = tuple(sorted(literals))
        self._engine: Prefilter = EveryLine()
        self._asked = 0
        self._decided = not self.literals

    def find(self, data: bytes, start: int, end: int) -> int:
        """See `Prefilter.find`."""
        if not self._decided and (end - start > SHORT or self._asked >= FEW):
            self._decided = True
            if available():
                longer = tuple(each for each in self.literals if len(each) > 1)
                self._engine = Vector(self.literals, _database(longer) if longer else None)
            self.find = self._engine.find  # type: ignore[method-assign]  # asked for each hit: without a call between
        self._asked += 1
        return self._engine.find(data, start, end)

    def found(self, text: bytes) -> bool:
        """See `Prefilter.found`."""
        return self.find(text, 0, len(text)) >= 0


class Present:
    """Which literals of a set stand in a text? Few texts are asked for one literal after the other; where there are
    many, hyperscan looks for all at once, and the number of literals costs nothing any more.
    """

    def __init__(self, literals: Iterable[str]) -> None:
        self.literals = tuple(literals)
        self._budget = ONE_BY_ONE
        self._database: Any = None

    def among(self, text: str) -> Iterable[str]:
        """Those that stand in `text`."""
        if self._database is None:
            self._budget -= len(self.literals) * (len(text) + 100)
            if not self.literals or (self._budget > 0 and not loaded()) or not available():
                return [literal for literal in self.literals if literal in text]
            self._database = _database(tuple(map(_bytes, self.literals)), once=True)
        found: list[str] = []

        def note(ident: int, begin: int, stop: int, flags: int, context: Any) -> None:
            found.append(self.literals[ident])

        self._database.scan(_bytes(text), match_event_handler=note)
        return found


@lru_cache(maxsize=1)
def _counter() -> Callable[[bytes, bytes, int, int], int]:
    """How often a text stands in a part of some data: five times as fast with stringzilla
    (https://github.com/ashvardanian/StringZilla), whose import takes a millisecond."""
    try:
        from stringzilla import count
    except ImportError:
        return bytes.count
    return count  # type: ignore[no-any-return]


def newlines(data: bytes, start: int, end: int) -> int:
    """Line ends in data[start:end]."""
    return occurrences(data, b"\n", start, end)


def occurrences(data: bytes, text: bytes, start: int, end: int) -> int:
    """How often `text` stands in data[start:end]."""
    if end - start < SHORT and "stringzilla" not in sys.modules:
        return data.count(text, start, end)
    return _counter()(data, text, start, end)


def loaded() -> bool:
    """Whether hyperscan is at hand already: then nothing is too short for it."""
    return "hyperscan" in sys.modules


def available() -> bool:
    """Whether hyperscan is installed. Where no wheel exists every line is read."""
    from importlib.util import find_spec

    return find_spec("hyperscan") is not None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _database(literals: tuple[bytes, ...], *, once: bool = False) -> Any:
    """Compiled, or from the cache. `once`: a literal is reported at one place only.

    A saved database says for which release and processor it was made, and is refused elsewhere
    (https://intel.github.io/hyperscan/dev-reference/serialization.html).
    """
    from platform import machine

    import hyperscan

    mode = hyperscan.HS_MODE_BLOCK
    version: str = hyperscan.__version__  # type: ignore[attr-defined]
    entry = cache.name_of("hyperscan", version, machine(), "once" if once else "eased", literals)
    saved = cache.get(entry)
    if saved is not None:
        try:
            database = hyperscan.loadb(bytes(saved), mode=mode)
            database.scratch = hyperscan.Scratch(database)
            return database
        except hyperscan.error:
            saved = None
    database = hyperscan.Database(mode=mode)
    wanted = list(literals) if once else distinct(eased(distinct(literals)))
    count = len(wanted)
    flags = [hyperscan.HS_FLAG_SINGLEMATCH if once else 0] * count
    database.compile(expressions=wanted, ids=list(range(count)), elements=count, flags=flags, literal=True)
    if cache.started():
        cache.put(entry, hyperscan.dumpb(database))
    return database
