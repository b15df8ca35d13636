"""What stays from one scan to the next, below $XDG_STATE_HOME/logscan, for its owner alone: the last reports, and the
key that marks equal redacted values.

Reports are kept as they were shown, redacted, in files `report-<time>.json` of mode 0600; the `MOST` newest stay. Where
nothing can be written nothing is, and a scan goes on.
"""

import os
import time
from contextlib import suppress
from typing import Final

from logscan.errors import LogscanError
from logscan.private import is_own, own_folder

MOST: Final = 10
KEY_BYTES: Final = 32


def keep(report: bytes) -> None:
    """Keep a report's JSON, in place of the oldest where there are too many."""
    folder = _folder()
    if folder is None:
        return
    name = f"report-{time.time_ns():020d}-{os.getpid()}.json"
    draft = os.path.join(folder, f".{name}")
    try:
        _create(draft, report)
        os.replace(draft, os.path.join(folder, name))
    except OSError:  # a full disk
        with suppress(OSError):
            os.unlink(draft)
    for old in _names(folder)[MOST:]:
        with suppress(OSError):  # another process may have been first
            os.unlink(os.path.join(folder, old))


def kept(number: int) -> bytes:
    """The JSON of the report kept last (1), the one before (2), … Raises LogscanError where there is none."""
    folder = _folder()
    names = _names(folder) if folder is not None else []
    if folder is None or not 1 <= number <= len(names):
        there = f"{len(names)} are kept, 1 is the newest" if names else "none is kept; scan something first"
        raise LogscanError(f"show: there is no report {number}: {there}")
    data = _read(os.path.join(folder, names[number - 1]))
    if data is None:
        raise LogscanError(f"show: report {number} cannot be read, or others could have written it")
    return data


def key() -> bytes | None:
    """The user's own key, made at the first call; None where it cannot be kept."""
    folder = _folder()
    if folder is None:
        return None
    path = os.path.join(folder, "redact.key")
    with suppress(OSError):  # mostly: it is there
        _create(path, os.urandom(KEY_BYTES))
    data = _read(path)
    return data if data is not None and len(data) == KEY_BYTES else None


def _folder() -> str | None:
    return own_folder("XDG_STATE_HOME", "~/.local/state")


def _names(folder: str) -> list[str]:
    """Kept reports, the newest first."""
    return sorted((name for name in os.listdir(folder) if name.startswith("report-")), reverse=True)


def _create(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:
        file.write(data)


def _read(path: str) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(handle, "rb") as file:
            return file.read() if is_own(os.fstat(handle)) else None
    except OSError:
        return None
