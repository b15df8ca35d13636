"""Where following stands, on the disk: SQLite, positions and counts in one transaction, so that after a crash they fit
each other (https://www.sqlite.org/wal.html).

What the file says is checked before it is believed: the mark of the application, SQLite's own check, the shape of every
value. A scanner's state is pickled; only plain values of this package's own types come back out of it. A file
that is none of ours, or damaged, is renamed and named, and following starts anew.
"""

import io
import os
import pickle
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from logscan import __version__
from logscan.errors import LogscanError, UsageError, unwritable
from logscan.followlog import Mark
from logscan.scanner import Scanner
from logscan.scanstate import State
from logscan.summary import Summary

APPLICATION: Final = 0x6C6F6773  # "logs"
LAYOUT: Final = 1
_MODULES: Final = (
    "logscan.formats",
    "logscan.grammars.python",
    "logscan.grammars.parts",
    "logscan.grammars.table",
    "logscan.group",
    "logscan.restarts",
    "logscan.scanstate",
    "logscan.transports",
)


class JournalPlace(msgspec.Struct, frozen=True):
    """Where the journal stands: the cursor, the scanner's state, the text before it."""

    cursor: str = ""
    state: State | None = None
    before: bytes = b""


class Saved(msgspec.Struct, frozen=True):
    """What an earlier run left."""

    summary: Summary | None = None
    marks: tuple[tuple[Mark, State | None], ...] = ()
    journal: JournalPlace = JournalPlace()


class Damaged(LogscanError):
    """The file is no state of ours, or cannot be read."""


class StateFile:
    """One state file, held by one process at a time. `aside`: where a file was put that could not be believed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.aside: Path | None = None
        self._saved: Any = None
        try:
            self._open()
        except (Damaged, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise UsageError(f"--state: {path} is in use by another logscan") from error
            if isinstance(error, sqlite3.OperationalError) and not path.is_file():
                raise UsageError(f"--state: {path}: {error}") from error
            self._put_aside()
            self._open()
        except OSError as error:
            raise UsageError(f"--state: {path}: {unwritable(path, error)}") from error

    def load(self) -> Saved:
        """What the last commit holds; nothing where the file is new. A file whose values cannot be read is put
        aside."""
        try:
            return self._load()
        except (msgspec.MsgspecError, pickle.UnpicklingError, sqlite3.DatabaseError, Damaged) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise LogscanError(f"{self.path}: {error}") from error
            self._put_aside()
            self._open()
            return Saved()

    def save(self, summary: Summary, logs: Sequence[tuple[Mark, Scanner]], journal: tuple[str, Scanner] | None) -> None:
        """Write all of it, or nothing. Skipped where nothing was read since the last time."""
        counts = summary.bytes, summary.lines, summary.matched, summary.unclassified, summary.limits, summary.problems
        shape = counts, [mark for mark, _ in logs], journal and journal[0]
        if shape == self._saved:
            return
        try:
            with self._base:
                self._base.execute("BEGIN IMMEDIATE")
                self._base.execute("DELETE FROM place")
                self._base.executemany(
                    "INSERT INTO place VALUES (?, ?)",
                    [(msgspec.msgpack.encode(mark), _pickled(scanner)) for mark, scanner in logs],
                )
                cursor = journal[0] if journal is not None else ""
                values = {"version": __version__.encode(), "summary": msgspec.msgpack.encode(summary)}
                values["cursor"] = cursor.encode()
                if journal is not None:
                    values |= {"journal": _pickled(journal[1]), "before": journal[1].behind()}
                self._base.executemany("INSERT OR REPLACE INTO value VALUES (?, ?)", values.items())
        except sqlite3.Error as error:
            raise LogscanError(f"{self.path}: the state cannot be written: {error}") from error
        self._saved = shape

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def _open(self) -> None:
        old = self.path.exists() and self.path.stat().st_size > 0
        if not old:
            handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)  # it holds log text
            os.close(handle)
        self._base = sqlite3.connect(self.path, timeout=0.5, isolation_level=None)
        try:
            self._prepare(old)
        except BaseException:
            self._base.close()
            raise

    def _prepare(self, old: bool) -> None:
        base = self._base
        if old:
            if base.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
                raise Damaged("not a state file")
            if base.execute("PRAGMA user_version").fetchone() != (LAYOUT,):
                raise Damaged("of another layout")
        base.execute("PRAGMA locking_mode=EXCLUSIVE")
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")
        base.execute("BEGIN IMMEDIATE")  # the lock stays until the file is closed
        if not old:
            base.execute("CREATE TABLE value (name TEXT PRIMARY KEY, data BLOB NOT NULL)")
            base.execute("CREATE TABLE place (mark BLOB NOT NULL, state BLOB NOT NULL)")
            base.execute(f"PRAGMA user_version={LAYOUT}")
            base.execute(f"PRAGMA application_id={APPLICATION}")
        base.execute("COMMIT")
        if old and base.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise Damaged("damaged")

    def _load(self) -> Saved:
        values: dict[str, bytes] = dict(self._base.execute("SELECT name, data FROM value"))
        if "summary" not in values:
            return Saved()
        same = values.get("version") == __version__.encode()  # another version's scanner may remember other things
        marks = [
            (msgspec.msgpack.decode(mark, type=Mark), _unpickled(state) if same else None)
            for mark, state in self._base.execute("SELECT mark, state FROM place ORDER BY rowid")
        ]
        journal = JournalPlace(
            values.get("cursor", b"").decode("ascii", "replace"),
            _unpickled(values["journal"]) if same and "journal" in values else None,
            values.get("before", b"") if same else b"",
        )
        return Saved(msgspec.msgpack.decode(values["summary"], type=Summary), tuple(marks), journal)

    def _put_aside(self) -> None:
        """Keep what could not be believed, under another name."""
        if hasattr(self, "_base"):
            self._base.close()
        self.aside = self.path.with_name(f"{self.path.name}.aside-{time.time_ns() // 1_000_000}")
        try:
            self.path.rename(self.aside)
            for suffix in ("-wal", "-shm"):
                beside = self.path.with_name(self.path.name + suffix)
                if beside.exists():
                    beside.rename(self.aside.with_name(self.aside.name + suffix))
        except OSError as error:
            raise LogscanError(f"{self.path}: cannot be put aside: {error.strerror}") from error


class _Plain(pickle.Unpickler):
    """Gives back this package's values and nothing that could act."""

    def find_class(self, module: str, name: str) -> Any:
        found = getattr(sys.modules.get(module), name, None) if module in _MODULES and "." not in name else None
        if not (isinstance(found, type) and issubclass(found, msgspec.Struct | tuple)):
            raise pickle.UnpicklingError(f"{module}.{name} is not part of a state")
        return found


def _pickled(scanner: Scanner) -> bytes:
    return pickle.dumps(scanner.state(), protocol=5)


def _unpickled(data: bytes) -> State:
    try:
        state = _Plain(io.BytesIO(data)).load()
    except pickle.UnpicklingError:
        raise
    except Exception as error:  # a damaged pickle raises nearly anything
        raise Damaged(f"a scanner's state cannot be read: {error}") from error
    if not isinstance(state, State):
        raise Damaged("not a scanner's state")
    return state
