"""Whether a line with a header of its own goes on with the record before it (`joins` in a format's file).

Pure: two headers, and the lines that they stand in.
"""

import msgspec

from logscan.formats import COLUMN, Header
from logscan.lazyre import lazy


def resumed(first: Header | None, before: bytes, header: Header, line: bytes) -> Header | None:
    """The whole header of a `line` that leaves out what is the same as in the record that `before` begins; None where
    it does not stand in the same columns. Where nothing is known of what stands before it, only the time is missing."""
    if first is None:
        return None if before else msgspec.structs.replace(header, joins=None)
    column = _level_column(before, first)
    if column != _level_column(line, header) or COLUMN.match(b"      " + before[column:]) is None:
        return None
    return msgspec.structs.replace(header, format=first.format, time=first.time, joins=None)


def _level_column(line: bytes, header: Header) -> int:
    return line[: len(line) - len(header.message)].rstrip(b" ").rfind(b" ") + 1


def joined(first: Header | None, second: Header | None) -> Header | None:
    """The header of a record whose first line waits for a second one, and gets it; None where these are no such two."""
    if first is None or first.joins != "next" or first.level is not None or second is None or second.time is not None:
        return None
    return msgspec.structs.replace(first, level=second.level, message=second.message)


def goes_on(first: Header | None, before: bytes, header: Header, line: bytes) -> bool:
    """Whether `line`, which has a header of its own, is part of the record that `before` begins."""
    if header.joins == "back" or first is None:
        return header.joins == "back"
    if header.joins == "blank":
        return _begun_blank(first, header)
    if header.joins == "again":
        return first.again != b"" and line.startswith(first.again)
    own = len(before) - len(first.message)
    return header.joins == "same" == first.joins and before[:own] == line[: len(line) - len(header.message)]


_BLANK = lazy(rb"(?:\[[^\]\s]{1,80}\] )*+\s*$")
_TO_SECONDS = len("2026-01-01T10:00:00")


def says_nothing(header: Header) -> bool:
    """Whether a record's message is blank, but for the log's tags."""
    return _BLANK.match(header.message) is not None


def _begun_blank(first: Header, header: Header) -> bool:
    """Whether a record of several lines began with an empty one, and this is another line of it."""
    if first.joins != "blank" or first.time is None or header.time is None or not says_nothing(first):
        return False
    same = first.fields.get("pid") == header.fields.get("pid")
    return same and first.time[:_TO_SECONDS] == header.time[:_TO_SECONDS]


def behind(first: Header, before: bytes, header: Header, line: bytes) -> bytes | None:
    """What `line` says behind the very header of the record that `before` begins, but for the time: its indentation is
    part of that. None where it has another header."""
    if header.format != first.format or header.joins is not None:
        return None
    own = len(before) - len(first.message)
    if line[own : len(line) - len(header.message)].strip() or own > len(line):
        return None
    ours, theirs = ((each.time or "").encode() for each in (first, header))
    same = before[:own].rstrip().replace(ours, b"", 1) == line[:own].rstrip().replace(theirs, b"", 1)
    return line[own:] if same else None
