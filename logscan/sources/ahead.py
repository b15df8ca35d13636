"""Blocks made by a thread while those before them are scanned: decompressors and the scanner's search both leave the
interpreter free. Plain files need none."""

import threading
from collections import deque
from collections.abc import Iterator
from typing import Final

DEPTH: Final = 4
"""Blocks that wait at most: enough to even out, little to hold."""


class Ahead:
    """The blocks of an iterator, made by a thread of its own that is at most DEPTH blocks ahead.

    Iterating raises what the iterator raised, after the blocks that came before it. `close` ends the thread at its next
    block; the iterator must not be used elsewhere before the end or `close`.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._waiting: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._ended = False
        self.closed = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._fill, name="logscan-ahead", daemon=True)

    def __iter__(self) -> Iterator[bytes]:
        self._thread.start()
        while True:
            with self._changed:
                self._changed.wait_for(self._settled)
                if not self._waiting:
                    break
                block = self._waiting.popleft()
                self._changed.notify_all()
            yield block
        if self._error is not None:
            raise self._error

    def ready(self, timeout: float) -> bool:
        """Whether a block or the end is there, waiting at most `timeout` seconds for it."""
        with self._changed:
            return self._changed.wait_for(self._settled, timeout)

    def close(self) -> None:
        """End the thread and wait for it."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def _settled(self) -> bool:
        return bool(self._waiting) or self._ended

    def _room(self) -> bool:
        return len(self._waiting) < DEPTH or self.closed

    def _fill(self) -> None:
        try:
            for block in self._blocks:
                with self._changed:
                    self._changed.wait_for(self._room)
                    if self.closed:
                        break
                    self._waiting.append(block)
                    self._changed.notify_all()
        except Exception as error:  # raised again where the blocks are used
            self._error = error
        with self._changed:
            self._ended = True
            self._changed.notify_all()
