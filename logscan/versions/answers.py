"""Which releases frames came from, as earlier runs found it out: a scan shows the same few stacks each time, and the
tables take longer to unpack than all the rest of a short report.

An answer is kept by a digest of the frames and by the table's size and time; the kept ones say no more than names of
releases. See `logscan.cache` for what a cache may and may not do.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from logscan import cache
from logscan.digest import blake2b

MOST: Final = 2000
"""Answers kept; beyond them those that the last run asked for."""
_ENTRY: Final = "releases"


class Answers:
    """Of one kind (`of`, a msgspec type), by the table that they are from and the facts asked about."""

    def __init__(self, of: Any) -> None:
        self._of = list[tuple[bytes, of]]
        self._found: dict[bytes, Any] | None = None
        self._used: dict[bytes, Any] = {}
        self._grown = False

    def get(self, table: str, facts: Sequence[object], make: Callable[[], Any]) -> Any:
        """What is known of these facts (sorted, of plain types) from the file `table`, which is there; or what `make`
        makes of them."""
        if not cache.started():
            return make()
        if self._found is None:
            self._found = self._read()
        found = os.stat(table)
        about = os.path.basename(table), found.st_size, found.st_mtime_ns, *facts
        key = blake2b(repr(about).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if key not in self._found:
            self._found[key], self._grown = make(), True
        self._used[key] = self._found[key]
        return self._found[key]

    def keep(self) -> None:
        """Write what this run found out to the cache, for the next one."""
        if self._grown and self._found is not None:
            kept = self._found if len(self._found) <= MOST else self._used
            cache.put(_ENTRY, msgspec.msgpack.encode(list(kept.items())))
            self._grown = False

    def _read(self) -> dict[bytes, Any]:
        body = cache.get(_ENTRY)
        try:
            return dict(msgspec.msgpack.decode(body, type=self._of)) if body is not None else {}
        except msgspec.MsgspecError:
            return {}
