"""Where bytes come from: standard input, files and folders, to blocks. The only module that opens what is scanned.

Nothing here blocks for ever: a pipe or a device met in a folder is skipped with the reason, links to folders are not
followed, a file is read once however many links lead to it. What a file is, its first bytes decide, never its name:
gzip, bzip2 and xz are decompressed on the way (all members), UTF-16 with a byte order mark becomes UTF-8, binary
data is skipped. Names count only inside a folder, where documents and program text lie beside the logs.
"""

import codecs
import hashlib
import os
import re
import select
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from logscan.errors import InputError

BLOCK: Final = 256 * 1024
HEAD: Final = 4096
MAX_OUT: Final = 64 * 1024**3
"""Decompressed bytes after which an archive is given up as a bomb."""

NOT_LOGS: Final = frozenset(
    [
        ".c",
        ".cfg",
        ".conf",
        ".cpp",
        ".css",
        ".csv",
        ".db",
        ".gif",
        ".go",
        ".h",
        ".html",
        ".ico",
        ".ini",
        ".ipynb",
        ".java",
        ".jpeg",
        ".jpg",
        ".js",
        ".lock",
        ".md",
        ".pdf",
        ".png",
        ".pub",
        ".py",
        ".pyc",
        ".pyi",
        ".rb",
        ".rs",
        ".rst",
        ".sh",
        ".so",
        ".sql",
        ".sqlite",
        ".sqlite3",
        ".svg",
        ".toml",
        ".ts",
        ".tsx",
        ".whl",
        ".xml",
        ".yaml",
        ".yml",
        ".zip",
        ".tar",
        ".tgz",
        ".parquet",
    ]
)
_SKIPPED_FOLDERS: Final = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", ".tox"})
_MAGIC: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"PK\x03\x04", "zip"),
)

_HOLE: Final = re.compile(rb"\0{64,}")


class Source(msgspec.Struct, frozen=True):
    """One thing to scan. `name` is what the report calls it; `size` in bytes as stored, None for a pipe; `mtime` in
    µs."""

    name: str
    path: str | None
    size: int | None = None
    mtime: int | None = None


class Skip(msgspec.Struct, frozen=True):
    """One thing that is not scanned, and why. `fatal`: the user named it, so its absence is a problem."""

    name: str
    reason: str
    size: int = 0
    fatal: bool = False


def stdin() -> Source:
    """Standard input; a file behind it has a size and a time of its own."""
    status = os.fstat(0)
    if stat.S_ISREG(status.st_mode):
        return Source("stdin", None, status.st_size, status.st_mtime_ns // 1000)
    return Source("stdin", None)


def find(paths: Sequence[str]) -> Iterator[Source | Skip]:
    """What the command line names, in order: files, folders (recursively, by name), "-" for standard input."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        if path in ("-", "/dev/stdin"):
            yield stdin()
        else:
            yield from _named(path, seen)


def _named(path: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield Skip(path, why(error), fatal=True)
        return
    if stat.S_ISDIR(status.st_mode):
        found = False
        for item in _walk(path, seen):
            found = found or isinstance(item, Source)
            yield item
        if not found:
            yield Skip(path, "no logs in this folder", fatal=True)
    elif stat.S_ISREG(status.st_mode) or _own_pipe(path, status):
        yield from _once(path, status, seen)
    elif stat.S_ISFIFO(status.st_mode):
        yield Source(path, path)
    else:
        yield Skip(path, f"{_kind(status)}, not a file", fatal=True)


def _own_pipe(path: str, status: os.stat_result) -> bool:
    """A pipe that the shell opened for us: `logscan scan <(journalctl …)`."""
    return stat.S_ISFIFO(status.st_mode) and path.startswith(("/dev/fd/", "/proc/self/fd/"))


def _once(path: str, status: os.stat_result, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    key = (status.st_dev, status.st_ino)
    if key in seen:
        yield Skip(path, "the same file as one before")
        return
    seen.add(key)
    regular = stat.S_ISREG(status.st_mode)
    yield Source(path, path, status.st_size if regular else None, status.st_mtime_ns // 1000 if regular else None)


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    failed: list[Skip] = []
    for root, folders, files in os.walk(
        folder, onerror=lambda e: failed.append(Skip(str(e.filename), why(e), fatal=True))
    ):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED_FOLDERS)
        yield from failed
        failed.clear()
        for name in sorted(files):
            yield from _in_folder(os.path.join(root, name), name, seen)
    yield from failed


def _in_folder(path: str, name: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield Skip(path, why(error))
        return
    suffix = Path(name).suffix.lower()
    if not stat.S_ISREG(status.st_mode):
        yield Skip(path, f"{_kind(status)}, not a file")
    elif suffix in NOT_LOGS or (name.startswith(".") and not suffix):
        yield Skip(path, f"not a log by its name ({suffix or 'hidden'})", status.st_size)
    else:
        yield from _once(path, status, seen)


def _kind(status: os.stat_result) -> str:
    for test, word in ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"),
                       (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device")):  # fmt: skip
        if test(status.st_mode):
            return word
    return "something else"


def why(error: Exception) -> str:
    """What an error says, without the number and the path, which stand elsewhere."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


class Unreadable(InputError):
    """A source that is no log: binary, or an archive of a kind that is not read. `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Cut(InputError):
    """An archive that ends early or is damaged; what came before it was good."""


class Reader:
    """Blocks of one source, decompressed. `stored` counts the bytes read from the disk or pipe so far; `identity`,
    known from the first block on, names the content (of the name and the first HEAD bytes).

    Opening raises OSError and Unreadable; iterating raises OSError, Unreadable (at the first block) and Cut.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stored = 0
        self.identity = ""
        self._file = _open(source)

    def __iter__(self) -> Iterator[bytes]:
        blocks = self._unpack(self._read())
        head = next(blocks, b"")
        reason = binary(head)
        if reason and self.source.path is not None:
            raise Unreadable(reason)
        name = self.source.name.encode("utf-8", "surrogateescape")[-64:]
        self.identity = hashlib.blake2b(head[:HEAD], digest_size=8, key=name).hexdigest()
        if head:
            yield head
        yield from blocks

    def fileno(self) -> int:
        """Of the file or pipe, to wait on."""
        return self._file.fileno()

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.source.path is not None:
            self._file.close()

    def _read(self) -> bytes:
        block = os.read(self._file.fileno(), BLOCK)
        self.stored += len(block)
        return block

    def _raw(self, first: bytes) -> Iterator[bytes]:
        while first:
            yield first
            first = self._read()

    def _unpack(self, first: bytes) -> Iterator[bytes]:
        kind = next((name for magic, name in _MAGIC if first.startswith(magic)), None)
        if kind in ("zstd", "lz4", "zip"):
            raise Unreadable(f"{kind} is not read by this version; unpack it first, or pipe it in")
        blocks = self._raw(first)
        if kind is not None:
            blocks = self._decompress(kind, _Joined(blocks))
            first = next(blocks, b"")
            blocks = _chain(first, blocks)
        wide = utf16(first)
        return _decode(blocks, wide) if wide is not None else blocks

    def _decompress(self, kind: str, joined: "_Joined") -> Iterator[bytes]:
        unpacked, damage = _opened(kind, joined)
        errors: tuple[type[Exception], ...] = (EOFError, OSError, ValueError, *damage)
        total = 0
        while True:
            try:
                block: bytes = unpacked.read1(BLOCK)
            except errors as error:
                raise Cut(f"cut or damaged {kind} archive ({error}); counted up to there") from error
            if not block:
                return
            total += len(block)
            if total > MAX_OUT:
                raise Cut(f"{kind} archive gives more than {MAX_OUT >> 30} GiB; counted up to there")
            yield block


def _opened(kind: str, joined: "_Joined") -> tuple[Any, tuple[type[Exception], ...]]:
    """A decompressing file over a stored one, and the errors of its own that it raises. Imported when met: most logs
    are plain, and starting fast matters more."""
    if kind == "gzip":
        import gzip
        import zlib

        return gzip.GzipFile(fileobj=joined), (zlib.error,)  # type: ignore[call-overload]
    if kind == "bzip2":
        import bz2

        return bz2.BZ2File(joined), ()  # type: ignore[call-overload]
    import lzma

    return lzma.LZMAFile(joined), (lzma.LZMAError,)  # type: ignore[arg-type]


class _Joined:
    """An iterator of blocks as the readable file that the decompressors want."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = block
        size = len(self._rest) if size < 0 else size
        out, self._rest = self._rest[:size], self._rest[size:]
        return out

    def seekable(self) -> bool:
        return False

    def readable(self) -> bool:
        return True

    @property
    def closed(self) -> bool:
        return False


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def utf16(head: bytes) -> str | None:
    """The UTF-16 encoding of text that begins so, or None: told by a byte order mark or, without one (PowerShell's
    appended output, a file cut at its start), by NULs in nearly every second byte and in hardly any other."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return name
    head = head[: HEAD // 2 * 2]
    pairs = len(head) // 2
    if pairs < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd >= pairs * 0.7 and even <= pairs * 0.02:
        return "utf-16-le"
    return "utf-16-be" if even >= pairs * 0.7 and odd <= pairs * 0.02 else None


def _decode(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace").removeprefix(b"\xef\xbb\xbf")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def _open(source: Source) -> IO[bytes]:
    if source.path is None:
        return sys.stdin.buffer
    named_pipe = source.size is None and not source.path.startswith(("/dev/fd/", "/proc/"))
    handle = os.open(source.path, os.O_RDONLY | (os.O_NONBLOCK if named_pipe else 0))
    if source.size is None and not os.get_blocking(handle):
        _wait_for_writer(handle)
    return os.fdopen(handle, "rb", buffering=0)


def _wait_for_writer(handle: int) -> None:
    """A named pipe that nobody writes to would block for ever: say so instead."""
    ready, _, _ = select.select([handle], [], [], 1.0)
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    events = dict(poll.poll(0)).get(handle, 0)
    if ready and not events & select.POLLIN:
        os.close(handle)
        raise Unreadable("a pipe that nobody writes to")
    if not ready:
        # a writer would have made it ready by closing, or has it open and is silent: a reader without any writer
        # sees neither data nor a hang-up
        os.close(handle)
        raise Unreadable("a pipe that nobody wrote to within a second")
    os.set_blocking(handle, True)


def binary(head: bytes) -> str | None:
    """Why the first bytes are no log, or None. A long run of NULs is the hole that copytruncate or a crash leaves."""
    text = _HOLE.sub(b"", head).lstrip(b"\0")[:8192]
    if not text:
        return None
    if b"\0" in text and text.count(b"\0") > len(text) // 200:
        return "binary data"
    odd = sum(text.count(bytes([c])) for c in (1, 2, 3, 4, 5, 6, 14, 15, 16, 17, 18, 20, 21, 22, 23, 25, 26, 28, 29))
    return "binary data" if odd > len(text) // 20 else None
