"""Node's errors: uncaught ones (source line, caret, blank, error), those that `console.error` prints, rejections.

`Name: message` (V8's `stack`), frames (`    at f (file:1:2)`), and what `util.inspect` adds: own properties between
braces, causes and members among them (https://nodejs.org/api/errors.html, https://nodejs.org/api/util.html). A
handler of rejections prints the promise and then the reason, which is the same error
(https://nodejs.org/api/process.html#event-unhandledrejection). Loggers join the causes' stacks with `caused by: `
(pino, VError) or `Caused by: ` (bunyan): https://github.com/pinojs/pino-std-serializers,
https://github.com/TritonDataCenter/node-verror.
"""

from collections.abc import Sequence

from logscan.grammars import Step
from logscan.grammars.parts import Part, assemble, number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, after
from logscan.lazyre import lazy
from logscan.model import Frame, LinkKind, Traceback

PATH = rb"[^\s()][^()]*(?:\([^()]*\)[^()]*)*"  # webpack's layers and Next's groups of routes stand in parentheses
PLACE = rb"(?:" + PATH + rb":\d+:\d+|<anonymous>|native|index \d+|node:[\w/.-]+(?::\d+:\d+)?)"
FRAME = lazy(rb"\s{2,}at (?:(?:async |new )?[^\s(].*? \(" + PLACE + rb"\)|(?:async )?" + PLACE + rb")[,)]?(?: \{)?$")
LAST = lazy(rb"\s{2,}at .* \{$")
AT = lazy(rb"\s{2,}at \S|\s+\.\.\. \d+ lines matching |\s+\[\.\.\. lines matching |Emitted '\w+' event")
NAME = rb"[A-Z_$][\w$.]*"
NAMED = lazy(
    rb"(?:(?:error: )?Uncaught (?:\(in promise\) )?)?\[?(?:[\w$.]*(?:Error|Exception|Rejection|Warning)|(?!Trace\b)"
    + NAME
    + rb")(?: \[\w+\])?(?:: |$|\]? \{$)"
)
CAUSED = lazy(rb"\s*[Cc]aused by: (?=" + NAMED.pattern + rb")|\s*causes have become circular\.\.\.$")
INSIDE = lazy(rb"(?:^|[\s\[(:=])(?=(?:[A-Z$_][\w$.]*)?(?:Err(?:or)?|Exception|Failure)(?: \[\w+\])?: )")
BUN = b"error: "
"""What Bun calls an Error."""
PROMISE = lazy(rb".*\bPromise \{$")
REJECTED = lazy(rb"\s+<rejected> ")
REASON = lazy(rb"\} [a-z ]{1,20}: ")
EXCERPT = lazy(rb"(?:/|node:|file:///|[A-Za-z]:\\|internal/|evalmachine|<anonymous|undefined:|\[eval|\[stdin)\S*:?\d+$")
CARET = lazy(rb"\s*\^+$")
SOURCE = 3
"""Lines at most between an excerpt's place and the blank line after it: code, caret."""
PROPERTY = lazy(rb"  (?:errno: -\d+,?$|\[(?:errors|cause)\]: |code: '[A-Z]\w+',?$|digest: '[^']*',?$)")
INSPECTED = lazy(rb"(?:.*[\s:])?\[(?:[\w$.]*(?:Error|Exception))(?: \[\w+\])?: .*\] \{$")


def head(before: Sequence[bytes]) -> int:
    """The lines of an error before its first frame: its message, and the excerpt of its source, or the promise that it
    rejected, before that."""
    count = 0
    for n, line in enumerate(reversed(before), 1):
        if REJECTED.match(line):
            return n + (n < len(before) and PROMISE.match(before[-n - 1]) is not None)
        if NAMED.match(line):
            count = n
            break
    if not count and before and (INSIDE.search(before[-1]) or before[-1].startswith(BUN)):
        count = 1
    return count and count + _excerpt(before[: len(before) - count])


def _excerpt(before: Sequence[bytes]) -> int:
    """The lines of source before an error: its place, code, a caret or a blank."""
    if before and (not before[-1].strip() or CARET.match(before[-1])):
        for lines in range(2, SOURCE + 3):
            if len(before) >= lines and EXCERPT.match(before[-lines]):
                return lines
    return 0


_inspected = after(INSPECTED, stop=lazy(rb"\}"))


def _before_property(before: Sequence[bytes]) -> int:
    """An error without frames, as `util.inspect` prints it, and the excerpt before it."""
    count = _inspected(before)
    return count and count + _excerpt(before[: len(before) - count])


def uncaught(before: Sequence[bytes]) -> int:
    """The lines before the first frame of an error that nobody handled: Node prints it past the loggers, below an
    excerpt of the source. An error of syntax has its excerpt wherever it is printed."""
    count = head(before)
    lines = before[len(before) - count :]
    alone = count and EXCERPT.match(lines[0]) and not any(line.startswith(b"SyntaxError") for line in lines)
    return count if alone else 0


_NAME = lazy(
    r"(?:(?:error: )?Uncaught (?:\(in promise\) )?)?\[?"
    r"(?P<type>[\w$.]*(?:Error|Exception|Rejection|Warning)|[A-Z_$][\w$.]*)"
    r"(?: \[\w+\])?(?:: (?P<message>.*?))?(?:\]? \{|\])?$"
)
_INSIDE = lazy(
    r"(?:^|[\s\[(:=])(?P<type>(?:[A-Z$_][\w$.]*)?(?:Err(?:or)?|Exception|Failure))(?: \[\w+\])?: "
    r"(?P<message>.*?)(?:\] \{)?$"
)
_FRAME = lazy(
    r"\s+at (?:async |new )*(?:(?P<function>.+?) \()?(?P<file>[^\s()][^()]*?(?:\([^()]*\)[^()]*?)*?)"
    r"(?::(?P<line>\d+):\d+)?\)?,?(?: \{)?$"
)
_AT = lazy(r"\s+at \S")
_CAUSED = lazy(r"\s*[Cc]aused by: (?P<rest>.*)")
_LINK = lazy(r"\s+\[(?P<kind>cause|errors)\]: (?P<rest>.*)")
_MEMBER = lazy(r"\s+\[?(?P<type>[A-Z$_][\w$.]*)(?: \[\w+\])?(?:: (?P<message>.*?))?(?:\],?| \{)?$")
_NAMES = lazy(NAMED.pattern + b"|" + REJECTED.pattern)
_MODULES = lazy(r".*/node_modules/(?P<rest>.+?)(?:\.[cm]?js|\.ts)?$")


def read(lines: list[str]) -> Traceback:
    """A group's lines, from the excerpt or the line that names the error on."""
    first = next((n for n, line in enumerate(lines) if _AT.match(line) or _LINK.match(line)), len(lines))
    start = first - _message(lines[:first])
    if start < first and INSPECTED.match(lines[start].encode()):
        first = start + 1
    if (value := _value(lines)) is not None:
        return Traceback("node", None, value)
    parts = [Part()]
    if start < first:
        line = lines[start].lstrip().removeprefix("<rejected> ")
        found = _NAME.match(line) or _INSIDE.search(line)
        if found:
            parts[0].exception, parts[0].message = found["type"], [found["message"] or ""]
        elif line.startswith(BUN.decode()):
            parts[0].exception, parts[0].message = "Error", [line[len(BUN) :]]
        if not line.startswith("error: Uncaught"):  # Deno's, with the source's line below
            parts[0].message += lines[start + 1 : first]
    _walk(lines[first:], parts)
    return assemble("node", parts)


def _value(lines: list[str]) -> str | None:
    """What was thrown that is no error: it stands between the caret and the hint."""
    end = next((n for n, line in enumerate(lines) if line.startswith("(Use `node --trace-uncaught")), 0)
    start = next((n for n in range(end - 1, 0, -1) if CARET.match(lines[n].encode())), end)
    return "\n".join(lines[start + 1 : end]) or None


def _message(lines: list[str]) -> int:
    """How many lines before the first frame name the error; without frames, the value that was thrown."""
    encoded = [line.encode() for line in lines]
    named = after(_NAMES)(encoded)
    return named or (1 if encoded and (INSIDE.search(encoded[-1]) or encoded[-1].startswith(BUN)) else 0)


def _walk(lines: list[str], parts: list[Part]) -> None:
    members = done = named = False
    for line in lines:
        if REASON.match(line.encode()):
            return  # the error that the promise was rejected with, again
        link = _LINK.match(line)
        if link:
            members = link["kind"] == "errors"
            done = False
            if not members:
                _add(parts, "cause", link["rest"])
            continue
        if caused := _CAUSED.match(line):
            _add(parts, "cause", caused["rest"])
            named = True
            continue
        if _AT.match(line):
            named = False
            if not done:
                parts[-1].frames.append(_frame(line))
            continue
        if named:
            parts[-1].message.append(line)
            continue
        if line.startswith("Emitted '"):
            done = True
        elif members and (member := _MEMBER.match(line)) and member["type"] not in ("Object",):
            _add(parts, "group", line.strip())


def _add(parts: list[Part], kind: LinkKind, text: str) -> None:
    if text.startswith("["):
        text = text.partition("] {")[0].removesuffix("]")
    found = _NAME.match(text)
    if found:
        parts.append(Part(kind, found["type"], [found["message"] or ""]))


def _frame(line: str) -> Frame:
    found = _FRAME.match(line)
    if found is None:
        return Frame(line.strip()[3:])
    file = found["file"].removeprefix("file://")
    inside = _MODULES.match(file)
    module = inside["rest"].replace("/", ".") if inside else None
    return Frame(file, number(found["line"]), found["function"], module=module)


def _thrown(before: Sequence[bytes]) -> int:
    """A thrown value that is no error: the excerpt and the value."""
    for count, line in enumerate(reversed(before), 1):
        if EXCERPT.match(line):
            return count
    return 0


grammar = Table(
    "node",
    anchors=frozenset(
        {
            b"  at ",
            b"  errno: -",
            b"  [errors]: [",
            b"  [cause]: ",
            b"  code: '",
            b"  digest: '",
            b"(Use `node --trace-uncaught",
        }
    ),
    openers=(
        Opener(lazy(LAST.pattern), "properties", uncaught, required=True, alone=True),
        Opener(lazy(LAST.pattern), "properties", head, required=True),
        Opener(FRAME, "frames", uncaught, required=True, alone=True),
        Opener(FRAME, "frames", head, torn=True),
        Opener(PROPERTY, "properties", _before_property, required=True),
        Opener(lazy(rb"\(Use `node --trace-uncaught "), "after", _thrown, required=True),
    ),
    states={
        "frames": State(
            (
                Rule(LAST, Step.TAKE, "properties"),
                Rule(AT, Step.FINAL),
                Rule(CAUSED, Step.FINAL, "cause"),
                Rule(REASON, Step.FINAL, "cause"),
                Rule(BLANK, Step.TEXT, "after"),
            )
        ),
        "cause": State(
            (
                Rule(LAST, Step.TAKE, "properties"),
                Rule(AT, Step.FINAL, "frames"),
                Rule(CAUSED, Step.FINAL),
                Rule(BLANK, Step.TEXT),
                Rule(None, Step.TEXT),
            )
        ),
        "properties": State(
            (
                Rule(REASON, Step.FINAL, "cause"),
                Rule(lazy(rb"\}"), Step.FINAL, "frames"),
                Rule(lazy(rb"\s+\S"), Step.TAKE),
                Rule(BLANK, Step.TAKE),
                Rule(lazy(rb"[\]\)`]"), Step.TAKE),
            ),
            final=False,
        ),
        "after": State((Rule(BLANK, Step.TEXT), Rule(lazy(rb"Node\.js v\d"), Step.FINAL, "whole"))),
        "whole": State(),
    },
    reader=read,
    dumps=lazy(rb"Trace(?:: |$)"),
)
