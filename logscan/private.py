"""Folders that belong to the user alone, below the XDG base directories
(https://specifications.freedesktop.org/basedir-spec/latest/)."""

import os
import stat


def own_folder(variable: str, fallback: str) -> str | None:
    """The folder `logscan` below the one that the variable names, made where it is missing; None where it cannot be or
    is open to others."""
    base = os.environ.get(variable, "")
    if not os.path.isabs(base):
        base = os.path.expanduser(fallback)
    folder = os.path.join(base, "logscan")
    try:
        os.makedirs(base, mode=0o700, exist_ok=True)
        if not os.path.lexists(folder):
            os.mkdir(folder, 0o700)
        found = os.lstat(folder)
    except OSError:
        return None
    return folder if os.path.isabs(base) and stat.S_ISDIR(found.st_mode) and is_own(found) else None


def is_own(found: os.stat_result) -> bool:
    """Whether nobody but this user (or root) could have written it."""
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
