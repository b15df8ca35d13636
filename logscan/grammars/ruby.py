"""Ruby's exceptions: uncaught, `full_message` in both orders, `Logger`'s, and backtraces printed line by line.

`file:line:in 'method': message (Class)`, then `\\tfrom file:line:in 'method'`; causes follow in the same form
(https://docs.ruby-lang.org/en/master/Exception.html). With the newest call last, numbered frames stand under the
header that Python uses too. Rails writes `Class (message):`, lines of a template, a blank, the frames, then `Causes:`,
each of these lines behind the log's tags (`log_error` in
https://github.com/rails/rails/blob/main/actionpack/lib/action_dispatch/middleware/debug_exceptions.rb). Rake says
`rake aborted!`, then each exception and its frames, `Caused by:` between them (`display_exception_details` in
https://github.com/ruby/rake/blob/master/lib/rake/application.rb). An
interpreter that crashes says `file:line: [BUG] message` and what it knows of itself, section by section
(https://docs.ruby-lang.org/en/master/contributing/bug_triaging_rdoc.html).
"""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, after, directly_after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

CLASS = rb"[A-Z]\w*(?:::[A-Z]\w*)*"
RAISED = lazy(rb"\S[^\t]*?:\d+:in [`'].*': .*\(" + CLASS + rb"\)$|\S[^\t]*?:\d+:in [`'].*': unhandled exception$")
AGAIN = lazy(rb"\S[^\t]*?:\d+:in [`'].*': .*\((?P<key>" + CLASS + rb")\)$")
PLACE = lazy(rb"\S[^\t]*?:\d+:in [`'][^`']*'$")
FROM = lazy(rb"\s+from \S.*:\d+|\s+\.\.\. \d+ levels\.\.\.")
REVERSE = lazy(rb"\s+\d+: from \S.*:\d+:in [`'].*'$")
NAMED = lazy(
    rb"(?:.* )?\("
    + CLASS
    + rb"\)$|(?:.* -- Exception: )?"
    + CLASS
    + rb": |"
    + CLASS
    + rb":?$| ?"
    + CLASS
    + rb" \(.*\):?$"
    rb"|(?:.*: )?#<" + CLASS + rb": .*>$"
)
"""The line that names the class; before it SemanticLogger's message, or Puma's, which prints what `inspect` says."""


TAGGED = lazy(rb"(?P<margin>(?:\[[^\]\s]{1,80}\] )++)" + PLACE.pattern)
INDENTED = lazy(rb" {2,}" + PLACE.pattern)
"""Before Rails 5, and where Rake's commands are traced."""
BUG = lazy(rb"\S+:\d+: \[BUG\] \S")
SECTION = lazy(rb"-- [A-Z]|\* [A-Z]|\[NOTE\]$|\s+\d+ \S|[0-9a-f]+-[0-9a-f]+ ")
SOURCE = lazy(rb"\s+\d+: ")
RAILS = lazy(rb" ?" + CLASS + rb" \(")
RAISED_NEXT = lazy(RAILS.pattern + rb".*\):$")
CAUSES = lazy(rb"Causes:$|Caused by:$")
VIEW = lazy(rb"[^\s:]+\.(?:erb|haml|slim):\d+$")
"""A place in a template, from which Rails takes the name of the method that it made of it."""
SYNTAX = lazy(
    rb"(?:\S+\.(?:rb|rake|ru|gemspec|erb|jbuilder)|\S*(?:Rake|Gem|Cap|Guard)file|-e):\d+: syntax errors?"
    rb"(?:, unexpected | found )"
)
"""Bison says so for other languages too."""
CARET = lazy(rb"\s*(?:\d+ )?\|?[ ~]*\^")
TASKS = lazy(rb"Tasks: TOP => |\(See full trace by running task with --trace\)$")
RAKE = lazy(rb"(?:rake|rails) aborted!$")


def head(before: Sequence[bytes]) -> int:
    """Before the first line of a backtrace: the line that names the class, blank lines and a template's between; its
    message may have several lines (Rails)."""
    at = len(before)
    while at and (not before[at - 1].strip() or SOURCE.match(before[at - 1]) or VIEW.match(before[at - 1])):
        at -= 1
    if not at:
        return 0
    if NAMED.match(before[at - 1]):
        return len(before) - at + 1
    many = after(RAILS)(before[:at]) if before[at - 1].endswith(b"):") else 0
    return len(before) - at + many if many else 0


_RAISED = lazy(r"(?P<file>\S[^\t]*?):(?P<line>\d+):in [`'](?P<function>.*?)': (?P<message>.*)")
_PLACE = lazy(r"\s*(?:(?:\d+: )?from )?(?P<file>\S[^\t]*?):(?P<line>\d+)(?::in [`'](?P<function>.*)')?$")
_BUG = lazy(r"\S+:\d+: \[BUG\] (?P<message>.*)")
_SYNTAX = lazy(r"(?P<file>\S+):(?P<line>\d+): (?P<message>.*?)(?: \(SyntaxError\))?$")
_CLASS = lazy(r"\s*\((?P<type>[A-Z]\w*(?:::[A-Z]\w*)*)\)$")
_INSPECTED = lazy(r"(?:.*: )?#<(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*): (?P<message>.*)>$")
_FIRST = lazy(r"(?:.* -- Exception: )?(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*)(?:: (?P<message>.*))?$")
_RAILS = lazy(r" ?(?P<type>[A-Z]\w*(?:::[A-Z]\w*)*) \((?P<message>.*)\):?\s*$", re.S)
_GEMS = lazy(r".*/gems/(?:[\d.]+/gems/)?(?P<rest>[^/]+/.+?)(?:\.rb)?$")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the class on."""
    if crash := _BUG.match(lines[0]):
        places = [place for line in lines[1:] if (place := _PLACE.match(line)) and place["function"]]
        return Traceback("ruby", "BUG", crash["message"], tuple(map(_frame, reversed(places))))
    if RAKE.match(lines[0].encode()):
        return _rake(lines[1:])
    if SYNTAX.match(lines[0].encode()) and (syntax := _SYNTAX.match(lines[0])):
        return Traceback("ruby", "SyntaxError", syntax["message"], (Frame(syntax["file"], number(syntax["line"])),))
    parts: list[Part] = []
    outside: list[Frame] = []  # numbered frames stand before their exception, the newest last
    causes = False
    for line in lines:
        if CAUSES.match(line.encode()):
            causes = True
            continue
        if causes and RAILS.match(line.encode()):
            parts.append(Part(message=[line]))
            continue
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
        elif parts and SOURCE.match(line.encode()) and parts[-1].message[-1].endswith("):"):
            continue
        elif parts and len(parts[-1].frames) <= 1 and "levels..." not in line:
            parts[-1].message.append(line)
    if not parts:
        parts, outside = [Part(frames=outside)], []
    for part in parts:
        _name(part)
    return assemble("ruby", parts)


def _rake(lines: list[str]) -> Traceback:
    """What Rake says; of a RuntimeError the message alone."""
    parts = [Part("cause", "RuntimeError")]
    for line in lines:
        if CAUSES.match(line.encode()):
            parts.append(Part("cause", "RuntimeError"))
        elif place := _PLACE.match(line):
            parts[-1].frames.append(_frame(place))
        elif parts[-1].message:
            if not parts[-1].frames and not TASKS.match(line.encode()):
                parts[-1].message.append(line)
        elif found := _FIRST.match(line):
            parts[-1].exception, parts[-1].message = found["type"], [found["message"] or ""]
        else:
            parts[-1].message.append(line)
    return assemble("ruby", parts)


def _name(part: Part) -> None:
    """The class stands in parentheses behind the message's first line, or before a colon."""
    if not part.message:
        return
    behind = _CLASS.search(part.message[0])
    rails = None if behind else _RAILS.match("\n".join(part.message))
    before = None if behind else _INSPECTED.match(part.message[0]) or _FIRST.match(part.message[0])
    if behind:
        part.exception = behind["type"]
        part.message[0] = part.message[0][: behind.start()]
    elif rails:
        part.exception = rails["type"]
        part.message = rails["message"].split("\n")
    elif before:
        part.exception = before["type"]
        part.message[0] = before["message"] or ""
    if part.message == [part.exception]:
        part.message = []  # Ruby repeats the class where there is no message


def _frame(found: re.Match[str]) -> Frame:
    inside = _GEMS.match(found["file"])
    module = inside["rest"].replace("/", ".") if inside else None
    return Frame(found["file"], number(found["line"]), found["function"], module=module)


grammar = Table(
    "ruby",
    anchors=frozenset(
        {
            b":in `",
            b":in '",
            b"\tfrom ",
            b": [BUG] ",
            b" aborted!",
            b".erb:",
            b".haml:",
            b".slim:",
            b": syntax error",
        }
    ),
    openers=(
        Opener(BUG, "crash", alone=True),
        Opener(RAKE, "aborted", alone=True),
        Opener(SYNTAX, "excerpt"),
        Opener(VIEW, "frames", head, required=True),
        Opener(AGAIN, "message", directly_after(lazy(rb"#<Thread:0x\w+ .* terminated with exception"))),
        Opener(REVERSE, "reverse", directly_after(lazy(rb".*Traceback \(most recent call last\):$"))),
        Opener(TAGGED, "frames", head, required=True),
        Opener(PLACE, "frames", head, required=True),
        Opener(INDENTED, "frames", head, required=True),
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
                Rule(INDENTED, Step.FINAL),
                Rule(VIEW, Step.FINAL),
                Rule(AGAIN, Step.END),
                Rule(RAISED, Step.FINAL, "message"),
                Rule(TASKS, Step.FINAL),
                Rule(BLANK, Step.TEXT, "gap"),
            )
        ),
        "gap": State((Rule(BLANK, Step.TEXT), Rule(CAUSES, Step.FINAL, "causes"))),
        "causes": State(
            (
                Rule(PLACE, Step.FINAL),
                Rule(VIEW, Step.FINAL),
                Rule(RAISED_NEXT, Step.END),
                Rule(RAILS, Step.FINAL),
                Rule(CAUSES, Step.FINAL),
                Rule(TASKS, Step.FINAL),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "aborted": State(
            (
                Rule(PLACE, Step.FINAL, "frames"),
                Rule(TASKS, Step.FINAL),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "excerpt": State((Rule(CARET, Step.FINAL, "whole"), Rule(BLANK, Step.TEXT), Rule(None, Step.TEXT))),
        "whole": State(),
        "crash": State((Rule(BLANK, Step.TEXT, "section"), Rule(None, Step.FINAL))),
        "section": State((Rule(BLANK, Step.TEXT), Rule(SECTION, Step.FINAL, "crash"))),
        "reverse": State(
            (Rule(REVERSE, Step.TAKE), Rule(RAISED, Step.FINAL, "message"), Rule(FROM, Step.TAKE)), final=False
        ),
    },
    reader=read,
)
