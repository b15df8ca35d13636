"""Compressed streams, told by their first bytes: gzip, bzip2, xz, zstd and lz4, all members and frames.

All codecs have the interface of `bz2.BZ2Decompressor`, so that one loop serves: it knows where a member ends (a
`decompressobj` of zlib stops there), when input is missing at the end (`zstandard` takes a cut file for a whole one),
and gives out at most a block at a time (a kilobyte can unpack to gigabytes). Each is imported when it is met.

What follows the last member is treated as gzip(1) does: padding with NULs is nothing, anything else is left in the feed
and no reason to distrust what came before.
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Protocol

import msgspec

from logscan.sources.feed import Feed
from logscan.sources.model import BLOCK, Cut, Unreadable

MAX_OUT: Final = 64 * 1024**3
"""Decompressed bytes after which an archive is given up as a bomb."""
MAX_MEMORY: Final = 160 * 1024**2
"""Bytes that an xz stream may ask for its dictionary; `xz -9` needs 65 MiB."""
PIECE: Final = 32 * 1024
"""Compressed bytes given to a decoder at a time: damage costs what its piece would have given, but in a member's first
piece, which is read again."""
LONGEST_MAGIC: Final = 6

_MAGIC: Final = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x04\x22\x4d\x18", "lz4"),
)
_SKIPPABLE: Final = b"\x2a\x4d\x18"
"""After a byte from 0x50 to 0x5f: a frame without content, which pzstd writes first.
https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.2"""


class Decoder(Protocol):
    """One member or frame. `needs_input` False: more output is waiting; `unused_data`: what followed the end."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes | None: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most `max_length` bytes; the rest of `data` is kept."""


class Codec(msgspec.Struct, frozen=True):
    """Makes decoders of one format; `errors` are those that damaged data raises; `prompt` makes one that holds nothing
    back, where `new` does."""

    new: Callable[[], Decoder]
    errors: tuple[type[Exception], ...]
    prompt: Callable[[], Decoder] | None = None


class Budget:
    """What one source may unpack to, all its members and layers together."""

    def __init__(self) -> None:
        self.left = MAX_OUT

    def of(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The same blocks. Raises Cut when they exceed what is left."""
        for block in blocks:
            self.left -= len(block)
            if self.left < 0:
                raise Cut(f"an archive that gives more than {MAX_OUT >> 30} GiB; counted up to there")
            yield block


def sniff(head: bytes) -> str | None:
    """The compression that the first LONGEST_MAGIC bytes show, or None."""
    kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    if kind == "bzip2" and not (head[3:4].isdigit() and head[4:6] in (b"1A", b"\x17r")):
        return None  # "BZh" may start a line of text; a block or the end of the stream follows the level
    if kind is None and head[1:4] == _SKIPPABLE and head[0] >> 4 == 5:
        return "zstd"
    return kind


def decompressed(feed: Feed) -> Iterator[bytes]:
    """The blocks of all members at the feed's start; what is left in the feed then belongs to none.

    Small output is gathered as long as input is at hand, so that many small members cost no more than a large one.
    Raises Cut where a member is cut or damaged, Unreadable where a package is missing.
    """
    parts: list[bytes] = []
    gathered = 0
    try:
        for part in _parts(feed):
            parts.append(part)
            gathered += len(part)
            if gathered >= BLOCK or (gathered and not feed.holds):
                gathered = 0
                yield b"".join(parts)
                parts.clear()
    except Cut:
        if gathered:
            yield b"".join(parts)
        raise
    if gathered:
        yield b"".join(parts)


def codec(kind: str) -> Codec:
    """The codec of a kind that `sniff` tells, or of `deflate`. Raises Unreadable where its package is missing."""
    try:
        return _CODECS[kind]()
    except ImportError as error:
        raise Unreadable(f"{kind} needs the package {error.name}, which is not installed") from error


def member(feed: Feed, kind: str) -> Iterator[bytes]:
    """What each piece of one member gives; what follows the member is pushed back into the feed. Raises as
    `decompressed` does."""
    found = codec(kind)
    errors, decoder = found.errors, found.new()
    first = True
    while not decoder.eof:
        piece = feed.some(PIECE) if decoder.needs_input else b""
        if decoder.needs_input and not piece:
            raise Cut(f"cut {kind} data; counted up to there")
        try:
            out = decoder.decompress(piece, BLOCK)
        except errors as error:
            if first:
                yield from _salvaged((found.prompt or found.new)(), errors, piece)
            raise Cut(f"damaged {kind} data ({error}); counted up to there") from error
        first = False
        yield out
    feed.push(decoder.unused_data or b"")


def _parts(feed: Feed) -> Iterator[bytes]:
    """What each piece of each member gives."""
    while kind := sniff(feed.peek(LONGEST_MAGIC)):
        yield from member(feed, kind)
        while feed.peek(1)[:1] == b"\0":
            feed.push(feed.block().lstrip(b"\0"))


def _salvaged(decoder: Decoder, errors: tuple[type[Exception], ...], piece: bytes) -> Iterator[bytes]:
    """What a damaged piece gives before its damage, byte by byte: a decoder that fails keeps back what it had
    unpacked."""
    try:
        for at in range(len(piece)):
            yield decoder.decompress(piece[at : at + 1], BLOCK)
            while not decoder.needs_input and not decoder.eof:
                yield decoder.decompress(b"", BLOCK)
    except errors:
        return


class _Inflater:
    """A decoder of zlib's, where isal has no wheel: a third of its speed."""

    def __init__(self, window: int) -> None:
        self._object = zlib.decompressobj(window)
        self.eof = False
        self.needs_input = True
        self.unused_data: bytes | None = None

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._object.decompress(self._object.unconsumed_tail + data, max_length)
        self.eof = self._object.eof
        self.needs_input = not self.eof and not self._object.unconsumed_tail and len(out) < max_length
        self.unused_data = self._object.unused_data
        return out


def _inflate(flag: str, window: int) -> Codec:
    try:
        from isal import igzip_lib
    except ImportError:
        return Codec(lambda: _Inflater(window), (zlib.error,))
    damage: Any = igzip_lib.IsalError  # its stub takes it for an instance
    new = partial(igzip_lib.IgzipDecompressor, flag=getattr(igzip_lib, flag))
    return Codec(new, (damage, zlib.error), lambda: _Inflater(window))


def _bzip2() -> Codec:
    import bz2

    return Codec(bz2.BZ2Decompressor, (OSError, ValueError))


def _xz() -> Codec:
    import lzma

    return Codec(lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY), (lzma.LZMAError,))


def _zstd() -> Codec:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdDecompressor, ZstdError
    else:
        from backports.zstd import ZstdDecompressor, ZstdError
    return Codec(ZstdDecompressor, (ZstdError,))


def _lz4() -> Codec:
    from lz4.frame import LZ4FrameDecompressor

    return Codec(LZ4FrameDecompressor, (RuntimeError,))


_CODECS: Final[dict[str, Callable[[], Codec]]] = {
    "gzip": lambda: _inflate("DECOMP_GZIP", 31),
    "deflate": lambda: _inflate("DECOMP_DEFLATE", -15),
    "bzip2": _bzip2,
    "xz": _xz,
    "zstd": _zstd,
    "lz4": _lz4,
}
