"""Sources to blocks of text. The only module that opens what is scanned.

What a source is, its first bytes decide, never its name: compressed data is unpacked on the way (by a thread beside the
scan), the members of a tar or zip archive are sources of their own, UTF-16 with a byte order mark becomes UTF-8, binary
data is refused. One layer of compression around an archive and one around a member are read, no deeper.
"""

import codecs
import os
import select
import sys
from collections.abc import Generator, Iterator
from typing import IO, TYPE_CHECKING, Final

from logscan.digest import blake2b
from logscan.lazyre import compiled
from logscan.sources import tar, zip
from logscan.sources.compression import LONGEST_MAGIC, Budget, decompressed, sniff
from logscan.sources.feed import Feed
from logscan.sources.finding import no_log
from logscan.sources.model import BLOCK, HEAD, SHRUNK, Cut, Entry, Skip, Source, Unreadable

if TYPE_CHECKING:
    from logscan.sources.ahead import Ahead

MAX_MEMBERS: Final = 100_000
"""Members of an archive, above which it is given up."""
MAX_NAME: Final = 255
"""Characters of a member's name that are kept, from its end."""
_STEP: Final = 0.25
"""Seconds after which a thread that waits for a pipe looks whether it is still wanted."""
_HOLE: Final = compiled(rb"\0{64,}")


class Stream:
    """Blocks of text of one log: a file, a pipe, or a member of an archive. `identity`, known from the first block on,
    names the content (of the name and the first HEAD bytes).

    Iterating raises OSError, Unreadable (at the first block) and Cut.
    """

    def __init__(self, source: Source, blocks: Iterator[bytes]) -> None:
        self.source = source
        self.identity = ""
        self.cut = False
        self._blocks = blocks

    @property
    def name(self) -> str:
        return self.source.name

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._text()
        except Cut:
            self.cut = True
            raise

    def _text(self) -> Iterator[bytes]:
        head = next(self._blocks, b"")
        blocks = _chain(head, self._blocks)
        wide = utf16(head)
        if wide is not None:
            blocks = _decode(blocks, wide)
            head = next(blocks)
            blocks = _chain(head, blocks)
        reason = binary(head)
        if reason and self.source.path is not None:
            if len(head) < tar.RECORD:
                next(self._blocks, b"")  # of a cut archive: its first bytes look binary, that it is cut says more
            raise Unreadable(reason)
        key = self.source.name.encode("utf-8", "surrogateescape")[-64:]
        self.identity = blake2b(head[:HEAD], digest_size=8, key=key).hexdigest()
        yield from (block for block in blocks if block)


class Reader:
    """An opened source. `stored` counts the bytes read from the disk or pipe so far.

    `parts` gives what is in it: one Stream, or those of an archive's members. Opening raises OSError and Unreadable;
    iterating parts or their blocks raises OSError, Unreadable and Cut.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.stored = 0
        self._file = _open(source)
        self._pipe = source.size is None
        self._head = b""
        self._settled = False
        self._ahead: Ahead | None = None
        self._budget = Budget()
        self._feed = Feed(self._raw())

    def parts(self) -> Iterator[Stream | Skip]:
        """The logs in this source, and what is left out of them; each Stream must be done with before the next."""
        kind = sniff(_look(self._feed))
        if kind is None:
            yield from self._logs(self._feed, "")
            return
        whole: list[bool] = []
        yield from self._logs(Feed(self._unpacked(self._feed, whole)), kind)
        if whole and (size := self._feed.drain()):
            yield Skip(self.source.name, f"bytes after the end of {kind} data", size)

    def __iter__(self) -> Iterator[bytes]:
        """The blocks of a source that is one log. Raises Unreadable for an archive of several."""
        for part in self.parts():
            if part.name != self.source.name:
                raise Unreadable("an archive of several files: name one of them unpacked")
            if isinstance(part, Stream):
                yield from part

    def ready(self, timeout: float) -> bool:
        """Whether something is there to go on with, waiting at most `timeout` seconds for it. A pipe is ready to be
        begun when enough is there to tell what it is."""
        if self._ahead is not None:
            return self._ahead.ready(timeout)
        if not self._pipe or self._feed.holds:
            return True
        if not select.select([self.fileno()], [], [], timeout)[0]:
            return False
        self._begin()
        return self._settled

    def fileno(self) -> int:
        """Of the file or pipe."""
        return self._file.fileno()

    def close(self) -> None:
        """End the thread if one runs, and close the file; standard input stays open."""
        if self._ahead is not None:
            self._ahead.close()
        if self.source.path is not None:
            self._file.close()

    # -- stored bytes

    def _read(self) -> bytes:
        while self._pipe and self._ahead is not None and not select.select([self.fileno()], [], [], _STEP)[0]:
            if self._ahead.closed:
                return b""
        block = os.read(self.fileno(), BLOCK)
        self.stored += len(block)
        return block

    def _begin(self) -> None:
        """Read once, while what was read does not tell yet what the source is."""
        if not self._settled:
            block = self._read()
            self._head += block
            self._settled = not block or len(self._head) >= tar.RECORD or _tells(self._head)

    def _raw(self) -> Iterator[bytes]:
        while not self._settled:
            self._begin()
        block = self._head
        while block:
            yield block
            block = self._read()
        if self.source.path is not None and self.stored < (self.source.size or 0):
            raise Cut(SHRUNK)

    # -- what they hold

    def _unpacked(self, feed: Feed, whole: list[bool]) -> Iterator[bytes]:
        """Decompressed blocks; `whole` gets an entry when they end as they should."""
        yield from self._beside(self._budget.of(decompressed(feed)))
        whole.append(True)

    def _beside(self, blocks: Iterator[bytes]) -> Generator[bytes, None, None]:
        """Blocks made by a thread beside the scan, unless one is at work already."""
        if self._ahead is not None:
            yield from blocks
            return
        from logscan.sources.ahead import Ahead  # with `threading`, which plain text does without

        self._ahead = Ahead(blocks)
        try:
            yield from self._ahead
        finally:
            self._ahead.close()
            self._ahead = None

    def _logs(self, feed: Feed, packed: str) -> Iterator[Stream | Skip]:
        head = _look(feed)
        if _is_archive(head):
            yield from self._members(feed, zip.is_zip(head))
        else:
            yield Stream(self.source, _flat(feed, packed))

    def _members(self, feed: Feed, zipped: bool) -> Iterator[Stream | Skip]:
        entries = zip.entries(feed, self._budget) if zipped else tar.entries(feed)
        for number, (entry, blocks) in enumerate(entries):
            if number == MAX_MEMBERS:
                raise Cut(f"an archive of more than {MAX_MEMBERS:,} members; counted up to there")
            source = self._member(entry)
            if reason := no_log(os.path.basename(source.name)):
                yield Skip(source.name, reason, entry.size)
                continue
            if entry.refused is not None:
                yield Skip(source.name, entry.refused, entry.size, fatal=entry.lost)
                continue
            text = self._inside(blocks)
            if zipped:
                text = self._beside(text)
            stream = Stream(source, text)
            yield stream
            text.close()
            if stream.cut and not feed.peek(1):
                return  # the archive itself was cut there, which has been said

    def _member(self, entry: Entry) -> Source:
        """A member as a source; of its name, what would climb is left out."""
        parts = [part for part in entry.name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        name = f"{self.source.name}!{'/'.join(parts)[-MAX_NAME:]}"
        return Source(name, name, entry.size, entry.mtime * 1_000_000 or self.source.mtime)

    def _inside(self, blocks: Iterator[bytes]) -> Generator[bytes, None, None]:
        """The text in a member, which may be compressed once."""
        feed = Feed(blocks)
        kind = sniff(_look(feed))
        if kind is None:
            yield from _flat(feed, "")
            return
        unpacked = self._beside(self._budget.of(decompressed(feed)))
        try:
            yield from _flat(Feed(unpacked), kind)
        finally:
            unpacked.close()
        if feed.drain():
            raise Cut(f"something follows the end of {kind} data; counted up to there")


def _look(feed: Feed) -> bytes:
    """As much of the start as tells what it is; a live stream is not waited for longer than that."""
    head = feed.peek(LONGEST_MAGIC)
    return head if _tells(head) else feed.peek(tar.RECORD)


def _tells(head: bytes) -> bool:
    """Whether less than a tar's record is enough to tell what it starts: a line of text, a magic number."""
    return len(head) >= LONGEST_MAGIC and (b"\n" in head or sniff(head) is not None or zip.is_zip(head))


def _is_archive(head: bytes) -> bool:
    return zip.is_zip(head) or tar.is_tar(head)


def _flat(feed: Feed, packed: str) -> Iterator[bytes]:
    """Blocks that hold no further layer; `packed`: the layer around them."""
    head = _look(feed)
    if again := sniff(head):
        raise Unreadable(f"{again} inside {packed}: unpack it first")
    if _is_archive(head):
        raise Unreadable("an archive inside an archive: unpack it first")
    while block := feed.block():
        yield block


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
