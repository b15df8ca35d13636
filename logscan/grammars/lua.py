"""Lua's errors with a traceback: the interpreter's, and those that a host (OpenResty, Redis, a game) reports.

`lua: file:line: message`, `stack traceback:`, then `\\tfile:line: in function 'name'`, `\\t[C]: in ?`, with
`coroutine 0:` between them in OpenResty (https://www.lua.org/manual/5.4/manual.html#pdf-debug.traceback, `msghandler`
in https://github.com/lua/lua/blob/master/lua.c). An error is a value, so there is no type; a host puts text of its own
before it.
"""

from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

TRACE = lazy(rb"\s*stack traceback:$")
PLACED = lazy(rb"(?:.*[\s\"'(])?[^\s:]+:\d+: \S")
FRAME = lazy(rb"\s+(?:\[C\].*|\S.*): (?:in |\?$)|\s+\.\.\.\s*(?:\(skipping |$)|\s+\(\.\.\.tail calls")
COROUTINE = lazy(rb"coroutine \d+:$")

_TEXT = lazy(r"(?:(?:lua|luajit|texlua)[\d.]*: )?(?P<message>.*)")
_FRAME = lazy(
    r"\s+(?P<file>\[C\]|\[string .*?\]|\S.*?)(?::(?P<line>\d+))?: in "
    r"(?:(?:function|method|local|upvalue|field|global) )?(?P<function>'[^']*'|<[^>]*>|main chunk|\?|line \d+)"
)


def head(before: Sequence[bytes]) -> int:
    """The line that says where the error was raised, or the one directly before."""
    placed = next((n for n, line in enumerate(reversed(before), 1) if PLACED.match(line)), 0)
    return placed or (1 if before and before[-1].strip() else 0)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the message's first on."""
    at = next((n for n, line in enumerate(lines) if TRACE.match(line.encode())), len(lines))
    first = _TEXT.match(lines[0])
    part = Part(message=[first["message"] if first else lines[0], *lines[1:at]] if at else [])
    for line in lines[at:]:
        if frame := _FRAME.match(line):
            function = frame["function"].strip("'<>")
            part.frames.append(Frame(frame["file"], number(frame["line"]), None if function == "?" else function))
    return assemble("lua", [part])


grammar = Table(
    "lua",
    anchors=frozenset({b"stack traceback:"}),
    openers=(Opener(TRACE, "frames", head, required=True),),
    states={"frames": State((Rule(FRAME, Step.FINAL), Rule(COROUTINE, Step.FINAL)))},
    reader=read,
)
