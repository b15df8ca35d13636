"""What C and C++ programs say when they die: sanitizers' reports, glibc's aborts, failed assertions, `std::terminate`.

https://clang.llvm.org/docs/AddressSanitizer.html, https://clang.llvm.org/docs/ThreadSanitizer.html,
https://clang.llvm.org/docs/UndefinedBehaviorSanitizer.html, https://sourceware.org/glibc/manual/
"""

from logscan.grammars import Step
from logscan.grammars.parts import number
from logscan.grammars.table import BLANK, Opener, Rule, State, Table, directly_after
from logscan.lazyre import lazy
from logscan.model import Frame, Traceback

RULER = lazy(rb"={18,}$|\w+Sanitizer:DEADLYSIGNAL$")
SUMMARY = lazy(rb"SUMMARY: \w+Sanitizer: ")
FRAME = lazy(rb"\s+#\d+ 0x[0-9a-f]+ ")
GLIBC = lazy(
    rb"(?:\*\*\* .+ \*\*\*: (?:.+ )?terminated|(?:free|malloc|realloc|calloc|malloc_consolidate|munmap_chunk"
    rb"|mremap_chunk|_int_malloc|_int_free)\(\): [a-z].*|corrupted (?:double-linked list|size vs\. prev_size).*"
    rb"|double free or corruption \(.*\))$"
)
ASSERTION = lazy(rb"\S+: \S+:\d+: .+: Assertion [`'].*' failed\.$")
FATE = rb"(?:Aborted|Segmentation fault|Bus error|Illegal instruction|Floating point exception)"
ABORTED = lazy(rb"(?:\S+: line \d+: +\d+ )?" + FATE + rb"(?:$| +\(core dumped\)| {4})")
"""What a shell says of the program's end."""
DIED = lazy(
    rb"\S+: line \d+: +\d+ (?:" + FATE + rb"|Killed)(?= )|(?:Segmentation fault|Bus error)(?: +\(core dumped\))?$"
)
MYSQLD = lazy(rb".*\bm(?:ysql|ariadb)d got (?:signal \d+|exception 0x[0-9a-f]+) ;$")
TERMINATE = lazy(rb"(?:libc\+\+abi: )?terminat(?:e called|ing) (?:after throwing|without|recursively|due to)")

_REPORT = lazy(
    r"(?:==\d+==\s*)?(?:ERROR|WARNING): (?P<tool>\w+Sanitizer): (?:attempting )?"
    r"(?P<kind>data race|detected memory leaks|[\w-]+)(?P<rest>.*)"
)
_UNDEFINED = lazy(r"(?P<file>\S+?):(?P<line>\d+):\d+: runtime error: (?P<message>.*)")
_FRAME = lazy(
    r"\s+#\d+ (?:0x[0-9a-f]+ (?:in )?)?(?P<function>.+?)(?: (?P<file>[^\s()]+?):(?P<line>\d+)(?::\d+)?)?(?: \(.*\))?$"
)
_ASSERTION = lazy(r"\S+: (?P<file>\S+):(?P<line>\d+): (?P<function>.+): Assertion [`'](?P<message>.*)' failed\.$")
_GLIBC = lazy(r"(?:\*\*\* (?P<stars>.+) \*\*\*: .*|(?P<function>\w+\(\)): (?P<message>.*)|(?P<other>.*))$")
_DIED = lazy(
    r"(?:\S+: line \d+: +\d+ )?(?P<how>" + FATE.decode() + r"|Killed)\b(?: +\(core dumped\))? *(?P<command>.*)$"
)
_MYSQLD = lazy(r".*\b(?P<program>m(?:ysql|ariadb)d) got (?P<how>signal \d+|exception 0x[0-9a-f]+) ;$")
_TERMINATE = lazy(r"an instance of '(?P<type>.+)'$|exception of type (?P<apple>[^:]+)(?:: (?P<message>.*))?$")


def read(lines: list[str]) -> Traceback:
    """A group's lines."""
    for line in lines[:3]:
        if report := _REPORT.match(line):
            name = f"{report['tool']}: {report['kind']}"
            return Traceback("c", name, report["rest"].strip() or None, _frames(lines))
    first = lines[0]
    if undefined := _UNDEFINED.match(first):
        frames = _frames(lines) or (Frame(undefined["file"], number(undefined["line"])),)
        return Traceback("c", "runtime error", undefined["message"], frames)
    if failed := _ASSERTION.match(first):
        frames = (Frame(failed["file"], number(failed["line"]), failed["function"]),)
        return Traceback("c", "assertion failed", failed["message"], frames)
    if TERMINATE.match(first.encode()):
        found = _TERMINATE.search(first)
        kind = (found["type"] or found["apple"]) if found else None
        said = "\n".join(lines[1:]).removeprefix("  what():  ") or (found["message"] if found else None)
        return Traceback("c", kind, said or None)
    if died := _DIED.match(first):
        return Traceback("c", died["how"], died["command"] or None)
    if crashed := _MYSQLD.match(first):
        return Traceback("c", crashed["how"], f"{crashed['program']} got {crashed['how']}")
    abort = _GLIBC.match(first)
    if abort is None or abort["other"]:
        return Traceback("c", first, None)
    return Traceback("c", abort["stars"] or abort["function"], abort["message"])


def _frames(lines: list[str]) -> tuple[Frame, ...]:
    """The frames of the report's first stack."""
    frames: list[Frame] = []
    for line in lines:
        found = _FRAME.match(line)
        if found:
            frames.append(Frame(found["file"] or "", number(found["line"]), found["function"]))
        elif frames:
            break
    return tuple(frames)


grammar = Table(
    "c",
    anchors=frozenset(
        {
            b"Sanitizer: ",
            b": runtime error: ",
            b"*** stack smashing",
            b"*** buffer overflow",
            b"*** invalid %",
            b"free(): ",
            b"alloc(): ",
            b"malloc_consolidate(): ",
            b"_chunk(): ",
            b"corrupted double-linked",
            b"corrupted size vs",
            b"double free or corr",
            b"' failed.",
            b"terminate called ",
            b"libc++abi: ",
            b"Segmentation fault",
            b"Bus error",
            b" Illegal instruction",
            b" Floating point exception",
            b" Aborted   ",
            b" Killed   ",
            b"d got signal ",
            b"d got exception 0x",
        }
    ),
    openers=(
        Opener(lazy(rb"==\d+==\s*ERROR: \w+Sanitizer: "), "report", directly_after(RULER), alone=True),
        Opener(lazy(rb"(?:==\d+==\s*)?WARNING: \w+Sanitizer: "), "report", directly_after(RULER), alone=True),
        Opener(lazy(rb"\S+:\d+:\d+: runtime error: "), "undefined", alone=True),
        Opener(ASSERTION, "whole", alone=True),
        Opener(GLIBC, "whole", alone=True),
        Opener(TERMINATE, "terminate", alone=True),
        Opener(DIED, "dead", alone=True),
        Opener(MYSQLD, "mysqld", alone=True),
    ),
    states={
        "report": State(
            (Rule(SUMMARY, Step.FINAL, "summary"), Rule(BLANK, Step.TAKE), Rule(None, Step.TAKE)), final=False
        ),
        "summary": State(
            (
                Rule(lazy(rb"Shadow |  \S|=>0x"), Step.FINAL),
                Rule(lazy(rb"==\d+==ABORTING|={18}$"), Step.FINAL, "whole"),
            )
        ),
        "undefined": State((Rule(FRAME, Step.FINAL), Rule(SUMMARY, Step.FINAL, "whole"), Rule(BLANK, Step.TEXT))),
        "terminate": State((Rule(lazy(rb"  what\(\):  "), Step.FINAL), Rule(ABORTED, Step.FINAL, "dead"))),
        "mysqld": State((Rule(lazy(rb"\S+\(.*\) ?\[0x[0-9a-f]+\]$"), Step.FINAL), Rule(None, Step.TEXT))),
        "whole": State((Rule(ABORTED, Step.FINAL, "dead"),)),
        "dead": State(),
    },
    reader=read,
)
