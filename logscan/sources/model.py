"""What can be read, what is left out, and how reading fails: the words that the modules of this package share."""

from typing import Final

import msgspec

from logscan.errors import InputError

BLOCK: Final = 256 * 1024
"""Bytes that are read or decompressed at a time."""
HEAD: Final = 4096
"""Bytes from a source's start that its identity is made of."""


SHRUNK: Final = "became shorter while it was read; counted as far as it was there"
"""What is said of a file that was truncated under the scan."""


class Source(msgspec.Struct, frozen=True):
    """One thing to scan. `name` is what the report calls it (a member of an archive: `archive!member`); `size` in
    bytes as stored, None for a pipe; `mtime` in µs."""

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


class Entry(msgspec.Struct, frozen=True):
    """A member of an archive as its header states it: `size` in bytes as stored, 0 where it is not stated; `mtime` in
    s; `refused`: why its content is not read, `lost` when it may well have been a log."""

    name: str
    size: int
    mtime: int
    refused: str | None = None
    lost: bool = False


class Unreadable(InputError):
    """A source that is no log: binary, or an archive of a kind that is not read. `reason` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Cut(InputError):
    """An archive that ends early or is damaged; what came before it was good."""


def why(error: Exception) -> str:
    """What an error says, without the number and the path, which stand elsewhere."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
