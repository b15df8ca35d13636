"""What was compiled once and need not be compiled again: parsed rules, patterns, search databases.

Below $XDG_CACHE_HOME/logscan (https://specifications.freedesktop.org/basedir-spec/latest/), readable and writable by
its owner alone. A cache never changes a result: whatever is missing, foreign, writable by others, damaged or of
another version is made anew, and where nothing can be written nothing is. Files are replaced as a whole, so two
processes cannot disturb each other, and all may be deleted at any time. Values are msgpack of known types; nothing is
ever unpickled.

Only the command line opens the cache (`start`); a program that uses logscan as a library writes no file.

An entry knows the files that it was made from by size, inode and times. Two changes within one tick of the file
system's clock leave the same times, so files that were young when the entry was made are compared by content as well
(git calls such files racy: https://git-scm.com/docs/racy-git).
"""

import os
import stat
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from logscan import __version__
from logscan.digest import blake2b
from logscan.private import is_own, own_folder

T = TypeVar("T")

ABOUT: Final = f"logscan 1 {__version__} {sys.implementation.cache_tag} {sys.hexversion:x} {sys.byteorder}"
"""An entry of another format, release or interpreter is not read."""

MAX_ENTRY: Final = 64 * 1024 * 1024
MAX_FILES: Final = 64
RACY_NS: Final = 2_000_000_000
"""The coarsest clock of a file system in use: FAT's two seconds."""

_folder: str | None = None
_writers: list[Callable[[], None]] = []


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """A file as it was. `digest` is None where its times tell enough."""

    path: str
    size: int
    inode: int
    modified: int
    changed: int
    digest: bytes | None = None

    def young(self, taken: int) -> bool:
        """Whether a later change might have left the same times."""
        return max(self.modified, self.changed) > taken - RACY_NS


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What stands in a cache file, behind its checksum. `taken` is when `files` were looked at, in ns; `body` is a part
    of what was read, not a copy."""

    about: str
    taken: int
    files: tuple[Seen, ...]
    body: memoryview


def start() -> None:
    """Use the user's cache from now on, unless LOGSCAN_NO_CACHE is set or its folder is not the user's own."""
    global _folder
    _folder = None if os.environ.get("LOGSCAN_NO_CACHE") else own_folder("XDG_CACHE_HOME", "~/.cache")


def stop() -> None:
    """Use none."""
    global _folder
    _folder = None


def started() -> bool:
    """Whether a cache is in use."""
    return _folder is not None


def later(write: Callable[[], None]) -> None:
    """Have what a run has found out written when it ends."""
    _writers.append(write)


def finish() -> None:
    """The run has ended."""
    for write in _writers:
        write()


def kept(name: str, files: Sequence[str], kind: type[T], make: Callable[[], T]) -> T:
    """What `make` makes of `files`, from the cache where none of them has changed since.

    `name` is the entry's; it may hold letters, digits, dots and hyphens.
    """
    if _folder is None:
        return make()
    taken = time.time_ns()
    now = _look(files, taken)
    if now is None:  # one of the files cannot be read; `make` knows how to say so
        return make()
    entry = _read(name)
    if entry is not None and _same(entry, now):
        try:
            old = msgspec.msgpack.decode(entry.body, type=kind)
        except msgspec.MsgspecError:
            old = None
        if old is not None:
            if any(one.young(entry.taken) for one in entry.files) and not any(one.young(taken) for one in now):
                _write(name, Entry(ABOUT, taken, now, entry.body))  # from now on the times tell enough
            return old
    value = make()
    if _look(files, taken) == now:
        _write(name, Entry(ABOUT, taken, now, memoryview(msgspec.msgpack.encode(value))))
    return value


def get(name: str) -> memoryview | None:
    """An entry that depends on no file: its name says everything."""
    entry = _read(name)
    return entry.body if entry is not None else None


def put(name: str, body: bytes) -> None:
    """Keep an entry that depends on no file."""
    _write(name, Entry(ABOUT, 0, (), memoryview(body)))


def _look(files: Sequence[str], taken: int) -> tuple[Seen, ...] | None:
    """The files as they are; young ones with a digest of their content. None where one cannot be read."""
    out = []
    try:
        for path in files:
            found = os.stat(path)
            seen = Seen(path, found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)
            if seen.young(taken):
                seen = msgspec.structs.replace(seen, digest=_digest(path))
            out.append(seen)
    except OSError:
        return None
    return tuple(out)


def _digest(path: str) -> bytes | None:
    """Of a file's content; None where it is gone."""
    try:
        with open(path, "rb") as file:
            return blake2b(file.read(), digest_size=16).digest()
    except OSError:
        return None


def _same(entry: Entry, now: tuple[Seen, ...]) -> bool:
    """Whether an entry was made from these very files."""
    if entry.files == now and not any(one.young(entry.taken) for one in now):
        return True
    if len(entry.files) != len(now):
        return False
    for then, one in zip(entry.files, now, strict=True):
        if (then.path, then.size, then.inode, then.modified, then.changed) != (
            one.path, one.size, one.inode, one.modified, one.changed,
        ):  # fmt: skip
            return False
        if then.young(entry.taken) and (then.digest is None or then.digest != (one.digest or _digest(one.path))):
            return False
    return True


def _read(name: str) -> Entry | None:
    """The entry of that name; None where there is none to be trusted."""
    if _folder is None:
        return None
    try:
        handle = os.open(os.path.join(_folder, name), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or not is_own(found) or found.st_size > MAX_ENTRY:
            return None
        data = memoryview(file.read())
    if zlib.crc32(data[4:]).to_bytes(4, "big") != data[:4]:
        return None
    try:
        entry = msgspec.msgpack.decode(data[4:], type=Entry)
    except msgspec.MsgspecError:
        return None
    return entry if entry.about == ABOUT else None


def _write(name: str, entry: Entry) -> None:
    """Put an entry in place as a whole, or not at all."""
    if _folder is None:
        return
    data = msgspec.msgpack.encode(entry)
    draft = os.path.join(_folder, f".{name}.{os.getpid()}.{time.time_ns():x}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(zlib.crc32(data).to_bytes(4, "big") + data)
        os.replace(draft, os.path.join(_folder, name))
        _thin_out(_folder)
    except OSError:  # a full disk, a read-only home
        _remove(draft)


def _thin_out(folder: str) -> None:
    """Remove the oldest entries beyond MAX_FILES: rule sets that were tried once, drafts of processes that died."""
    found = sorted(os.scandir(folder), key=lambda entry: entry.stat(follow_symlinks=False).st_mtime_ns)
    for entry in found[:-MAX_FILES]:
        _remove(entry.path)


def _remove(path: str) -> bool:
    """Whether the file was removed; another process may have been first."""
    try:
        os.unlink(path)
    except OSError:
        return False
    return True


def name_of(kind: str, *parts: Any) -> str:
    """An entry's name: what it is, and a checksum of what it depends on."""
    return f"{kind}-{blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"
