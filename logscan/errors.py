"""The errors a user can meet, and nothing else.

One base class, so that the command line catches it in one place and prints one line; each subclass
carries the exit code that scripts rely on. Bad *input* is not an error of this kind: it is counted
and reported (`Summary.problems`), because a bad file must never cost what was already counted.
"""

from errno import EBADF
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LogscanError(Exception):
    """What the user sees: one line that says where, what is wrong, and what to do. Exit code 2."""

    exit_code = 2


class UsageError(LogscanError):
    """An option or argument that cannot be used."""


class OutputError(LogscanError):
    """Standard output cannot be written. `gone`: its reader went away (`| head`), which is nobody's mistake."""

    def __init__(self, error: OSError) -> None:
        why = "it is closed" if error.errno == EBADF else error.strerror or str(error)
        super().__init__(f"standard output cannot be written: {why}")
        self.gone = isinstance(error, BrokenPipeError)


class RulesError(LogscanError):
    """A signature, format or grammar file that cannot be used.

    `problems` holds one ready-made line for each defect: `file:line:column: field: what, and how to
    mend it`.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class InputError(LogscanError):
    """Nothing could be scanned: a missing path, a folder without logs."""


class InternalError(LogscanError):
    """A defect of logscan itself. Exit code 4."""

    exit_code = 4


def unwritable(path: "Path", error: OSError) -> str:
    """Why a file could not be made; where its folder is missing, the system's words leave open what is."""
    if isinstance(error, FileNotFoundError) and not path.parent.exists():
        return f"there is no folder {path.parent}"
    return error.strerror or str(error)
