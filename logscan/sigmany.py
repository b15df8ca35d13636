"""Reading many signature files: half of them in a child process, where the system can fork and a core is free.

Parsing is most of what a set costs that is not in the cache, and each file is read apart from all others. The child
sends what it read as the cache would keep it. Where anything goes wrong with it, the files are read here: what a set is
never depends on who read it.
"""

import os
import sys
from collections.abc import Iterator, Sequence

import msgspec

from . import literals
from .sigmodel import Signature, patterns_of
from .sigread import read_file

MANY = 150
"""Files that are worth a child process, which takes some 10 ms."""

Read = tuple[Signature | None, list[str]]
"""What a file holds, None where it has defects, and these."""
_Sent = tuple[Signature | None, list[str], dict[str, literals.Facts]]


def read_files(files: Sequence[tuple[str, bool]]) -> Iterator[Read]:
    """Each file (its path; whether its patterns are compiled), in order."""
    if len(files) < MANY or not _can_fork():
        yield from map(_read, files)
        return
    half = len(files) // 2
    source, sink = os.pipe()
    child = os.fork()
    if not child:
        _send(source, sink, files[half:])
    os.close(sink)
    try:
        yield from map(_read, files[:half])
        with open(source, "rb", closefd=False) as pipe:
            sent = _received(pipe.read(), len(files) - half)
    finally:
        os.close(source)  # a child that still writes ends
        os.waitpid(child, 0)
    if sent is None:
        yield from map(_read, files[half:])
        return
    for signature, problems, facts in sent:
        literals.remember(facts)
        yield signature, problems


def _can_fork() -> bool:
    """Whether a process of one thread runs where it has two cores."""
    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    return alone and hasattr(os, "fork") and hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1


def _read(file: tuple[str, bool]) -> Read:
    problems: list[str] = []
    return read_file(*file, problems), problems


def _send(source: int, sink: int, files: Sequence[tuple[str, bool]]) -> None:
    """What the child does; does not come back."""
    done = 1
    try:
        os.close(source)
        sent = []
        for signature, problems in map(_read, files):
            patterns = patterns_of(signature.match) if signature is not None else ()
            sent.append((signature, problems, literals.facts_of(patterns)))
        with open(sink, "wb") as pipe:
            pipe.write(msgspec.msgpack.encode(sent))
        done = 0
    finally:
        os._exit(done)  # neither buffers nor anybody's last words are this process's


def _received(data: bytes, count: int) -> list[_Sent] | None:
    try:
        sent = msgspec.msgpack.decode(data, type=list[_Sent])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return sent if len(sent) == count else None
