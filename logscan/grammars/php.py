"""PHP's errors: uncaught exceptions, exceptions that were logged as text, fatal and parse errors.

`PHP Fatal error:  Uncaught Class: message in file:line`, `Stack trace:`, `#0 …`, then, after a blank line, `Next Class:
…` for an exception whose previous one stands above it, and `  thrown in file on line n`
(https://www.php.net/manual/en/language.exceptions.php). php-fpm's log closes a quotation mark behind each line.
"""

from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

NAMED = lazy(rb"(?:.*\s)?\\?[A-Z]\w*(?:\\\w+)*(?:: | in \S+:\d+\"?$)")
PLACED = lazy(rb".* in \S+:\d+\"?$")
FRAME = lazy(rb"#\d+ \S")
TRACE = lazy(rb"Stack trace:\"?$")
THROWN = lazy(rb"  thrown in ")


def head(before: Sequence[bytes]) -> int:
    """Before "Stack trace:": the line that ends in the exception's place, and the one that begins with its class."""
    if not before or not PLACED.match(before[-1]):
        return 0
    return next((n for n, line in enumerate(reversed(before), 1) if NAMED.match(line)), 0)


_NAMED = lazy(
    r"(?:.*Uncaught |Next |.*?\s(?=[\\\w]+: ))?(?P<type>\\?[A-Z]\w*(?:\\\w+)*)"
    r"(?:: (?P<message>.*)|(?= in \S+:\d+\"?$)(?P<rest>.*))"
)
_PLACED = lazy(r" in (?P<file>\S+):(?P<line>\d+)\"?$")
_FRAME = lazy(r"#\d+ (?:(?P<file>.+?)\((?P<line>\d+)\)|\[internal function\]): (?P<function>[^(]+)\(")
_PLAIN = lazy(
    r".*?(?P<kind>Fatal|Parse|Compile|Core|Recoverable fatal) error: +"
    r"(?P<message>.*) in (?P<file>\S+) on line (?P<line>\d+)"
)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the class on."""
    plain = _PLAIN.match(lines[0]) if len(lines) == 1 else None
    if plain:
        name = "ParseError" if plain["kind"] == "Parse" else None
        return Traceback("php", name, plain["message"], (Frame(plain["file"], number(plain["line"])),))
    parts: list[Part] = []
    message = False
    for line in lines:
        if not parts or line.startswith("Next "):
            found = _NAMED.match(line)
            parts.append(Part(exception=found["type"] if found else None))
            parts[-1].message.append((found["message"] or found["rest"] or "") if found else line)
            message = True
        elif TRACE.match(line.encode()):
            message = False
        elif frame := _FRAME.match(line):
            function = frame["function"].rpartition("->")[2].rpartition("::")[2]
            module = frame["function"][: -len(function)].rstrip("->:") or None
            parts[-1].frames.append(Frame(frame["file"] or "", number(frame["line"]), function, module=module))
        elif message:
            parts[-1].message.append(line)
    for part in parts:
        placed = _PLACED.search(part.message[-1])
        if placed:
            part.message[-1] = part.message[-1][: placed.start()]
            part.frames.insert(0, Frame(placed["file"], number(placed["line"])))
    parts.reverse()  # the last one is the one that was thrown last
    return assemble("php", parts)


grammar = Table(
    "php",
    anchors=frozenset({b"Stack trace:", b"Fatal error: ", b"Parse error: ", b"PHP Core error", b"PHP Compile error"}),
    openers=(
        Opener(lazy(rb".*?Fatal error: +Uncaught "), "message", alone=True),
        Opener(lazy(rb".*?(?:Fatal|Parse) error: .* in \S+ on line \d+"), "whole", alone=True),
        Opener(TRACE, "trace", head, required=True),
    ),
    states={
        "message": State(
            (
                Rule(TRACE, Step.FINAL, "trace"),
                Rule(THROWN, Step.FINAL, "whole"),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "trace": State(
            (
                Rule(FRAME, Step.FINAL),
                Rule(lazy(rb"Next \\?[A-Z]"), Step.FINAL, "message"),
                Rule(THROWN, Step.FINAL, "whole"),
                Rule(BLANK, Step.TEXT),
            )
        ),
        "whole": State(),
    },
    reader=read,
)
