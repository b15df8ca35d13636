"""Tracebacks whose stack stands under the exception: Dagster's.

`module.Type: message`, blank lines, `Stack Trace:`, CPython's frames; causes and contexts follow in the same way, each
below a sentence of its own (https://github.com/dagster-io/dagster/blob/master/python_modules/dagster-shared/dagster_shared/error.py,
`SerializableErrorInfo.to_string`).
"""

from collections.abc import Sequence

from logscan.grammars import Step, python, pythonparse
from logscan.grammars.parts import Part, assemble
from logscan.grammars.table import BLANK, Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Traceback

STACK = lazy(rb"Stack Trace:\s*$")
LINKED = lazy(rb"The above exception (?:was caused by|occurred during handling of) the following exception:\s*$")
INDENTED = lazy(rb"\s+\S")
_LINKED = "The above exception "


def _head(before: Sequence[bytes]) -> int:
    """From the exception's own line on; its message may quote the exception that it wraps."""
    at = [count for count, line in enumerate(reversed(before), 1) if python.final(line)]
    return at[-1] if at else 0


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the exception's on."""
    parts: list[Part] = []
    link, said = "cause", False
    for line in lines:
        if line.startswith(_LINKED):
            link, said = ("cause" if "caused" in line else "context"), False
        elif not said and line.strip():
            kind, _, message = line.partition(": ")
            parts.append(Part(link=link, exception=kind.rstrip(":"), message=[message]))  # type: ignore[arg-type]
            said = True
        elif said and parts:
            _further(parts[-1], line)
    return assemble("python", parts)


def _further(part: Part, line: str) -> None:
    """A line below an exception's own: more of its message, or its stack."""
    if line.startswith("Stack Trace:"):
        part.depth = 1
    elif not part.depth:
        part.message.append(line)
    elif line.strip():
        part.frames = pythonparse.framed(part.frames, line)


grammar = Table(
    "python-stack-trace",
    anchors=frozenset({b"Stack Trace:"}),
    openers=(Opener(STACK, "first", _head, required=True),),
    states={
        "first": State((Rule(python.FRAME, Step.FINAL, "frames"),), final=False, otherwise=Step.ROLLBACK),
        "frames": State(
            (Rule(INDENTED, Step.FINAL), Rule(LINKED, Step.TAKE, "linked")),
            otherwise=Step.TEXT,
        ),
        "linked": State((Rule(BLANK, Step.TAKE), Rule(None, Step.TAKE, "named"))),
        "named": State((Rule(STACK, Step.TAKE, "again"), Rule(LINKED, Step.TAKE, "linked")), otherwise=Step.TEXT),
        "again": State((Rule(python.FRAME, Step.FINAL, "frames"),), otherwise=Step.TEXT),
    },
    reader=read,
)
