"""A tar archive as a stream of members: headers are read, contents handed on block by block, nothing is unpacked.

The formats: POSIX ustar and pax (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html), GNU's long names
and base-256 numbers (https://www.gnu.org/software/tar/manual/html_node/Standard.html), and what stood before them. Not
Python's tarfile: it reads a pax header whole, whatever size it states, and takes a cut archive for a complete one.
"""

from collections.abc import Iterator
from typing import Final

from logscan.sources.feed import Feed
from logscan.sources.model import Cut, Entry

RECORD: Final = 512
MAX_HEADER: Final = 1024**2
"""Bytes of a long name or pax header, above which the archive is given up."""

_FILES: Final = (b"\0", b"0", b"7")
"""Kinds of an ordinary file: before POSIX, since, and "contiguous"."""
_OTHERS: Final = {
    b"1": "a link",
    b"2": "a link",
    b"3": "a device",
    b"4": "a device",
    b"6": "a pipe",
    b"S": "a sparse file",
}
_FOLDER: Final = b"5"


def is_tar(head: bytes) -> bool:
    """Whether the first RECORD bytes are a header: its checksum tells, whatever the format."""
    return len(head) >= RECORD and head[0] != 0 and _checksum_holds(head[:RECORD])


def entries(feed: Feed) -> Iterator[tuple[Entry, Iterator[bytes]]]:
    """Headers in order, each with the blocks of its content, which need not be read. Archives one after the other are
    read as one.

    Raises Cut where the archive ends without its end mark, or a header is damaged; the blocks raise it where the
    content ends early.
    """
    ended = False
    common: dict[bytes, bytes] = {}
    special: dict[bytes, bytes] = {}
    while True:
        header = feed.take(RECORD)
        if len(header) < RECORD and not ended:
            raise Cut("a cut tar archive (it ends without its end mark); counted up to there")
        if not header.strip(b"\0"):
            if not header:
                return
            ended = True
            continue
        if not is_tar(header):
            if ended:
                feed.push(header)
                return
            raise Cut("a damaged tar header; counted up to there")
        ended = False
        kind = header[156:157]
        size = _number(header[124:136])
        if kind in b"xgLK" and kind:
            extra = _extra(feed, size)
            if kind == b"g":
                common |= _pax(extra)
            elif kind == b"x":
                special |= _pax(extra)
            elif kind == b"L":
                special[b"path"] = extra.rstrip(b"\0")
            continue
        if kind == b"S":
            _skip_maps(feed, header)
        entry = _entry(header, size, common | special)
        special = {}
        blocks = _content(feed, entry.size)
        if kind != _FOLDER:
            yield entry, blocks
        for _ in blocks:
            pass
        feed.take(-entry.size % RECORD)


def _content(feed: Feed, size: int) -> Iterator[bytes]:
    for block in feed.upto(size):
        size -= len(block)
        yield block
    if size:
        raise Cut("a cut tar archive; counted up to there")


def _entry(header: bytes, size: int, pax: dict[bytes, bytes]) -> Entry:
    kind = header[156:157]
    name = header[:100].split(b"\0")[0]
    if header[257:263] == b"ustar\0" and header[345]:
        name = header[345:500].split(b"\0")[0] + b"/" + name
    size = int(pax[b"size"]) if pax.get(b"size", b"").isdigit() else size
    seconds = pax.get(b"mtime", b"").split(b".")[0]
    refused = _OTHERS.get(kind)
    if refused is None and kind not in _FILES:
        refused = "not a file"
    if any(key.startswith(b"GNU.sparse.") for key in pax):
        refused = _OTHERS[b"S"]
    if kind in b"12346" and kind:
        size = 0  # POSIX: whatever the header states, no content follows
    mtime = int(seconds) if seconds.isdigit() else _number(header[136:148])
    return Entry(pax.get(b"path", name).decode("utf-8", "replace"), size, mtime, refused, lost=refused == _OTHERS[b"S"])


def _skip_maps(feed: Feed, header: bytes) -> None:
    """Take the further maps of holes that may follow GNU's header of a sparse file."""
    more = header[482:483] not in (b"\0", b"")
    while more:
        more = feed.take(RECORD)[504:505] not in (b"\0", b"")


def _extra(feed: Feed, size: int) -> bytes:
    """The content of a header that belongs to the next one."""
    if size > MAX_HEADER:
        raise Cut(f"a tar header of more than {MAX_HEADER >> 20} MiB; counted up to there")
    extra = feed.take(size)
    feed.take(-size % RECORD)
    return extra


def _pax(extra: bytes) -> dict[bytes, bytes]:
    """The records `length key=value\\n` of a pax header, as far as they are whole."""
    found: dict[bytes, bytes] = {}
    while extra:
        digits, space, _ = extra[:20].partition(b" ")
        if not (space and digits.isdigit() and len(digits) < int(digits) <= len(extra)):
            break
        key, _, value = extra[len(digits) + 1 : int(digits)].rstrip(b"\n").partition(b"=")
        found[key] = value
        extra = extra[int(digits) :]
    return found


def _number(field: bytes) -> int:
    """A number: octal digits, or, where the first bit is set, big-endian binary. 0 where it is neither."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:])
    digits = field.strip(b" \0")
    return int(digits, 8) if digits and not digits.strip(b"01234567") else 0


def _checksum_holds(header: bytes) -> bool:
    """The sum of all bytes, those of the sum itself taken as spaces."""
    field = header[148:156].strip(b" \0")
    if not field or field.strip(b"01234567"):
        return False
    return int(field, 8) == sum(header) - sum(header[148:156]) + 8 * 32
