"""Blocks that can be looked into: what tells a format by its first bytes, and what reads headers, need it."""

from collections.abc import Iterator

from logscan.sources.model import Cut


class Feed:
    """Bytes of an iterator of blocks, taken by length or as they come. Raises what the iterator raises; a Cut only when
    what came before it has been taken."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""
        self._cut: Cut | None = None

    def peek(self, size: int) -> bytes:
        """At least the next `size` bytes, without taking them; fewer only at the end."""
        while len(self._rest) < size:
            try:
                block = next(self._blocks, b"")
            except Cut as cut:
                self._cut = cut
                break
            if not block:
                break
            self._rest += block
        return self._rest

    def take(self, size: int) -> bytes:
        """The next `size` bytes; fewer only at the end. For headers: they are held in memory."""
        out = self.peek(size)[:size]
        if self._cut is not None and len(out) < size:
            raise self._cut
        self._rest = self._rest[size:]
        return out

    def block(self) -> bytes:
        """What is there, else the next block; empty at the end."""
        if self._cut is not None and not self._rest:
            raise self._cut
        out, self._rest = self._rest or next(self._blocks, b""), b""
        return out

    def some(self, size: int) -> bytes:
        """At most `size` bytes of what is there, else of the next block; empty at the end."""
        out = self.block()
        if len(out) > size:
            self.push(out[size:])
        return out[:size]

    @property
    def holds(self) -> bool:
        """Whether bytes are there that no block need be waited for."""
        return bool(self._rest)

    def push(self, data: bytes) -> None:
        """Give back what was taken too much."""
        self._rest = data + self._rest if self._rest else data

    def upto(self, size: int) -> Iterator[bytes]:
        """The next `size` bytes in blocks as they come; fewer only at the end."""
        while size and (block := self.some(size)):
            size -= len(block)
            yield block

    def drain(self) -> int:
        """Take all that is left; how many bytes it was."""
        total = 0
        while block := self.block():
            total += len(block)
        return total
