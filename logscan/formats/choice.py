"""The formats that come into question for a line, by how it begins.

At first these are all that its first byte allows. Where many lines are asked of them, it pays to find out which ones
the line's further bytes rule out (`logscan.formats.beginnings`): most of a healthy line's cost is formats that do not
match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from logscan.formats.beginnings import Automaton

V = TypeVar("V")

LENGTH: Final = 48
"""Bytes of a line that are looked at."""
PATIENCE: Final = 80
"""Lines for each pattern before the automaton is made: it takes as long as they do."""
MEMORY: Final = 4096
"""Beginnings that are remembered."""
ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")


class Choice(Generic[V]):
    """Values by a pattern each, in their order: those whose pattern may match a line. All of them at first. `patterns`
    gives (pattern, flags) of each."""

    __slots__ = ("_automaton", "_known", "_left", "_patterns", "all")

    def __init__(self, values: Iterable[V], patterns: Callable[[], Iterable[tuple[bytes, int]]]) -> None:
        self.all = tuple(values)
        self._patterns = patterns
        self._left = PATIENCE * len(self.all)
        self._automaton: Automaton | None = None
        self._known: dict[bytes, tuple[V, ...]] = {}

    def of(self, line: bytes) -> tuple[V, ...]:
        """The values that come into question."""
        if self._automaton is None:
            self._left -= 1
            if self._left >= 0 or not self.all:
                return self.all
            from logscan.formats.beginnings import Automaton

            self._automaton = Automaton(self._patterns())
        key = line[:LENGTH].translate(ZEROS)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MEMORY:
                self._known.clear()
            found = self._known[key] = tuple([self.all[index] for index in self._automaton.allowed(key)])
        return found

    def after(self, beginning: bytes) -> tuple[V, ...] | None:
        """Those of every line that begins so; None where the automaton has not been worth it so far."""
        if self._automaton is None:
            return None
        return tuple([self.all[index] for index in self._automaton.allowed(beginning[:LENGTH].translate(ZEROS))])
