"""The exceptions of .NET, unhandled or written by its console logger.

`Type: message`, ` ---> Inner: message` lines, then the innermost exception's frames first, a ruler `--- End of inner
exception stack trace ---` after each (https://learn.microsoft.com/en-us/dotnet/api/system.exception.tostring).
A runtime that ends for a reason of its own says `Stack overflow.` or `Fatal error. …`; frames that come again stand
between rulers (https://github.com/dotnet/runtime/blob/main/src/coreclr/vm/eepolicy.cpp).
"""

import re

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

TYPE = rb"(?:[A-Z]\w*\.)+[A-Z][\w`+]*|[A-Z][\w`+]*(?:Exception|Error)"
FRAME = lazy(rb"\s{3,}at [\w.<>`+\[\],&|$@/-]+\((?:[^():]|::)*\)(?: in .+:line \d+)?$")
NAMED = lazy(rb"(?!\s*--->)\s*(?:Unhandled [Ee]xception[.:] |\[\d+\] |.*\s)?(?:" + TYPE + rb")(?: \(\w+\))?: ")
FATAL = lazy(rb"Stack overflow\.$|Process is terminating due to StackOverflowException|Fatal error\. ")
REPEAT = lazy(rb"\s*Repeat \d+ times:$|-{32}$")
RULER = lazy(rb"\s*--- End of (?:inner exception stack trace|stack trace from previous location)")
INNER = lazy(rb"\s*---> ")
HEAD = lazy(NAMED.pattern + b"|" + FATAL.pattern)

_NAMED = lazy(
    r"\s*(?:Unhandled [Ee]xception[.:] |.*?\s)??(?P<type>(?:[A-Z]\w*\.)+[A-Z][\w`+]*|[A-Z][\w`+]*(?:Exception|Error))"
    r"(?: \(\w+\))?: (?P<message>.*?)(?P<more> ---> .*)?$"
)
_INNER = lazy(r"\s*---> (?P<member>\(Inner Exception #\d+\) )?(?P<type>[A-Z][\w.`+]*)(?: \(\w+\))?: (?P<message>.*)")
_FRAME = lazy(
    r"\s+at (?P<name>.+?)\.(?P<function>[.\w<>`|$]+(?:\[.*?\])?)\(.*?\)(?: in (?P<file>.+):line (?P<line>\d+))?$"
)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the outermost exception on."""
    parts: list[Part] = []
    open_parts: list[Part] = []  # those whose frames are still to come, the innermost last
    for line in lines:
        if frame := _FRAME.match(line):
            if not parts:
                parts.append(Part())
            (open_parts or parts)[-1].frames.append(_frame(frame))
        elif REPEAT.match(line.encode()):
            continue
        elif RULER.match(line.encode()):
            if "inner" in line and len(open_parts) > 1:
                open_parts.pop()
        elif inner := _INNER.match(line):
            parts.append(
                Part("group" if inner["member"] else "cause", inner["type"], [inner["message"].removesuffix("<---")])
            )
            open_parts.append(parts[-1])
        elif not parts:
            parts.append(Part())
            open_parts.append(parts[0])
            if found := _NAMED.match(line):
                parts[0].exception, parts[0].message = found["type"], [found["message"]]
                for text in (found["more"] or "").split(" ---> ")[1:]:
                    name, _, message = text.partition(": ")
                    parts.append(Part("cause", name, [message]))
                    open_parts.append(parts[-1])
            elif "verflow" in line and FATAL.match(line.encode()):
                parts[0].exception, parts[0].message = "System.StackOverflowException", [line]
            else:
                parts[0].message = [line]
        elif not parts[-1].frames and line.strip():
            parts[-1].message.append(line.strip())
    return assemble("dotnet", parts)


def _frame(found: re.Match[str]) -> Frame:
    return Frame(found["file"] or "", number(found["line"]), found["function"], module=found["name"])


grammar = Table(
    "dotnet",
    anchors=frozenset({b"   at "}),
    openers=(Opener(FRAME, "frames", after(HEAD), torn=True),),
    states={
        "frames": State(
            (
                Rule(lazy(rb"\s{3,}at \S"), Step.FINAL),
                Rule(RULER, Step.FINAL),
                Rule(REPEAT, Step.FINAL),
                Rule(INNER, Step.FINAL),
            )
        ),
    },
    reader=read,
    dumps=lazy(rb"Trace(?:: |$)"),
)
