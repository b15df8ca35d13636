"""Erlang's reports on the terminal: errors, crashes, supervisors' (https://www.erlang.org/doc/apps/kernel/logger_chapter.html).

A line `=CRASH REPORT==== time ===`, then a body up to a blank line.
"""

import re

from logscan.grammars import Step
from logscan.grammars.parts import number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

_CLASS = lazy(r"\s+exception (?P<type>error|exit|throw): (?P<message>.*)", re.M)
_REASON = lazy(r"(?:exit value:|Reason for termination ?==?|Reason ==)\s*(?:\*\* )?\{*'?(?P<type>\w+)")
_CONTEXT = lazy(r"\s+(?:errorContext|Context): +(?P<type>\w+)")
_TERM = lazy(
    r"\{(?P<module>\w+),(?P<function>'[^']*'|\w+),\d+,\s*\[\{file,\"(?P<file>[^\"]*)\"\},\s*\{line,(?P<line>\d+)\}"
)
_CALL = lazy(r"\s(?P<module>\w+):(?P<function>'[^']*'|\w+)/\d+ \((?P<file>[\w./]+), line (?P<line>\d+)\)")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the report's first on."""
    text = "\n".join(lines)
    raised = _CLASS.search(text)
    found = raised or _REASON.search(text) or _CONTEXT.search(text)
    frames = tuple(
        Frame(each["file"], number(each["line"]), each["function"].strip("'"), module=each["module"])
        for pattern in (_CALL, _TERM)
        for each in pattern.finditer(text)
    )
    message = raised["message"] if raised else (lines[1].strip(" *") if len(lines) > 1 else None)
    return Traceback("erlang", found["type"] if found else None, message, frames)


grammar = Table(
    "erlang",
    anchors=frozenset({b" REPORT==== "}),
    openers=(Opener(lazy(rb"=(?:ERROR|CRASH|SUPERVISOR) REPORT==== "), "body", alone=True),),
    states={
        "body": State(
            (
                Rule(lazy(rb"=\w+ REPORT==== "), Step.END),
                Rule(BLANK, Step.TEXT, "gap"),
                Rule(None, Step.FINAL),
            )
        ),
        "gap": State((Rule(BLANK, Step.TEXT), Rule(lazy(rb"\s+\S|\*\* "), Step.FINAL, "body"))),
    },
    reader=read,
)
