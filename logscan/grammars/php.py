"""PHP's errors: uncaught exceptions, exceptions that were logged as text, fatal and parse errors.

`PHP Fatal error:  Uncaught Class: message in file:line`, `Stack trace:`, `#0 …`, then, after a blank line, `Next Class:
…` for an exception whose previous one stands above it, and `  thrown in file on line n`
(https://www.php.net/manual/en/language.exceptions.php); PHP 5 says `exception 'Class' with message '…' in`. php-fpm's
log closes a quotation mark behind each line, Apache's spells a line end `\\n`. Laravel writes `… [object]
(Class(code: 0): message at file:line)`, `[stacktrace]`, `#0 …`, then the same again behind `[previous exception]`
(https://github.com/Seldaek/monolog/blob/main/src/Monolog/Formatter/LineFormatter.php).
"""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

NAMED = lazy(rb"(?:.*\s)?\\?[A-Z]\w*(?:\\\w+)*(?:: | in \S+:\d+\"?$)|(?:.*\s)?exception '[\w\\]+' with message '")
PLACED = lazy(rb".* in \S+:\d+\"?$")
FRAME = lazy(rb"#\d+ \S")
TRACE = lazy(rb"Stack trace:\"?$")
THROWN = lazy(rb"  thrown in ")
OBJECT = lazy(rb".*\[object\] \([\w\\]+\(code: [^)]*\)(?:: | at )")
STACK = lazy(rb"\[stacktrace\]$")


def head(before: Sequence[bytes]) -> int:
    """Before "Stack trace:": the line that ends in the exception's place, and the one that begins with its class."""
    if not before or not PLACED.match(before[-1]):
        return 0
    return next((n for n, line in enumerate(reversed(before), 1) if NAMED.match(line)), 0)


_NAMED = lazy(
    r"(?:.*Uncaught |Next |.*?\s(?=[\\\w]+: ))?(?P<type>\\?[A-Z]\w*(?:\\\w+)*)"
    r"(?:: (?P<message>.*)|(?= in \S+:\d+\"?$)(?P<rest>.*))"
)
_OLD = lazy(r"(?:.*\s)?exception '(?P<type>[\w\\]+)' with message '(?P<message>.*)")
_PLACED = lazy(r" in (?P<file>\S+):(?P<line>\d+)\"?$")
_OBJECT = lazy(r".*?\[object\] \((?P<type>[\w\\]+)\(code: [^)]*\)(?:: )?(?P<message>.*)")
_AT = lazy(r"(?:^| )at (?P<file>\S+?):(?P<line>\d+)\)$")
_FRAME = lazy(r"#\d+ (?:(?P<file>.+?)\((?P<line>\d+)\)|\[internal function\]): (?P<function>[^(]+)\(")
_PLAIN = lazy(
    r".*?(?P<kind>Fatal|Parse|Compile|Core|Recoverable fatal) error: +"
    r"(?P<message>.*) in (?P<file>\S+) on line (?P<line>\d+)"
)


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the class on."""
    if len(lines) == 1 and "\\nStack trace:\\n#" in lines[0]:  # as Apache writes a line end
        lines = lines[0].split("\\n")
    plain = _PLAIN.match(lines[0]) if len(lines) == 1 else None
    if plain:
        name = "ParseError" if plain["kind"] == "Parse" else None
        return Traceback("php", name, plain["message"], (Frame(plain["file"], number(plain["line"])),))
    if "[stacktrace]" in lines:
        return _objects(lines)
    parts: list[Part] = []
    message = False
    for line in lines:
        if not parts or line.startswith("Next "):
            parts.append(_named(line))
            message = True
        elif TRACE.match(line.encode()):
            message = False
        elif frame := _FRAME.match(line):
            parts[-1].frames.append(_frame(frame))
        elif message:
            parts[-1].message.append(line)
    for part in parts:
        placed = _PLACED.search(part.message[-1])
        if placed:
            part.message[-1] = part.message[-1][: placed.start()]
            part.frames.insert(0, Frame(placed["file"], number(placed["line"])))
            if part.depth:
                part.message[-1] = part.message[-1].removesuffix("'")
    parts.reverse()  # the last one is the one that was thrown last
    return assemble("php", parts)


def _named(line: str) -> Part:
    """The exception that a line names. `depth`: in PHP 5's words, which put a quotation mark behind the message."""
    if old := _OLD.match(line):
        return Part(exception=old["type"], message=[old["message"]], depth=1)
    found = _NAMED.match(line)
    if found is None:
        return Part(message=[line])
    return Part(exception=found["type"], message=[found["message"] or found["rest"] or ""])


def _frame(found: re.Match[str]) -> Frame:
    function = found["function"].rpartition("->")[2].rpartition("::")[2]
    module = found["function"][: -len(function)].rstrip("->:") or None
    return Frame(found["file"] or "", number(found["line"]), function, module=module)


def _objects(lines: list[str]) -> Traceback:
    """Laravel's form: the exception that was thrown last stands first, those before it below."""
    parts: list[Part] = []
    said = False
    for line in lines:
        if found := _OBJECT.match(line):
            parts.append(Part("cause", found["type"].replace("\\\\", "\\"), [found["message"]]))
            said = True
        elif line == "[stacktrace]":
            said = False
        elif parts and said:
            parts[-1].message.append(line)
        elif parts and (frame := _FRAME.match(line)):
            parts[-1].frames.append(_frame(frame))
    for part in parts:
        if placed := _AT.search(part.message[-1]):
            part.message[-1] = part.message[-1][: placed.start()]
            part.frames.insert(0, Frame(placed["file"], number(placed["line"])))
    return assemble("php", parts or [Part(message=lines[:1])])


grammar = Table(
    "php",
    anchors=frozenset(
        {b"Stack trace:", b"Fatal error: ", b"Parse error: ", b"PHP Core error", b"PHP Compile error", b"[stacktrace]"}
    ),
    openers=(
        Opener(lazy(rb".*?Fatal error: +Uncaught "), "message", alone=True),
        Opener(lazy(rb".*?(?:Fatal|Parse) error: .* in \S+ on line \d+"), "whole", alone=True),
        Opener(TRACE, "trace", head, required=True),
        Opener(STACK, "objects", after(OBJECT), required=True),
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
                Rule(lazy(rb"Next (?:\\?[A-Z]|exception ')"), Step.FINAL, "message"),
                Rule(THROWN, Step.FINAL, "whole"),
                Rule(BLANK, Step.TEXT),
            )
        ),
        "objects": State(
            (
                Rule(FRAME, Step.FINAL),
                Rule(lazy(rb"\[previous exception\] \[object\] \(|\[stacktrace\]$"), Step.FINAL),
                Rule(lazy(rb'"[}\]]'), Step.FINAL, "whole"),
                Rule(BLANK, Step.TEXT),
            )
        ),
        "whole": State(),
    },
    reader=read,
)
