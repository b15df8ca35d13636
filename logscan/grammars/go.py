"""Go's panics, fatal errors, goroutine dumps and data races.

`panic: value` (several lines where panics nest, `[recovered]` behind those that were), blank, then goroutines: a
header, functions, each with its place below it
(https://pkg.go.dev/runtime, https://go.dev/blog/race-detector). net/http reports a handler's panic in a log line
directly before its goroutine. Gin writes `[Recovery] … panic recovered:`, in debug mode the request's header lines and
a blank, the value, then places, each with its function and source below it where the source can be read
(https://github.com/gin-gonic/gin/blob/master/recovery.go).
"""

from collections.abc import Sequence
from itertools import pairwise

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, directly_after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

GOROUTINE = lazy(rb"goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[[^\]]+\]:$|runtime stack:$")
CALL = lazy(
    rb"[^\s()][^\s]*\(.*\)$|created by \S|goroutine running on other thread"
    rb"|\.\.\.(?:additional frames|\d+ frames) elided"
)
REGISTER = lazy(rb"(?:r\w{1,2}|rip|rflags|[cfg]s|eip|eflags|lr|sp|pc|fault|trap|error|oldmask)\s+0x[0-9a-f]+$")
PLACED = lazy(rb"\t\S| +(?:\S.*\.\w{1,3}:\d+(?: \+0x[0-9a-f]+.*)?$|goroutine running )|\S+\.\w{1,3}:\d+ \+0x[0-9a-f]+")
"""Where a function stands, also where tabs became spaces or were lost."""
SAYS = lazy(
    rb"(?:.*[\s:])?panic(?:ked)?: |\tpanic: |fatal error: |runtime: |\[signal |SIG[A-Z]+: |unexpected fault address"
    rb"|.*\bpanic serving |\[originating from goroutine|(?:.*\s)?(?:[Pp]anic|[Rr]ecovered)\b.*:"
)
FIRST = lazy(rb"(?:panic|fatal error): |.*\bpanic serving ")


def head(before: Sequence[bytes]) -> int:
    """From the goroutine back to the first line that says why: nested panics and the runtime's own lines stand
    directly before each other, a value may take several lines."""
    count = next((n for n, line in enumerate(reversed(before[-16:]), 1) if SAYS.match(line)), 0)
    if not count:
        return 0
    while count < len(before) and SAYS.match(before[-count - 1]):
        count += 1
    # a value of several lines before a "[signal …]" or a nested panic
    further = next((n for n, line in enumerate(reversed(before[-16:]), 1) if n > count and FIRST.match(line)), 0)
    return further if further and not FIRST.match(before[-count]) else count


RECOVERY = lazy(rb".*\[Recovery\] .* panic recovered:\s*$")
GIN = lazy(rb"\S.*:\d+ \(0x[0-9a-f]+\)\s*$")

_GIN = lazy(r"(?P<file>\S.*):(?P<line>\d+) \(0x[0-9a-f]+\)\s*$")
_SOURCE = lazy(r"\s+(?P<function>[^\s:]+): ")
_PANIC = lazy(r"\s*(?:.*?[\s:])??(?P<type>panic|fatal error): (?P<message>.*)")
_SERVING = lazy(r".*\bpanic serving [^\s]+?: (?P<message>.*)")
_CALL = lazy(
    r"(?P<name>(?:[\w.~%·-]+/)*[^\s(]+?)\.(?P<function>(?:\(\*?[\w\[\].…]+\)\.)?[^\s(/]+?(?:\[\.\.\.\])?)\((?P<rest>.*)\)$"
)
_PLACE = lazy(
    r"(?:\s+(?P<file>\S.*?):(?P<line>\d+)(?: \+0x[0-9a-f]+.*)?|(?P<file2>\S+):(?P<line2>\d+) \+0x[0-9a-f]+.*)$"
)
_MARK = lazy(r" \[recovered(?:, repanicked)?\]$")
_BUILT_IN = lazy(r"(?P<name>panic|runtime\.\w+)\(")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the panic or the goroutine on."""
    if any(line == "WARNING: DATA RACE" for line in lines[:2]):
        return Traceback("go", "DATA RACE", None, tuple(_frames(lines)))
    if RECOVERY.match(lines[0].encode()):
        return _recovered(lines[1:])
    at = next((n for n, line in enumerate(lines) if GOROUTINE.match(line.encode())), len(lines))
    parts: list[Part] = []
    for line in lines[:at]:
        serving = _SERVING.match(line)
        found = serving or _PANIC.match(line)
        if found:
            name = "panic" if serving else found["type"]
            if not (parts and parts[-1].exception == name == "fatal error"):
                parts.append(Part("context", name, [_MARK.sub("", found["message"])]))
        elif parts and not line.startswith("[signal "):
            parts[-1].message.append(_MARK.sub("", line))
    parts.reverse()  # the last panic is the one that ended the program
    parts = parts or [Part(message=[lines[0] if lines else ""])]
    user = next((n for n in range(at, len(lines)) if lines[n].startswith("goroutine ")), at)
    stop = next((n for n in range(user + 1, len(lines)) if not lines[n].strip()), len(lines))
    parts[0].frames = _frames(lines[user:stop])
    return assemble("go", parts)


def _recovered(lines: list[str]) -> Traceback:
    """Gin's: the value stands below the request's last line, which a blank one follows."""
    at = next((n for n, line in enumerate(lines) if _GIN.match(line)), len(lines))
    start = next((n for n in range(at, 0, -1) if not lines[n - 1].strip()), 0)
    frames = []
    for place, source in pairwise([*lines[at:], ""]):
        if found := _GIN.match(place):
            named = _SOURCE.match(source)
            frames.append(Frame(found["file"], number(found["line"]), named["function"] if named else None))
    return Traceback("go", "panic", "\n".join(lines[start:at]) or None, tuple(frames))


def _frames(lines: list[str]) -> list[Frame]:
    found = []
    for call, place in pairwise(lines):
        where = _PLACE.match(place)
        if where is None or call[:1] in "\t " or _PLACE.match(call) or call.startswith("created by "):
            continue
        named = _CALL.match(call.strip())
        module, function = (named["name"], named["function"]) if named else (None, call.strip().partition("(")[0])
        file, line = where["file"] or where["file2"], where["line"] or where["line2"]
        found.append(Frame(file, number(line), function, module=module))
    return found


grammar = Table(
    "go",
    anchors=frozenset({b"goroutine ", b"runtime stack:", b"WARNING: DATA RACE", b" panic recovered:"}),
    openers=(
        Opener(GOROUTINE, "goroutine", head),
        Opener(RECOVERY, "recovered", alone=True),
        Opener(lazy(rb"WARNING: DATA RACE$"), "race", directly_after(lazy(rb"={18}$")), alone=True),
    ),
    states={
        "goroutine": State(
            (Rule(CALL, Step.FINAL, "frames"), Rule(lazy(rb"\s+goroutine running"), Step.FINAL, "frames")),
            final=False,
            otherwise=Step.ROLLBACK,
        ),
        "frames": State(
            (
                Rule(PLACED, Step.FINAL),
                Rule(CALL, Step.FINAL),
                Rule(GOROUTINE, Step.FINAL),
                Rule(BLANK, Step.TEXT, "between"),
            )
        ),
        "between": State(
            (
                Rule(GOROUTINE, Step.FINAL, "frames"),
                Rule(REGISTER, Step.FINAL),
                Rule(BLANK, Step.TEXT),
            )
        ),
        "race": State(
            (Rule(lazy(rb"={18}$"), Step.FINAL, "whole"), Rule(BLANK, Step.TAKE), Rule(None, Step.TAKE)), final=False
        ),
        "recovered": State(
            (
                Rule(GIN, Step.FINAL, "places"),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "places": State((Rule(GIN, Step.FINAL), Rule(lazy(rb"\s+\S+: "), Step.FINAL))),
        "whole": State(),
    },
    reader=read,
)
