"""The exceptions of .NET and Mono, unhandled or written by a logger.

`Type: message`, ` ---> Inner: message` lines, then the innermost exception's frames first, a ruler `--- End of inner
exception stack trace ---` after each (https://learn.microsoft.com/en-us/dotnet/api/system.exception.tostring).
Databases' drivers add to it what they know of the failure: Npgsql a list of `Exception data:`, SqlClient the connection
(https://github.com/dotnet/SqlClient: `SqlException.ToString`). Mono writes two spaces before a frame, one before its
parameters, and the place as `[0x0000c] in file:line` (https://github.com/mono/mono: `StackTrace.ToString`);
Ben.Demystifier a method as its source has it (https://github.com/benaadams/Ben.Demystifier). The .NET Framework says
`bei` and `Zeile` on a German Windows.
A runtime that ends for a reason of its own says `Stack overflow.` or `Fatal error. …`; frames that come again stand
between rulers (https://github.com/dotnet/runtime/blob/main/src/coreclr/vm/eepolicy.cpp).
"""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

TYPE = rb"(?:[A-Z]\w*\.)+[A-Z][\w`+]*|[A-Z][\w`+]*(?:Exception|Error)"
FRAME = lazy(
    rb"\s{2,}(?:at|bei) (?:[\w.<>`+\[\],&|$@/=-]+\((?:[^():]|::)*\)$"
    rb"|(?:\(wrapper [\w-]+\) )?[^\s()]+ ?\([^()]*\) (?:\[0x[0-9a-f]+\]|<0x[^>]*>) in .*:\d+\s*$"
    rb"|\(wrapper [\w-]+\) [^\s()]+ ?\([^()]*\)$"
    rb"|[^\s(][^(]*\(.*:(?:line|Zeile) \d+\.?$)"
)
FLAT = lazy(rb"at [^\s(][^(]*\(.*:line \d+$")
"""A frame whose margin was lost, where its place tells it."""
AT = lazy(rb"\s{2,}(?:at|bei) \S|at [\w.<>`+\[\],&|$@/=-]+\([^()]*\)(?: in .*:line \d+)?$")
NAMED = lazy(rb"(?!\s*--->)\s*(?:Unhandled [Ee]xception[.:] |\[\d+\] |.*\s)?(?:" + TYPE + rb")(?: \(\w+\))?: ")
ALONE = lazy(rb"\s*(?:Unhandled [Ee]xception[.:] )?(?:" + TYPE + rb")$")
"""An exception without a message."""
UNHANDLED = lazy(rb"Unhandled (?:exception\.|Exception:) (?:" + TYPE + rb")(?: \(\w+\))?(?:: |$)")
FATAL = lazy(rb"Stack overflow\.$|Process is terminating due to StackOverflowException|Fatal error\. ")
REPEAT = lazy(rb"\s*Repeat \d+ times:$|-{32}$")
RULER = lazy(rb"\s*--- End(?:e der| of) (?:inne|inter|[Ss]tack trace from pre|Stapel)")
INNER = lazy(rb"\s*---> ")
DATA = lazy(rb"\s+Exception data:$")
KNOWN = lazy(rb"ClientConnectionId(?: before routing)?:[0-9a-f]|Error Number:-?\d+,State:|Routing Destination:")
HEAD = after(lazy(NAMED.pattern + b"|" + FATAL.pattern))


def head(before: Sequence[bytes]) -> int:
    """The nearest line that names an exception and its message, or one directly before that names it alone."""
    return 1 if before and ALONE.match(before[-1]) else HEAD(before)


_NAMED = lazy(
    r"\s*(?:Unhandled [Ee]xception[.:] |.*?\s)??(?P<type>(?:[A-Z]\w*\.)+[A-Z][\w`+]*|[A-Z][\w`+]*(?:Exception|Error))"
    r"(?:(?: \(\w+\))?: (?P<message>.*?)(?P<more> ---> .*)?)?$"
)
_INNER = lazy(
    r"\s*---> (?P<member>\(Inner Exception #\d+\) )?(?P<type>[A-Z][\w.`+]*)(?: \(\w+\))?(?:: (?P<message>.*)|$)"
)
_FRAME = lazy(
    r"\s*(?:at|bei) (?:\(wrapper [\w-]+\) )?(?:[^(]* )?(?P<name>[^\s(]+?)"
    r"\.(?P<function>\.c?ctor|[^.\s(\[]+(?:\[[^\]]*\])*) ?\(.*?\)(?P<rest>.*?)(?:<---)?$"
)
_PLACE = lazy(r".* in (?P<file>.+?):(?:line |Zeile )?(?P<line>\d+)\.?\s*$")
_UNKNOWN = "<filename unknown>"


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the outermost exception on."""
    parts: list[Part] = []
    open_parts: list[Part] = []  # those whose frames are still to come, the innermost last
    told = False
    for line in lines:
        raw = line.encode()
        told = (told or DATA.match(raw) is not None) and not RULER.match(raw)
        if told or KNOWN.match(raw) or REPEAT.match(raw):
            continue
        if frame := _FRAME.match(line):
            if not parts:
                parts.append(Part())
            (open_parts or parts)[-1].frames.append(_frame(frame))
        elif RULER.match(raw):
            if "previous" not in line and "vorherg" not in line and len(open_parts) > 1:
                open_parts.pop()
        elif inner := _INNER.match(line):
            message = (inner["message"] or "").removesuffix("<---")
            parts.append(Part("group" if inner["member"] else "cause", inner["type"], [message]))
            open_parts.append(parts[-1])
        elif not parts:
            parts.append(Part())
            open_parts.append(parts[0])
            if found := _NAMED.match(line):
                parts[0].exception, parts[0].message = found["type"], [found["message"] or ""]
                for text in (found["more"] or "").split(" ---> ")[1:]:
                    name, _, message = text.partition(": ")
                    parts.append(Part("cause", name, [message]))
                    open_parts.append(parts[-1])
            elif "verflow" in line and FATAL.match(raw):
                parts[0].exception, parts[0].message = "System.StackOverflowException", [line]
            else:
                parts[0].message = [line]
        elif not parts[-1].frames and line.strip():
            parts[-1].message.append(line.strip())
    if len(open_parts) == len(parts) > 1 and not parts[0].frames:  # SqlClient's has no ruler: the frames are its own
        parts[0].frames, parts[-1].frames = parts[-1].frames, []
    return assemble("dotnet", parts)


def _frame(found: re.Match[str]) -> Frame:
    place = _PLACE.match(found["rest"])
    known = place is not None and place["file"] != _UNKNOWN
    file, line = (place["file"], number(place["line"])) if place and known else ("", None)
    return Frame(file, line, found["function"], module=found["name"])


TAIL = (
    Rule(AT, Step.FINAL, "frames"),
    Rule(RULER, Step.FINAL, "frames"),
    Rule(REPEAT, Step.FINAL, "frames"),
    Rule(INNER, Step.FINAL, "message"),
    Rule(DATA, Step.FINAL, "data"),
    Rule(KNOWN, Step.FINAL),
)
grammar = Table(
    "dotnet",
    anchors=frozenset({b"  at ", b"  bei ", b":line ", b"nhandled exception. ", b"nhandled Exception: "}),
    openers=(
        Opener(FRAME, "frames", head, torn=True),
        Opener(FLAT, "frames", head, required=True),
        Opener(UNHANDLED, "message", alone=True),
    ),
    states={
        "frames": State((*TAIL, Rule(BLANK, Step.TEXT, "gap"))),
        "gap": State((Rule(INNER, Step.FINAL, "message"), Rule(BLANK, Step.TEXT))),
        "message": State((*TAIL, Rule(BLANK, Step.TEXT), Rule(None, Step.TEXT))),
        "data": State((Rule(RULER, Step.FINAL, "frames"), Rule(lazy(rb"\s{4}\S"), Step.FINAL), Rule(None, Step.TEXT))),
    },
    reader=read,
    dumps=lazy(rb"Trace(?:: |$)"),
)
