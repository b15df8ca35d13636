"""Files that are followed: rotated, truncated, deleted, come back.

A file is known by its open handle while it is followed: as long as that is open, its inode is not given to another
file. After a restart it is known by device, inode, a hash of its first bytes and one of the bytes before the offset
(followlog.Mark), all of which must fit.

    rename and create   the old file is read to its end and LINGER longer, for writers that have not reopened it;
                        files between it and the new one, rotated since the last look, are read whole before that
    truncation          seen by the size, or by other bytes before the offset; reading starts again at 0, and the
                        report says so: what was written between the last look and the truncation is lost, unless a
                        copy that logrotate made of it (copytruncate) is found beside the file
    deletion            as rename; a new file under the name is read from its start
    compressed files    are finished logs: never followed, so a rotated .gz does not count twice
"""

import glob
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from logscan.followlog import BEFORE, HEAD, Log, MakeLog, Mark, hashed
from logscan.followtail import Key, Tail
from logscan.model import LOOKBACK
from logscan.scanner import Scanner
from logscan.scanstate import State
from logscan.sources import Cut, Reader, Skip, Source, Unreadable, binary, why
from logscan.sources.compression import LONGEST_MAGIC, sniff
from logscan.sources.finding import no_log
from logscan.sources.rotation import in_order, oldest_first
from logscan.summary import SummaryBuilder

LINGER: Final = 10.0
"""Seconds for which a file without a name of ours is read on after its last byte."""
LOOK: Final = 1.0
"""Seconds between searches for new files."""
SLICE: Final = 0.5
"""Seconds of reading after which commits, reports and signals have theirs: however much is there, a run that is killed
soon gets on."""
LISTINGS: Final = 50
"""Times that the files of a rotated log are listed, until two lists are alike."""
MAX_FILES: Final = 900
"""Open files; a process has 1,024 by default."""


class Files:
    """All files that patterns name, now and later."""

    def __init__(self, patterns: Sequence[str], make_log: MakeLog, builder: SummaryBuilder) -> None:
        self._patterns = patterns
        self._make_log = make_log
        self._builder = builder
        self._tails: dict[Key, Tail] = {}
        self._at: dict[str, Key] = {}
        """The file that was last seen under each path."""
        self._refused: dict[Key, int] = {}
        """Files that are not followed, and their time of change, by which a new file in the same place is told."""
        self._newest: dict[str, int] = {}
        """By log, when its files were last written, as far as they were read: see `Mark.newest`."""
        self._paths: list[str] = []
        self._next_look = self._looked = float("-inf")
        self._first = True
        self._next = 0
        """The file whose turn it is."""

    @property
    def tails(self) -> list[Tail]:
        return list(self._tails.values())

    def marks(self) -> list[tuple[Mark, Scanner]]:
        """Where each file stands, for a restart, and what reads it."""
        wall = time.time() - self._looked
        marks = []
        for tail in self.tails:
            left = 0 if tail.named >= self._looked else round(wall + tail.named)
            marks.append((tail.mark(self._newest.get(tail.path, 0), left), tail.log.scanner))
        return marks

    @property
    def ended(self) -> bool:
        """Files never end."""
        return False

    @property
    def logs(self) -> list[Log]:
        return [tail.log for tail in self._tails.values()]

    @property
    def standing(self) -> str:
        named = sum(tail.named >= self._looked for tail in self._tails.values())
        old = len(self._tails) - named
        parts = ["1 file" if named == 1 else f"{named} files", *([f"{old} rotated away"] if old else [])]
        missing = sum(path not in self._at for path in self._paths)
        return ", ".join([*parts, *([f"{missing} not there"] if missing else [])])

    def handles(self) -> list[int]:
        """Nothing to wait for: files are looked at."""
        return []

    def poll(self, now: float) -> bool:
        """Look at all files once and feed what is new. True where there was something."""
        self._looked = now
        if now >= self._next_look:
            self._next_look = now + LOOK
            self._paths = in_order(self._expanded())
        for path in self._paths:
            self._look(path, now)
        self._first = False
        got = False
        until = time.monotonic() + SLICE
        tails = self.tails
        for tail in tails[self._next :] + tails[: self._next]:
            got = self._turn(tail, now, until) or got
            self._next += 1
            if time.monotonic() > until:
                break
        self._next %= max(len(tails), 1)
        return got

    def reload(self, make_log: MakeLog) -> None:
        """Go on with other signatures; an incomplete line is read again."""
        for tail in self.tails:
            tail.follow_up(make_log)

    def close(self, finish: bool) -> None:
        """Let go of all files. `finish`: what is open counts now; else a later run goes on with it."""
        for tail in self.tails:
            if finish:
                tail.log.finish()
            os.close(tail.handle)
        self._tails.clear()

    def resume(self, mark: Mark, state: State | None, now: float) -> None:
        """Go on where an earlier run stood."""
        self._newest[mark.path] = max(self._newest.get(mark.path, 0), mark.newest)
        path = self._find(mark) if not mark.deleted else None
        if path is None:
            gone = mark.offset > 0 and not mark.deleted  # an empty file that is gone may have been written to or not
            copy = self._rest_of_copy(mark, state) if gone else None
            self._at.pop(mark.path, None)
            if copy is not None:
                self._at[mark.path] = copy
            elif state is not None:
                self._make_log(Source(mark.path, mark.path), state, b"").finish(complete=not gone)  # its open groups
            return
        handle = _open(path)
        if handle is None:
            return
        before = os.pread(handle, min(mark.offset, LOOKBACK + 1), max(0, mark.offset - LOOKBACK - 1))
        start = state if state is not None else State(offset=mark.offset)
        log = self._make_log(_source(mark.path, handle), start, before)
        tail = Tail(mark.path, handle, log, os.pread(handle, min(HEAD, mark.offset), 0), now)
        tail.before = before[-BEFORE:]
        if path != mark.path:  # it lingers from when it was renamed or written to, not from now
            status, wall = os.fstat(handle), now - time.time()
            tail.named = min(now, wall + (mark.left or status.st_ctime))
            tail.grown = min(now, wall + status.st_mtime)
        self._tails[tail.key] = tail
        if mark.offset:
            self._at[mark.path] = tail.key
        else:  # an empty file may be another one: what was written before it is known by its time alone
            self._at.pop(mark.path, None)

    # -- one look ---------------------------------------------------------------------------------------------------

    def _expanded(self) -> Iterator[str]:
        for pattern in self._patterns:
            if os.path.isdir(pattern):
                names = sorted(os.listdir(pattern))
                yield from (os.path.join(pattern, name) for name in names if no_log(name) is None)
            elif glob.has_magic(pattern) and not os.path.lexists(pattern):
                yield from sorted(glob.glob(pattern))
            else:
                yield pattern

    def _look(self, path: str, now: float) -> None:
        try:
            status = os.stat(path)
        except OSError as error:
            if self._first and path not in self._at and path in self._patterns:
                self._builder.problem(path, "missing", f"{why(error)}; waiting for it")
            return
        key = status.st_dev, status.st_ino
        tail = self._tails.get(key)
        if tail is not None:
            tail.named = now
        if self._at.get(path) == key or self._refused.get(key) == status.st_mtime_ns:
            return
        if not stat.S_ISREG(status.st_mode):
            self._refuse(path, key, "not a file")
            return
        if tail is None:
            tail = self._opened(path, path, now)
        if tail is None:
            return
        self._builder.withdraw(path, "missing")
        if path in self._at or path in self._newest:
            self._between(path, tail.key, now)  # up to the file that was opened: it may be yet a newer one
            self._tails[tail.key] = self._tails.pop(tail.key)  # in the order of the log
        self._at[path] = tail.key

    def _opened(self, path: str, name: str, now: float) -> Tail | None:
        """Begin to follow the file at `path` as a part of the log `name`."""
        if len(self._tails) >= MAX_FILES:
            self._builder.problem(name, "limit", f"more than {MAX_FILES} files are open: not followed")
            self._builder.complete = False
            return None
        handle = _open(path)
        if handle is None:
            if os.path.exists(path):
                self._builder.problem(name, "unreadable", "cannot be opened")
                self._builder.complete = False
            return None
        status = os.fstat(handle)
        key = status.st_dev, status.st_ino
        head = os.pread(handle, HEAD, 0)
        reason = "compressed" if sniff(head[:LONGEST_MAGIC]) else binary(head)
        if key in self._tails or reason is not None:
            os.close(handle)
            if reason is not None:
                self._refuse(path, key, reason)
            return self._tails.get(key)
        tail = Tail(name, handle, self._make_log(_source(name, handle), None, b""), b"", now)
        self._tails[key] = tail
        return tail

    def _refuse(self, path: str, key: Key, reason: str) -> None:
        if len(self._refused) > 10_000:
            self._refused.clear()
        with suppress(OSError):
            self._refused[key] = os.stat(path).st_mtime_ns
        if reason != "compressed":
            self._builder.problem(path, "skipped", reason)

    def _between(self, path: str, current: Key, now: float) -> None:
        """Read the files that were created and rotated away between two looks, or while nobody looked: those which
        stand after the file that was followed, in the order of rotation, and before the current one."""
        for name, key in self._unread(path, current):
            if key in self._tails or key in self._refused:
                continue
            if _packed(name):
                self._read_packed(name, path, key)
                continue
            tail = self._opened(name, path, now)
            if tail is not None and name in self._paths:
                self._at[name] = tail.key

    def _unread(self, path: str, current: Key) -> list[tuple[str, Key]]:
        """The files of a log before the current one that nobody has followed. Where the one that was followed is gone,
        they are those that were written later than all that was read, but for a copy of one that is still open."""
        family = _family(path)
        keys = [key for _, key in family]
        if current not in keys:
            return []
        older = family[: keys.index(current)]
        previous = self._at.get(path)
        if previous in keys:
            return older[keys.index(previous) + 1 :]
        newest = self._newest.get(path, 0)
        copied = {os.fstat(tail.handle).st_mtime_ns for tail in self.tails if tail.path == path and tail.key != current}
        return [(name, key) for name, key in older if newest and newest < _written(name) not in copied]

    def _read_packed(self, name: str, path: str, key: Key) -> None:
        """Read a file whole that was compressed before anybody had followed it."""
        log = self._make_log(Source(path, path), None, b"")
        for block in _blocks(name):
            log.feed(block)
        log.finish()
        self._refuse(name, key, "compressed")

    def _turn(self, tail: Tail, now: float, until: float) -> bool:
        if tail.replaced():
            self._replaced(tail)
        if not tail.log.offset and sniff(os.pread(tail.handle, LONGEST_MAGIC, 0)):
            self._drop(tail)  # a compressed file that was empty when it was found
            self._refuse(tail.path, tail.key, "compressed")
            return False
        self._newest[tail.path] = max(self._newest.get(tail.path, 0), tail.written)
        got = tail.read(now, until)
        if tail.at_end:
            got = tail.log.silent(now) or got
        if tail.at_end and now - max(tail.named, tail.grown) >= LINGER:
            tail.log.finish()
            self._drop(tail)
        return got

    def _drop(self, tail: Tail) -> None:
        """Let go of a file; from then on another one may have its inode."""
        del self._tails[tail.key]
        os.close(tail.handle)
        for path in [path for path, key in self._at.items() if key == tail.key]:
            del self._at[path]

    def _replaced(self, tail: Tail) -> None:
        """Other bytes stand where the file was read: begin again."""
        if self._rest_of_copy(tail.mark(), tail.log.scanner.state()) is None:
            tail.log.finish(complete=False)
        else:
            tail.log.account()
        tail.restart(self._make_log(_source(tail.path, tail.handle), None, b""))

    # -- what became of a file --------------------------------------------------------------------------------------

    def _find(self, mark: Mark) -> str | None:
        """The path under which a marked file lies now, renamed perhaps."""
        for path, key in [(mark.path, _key(mark.path)), *_family(mark.path)]:
            if key == (mark.device, mark.inode) and _fits(path, mark):
                return path
        return None

    def _rest_of_copy(self, mark: Mark, state: State | None) -> Key | None:
        """A file that is gone or truncated: what follows the mark may stand in a copy or in a compressed file beside
        it, which is returned. Says in the report which it is."""
        family = _family(mark.path) if mark.offset else []  # without a line that was read any file would do
        for path, key in reversed(family):
            other = key != (mark.device, mark.inode) and key not in self._tails
            log = self._continued(path, mark, state) if other else None
            if log is not None:
                self._refuse(path, key, "compressed")
                self._newest[mark.path] = max(self._newest.get(mark.path, 0), _written(path))
                log.finish()
                self._builder.problem(mark.path, "rotated", "its end was read from a copy")
                return key
        self._builder.problem(mark.path, "truncated", "truncated, replaced or gone: lines may be lost")
        self._builder.complete = False
        return None

    def _continued(self, path: str, mark: Mark, state: State | None) -> Log | None:
        """The log of a mark, fed with what follows the mark in the file at `path`; None where that is another log."""
        head, skipped, log, kept = b"", 0, None, b""
        for block in _blocks(path):
            if log is not None:
                log.feed(block)
                continue
            head += block[: HEAD - len(head)]
            if len(head) >= mark.head[0] and hashed(head[: mark.head[0]]) != mark.head:
                return None
            at = mark.offset - skipped
            skipped += len(block)
            kept = (kept + block[:at])[-LOOKBACK - 1 :]
            if at > len(block):
                continue
            if hashed(head[: mark.head[0]]) != mark.head or hashed(_last(kept, mark.before[0])) != mark.before:
                return None
            log = self._make_log(Source(mark.path, mark.path), state or State(offset=mark.offset), kept)
            log.feed(block[at:])
        return log


def _last(data: bytes, size: int) -> bytes:
    return data[len(data) - size :] if size <= len(data) else data


def _open(path: str) -> int | None:
    with suppress(OSError):
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    return None


def _key(path: str) -> Key | None:
    with suppress(OSError):
        status = os.stat(path)
        return status.st_dev, status.st_ino
    return None


def _written(path: str) -> int:
    """When a file was last written, ns; 0 where it is gone."""
    with suppress(OSError):
        return os.stat(path).st_mtime_ns
    return 0


def _packed(path: str) -> bool:
    """Whether a file is compressed."""
    handle = _open(path)
    if handle is None:
        return False
    try:
        return sniff(os.pread(handle, LONGEST_MAGIC, 0)) is not None
    finally:
        os.close(handle)


def _source(name: str, handle: int) -> Source:
    return Source(name, name, None, os.fstat(handle).st_mtime_ns // 1000)


def _family(path: str) -> list[tuple[str, Key]]:
    """The files of a rotated log, oldest first. Listed until two lists are alike: a rotation may be under way."""
    folder, name = os.path.split(path)
    log = oldest_first(name)[0]
    seen: list[tuple[str, Key]] = []
    for turn in range(LISTINGS):
        if turn > 1:
            time.sleep(0.002)  # hundreds of files take a while to be renamed
        try:
            names = [each for each in os.listdir(folder or ".") if oldest_first(each)[0] == log]
        except OSError:
            return []
        paths = [os.path.join(folder, each) for each in sorted(names, key=oldest_first)]
        found = [(each, key) for each in paths if (key := _key(each)) is not None]
        if found == seen:
            break
        seen = found
    return seen


def _fits(path: str, mark: Mark) -> bool:
    """Whether a file begins as the marked one did, and holds before the offset what was read there."""
    handle = _open(path)
    if handle is None:
        return False
    try:
        if not mark.offset and sniff(os.pread(handle, LONGEST_MAGIC, 0)):
            return False  # what was empty is another file by now
        head = os.pread(handle, mark.head[0], 0)
        before = os.pread(handle, mark.before[0], mark.offset - mark.before[0])
        return os.fstat(handle).st_size >= mark.offset and hashed(head) == mark.head and hashed(before) == mark.before
    finally:
        os.close(handle)


def _blocks(path: str) -> Iterator[bytes]:
    """The text of a finished file, unpacked; nothing of what cannot be read."""
    try:
        reader = Reader(Source(path, path, os.stat(path).st_size))
    except (OSError, Unreadable):
        return
    with suppress(OSError, Cut, Unreadable):
        for part in reader.parts():
            if not isinstance(part, Skip):
                yield from part
    reader.close()
