"""Rust's panics and stack overflows, and errors with causes that `main` returns.

`thread 'name' panicked at file:line:column:`, the message, a note or a backtrace
(https://doc.rust-lang.org/std/macro.panic.html). Before 1.73 message and place stood on the first line; since 1.91 the
thread's number does. An error of anyhow or eyre: `Error: message`, a blank line, `Caused by:`, its causes, indented
(https://docs.rs/anyhow/latest/anyhow/struct.Error.html#display-representations).
"""

from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

THREAD = rb"thread '.*' (?:\(\d+\) )?"
NOTE = lazy(rb"note: ")
TRACE = lazy(rb"stack backtrace:$")
ERROR = lazy(rb"Error: \S")


def head(before: Sequence[bytes]) -> int:
    """From "Caused by:" back to the error, over the blank line between."""
    return after(ERROR)(before) if len(before) > 1 and not before[-1].strip() else 0


_FIRST = lazy(
    r".*?thread '.*?' (?:\(\d+\) )?panicked at (?:'(?P<message>.*)', )?(?P<file>[^']+?):(?P<line>\d+)(?::\d+)?:?$"
)
_LAST = lazy(r"(?P<message>.*)', (?P<file>\S+?):(?P<line>\d+)(?::\d+)?$")
_CALL = lazy(r"\s+\d+: +(?:0x[0-9a-f]+ - )?(?P<name>.+)")
_PLACE = lazy(r"\s+at (?P<file>.+?):(?P<line>\d+)(?::\d+)?$")
_CAUSE = lazy(r"    (?:\s*\d+: )?(?P<message>\S.*)")
_HASH = lazy(r"::h[0-9a-f]{16}$|\[[0-9a-f]{16}\]")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the thread's on."""
    if lines[0].startswith("Error: "):
        return _returned(lines)
    if "has overflowed its stack" in lines[0]:
        return Traceback("rust", "stack overflow", lines[0])
    part = Part(exception="panic")
    first = _FIRST.match(lines[0])
    place: list[Frame] = []
    if first:
        part.message = [first["message"]] if first["message"] is not None else []
        place = [Frame(first["file"], number(first["line"]))]
    else:
        part.message = [lines[0].partition("panicked at '")[2]]
    done = False
    for line in lines[1:]:
        done = done or line.startswith(("note: ", "stack backtrace:"))
        if not done:
            part.message.append(line)
        elif call := _CALL.match(line):
            module, _, function = _HASH.sub("", call["name"]).rpartition("::")
            part.frames.append(Frame("", None, function, module=module or None))
        elif (where := _PLACE.match(line)) and part.frames:
            last = part.frames[-1]
            part.frames[-1] = Frame(where["file"], number(where["line"]), last.function, module=last.module)
    if not first and part.message and (last_line := _LAST.match(part.message[-1])):
        part.message[-1] = last_line["message"]
        place = [Frame(last_line["file"], number(last_line["line"]))]
    part.frames = part.frames or place
    return assemble("rust", [part])


def _returned(lines: list[str]) -> Traceback:
    """What `main` returned: an error and its causes."""
    at = lines.index("Caused by:")
    parts = [Part(exception="Error", message=[lines[0].removeprefix("Error: "), *lines[1:at]])]
    for line in lines[at + 1 :]:
        if not line.strip() or line.endswith("backtrace:"):
            break
        if found := _CAUSE.match(line):
            parts.append(Part("cause", "Error", [found["message"]]))
    return assemble("rust", parts)


grammar = Table(
    "rust",
    anchors=frozenset({b" panicked at ", b" has overflowed its stack", b"Caused by:"}),
    openers=(
        Opener(lazy(rb"(?P<margin>)" + THREAD + rb"panicked at '.*', \S+:\d+:\d+$"), "message", alone=True),
        Opener(lazy(THREAD + rb"panicked at '"), "quoted", alone=True),
        Opener(lazy(THREAD + rb"panicked at \S.*:\d+:\d+:$"), "first", alone=True),
        Opener(lazy(THREAD + rb"has overflowed its stack$"), "overflow", alone=True),
        Opener(lazy(rb"Caused by:$"), "causes", head, required=True),
    ),
    states={
        "quoted": State((Rule(lazy(rb".*', \S+:\d+:\d+$"), Step.TAKE, "message"), Rule(None, Step.TAKE)), final=False),
        "first": State((Rule(lazy(rb""), Step.FINAL, "message"),), final=False),
        "message": State(
            (
                Rule(NOTE, Step.FINAL, "whole"),
                Rule(TRACE, Step.FINAL, "trace"),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "trace": State((Rule(lazy(rb"\s+\d+: |\s+at "), Step.FINAL), Rule(NOTE, Step.FINAL, "whole"))),
        "causes": State(
            (
                Rule(lazy(rb"    \s*\S"), Step.FINAL),
                Rule(lazy(rb"(?:Stack|stack) backtrace:$"), Step.FINAL, "trace"),
                Rule(BLANK, Step.TEXT),
            )
        ),
        "overflow": State((Rule(BLANK, Step.TEXT), Rule(lazy(rb"fatal runtime error: "), Step.FINAL, "whole"))),
        "whole": State((Rule(lazy(rb"thread caused non-unwinding panic|fatal runtime error: "), Step.FINAL),)),
    },
    reader=read,
)
