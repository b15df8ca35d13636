"""Perl's long messages: `confess` and `cluck` of Carp (https://perldoc.perl.org/Carp).

`message at file line N.`, then one line for each call: `\\tmodule::function(…) called at file line N`. A message of
`die` without calls looks like a warning's and is no group.
"""

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

CALL = lazy(rb"\s+(?:[\w:]+\(.*\)|eval \{\.\.\.\}|require \S+) called at \S+ line \d+$")
PLACED = lazy(rb".* at \S+ line \d+\.?$")

_CALL = lazy(
    r"\s+(?:(?P<module>[\w:]+?)::)?(?P<function>\w+)(?:\(.*\)| .*) called at (?P<file>\S+) line (?P<line>\d+)$"
)
_PLACED = lazy(r" at (?P<file>\S+) line (?P<line>\d+)\.?$")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the message's first on."""
    part = Part(exception="die")
    for line in lines:
        if call := _CALL.match(line):
            part.frames.append(Frame(call["file"], number(call["line"]), call["function"], module=call["module"]))
        elif placed := _PLACED.search(line):
            part.message.append(line[: placed.start()])
            part.frames.append(Frame(placed["file"], number(placed["line"])))
        else:
            part.message.append(line)
    return assemble("perl", [part])


grammar = Table(
    "perl",
    anchors=frozenset({b" called at "}),
    openers=(Opener(CALL, "calls", after(PLACED), torn=True),),
    states={"calls": State((Rule(CALL, Step.FINAL),))},
    reader=read,
)
