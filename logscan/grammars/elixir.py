"""Elixir's exceptions, bare and in the reports of Logger (https://hexdocs.pm/elixir/Exception.html).

`** (Type) message`, then frames `    (app version) file:line: Module.function/arity`, then what a process knew.
"""

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

FIRST = lazy(rb"\s*\*\* \((?:[A-Z]\w*(?:\.\w+)*|exit|throw|stop|EXIT from #PID<[\d.]+>|:\w+)\) ")
INNER = lazy(rb"    " + FIRST.pattern)
"""What an exit was for."""
FRAME = lazy(rb"\s{4,}(?:\([\w ]+ [\w.+-]+\) )?(?:\S+:\d+: \S|:?\w[\w.:]*[/(])")
KNOWN = lazy(rb"\s*(?:Last message|State|Function|Args|Client|Initial Call|Ancestors|Start Call|Reason)\b.*")
STATED = lazy(rb"(?:Last message|State|Function)\b.*")

_FIRST = lazy(r"\s*\*\* \((?P<type>[^)]*)\) (?P<message>.*)")
_FRAME = lazy(
    r"\s{4,}(?:\((?P<app>\w+) [\w.+-]+\) )?(?:(?P<file>\S+?):(?P<line>\d+): )?"
    r"(?P<module>:?[\w.]*?)\.?(?P<function>[^.\s(]+)(?:\(.*\))?$"
)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the exception's on."""
    parts: list[Part] = []
    done = False
    for line in lines:
        found = _FIRST.match(line)
        if found and (not parts or parts[-1].frames or INNER.match(line.encode())):
            if parts and parts[-1].message == ["an exception was raised:"]:
                parts.pop()
            parts.append(Part(exception=found["type"], message=[found["message"]]))
        elif STATED.match(line.encode()):
            done = True
        elif parts and not done and FRAME.match(line.encode()):
            parts[-1].frames.append(_frame(line))
        elif parts and not done:
            parts[-1].message.append(line)
    return assemble("elixir", parts)


def _frame(line: str) -> Frame:
    found = _FRAME.match(line)
    if found is None:
        place, _, function = line.strip().partition(": ")
        file, _, at = place.rpartition(":")
        return Frame(file, number(at), function or None)
    return Frame(
        found["file"] or "", number(found["line"]), found["function"], module=found["module"].strip(":") or None
    )


grammar = Table(
    "elixir",
    anchors=frozenset({b"** ("}),
    openers=(Opener(FIRST, "message"),),
    states={
        "message": State(
            (
                Rule(INNER, Step.FINAL),
                Rule(FRAME, Step.FINAL, "frames"),
                Rule(STATED, Step.FINAL, "frames"),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "frames": State(
            (
                Rule(FRAME, Step.FINAL),
                Rule(KNOWN, Step.FINAL),
                Rule(FIRST, Step.FINAL, "message"),
                Rule(BLANK, Step.TEXT),
            )
        ),
    },
    reader=read,
)
