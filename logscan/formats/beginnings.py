"""Which of several patterns may match a line that begins in a certain way?

Some forty formats begin with a timestamp, and a line of a healthy record is asked of each of them in turn: most of what
such a line costs. How a line goes on behind its timestamp (`INFO [`, `,"app",`) rules nearly all of them out.

The patterns are read by the standard library's own parser and made into one automaton without memory, after
https://swtch.com/~rsc/regexp/regexp1.html: its states are made when a line first leads there. What such an automaton
cannot tell (what lies ahead or behind, what a group held, that a repeat gives nothing back, how often a long repeat
repeats) it takes to be possible: a pattern is ruled out only where no text that begins so can match it. All digits are
one, as beginnings with times are remembered.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any, Final

from logscan.steps import CATEGORIES, REPEATS, ZERO_WIDTH

MEMORY: Final = 4096
"""States that are remembered."""
ROOM: Final = 32
"""Nodes that the copies of a repeat may take; what repeats more often may do so for ever."""

_ALL: Final = (1 << 256) - 1
_DIGITS: Final = sum(1 << digit for digit in b"0123456789")
_ZERO: Final = 1 << ord("0")


class _State:
    """Where the automaton may be: its `nodes`; the patterns that may still match; whether more of the text can rule one
    of them out (`open`); what follows, by byte."""

    __slots__ = ("allowed", "next", "nodes", "open")

    def __init__(self, nodes: frozenset[int], allowed: tuple[int, ...], open: bool) -> None:
        self.nodes = nodes
        self.allowed = allowed
        self.open = open
        self.next: dict[int, _State] = {}


class Automaton:
    """All patterns at once, given as (pattern, flags). A node takes one byte of a set (`_takes`, a bit for each), or
    none where that is 0, and goes on to others (`_to`); the last one of a pattern takes anything, for ever."""

    def __init__(self, patterns: Iterable[tuple[bytes, int]]) -> None:
        self._takes: list[int] = []
        self._to: list[tuple[int, ...]] = []
        self._of: list[int] = []
        self._ends: set[int] = set()
        self._reached: dict[int, frozenset[int]] = {}
        self._states: dict[frozenset[int], _State] = {}
        begin = [self._first(index, *each) for index, each in enumerate(patterns)]
        self._root = self._state(frozenset().union(*map(self._reach, begin)))

    def allowed(self, text: bytes) -> tuple[int, ...]:
        """The patterns that may match what begins with this text, whose digits are all 0."""
        state = self._root
        for byte in text:
            after = state.next.get(byte)
            if after is None:
                if len(self._states) >= MEMORY:
                    break  # what may match is known as far as here
                after = self._after(state, byte)
            state = after
            if not state.open:
                break
        return state.allowed

    # -- its states ------------------------------------------------------------------------------------------------

    def _state(self, nodes: frozenset[int]) -> _State:
        state = self._states.get(nodes)
        if state is None:
            allowed = tuple(sorted({self._of[node] for node in nodes}))
            state = self._states[nodes] = _State(nodes, allowed, not nodes <= self._ends)
        return state

    def _after(self, state: _State, byte: int) -> _State:
        following = {each for node in state.nodes if self._takes[node] >> byte & 1 for each in self._to[node]}
        after = state.next[byte] = self._state(frozenset().union(*map(self._reach, following)))
        return after

    def _reach(self, node: int) -> frozenset[int]:
        """The nodes that take a byte next, where the automaton is at this one."""
        found = self._reached.get(node)
        if found is None:
            seen, todo = {node}, [node]
            while todo:
                at = todo.pop()
                if not self._takes[at]:
                    todo += [each for each in self._to[at] if each not in seen]
                    seen.update(self._to[at])
            found = self._reached[node] = frozenset(each for each in seen if self._takes[each])
        return found

    # -- how it is made --------------------------------------------------------------------------------------------

    def _first(self, index: int, pattern: bytes, flags: int) -> int:
        """The first node of a pattern."""
        self._index = index
        self._end = end = self._node(_ALL)
        self._to[end] = (end,)
        self._ends.add(end)
        tree = _parser.parse(pattern, flags)
        return self._sequence(tree.data, end, bool(tree.state.flags & re.IGNORECASE))

    def _node(self, takes: int, *to: int) -> int:
        self._takes.append(takes | _ZERO if takes & _DIGITS else takes)
        self._to.append(to)
        self._of.append(self._index)
        return len(self._to) - 1

    def _sequence(self, items: Any, then: int, caseless: bool) -> int:
        for kind, value in reversed(items):
            then = self._item(kind, value, then, caseless)
        return then

    def _item(self, kind: Any, value: Any, then: int, caseless: bool) -> int:
        """The first node of one part of a pattern, which goes on to `then`."""
        if kind in ZERO_WIDTH:
            return then
        takes = _bytes_of(kind, value, caseless)
        if takes is not None:
            return self._node(takes, then)
        if kind is _constants.SUBPATTERN:
            _, added, removed, inner = value
            return self._sequence(
                inner, then, bool((caseless or added & re.IGNORECASE) and not removed & re.IGNORECASE)
            )
        if kind is _constants.ATOMIC_GROUP:
            return self._sequence(value, then, caseless)
        if kind is _constants.BRANCH:
            return self._node(0, *[self._sequence(branch, then, caseless) for branch in value[1]])
        if kind in REPEATS:
            least, most, inner = value
            return self._repeat(least, most, inner, then, caseless)
        return self._end  # a reference to a group

    def _repeat(self, least: int, most: Any, inner: Any, then: int, caseless: bool) -> int:
        before = len(self._to)
        self._sequence(inner, then, caseless)
        copies = ROOM // max(1, len(self._to) - before)
        del self._takes[before:], self._to[before:], self._of[before:]
        if most is not _constants.MAXREPEAT and most <= copies:
            first = then
            for _ in range(most - least):
                first = self._node(0, self._sequence(inner, first, caseless), then)
        else:
            first = self._node(0)
            self._to[first] = (self._sequence(inner, first, caseless), then)
            least = min(least, max(1, copies))
        for _ in range(least):
            first = self._sequence(inner, first, caseless)
        return first


def _bytes_of(kind: Any, value: Any, caseless: bool) -> int | None:
    """The bytes, a bit for each, that this part of a pattern takes one of; None where it is no such part."""
    if kind is _constants.ANY:
        return _ALL
    if kind is _constants.LITERAL:
        return _cased(1 << value) if caseless else 1 << value
    if kind is _constants.NOT_LITERAL:
        return _ALL & ~(_cased(1 << value) if caseless else 1 << value)
    if kind is not _constants.IN:
        return None
    taken, negated = 0, False
    for inner, what in value:
        if inner is _constants.NEGATE:
            negated = True
        elif inner is _constants.LITERAL:
            taken |= 1 << what
        elif inner is _constants.RANGE:
            taken |= (2 << what[1]) - (1 << what[0])
        else:
            taken |= _category(what)
    taken = _cased(taken) if caseless else taken
    return _ALL & ~taken if negated else taken


@lru_cache
def _category(category: Any) -> int:
    matches = re.compile(CATEGORIES[category].encode()).match
    return sum(1 << byte for byte in range(256) if matches(bytes([byte])))


def _cased(taken: int) -> int:
    """With the other case of each ASCII letter."""
    for upper in range(ord("A"), ord("Z") + 1):
        both = 1 << upper | 1 << (upper + 32)
        taken |= both if taken & both else 0
    return taken
