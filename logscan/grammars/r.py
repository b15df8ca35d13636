"""R's errors that end a script: `Error in call : message` or `Error: message`, `Calls: …` or a backtrace, then
`Execution halted`, which R says of nothing else
(https://cran.r-project.org/doc/manuals/r-release/R-exts.html, `verrorcall_dflt` in src/main/errors.c)."""

from logscan.grammars.table import Opener, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

ERROR = lazy(rb"Error(?: in .*|:.*)$")
HALTED = lazy(rb"Execution halted$")

_ERROR = lazy(r"Error(?: in .+?(?: :(?= |$)|:$)|:)\s*(?P<message>.*)$")
_CALLS = lazy(r"Calls: (?P<calls>.*)")
_ENDS = ("Calls: ", "Backtrace:", "In addition: ", "Execution halted", "Warning message")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the error's on."""
    found = _ERROR.match(lines[0])
    said = [found["message"] or ""] if found else [lines[0]]
    for line in lines[1:]:
        if line.startswith(_ENDS):
            break
        said.append(line.strip().removeprefix("! "))
    calls = next((match["calls"] for line in lines if (match := _CALLS.match(line))), "")
    frames = tuple(Frame("", function=name) for name in calls.split(" -> ") if name and name != "...")
    return Traceback("r", "Error", "\n".join(said).strip() or None, frames)


grammar = Table(
    "r",
    anchors=frozenset({b"Execution halted"}),
    openers=(Opener(HALTED, "whole", after(ERROR), required=True),),
    states={"whole": State()},
    reader=read,
)
