"""A zip archive as a stream of members: the local headers are read in order, so that pipes and cut archives serve.

The format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (sections 4.3 to 4.5). Python's zipfile starts
at the directory in the end, which a pipe has not reached and a cut archive does not have, and holds it whole in memory.
"""

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from struct import Struct
from typing import Final

import msgspec

from logscan.sources.compression import Budget, member
from logscan.sources.feed import Feed
from logscan.sources.model import Cut, Entry

LOCAL: Final = b"PK\3\4"
_ENDS: Final = (b"PK\1\2", b"PK\5\6", b"PK\6\6", b"PK\6\7")
_LONGEST_END: Final = 22 + 0xFFFF
_DESCRIPTOR: Final = b"PK\7\x08"
_HEADER: Final = Struct("<4s5H3I2H")
"""Signature, version, flags, method, time, date, CRC, size packed, size, length of name and of extra."""
_ENCRYPTED: Final = 0x0001
_SIZES_FOLLOW: Final = 0x0008
_UTF8: Final = 0x0800
_STORED: Final = 0
_METHODS: Final = {8: "deflate", 12: "bzip2", 93: "zstd", 95: "xz"}
_ZIP64: Final = 1
_UNKNOWN: Final = 0xFFFFFFFF


class _Local(msgspec.Struct, frozen=True):
    """A local header. `packed` is the length of the content in bytes, None where only its end tells; `crc` None where
    it follows the content; `wide`: sizes after the content have eight bytes; `refused`: why it is not read."""

    name: str
    packed: int | None
    crc: int | None
    method: int
    mtime: int
    wide: bool
    refused: str | None


def is_zip(head: bytes) -> bool:
    """Whether the first four bytes start a member, or the end of an archive without members."""
    return head.startswith((LOCAL, b"PK\5\6"))


def entries(feed: Feed, budget: Budget) -> Iterator[tuple[Entry, Iterator[bytes]]]:
    """Headers in order, each with the unpacked blocks of its member, which need not be read.

    Raises Cut where the archive ends without its directory, or a member's end cannot be found. The blocks raise Cut
    where the member is damaged or ends early.
    """
    while True:
        start = feed.peek(4)[:4]
        if start in _ENDS:
            _pass_directory(feed)
            return
        header = feed.take(_HEADER.size)
        if start != LOCAL or len(header) < _HEADER.size:
            raise Cut("a cut or damaged zip archive; counted up to there")
        local = _local(header, feed)
        inner = feed if local.packed is None else Feed(feed.upto(local.packed))
        blocks = _content(local, inner, feed, budget)
        if not local.name.endswith("/"):
            entry = Entry(local.name, local.packed or 0, local.mtime, local.refused, lost=local.refused is not None)
            yield entry, blocks
        if local.packed is not None:
            inner.drain()
        elif local.refused is None:
            for _ in blocks:
                pass
        else:
            raise Cut("a member whose end is not stated: nothing after it can be found; counted up to there")
        if feed.peek(4)[:4] == _DESCRIPTOR:  # of a member that was not read to its end
            _checksum_after(feed, local.wide)


def _pass_directory(feed: Feed) -> None:
    """Read to the end, where the directory's own end must stand (section 4.3.16)."""
    tail = b""
    while block := feed.block():
        tail = (tail + block)[-_LONGEST_END:]
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little"):
        raise Cut("a zip archive cut in its directory; counted up to there")


def _content(local: _Local, inner: Feed, feed: Feed, budget: Budget) -> Iterator[bytes]:
    crc = 0
    for block in budget.of(_unpacked(local, inner)):
        crc = zlib.crc32(block, crc)
        yield block
    stated = _checksum_after(feed, local.wide) if local.crc is None else local.crc
    if crc != stated:
        raise Cut("a damaged zip member (its checksum differs)")


def _unpacked(local: _Local, inner: Feed) -> Iterator[bytes]:
    if local.method != _STORED:
        yield from (block for block in member(inner, _METHODS[local.method]) if block)
        return
    size = 0
    while block := inner.block():
        size += len(block)
        yield block
    if size != local.packed:
        raise Cut("a cut zip archive; counted up to there")


def _local(header: bytes, feed: Feed) -> _Local:
    _, _, flags, method, time, date, crc, packed, size, name_length, extra_length = _HEADER.unpack(header)
    name = feed.take(name_length)
    extra = feed.take(extra_length)
    follows = bool(flags & _SIZES_FOLLOW)
    wide = _extra(extra, _ZIP64)
    if wide is not None and packed == _UNKNOWN:
        at = 8 if size == _UNKNOWN else 0
        packed = int.from_bytes(wide[at : at + 8], "little")
    refused = None
    if flags & _ENCRYPTED:
        refused = "an encrypted member"
    elif method != _STORED and method not in _METHODS:
        refused = f"a zip member packed by a method that is not read ({method})"
    elif method == _STORED and follows and not packed:
        refused = "a zip member whose end is not stated"
    return _Local(
        name=_text(name, flags),
        packed=None if follows and not packed else packed,
        crc=None if follows else crc,
        method=method,
        mtime=_time(date, time),
        wide=wide is not None,
        refused=refused,
    )


def _text(name: bytes, flags: int) -> str:
    """A name: UTF-8, which many write without saying so, else the code page of DOS."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")


def _extra(extra: bytes, wanted: int) -> bytes | None:
    """The extra field of an id, or None."""
    while len(extra) >= 4:
        length = int.from_bytes(extra[2:4], "little")
        if int.from_bytes(extra[:2], "little") == wanted:
            return extra[4 : 4 + length]
        extra = extra[4 + length :]
    return None


def _checksum_after(feed: Feed, wide: bool) -> int:
    """The checksum of the descriptor behind a content; its signature is optional."""
    if feed.peek(4)[:4] == _DESCRIPTOR:
        feed.take(4)
    descriptor = feed.take(20 if wide else 12)
    if len(descriptor) < 12:
        raise Cut("a cut zip archive; counted up to there")
    return int.from_bytes(descriptor[:4], "little")


def _time(date: int, time: int) -> int:
    """Seconds of a DOS date and time, which has no zone: taken as UTC. 0 where it is none."""
    try:
        moment = datetime(1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2)
    except ValueError:
        return 0
    return int(moment.replace(tzinfo=UTC).timestamp())
