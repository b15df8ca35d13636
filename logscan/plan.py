"""What can be scanned apart: a scan's sources as tasks that any process can perform.

A large plain file is cut into segments, anywhere: a segment is the lines that begin in [start, stop). Small files go
together, because each task costs a message; what is decompressed on the way is read from its start, whole.
"""

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

import msgspec

from logscan.errors import InputError
from logscan.scanstate import State
from logscan.sources import BLOCK, Reader, Source, Stream

MIN_SEGMENT: Final = 4 * 1024 * 1024
MAX_SEGMENT: Final = 128 * 1024 * 1024
"""Bytes of a segment. Where cuts are joined some 64 KiB are read twice, and of each kind of event one is made for each
segment; a larger one would leave a core without work at the end."""

MAX_TOLD: Final = 16 * 1024 * 1024
"""The same where the events themselves are asked for, all of which a segment holds in memory."""

LARGE: Final = 2 * MIN_SEGMENT
"""Bytes below which a file is not cut, and of all sources together below which one process does it all: workers would
cost more than they save."""

TOGETHER: Final = 4 * 1024 * 1024
"""Stored bytes of small files that make one task."""

PER_JOB: Final = 2
"""Segments that each job gets of a file, where that makes them neither too small nor too large."""


class Point(msgspec.Struct, frozen=True):
    """Where a scanner can go on: its state at a line's start, and what stands behind it, as far as that counts."""

    state: State
    behind: bytes = b""


class Segment(msgspec.Struct, frozen=True):
    """The lines of a plain file that begin in [start, stop), bytes.

    identity   of the file's content, as `Reader` names it
    transport  as the source's start decided it
    point      where the lines before end, if that is known; else a scanner starts idle
    """

    source: Source
    identity: str
    transport: str
    start: int
    stop: int
    point: Point | None = None


class Whole(msgspec.Struct, frozen=True):
    """Sources that are read from their start to their end."""

    sources: tuple[Source, ...]


Task = Segment | Whole


def cuts(begin: int, end: int, jobs: int, most: int) -> Iterator[tuple[int, int]]:
    """The spans of `most` bytes or less that [begin, end) is cut into for so many jobs."""
    width = min(max((end - begin) // (PER_JOB * jobs), MIN_SEGMENT), most)
    count = max((end - begin) // width, 1)
    for n in range(count):
        yield begin + n * width, (begin + (n + 1) * width if n < count - 1 else end)


def together(found: Sequence[Source]) -> Iterator[Whole]:
    """Whole sources as tasks, in order."""
    batch: list[Source] = []
    size = 0
    for source in found:
        if batch and size + (source.size or 0) > TOGETHER:
            yield Whole(tuple(batch))
            batch, size = [], 0
        batch.append(source)
        size += source.size or 0
    if batch:
        yield Whole(tuple(batch))


def plain_identity(source: Source) -> str | None:
    """The content's identity where the file's bytes are the log's: a file that is neither decompressed nor decoded nor
    refused. None for every other source; whoever reads it will say what is wrong with it."""
    if source.path is None or source.size is None:
        return None
    try:
        reader = Reader(source)
        try:
            stream = next((part for part in reader.parts()), None)
            if not isinstance(stream, Stream) or stream.name != source.name:
                return None
            first = next(iter(stream), b"")
            identity = stream.identity
        finally:
            reader.close()
        with open_file(source) as file:
            return identity if first and os.pread(file.fileno(), len(first), 0) == first else None
    except (OSError, InputError):
        return None


def open_file(source: Source) -> BinaryIO:
    """A plain file, for reading at any offset."""
    assert source.path is not None, "standard input is never cut"
    return open(source.path, "rb", buffering=0)


def line_start(file: BinaryIO, start: int, stop: int) -> int | None:
    """The first line start in [start, stop), or None."""
    at = start - 1
    if at < 0:
        return 0
    while at < stop - 1:
        block = os.pread(file.fileno(), min(BLOCK, stop - 1 - at), at)
        if not block:
            return None
        cut = block.find(b"\n")
        if cut >= 0:
            return at + cut + 1
        at += len(block)
    return None


def blocks(file: BinaryIO, start: int, stop: int | None = None) -> Iterator[bytes]:
    """The bytes from `start`, a line's start, to the first line start at or after `stop`; to the end for None."""
    at = start
    while stop is None or start < stop:
        block = os.pread(file.fileno(), BLOCK, at)
        if not block:
            return
        if stop is not None and at + len(block) >= stop:
            cut = block.find(b"\n", max(stop - 1 - at, 0))
            if cut >= 0:
                yield block[: cut + 1]
                return
        yield block
        at += len(block)
