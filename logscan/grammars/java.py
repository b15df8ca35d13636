"""The JVM's stack traces: `Throwable.printStackTrace`, logback, log4j, java.util.logging, HotSpot's crash notice.

An exception's line (`a.b.C: message`, perhaps after `Exception in thread "x"`), frames (`\\tat a.b.C.m(File.java:1)`),
then its suppressed exceptions and causes, each with frames of its own
(https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Throwable.html#printStackTrace()). Loggers add
`~[jar:version]` to frames, write `... 2 common frames omitted`, and may print the root cause first ("Wrapped by:").
Clojure's main says `Execution error (Class) at function (file:line).`, and the message below
(https://clojure.org/reference/repl_and_main#_as_an_error_printer).
Where memory runs out, the JVM says so itself before the exception is thrown, if it is told to dump the heap, to run a
command, to exit or to abort: `report_java_out_of_memory` in
https://github.com/openjdk/jdk/blob/master/src/hotspot/share/utilities/debug.cpp.
"""

import re
from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, directly_after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

CLASS = rb"(?:[a-zA-Z_$][\w$-]*[./])*[A-Z_$][\w$]*"
DOTTED = rb"(?:[a-zA-Z_$][\w$-]*\.)+[A-Z_$][\w$]*"
ENDED = rb"(?:\([\w$.]+\): |: |:?$)"
"""What stands behind an exception's name; Hadoop adds the class that was thrown at the other end."""
FRAME = lazy(
    rb"\s+at (?:[^\s()]*/)?[\w.$<>\x80-\xff-]+\.[\w$<>\x80-\xff-]+"
    rb"\((?:[\w$+.-]+\.[a-z]+(?::\d+)?|[\w$]+:\d+|Native Method|Unknown Source|<generated>|[Ss]ource|null)\)"
)
AT = lazy(rb"\s+at \S|" + FRAME.pattern.removeprefix(rb"\s+"))
"""A frame; without its margin it opens nothing, but goes on with what is open."""
MORE = lazy(
    rb"\s*\.\.\. \d+ (?:more|common frames omitted|frames? (?:truncated|excluded|omitted))|\s+\.\.\. suppressed"
)
LOCK = lazy(rb"\s+- (?:locked|waiting|parking|eliminated|<)")
LINK = lazy(rb"\s*(?:Caused by|Suppressed|Wrapped by): \S")
"""Not always a class: SnakeYAML's exceptions call themselves by their message."""
NESTED = b"nested exception is:"
"""What JavaMail and RMI put between an exception's message and its cause's, in the message."""
WRAPPED = lazy(rb"Wrapped by: ")
CONTEXT = lazy(rb"\s+Suppressed: kotlinx\.coroutines\.(?:\w+\.)*DiagnosticCoroutineContextException: ")
"""What Kotlin's coroutines add: an exception without frames."""
CIRCLE = lazy(rb"\s+\[CIRCULAR REFERENCE")
THREAD = lazy(rb'Exception in thread "[^"]*" ' + CLASS + rb"(?:: |:?$)")
NAMED = lazy(
    rb"(?:(?:Exception in thread \"[^\"]*\" |[Uu]ncaught exception:? )?"
    rb"(?:"
    + DOTTED
    + rb"|[A-Z_$][\w$]*(?:Exception|Error|Throwable|Failure)|[\w$]*\$[A-Z][\w$]*)"
    + ENDED
    + rb"|Caused by: |Wrapped by: )"
)
INSIDE = lazy(rb"(?:^|[\s\[(:=])(?=" + DOTTED + rb"(?:: |:?$))")
"""An exception after other text on its line."""
OOM = rb"java\.lang\.OutOfMemoryError"
DUMPING = lazy(rb"Dumping heap to ")
DUMPED = lazy(
    rb"Heap dump file created|Unable to create |Dump file is incomplete|Terminating due to "
    + OOM
    + rb"|Aborting due to "
)
OUT = lazy(rb"(?:Exception in thread \"[^\"]*\" )?" + OOM + rb"(?:: |$)")
HASH = lazy(rb"#(?: |$)")
LAUNCHER = lazy(
    rb"Error: (?:Could not find or load main class |Unable to access jarfile |Main method not found in class "
    rb"|LinkageError occurred while loading main class )|Error occurred during initialization of VM$"
)
CLOJURE = lazy(rb"(?:Execution error|Syntax error|Error printing return value) \([\w.$]+\) .*\([^()]*\)\.$")
ENDS = lazy(rb"Error: (?:Could not create the Java Virtual Machine|A fatal exception has occurred)\. ?")
BARE = lazy(
    rb"(?:Caused by: )?(?:(?:java|javax|jakarta|kotlin|scala|sun|jdk|akka|ch|com|de|io|net|org)\.(?:[\w$]+\.)+"
    rb"|java\.lang\.)[\w$]*(?:Exception|Error|Throwable)(?:: |$)"
)


def head(before: Sequence[bytes]) -> int:
    """The nearest line that names an exception at its start; else one that names it after other text, directly before
    the frames."""
    for count, line in enumerate(reversed(before), 1):
        whole = count == len(before) or not MORE.match(before[-count - 1])  # else all its frames are left out
        if NAMED.match(line) and (whole or not WRAPPED.match(line)):
            if count < len(before) and before[-count - 1].rstrip().endswith(NESTED):
                continue
            return count
    return 1 if before and INSIDE.search(before[-1]) else 0


TAIL = (
    Rule(AT, Step.FINAL, "frames"),
    Rule(MORE, Step.FINAL, "frames"),
    Rule(CONTEXT, Step.FINAL, "frames"),
    Rule(LINK, Step.FINAL, "message"),
    Rule(CIRCLE, Step.FINAL, "frames"),
    Rule(LOCK, Step.FINAL),
)
_TEXT = lazy(
    r'(?:Exception in thread "[^"]*" |[Uu]ncaught exception:? )?'
    r"(?P<type>(?:[a-zA-Z_$][\w$-]*[./])*[A-Za-z_$][\w$]*)(?:\([\w$.]+\)(?=:))?(?::(?: (?P<message>.*))?)?$"
)
_INSIDE = lazy(r"(?:^|[\s\[(:=])(?P<type>(?:[a-zA-Z_$][\w$-]*\.)+[A-Z_$][\w$]*)(?::(?: (?P<message>.*))?)?$")
_CLOJURE = lazy(
    r"(?P<kind>[A-Z][a-z ]+ error|Error [a-z ]+) \((?P<type>[\w.$]+)\) (?:.* )?at (?:(?P<function>\S+) )?"
    r"\((?P<file>[^():]*):(?P<line>\d+)(?::\d+)?\)\.$"
)
_HANDLER = lazy(r"Exception: (?P<type>\S+) (?P<message>thrown from the UncaughtExceptionHandler in .*)")
_CODE = lazy(r"[A-Z]{2,10}\d{3,6}: ")
"""JBoss's messages have a code before them."""
_LINK = lazy(r"(?P<margin>\s*)(?P<kind>Caused by|Suppressed|Wrapped by): (?P<rest>.*)")
_FRAME = lazy(
    r"\s*at (?:[^\s()]*/)?(?P<class>[^\s()]+?)\.(?P<method>[^.\s()]+)\((?P<file>[^:()]*)(?::(?P<line>\d+))?\)"
)
_TOLD = lazy(
    r"#|(?:\w+ing due to |Exception in thread \"[^\"]*\" )?java\.lang\.OutOfMemoryError\b"
    r"|Dumping heap to |Heap dump file created|Unable to create |Dump file is incomplete"
)
"""What the JVM says of its memory."""
_NO_MESSAGE = ("null", "")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the one that names the exception on."""
    if clojure := _CLOJURE.match(lines[0]):
        place = Frame(clojure["file"], number(clojure["line"]), clojure["function"])
        return Traceback("java", clojure["type"], lines[1] if len(lines) > 1 else None, (place,))
    parts: list[Part] = []
    wrapped = told = False
    for line in lines:
        link = _LINK.match(line)
        if "[CIRCULAR REFERENCE" in line:
            continue
        if link:
            member = link["kind"] == "Suppressed" or (
                bool(parts) and len(link["margin"]) > 0 and _in_member(parts, link)
            )
            part = Part("group" if member else "cause", depth=len(link["margin"]))
            wrapped = wrapped or link["kind"] == "Wrapped by"
            _name(part, link["rest"])
            parts.append(part)
        elif frame := _FRAME.match(line):
            if not parts:
                parts.append(Part())
            parts[-1].frames.append(_frame(frame))
        elif not parts:
            if line.strip("# "):
                parts.append(Part())
                _name(parts[0], line)
                told = parts[0].exception is not None and _TOLD.match(line) is not None
        elif told and (_TOLD.match(line) or not line.strip("# ")):
            continue
        elif parts and not parts[-1].frames and not MORE.match(line.encode()):
            parts[-1].message.append(line)
    if wrapped:  # logback's root cause first
        members = [part for part in parts if part.link == "group"]
        parts = [part for part in reversed(parts) if part.link != "group"] + members
    return assemble("java", parts)


def _in_member(parts: list[Part], link: re.Match[str]) -> bool:
    """Whether a cause stands in the margin of a suppressed exception."""
    return any(part.link == "group" and part.depth <= len(link["margin"]) for part in parts)


def _name(part: Part, text: str) -> None:
    if text.startswith("#") and not text.startswith("# java.lang."):
        part.message = [text.strip("# ")]
        return
    if found := _HANDLER.match(text):
        part.exception, part.message = found["type"], [found["message"]]
        return
    found = (_TEXT.match(text) if not _CODE.match(text) else None) or _INSIDE.search(text) or _TEXT.match(text)
    if found is None:
        part.message = [text]
        return
    part.exception = found["type"]
    part.message = [found["message"] or ""] if found["message"] not in _NO_MESSAGE else []


def _frame(found: re.Match[str]) -> Frame:
    name = found["class"]
    return Frame(found["file"], number(found["line"]), found["method"], module=re.sub(r"\$\$?Lambda.*", "", name))


grammar = Table(
    "java",
    anchors=frozenset(
        {
            b"\tat ",
            b"  at ",
            b"Caused by: ",
            b"Exception in thread",
            b"by the Java Runtime Env",
            b"for the Java Runtime Env",
            b" thrown from the UncaughtExceptionHandler in ",
            b"load main class ",
            b"access jarfile ",
            b"loading main class ",
            b"Main method not found in ",
            b"initialization of VM",
            b"Execution error (",
            b"Syntax error (",
            b"Dumping heap to ",
            b"ing due to java.lang.OutOfMemoryError",
            b"# -XX:OnOutOfMemoryError=",
        }
    ),
    openers=(
        Opener(FRAME, "frames", head, torn=True),
        Opener(lazy(rb"(?P<margin>> ?)\s+at " + FRAME.pattern.removeprefix(rb"\s+at ")), "frames", head, torn=True),
        Opener(THREAD, "message", alone=True),
        Opener(lazy(rb"\s*Caused by: " + DOTTED + rb"(?:: |:?$)"), "message", head, torn=True),
        Opener(
            lazy(rb"# (?:A fatal error has been detected by|There is insufficient memory for) the Java Run"),
            "hash",
            directly_after(HASH),
            alone=True,
        ),
        Opener(LAUNCHER, "launcher", alone=True),
        Opener(CLOJURE, "clojure", alone=True),
        Opener(lazy(rb"Exception: \S+ thrown from the UncaughtExceptionHandler in "), "whole", alone=True),
        Opener(DUMPING, "memory", directly_after(OUT), required=True),
        Opener(lazy(rb"# -XX:OnOutOfMemoryError="), "memory", directly_after(HASH), required=True),
        Opener(lazy(rb"(?:Terminating|Aborting) due to " + OOM), "memory", alone=True),
    ),
    states={
        "frames": State((*TAIL, Rule(BLANK, Step.TEXT, "gap"))),
        "gap": State((*TAIL, Rule(BLANK, Step.TEXT))),
        "message": State((*TAIL, Rule(BLANK, Step.TEXT), Rule(None, Step.TEXT))),
        "memory": State(
            (
                Rule(OUT, Step.FINAL, "message"),
                Rule(AT, Step.FINAL, "frames"),
                Rule(DUMPING, Step.FINAL),
                Rule(DUMPED, Step.FINAL),
                Rule(HASH, Step.FINAL),
            )
        ),
        "hash": State((Rule(HASH, Step.FINAL),)),
        "launcher": State(
            (
                Rule(AT, Step.FINAL, "frames"),
                Rule(LINK, Step.FINAL, "message"),
                Rule(ENDS, Step.FINAL),
                Rule(lazy(rb"\s*" + DOTTED + rb"(?:: |$)|Could not |Too small |Initial heap |Invalid "), Step.FINAL),
            )
        ),
        "clojure": State((Rule(lazy(rb"\S"), Step.FINAL, "report"),)),
        "report": State((Rule(lazy(rb"Full report at:$|\S+\.edn$"), Step.FINAL), Rule(BLANK, Step.TEXT))),
        "whole": State(),
    },
    reader=read,
    bare=(BARE, "message"),
    dumps=lazy(rb'"[^"]*" (?:#\d+ |daemon |prio=|os_prio=)'),
)
