"""One open file that is followed: what is new in it, and whether it still is the file that was read."""

import os
import time
from typing import Final

from logscan.followlog import BEFORE, HEAD, Log, MakeLog, Mark, hashed
from logscan.sources import BLOCK

TURN: Final = 16
"""Blocks read of one file before the others have their turn."""

Key = tuple[int, int]
"""Device and inode."""


class Tail:
    """One open file. `named`: when a path of ours last led to it (s, monotonic)."""

    def __init__(self, path: str, handle: int, log: Log, head: bytes, now: float) -> None:
        status = os.fstat(handle)
        self.path = path
        self.handle = handle
        self.key: Key = (status.st_dev, status.st_ino)
        self.log = log
        self.head = head
        self.before = b""
        self.named = self.grown = now
        self.at_end = False
        self.written = 0
        """When the file was last written, as of the last look (ns, by the file system's clock)."""
        self._shape: tuple[int, int] | None = None

    def replaced(self) -> bool:
        """Whether the file holds other bytes than those that were read: truncated, or written anew. Asked before each
        read; looks into the file only where it has changed."""
        status = os.fstat(self.handle)
        self.written = status.st_mtime_ns
        if status.st_size < self.log.offset:
            return True
        shape = status.st_size, status.st_mtime_ns
        if shape == self._shape:
            return False
        self._shape = shape
        at = self.log.offset - len(self.before)
        return (
            os.pread(self.handle, len(self.before), at) != self.before
            or os.pread(self.handle, len(self.head), 0) != self.head
        )

    def read(self, now: float, until: float) -> bool:
        """Feed what is there: at most TURN blocks, and one alone after `until`. True where there was something."""
        got = False
        for _ in range(TURN):
            block = os.pread(self.handle, BLOCK, self.log.offset)
            self.at_end = len(block) < BLOCK
            if not block:
                break
            got, self.grown = True, now
            if len(self.head) < HEAD:
                self.head += block[: HEAD - len(self.head)]
            self.before = (self.before + block)[-BEFORE:]
            self.log.feed(block)
            if self.at_end or time.monotonic() > until:
                break
        return got

    def mark(self, newest: int = 0, left: int = 0) -> Mark:
        """Where a restart goes on: at the next line, from what was read, not from what the file holds by now."""
        offset = self.log.scanner.position[0]
        before = self.log.scanner.behind()[-BEFORE:]
        deleted = self.at_end and not os.fstat(self.handle).st_nlink
        head = self.head[: min(HEAD, offset)]
        return Mark(self.path, *self.key, offset, hashed(head), hashed(before), newest, deleted, left)

    def follow_up(self, make_log: MakeLog) -> None:
        """Go on from the last complete line, as another log."""
        before = self.log.scanner.behind()
        self.log = self.log.follow_up(make_log)
        self.before, self._shape = before[-BEFORE:], None
        self.head = self.head[: self.log.offset]  # what follows is read, and added, again

    def restart(self, log: Log) -> None:
        """Read from the start again, as another log."""
        self.log, self.head, self.before, self._shape = log, b"", b"", None
