"""Ruby's exceptions: uncaught, `full_message` in both orders, `Logger`'s, and backtraces printed line by line.

`file:line:in 'method': message (Class)`, then `\\tfrom file:line:in 'method'`; causes follow in the same form
(https://docs.ruby-lang.org/en/master/Exception.html). With the newest call last, numbered frames stand under the
header that Python uses too.
"""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, directly_after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

CLASS = rb"[A-Z]\w*(?:::[A-Z]\w*)*"
RAISED = lazy(rb"\S[^\t]*?:\d+:in [`'].*': .*\(" + CLASS + rb"\)$|\S[^\t]*?:\d+:in [`'].*': unhandled exception$")
AGAIN = lazy(rb"\S[^\t]*?:\d+:in [`'].*': .*\((?P<key>" + CLASS + rb")\)$")
PLACE = lazy(rb"\S[^\t]*?:\d+:in [`'][^`']*'$")
FROM = lazy(rb"\s+from \S.*:\d+|\s+\.\.\. \d+ levels\.\.\.")
REVERSE = lazy(rb"\s+\d+: from \S.*:\d+:in [`'].*'$")
NAMED = lazy(rb"(?:.* )?\(" + CLASS + rb"\)$|" + CLASS + rb": |" + CLASS + rb"(?: \(.*\))?:?$")


def head(before: Sequence[bytes]) -> int:
    """Before the first line of a backtrace: the line that names the class, and blank lines between (Rails)."""
    blank = next((n for n, line in enumerate(reversed(before)) if line.strip()), len(before))
    named = blank < len(before) and NAMED.match(before[-blank - 1])
    return blank + 1 if named else 0


_RAISED = lazy(r"(?P<file>\S[^\t]*?):(?P<line>\d+):in [`'](?P<function>.*?)': (?P<message>.*)")
_PLACE = lazy(r"(?:\s+(?:\d+: )?from )?(?P<file>\S[^\t]*?):(?P<line>\d+)(?::in [`'](?P<function>.*)')?$")
_CLASS = lazy(r"\s*\((?P<type>[A-Z]\w*(?:::[A-Z]\w*)*)\)$")
_FIRST = lazy(r"(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*)(?:: (?P<message>.*)| \((?P<rails>.*)\):?)?$")
_GEMS = lazy(r".*/gems/(?:[\d.]+/gems/)?(?P<rest>[^/]+/.+?)(?:\.rb)?$")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the class on."""
    parts: list[Part] = []
    outside: list[Frame] = []  # numbered frames stand before their exception, the newest last
    for line in lines:
        raised = _RAISED.match(line)
        if raised and not raised["file"].startswith("#<Thread"):
            part = Part(message=[raised["message"]], frames=[_frame(raised)])
            part.frames += reversed(outside)
            outside = []
            parts.append(part)
        elif place := _PLACE.match(line):
            (outside if REVERSE.match(line.encode()) or not parts else parts[-1].frames).append(_frame(place))
        elif not parts and line.strip() and not line.startswith(("#<Thread", "Traceback (")):
            parts.append(Part(message=[line]))
        elif parts and len(parts[-1].frames) <= 1 and "levels..." not in line:
            parts[-1].message.append(line)
    if not parts:
        parts, outside = [Part(frames=outside)], []
    for part in parts:
        _name(part)
    return assemble("ruby", parts)


def _name(part: Part) -> None:
    """The class stands in parentheses behind the message's first line, or before a colon."""
    if not part.message:
        return
    behind = _CLASS.search(part.message[0])
    before = None if behind else _FIRST.match(part.message[0])
    if behind:
        part.exception = behind["type"]
        part.message[0] = part.message[0][: behind.start()]
    elif before:
        part.exception = before["type"]
        part.message[0] = before["message"] or before["rails"] or ""
    if part.message == [part.exception]:
        part.message = []  # Ruby repeats the class where there is no message


def _frame(found: re.Match[str]) -> Frame:
    inside = _GEMS.match(found["file"])
    module = inside["rest"].replace("/", ".") if inside else None
    return Frame(found["file"], number(found["line"]), found["function"], module=module)


grammar = Table(
    "ruby",
    anchors=frozenset({b":in `", b":in '", b"\tfrom "}),
    openers=(
        Opener(AGAIN, "message", directly_after(lazy(rb"#<Thread:0x\w+ .* terminated with exception"))),
        Opener(REVERSE, "reverse", directly_after(lazy(rb".*Traceback \(most recent call last\):$"))),
        Opener(PLACE, "frames", head, required=True),
        Opener(lazy(rb"\tfrom \S.*:\d+:in [`'].*'$"), "frames", torn=True),
    ),
    states={
        "message": State(
            (
                Rule(FROM, Step.FINAL, "frames"),
                Rule(AGAIN, Step.END),
                Rule(RAISED, Step.FINAL),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "frames": State(
            (
                Rule(FROM, Step.FINAL),
                Rule(PLACE, Step.FINAL),
                Rule(AGAIN, Step.END),
                Rule(RAISED, Step.FINAL, "message"),
            )
        ),
        "reverse": State(
            (Rule(REVERSE, Step.TAKE), Rule(RAISED, Step.FINAL, "message"), Rule(FROM, Step.TAKE)), final=False
        ),
    },
    reader=read,
)
