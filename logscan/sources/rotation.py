"""The order of a rotated log's files: oldest first, the one still written last. By their names alone, since copying and
unpacking lose the times.

    app.log.3.gz  app.log.2  app.log.1  app.log                  logrotate, Python's RotatingFileHandler
    app.log-20240101.gz  app.log-20240102  app.log               logrotate's dateext, also with the hour or seconds
    app-2024-01-01.1.log  app-2024-01-02.1.log.gz  app.log        logback, log4j: the date, a number that counts up
    app.log.old  app.log                                         one generation
    system@0005.journal  system.journal                          journald's archived files

https://man7.org/linux/man-pages/man8/logrotate.8.html, https://docs.python.org/3/library/logging.handlers.html
"""

import os
from collections.abc import Iterable
from typing import Final

from logscan.lazyre import compiled

_PACKED: Final = compiled(r"\.(?:gz|bz2|xz|zst|lz4|Z)\Z")
_NUMBERED: Final = compiled(r"(?P<base>.+)\.(?P<number>\d{1,5})\Z")
_DATED: Final = compiled(
    r"(?P<base>.+?)[-._](?P<date>(?:19|20)\d\d(?P<dash>[-_.]?)(?:0[1-9]|1[0-2])(?P=dash)[0-3]\d(?:[-_T]?[\d_:-]*\d)?)"
    r"(?:\.(?P<number>\d{1,5}))?(?P<suffix>\.[A-Za-z]+)?\Z"
)
_ARCHIVED: Final = compiled(r"(?P<base>[^@]+)@(?P<mark>[0-9A-Fa-f~-]+)\.journal~?\Z")
_OLD: Final = compiled(r"(?P<base>.+)\.(?:old|bak)\Z")

Key = tuple[str, int, str, int, str]
"""The log's name, then what orders its files: the kind of mark, its date, its number; the file's name last."""


def oldest_first(name: str) -> Key:
    """A key that sorts names of one folder: by log, and the files of a log from the oldest to the current one."""
    plain = _PACKED.sub("", name)
    if archived := _ARCHIVED.match(plain):
        return (archived["base"] + ".journal", 0, archived["mark"], 0, name)
    if dated := _DATED.match(plain):
        return (dated["base"] + (dated["suffix"] or ""), 0, dated["date"], int(dated["number"] or 0), name)
    if numbered := _NUMBERED.match(plain):
        return (numbered["base"], 1, "", -int(numbered["number"]), name)
    if old := _OLD.match(plain):
        return (old["base"], 2, "", 0, name)
    return (plain, 3, "", 0, name)


def in_order(paths: Iterable[str]) -> list[str]:
    """Paths as they were given, but that the files of one log stand together where the first of them is named, oldest
    first: a shell's `app.log*` names the newest first, and a log is read in the order of its time."""
    logs: dict[tuple[str, str], list[tuple[Key, str]]] = {}
    for path in paths:
        folder, name = os.path.split(path)
        key = oldest_first(name)
        logs.setdefault((folder, key[0]), []).append((key, path))
    return [path for log in logs.values() for _, path in sorted(log, key=lambda each: each[0])]
