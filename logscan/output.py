"""Files that reports go to: whole or not at all.

A report is written to a temporary file in the same folder, flushed to the disk, and renamed over the old one, so that
a reader (or node_exporter's collector) never sees half of it, and a full disk leaves the old report as it was. What
is no regular file (a pipe), and what stands for an open one (`/dev/stdout`), is written to directly.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path

from logscan.errors import LogscanError, unwritable


class OutputFile:
    """One file to write; nothing of it is seen under its name before `commit`. Raises LogscanError with the path."""

    def __init__(self, path: Path) -> None:
        self._shown = path
        try:
            self._path = Path(os.path.realpath(path))  # a link stays one; what it leads to is replaced
            self._mode = None if path.absolute().parts[1:2] in (("dev",), ("proc",)) else _mode(path)
            if self._mode is None:
                self._temporary = None
                self._file = path.open("ab")
            else:
                from tempfile import mkstemp  # what writes no file need not load it

                handle, name = mkstemp(prefix=f".{self._path.name}.", suffix=".tmp", dir=self._path.parent)
                self._temporary = Path(name)
                self._file = os.fdopen(handle, "wb")
        except OSError as error:
            raise self._failed(error) from error

    def write(self, data: bytes) -> None:
        """Add to the file."""
        try:
            self._file.write(data)
        except OSError as error:
            self.abort()
            raise self._failed(error) from error

    def commit(self) -> None:
        """Put the file in its place."""
        try:
            self._file.flush()
            if self._temporary is not None:
                os.fsync(self._file.fileno())
                os.fchmod(self._file.fileno(), self._mode or 0)
            self._file.close()
            if self._temporary is not None:
                self._temporary.replace(self._path)
                _sync_folder(self._path.parent)
        except OSError as error:
            self.abort()
            raise self._failed(error) from error

    def abort(self) -> None:
        """Leave what was there before. Safe to call at any time, and twice."""
        with suppress(OSError):  # closing flushes, and fails again where writing failed
            self._file.close()
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def _failed(self, error: OSError) -> LogscanError:
        return LogscanError(f"{self._shown}: cannot write the report: {unwritable(self._shown, error)}")


def _mode(path: Path) -> int | None:
    """The permissions that the file shall have: its own where it exists, else what the process gives new files; None
    for what is no regular file."""
    try:
        found = path.stat().st_mode
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    return stat.S_IMODE(found) if stat.S_ISREG(found) else None


def _sync_folder(folder: Path) -> None:
    """So that the rename is on the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
