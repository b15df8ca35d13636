"""Long texts found at a place of a buffer by their bytes, however many are known and however much they share.

A tree of dictionaries: each takes the next STEP bytes, so that a text of a kilobyte costs a few look-ups, done by
slicing and hashing. What remains of a text at the end is compared.
"""

from typing import Final, Generic, TypeVar

STEP: Final = 384
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
        """Know a text. The longer of those that share a beginning are found first."""
        node, at = self._root, 0
        while len(text) - at >= STEP:
            node = node.next.setdefault(text[at : at + STEP], _Node())
            at += STEP
        node.ends.append((text[at:], value))
        node.ends.sort(key=lambda end: -len(end[0]))
        self.size += len(text)

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
