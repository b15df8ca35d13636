"""Dart's unhandled exceptions: the exception as text, numbered frames, `<asynchronous suspension>` between them
(https://api.dart.dev/dart-core/StackTrace-class.html)."""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

UNHANDLED = lazy(rb"(?:.*\s)?Unhandled [Ee]xception:")
FRAME = lazy(rb"#\d+ {2,}\S.* \((?:dart:|package:|file:|org-dartlang|\S+\.dart).*\)$")

_FRAME = lazy(r"#\d+ +(?P<function>\S.*?) \((?P<file>.+?)(?::(?P<line>\d+))?(?::\d+)?\)$")
_NAMED = lazy(r"(?:.*Unhandled [Ee]xception:\s*)?(?P<type>_?[A-Z]\w*)(?: \([^)]*\))?: ?(?P<message>.*)$")


def head(before: Sequence[bytes]) -> int:
    """The exception's text, below "Unhandled exception:" where it stands there."""
    count = next((n for n, line in enumerate(reversed(before), 1) if UNHANDLED.match(line)), 0)
    return count or (1 if before and before[-1].strip() else 0)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the exception's on."""
    part = Part()
    for line in lines:
        if frame := _FRAME.match(line):
            file = frame["file"]
            inside = re.match(r"package:(.+?)(?:\.dart)?$", file)
            module = inside[1].replace("/", ".") if inside else None
            part.frames.append(Frame(file, number(frame["line"]), frame["function"], module=module))
        elif part.frames or line.strip() == "Unhandled exception:":
            continue
        elif part.exception is None and not part.message and (named := _NAMED.match(line)):
            part.exception, part.message = named["type"], [named["message"]]
        else:
            part.message.append(line)
    return assemble("dart", [part])


grammar = Table(
    "dart",
    anchors=frozenset({b"#0   "}),
    openers=(Opener(lazy(rb"#0 {2,}\S.* \((?:dart:|package:|file:|org-dartlang|\S+\.dart).*\)$"), "frames", head),),
    states={"frames": State((Rule(FRAME, Step.FINAL), Rule(lazy(rb"<asynchronous suspension>$"), Step.FINAL)))},
    reader=read,
)
