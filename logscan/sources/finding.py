"""What there is to scan: files, folders, standard input, by what the command line names.

Nothing here blocks for ever: a pipe or a device met in a folder is skipped with the reason, links to folders are not
followed, a file is read once however many links lead to it. Names count only inside a folder or an archive, where
documents and program text lie beside the logs. The files of a rotated log come oldest first (see rotation.py).
"""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from logscan.sources.model import Skip, Source, why
from logscan.sources.rotation import in_order, oldest_first

NOT_LOGS: Final = frozenset(
    [
        ".c",
        ".cfg",
        ".class",
        ".conf",
        ".cpp",
        ".css",
        ".csv",
        ".db",
        ".docx",
        ".gif",
        ".go",
        ".h",
        ".html",
        ".ico",
        ".ini",
        ".ipynb",
        ".jar",
        ".java",
        ".jpeg",
        ".jpg",
        ".js",
        ".lock",
        ".md",
        ".pdf",
        ".png",
        ".pub",
        ".py",
        ".pyc",
        ".pyi",
        ".rb",
        ".rs",
        ".rst",
        ".sh",
        ".so",
        ".sql",
        ".sqlite",
        ".sqlite3",
        ".svg",
        ".toml",
        ".ts",
        ".tsx",
        ".war",
        ".whl",
        ".xlsx",
        ".xml",
        ".yaml",
        ".yml",
        ".parquet",
    ]
)
_SKIPPED_FOLDERS: Final = frozenset({".git", ".hg", ".svn", "__pycache__", "node_modules", ".venv", ".tox"})


def stdin() -> Source:
    """Standard input; a file behind it has a size and a time of its own."""
    status = os.fstat(0)
    if stat.S_ISREG(status.st_mode):
        return Source("stdin", None, status.st_size, status.st_mtime_ns // 1000)
    return Source("stdin", None)


def find(paths: Sequence[str]) -> Iterator[Source | Skip]:
    """What the command line names: files, folders (recursively, by name), "-" for standard input. In the order given,
    but for files of one rotated log: they stand where the first of them is named, oldest first."""
    seen: set[tuple[int, int]] = set()
    for path in in_order(paths):
        if path in ("-", "/dev/stdin"):
            yield stdin() if sys.stdin is not None else Skip("stdin", "closed", fatal=True)
        else:
            yield from _named(path, seen)


def _named(path: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield Skip(path, why(error), fatal=True)
        return
    if stat.S_ISDIR(status.st_mode):
        found = False
        for item in _walk(path, seen):
            found = found or isinstance(item, Source)
            yield item
        if not found:
            yield Skip(path, "no logs in this folder", fatal=True)
    elif stat.S_ISREG(status.st_mode) or _own_pipe(path, status):
        yield from _once(path, status, seen)
    elif stat.S_ISFIFO(status.st_mode):
        yield Source(path, path)
    else:
        yield Skip(path, f"{_kind(status)}, not a file", fatal=True)


def _own_pipe(path: str, status: os.stat_result) -> bool:
    """A pipe that the shell opened for us: `logscan scan <(journalctl …)`."""
    return stat.S_ISFIFO(status.st_mode) and path.startswith(("/dev/fd/", "/proc/self/fd/"))


def _once(path: str, status: os.stat_result, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    key = (status.st_dev, status.st_ino)
    if key in seen:
        yield Skip(path, "the same file as one before")
        return
    seen.add(key)
    regular = stat.S_ISREG(status.st_mode)
    yield Source(path, path, status.st_size if regular else None, status.st_mtime_ns // 1000 if regular else None)


def _walk(folder: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    failed: list[Skip] = []
    for root, folders, files in os.walk(
        folder, onerror=lambda e: failed.append(Skip(str(e.filename), why(e), fatal=True))
    ):
        folders[:] = sorted(f for f in folders if f not in _SKIPPED_FOLDERS)
        yield from failed
        failed.clear()
        for name in sorted(files, key=oldest_first):
            yield from _in_folder(os.path.join(root, name), name, seen)
    yield from failed


def _in_folder(path: str, name: str, seen: set[tuple[int, int]]) -> Iterator[Source | Skip]:
    try:
        status = os.stat(path)
    except OSError as error:
        yield Skip(path, why(error))
        return
    reason = no_log(name)
    if not stat.S_ISREG(status.st_mode):
        yield Skip(path, f"{_kind(status)}, not a file")
    elif reason is not None:
        yield Skip(path, reason, status.st_size)
    else:
        yield from _once(path, status, seen)


def no_log(name: str) -> str | None:
    """Why a file of this name, in a folder or an archive, is no log; None where it may be one."""
    at = name.rfind(".")
    suffix = name[at:].lower() if 0 < at < len(name) - 1 else ""
    if suffix in NOT_LOGS or (name.startswith(".") and not suffix):
        return f"not a log by its name ({suffix or 'hidden'})"
    return None


def _kind(status: os.stat_result) -> str:
    for test, word in ((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"),
                       (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device")):  # fmt: skip
        if test(status.st_mode):
            return word
    return "something else"
