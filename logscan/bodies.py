"""Long texts found at a place of a buffer by their bytes, however many are known and however much they share.

A tree of dictionaries: each takes the next STEP bytes, done by slicing and hashing; as long as few texts go on from
there, they are compared as a whole.
"""

from typing import Final, Generic, TypeVar

STEP: Final = 128
FEW: Final = 4
"""Texts that are compared one after the other."""
V = TypeVar("V")


class _Node(Generic[V]):
    __slots__ = ("ends", "next")

    def __init__(self) -> None:
        self.next: dict[bytes, _Node[V]] = {}
        self.ends: list[tuple[bytes, V]] = []


class Bodies(Generic[V]):
    """Values by texts. `size`: bytes held."""

    def __init__(self) -> None:
        self._root: _Node[V] = _Node()
        self.size = 0

    def add(self, text: bytes, value: V) -> None:
        """Know a text."""
        self.size += len(text)
        self._add(self._root, text, value)

    def _add(self, node: _Node[V], text: bytes, value: V) -> None:
        while (step := node.next.get(text[:STEP])) is not None:
            node, text = step, text[STEP:]
        node.ends.append((text, value))
        node.ends.sort(key=lambda end: -len(end[0]))  # the longer of those that share a beginning are found first
        if len(node.ends) > FEW:
            long = [end for end in node.ends if len(end[0]) >= STEP]
            node.ends = [end for end in node.ends if len(end[0]) < STEP]
            for rest, other in long:
                self._add(node.next.setdefault(rest[:STEP], _Node()), rest[STEP:], other)

    def find(self, data: bytes, pos: int) -> V | None:
        """The value of the longest known text that stands at `pos`."""
        node, at = self._root, pos
        nodes = [node]
        while (step := node.next.get(data[at : at + STEP])) is not None:
            node = step
            at += STEP
            nodes.append(node)
        while nodes:
            for tail, value in nodes.pop().ends:
                if data.startswith(tail, at):
                    return value
            at -= STEP
        return None
