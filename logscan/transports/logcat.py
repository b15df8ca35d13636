r"""Android's logcat: a time, process and thread, a level of one letter, a tag, and the text.

    11-26 14:02:33.123  1234  5678 E AndroidRuntime: FATAL EXCEPTION: main          threadtime, the default
    2026-11-26 14:02:33.123 +0000  1234  5678 E AndroidRuntime: message            with -v year, -v zone
    11-26 14:02:33.123 E/AndroidRuntime( 1234): message                             time
    E/AndroidRuntime( 1234): message                                                brief

A message of several lines has all of that before each of them. A line is a record of its own, unless it is what the
JVM prints of an exception, or one of those that the runtime writes of a crash (tags `AndroidRuntime` and `DEBUG`). The
stream is the tag with process and thread. https://developer.android.com/tools/logcat#outputFormat
"""

from functools import lru_cache
from typing import Final

from logscan.lazyre import lazy
from logscan.model import LEVELS, Level
from logscan.transports import Entry, Meta

name = "logcat"
claimable = b"0123456789VDIWEFA"
every_line = False

LETTERS: Final[dict[str, Level]] = {
    "V": "trace", "D": "debug", "I": "info", "W": "warning", "E": "error", "F": "critical", "A": "critical",
}  # fmt: skip
_TIME = rb"(?P<time>(?:\d{4}-)?[01]\d-[0-3]\d \d\d:\d\d:\d\d\.\d{3}(?:\d{3}){0,2}(?: [+-]\d{4})?)"
_LINE = lazy(
    _TIME + rb" +(?:[a-z][\w-]{0,32} +|\d{4,6} +(?=\d+ +\d+ [A-Z] ))?(?P<pid>\d{1,7}) +(?P<tid>\d{1,7}) "
    rb"(?P<level>[VDIWEFA]) (?P<tag>[^\s:][^:]{0,80}?) *: ?"
    rb"|(?:" + _TIME.replace(b"<time>", b"<time2>")
    + rb" )?(?P<level2>[VDIWEFA])/(?P<tag2>[^\s:(][^:(]{0,80}?) *\( *(?P<pid2>\d{1,7})\): ?"
)  # fmt: skip
_OWN_LINE = lazy(rb"--------- (?:beginning of |switch to )")
_PART = lazy(
    rb"\s+(?:at \S|\.\.\. \d+ |Suppressed: )|(?:Caused by: |Suppressed: )"
    rb"|(?:[a-z]\w*\.)+(?:[A-Z]\w*[.$])*[A-Z][\w$]*(?:Exception|Error|Throwable)(?:: |$)"
)
_CRASH: Final = {"AndroidRuntime": b"FATAL EXCEPTION", "DEBUG": b"*** *** "}
"""How the first line of what the runtime says of a crash begins, by tag."""


@lru_cache
def anchors(level: Level) -> frozenset[bytes]:
    """The letter, in both places where it may stand."""
    bad = [letter for letter, means in LETTERS.items() if LEVELS.index(means) >= LEVELS.index(level)]
    return frozenset(mark for letter in bad for mark in (f" {letter} ".encode(), f"{letter}/".encode()))


def read(line: bytes) -> Entry | None:
    """A line of one thread."""
    found = _LINE.match(line)
    if found is None:
        return None
    tag = (found["tag"] or found["tag2"]).decode("utf-8", "replace")
    pid, thread = (found["pid"] or found["pid2"]).decode(), (found["tid"] or b"").decode()
    time = found["time"] or found["time2"]
    text = line[found.end() :]
    first = _CRASH.get(tag)
    whole = text.startswith(first) if first is not None else _PART.match(text) is None
    return Entry(
        key=f"{tag}[{pid}:{thread}]" if thread else f"{tag}[{pid}]",
        lines=[text],
        meta=Meta(
            raw_time=time.decode() if time else None,
            level=LETTERS[(found["level"] or found["level2"]).decode()],
            own=True,
            unit=tag,
            fields={"logger": tag},
            resource={"process.pid": pid},
        ),
        native=whole,
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """What logcat itself says, or plain text."""
    return None if _OWN_LINE.match(line) else line
