"""Python's tracebacks, as CPython 2.7 to 3.13 and their loggers print them.

The shape is that of CPython's `traceback` module (https://docs.python.org/3/library/traceback.html): a header, frames
("  File …, line N, in f", then any number of indented lines), and a final line "Type: message". What makes it hard
is what stands around it:

  - a final line is not the end: a chain sentence may follow, with or without blank lines (journald drops them), or
    `Stack (most recent call last):`, notes, or more lines of the message;
  - a traceback may have no header (a SyntaxError of the script itself, the first link of a chain, a quoted remote
    traceback, a group raised without a traceback) and, cut, no start or no end;
  - people paste tracebacks into tickets without indentation, indented, or behind "> ".

`PyMachine` is a table of states; each state is one method that takes a line and says what it is.
"""

import re
from collections.abc import Sequence

import msgspec

from logscan.grammars import Step, in_column, pythonparse
from logscan.lazyre import lazy
from logscan.model import Traceback

language = "python"
dumping = True

HEADER = b"Traceback (most recent call last)"
GROUP_HEADER = b"+ Exception Group " + HEADER
anchors = frozenset({
    HEADER, b'", line ', b"Exception in thread", b"Exception ignored ", b"Exception in callback",
    b"exception was never retrieved", b"--- Logging error ---", b"Fatal Python error", b"most recent call first",
    b"RemoteTraceback:", b"sub-exception", b"The above exception was the direct cause",
    b"During handling of the above exception", b"> ignored", b"Fatal error on ",
    b"Task was destroyed but", b"SyntaxError: ", b"Unhandled error in exception", b"Unhandled exception in ",
})  # fmt: skip

FRAME = lazy(rb'\s*(?:> )?File "(?P<file>[^"]+)", line (?P<line>\d+)(?P<in>,? in (?P<function>.+))?$')
TORN_FRAME = lazy(rb'[^\s"][^"]*", line \d+, in (?:\w+|<\w+>)$')
TYPE = rb"(?:[^\W\d]|[\x80-\xff])(?:[\w\x80-\xff]|<locals>)*(?:\.(?:[\w\x80-\xff]|<locals>)+)*"
TYPE += pythonparse.OF.encode()
FINAL = lazy(rb"(?P<type>" + TYPE + rb")(?P<colon>: ?(?P<message>.*))?$")
ODD = lazy(pythonparse.ODD.pattern.replace(r"\w", r"\w\x80-\xff").encode())
SUFFIX = lazy(pythonparse.SUFFIX.pattern.encode())
CHAIN = lazy(
    rb"(?:The above exception was the direct cause of the following exception"
    rb"|During handling of the above exception, another exception occurred):"
)
STACK = b"Stack (most recent call last):"
PRELUDE = lazy(
    rb"Exception in thread .*:$|Exception ignored (?:in|on|while|from)\b.*|Exception in callback .*"
    rb"|(?:Task|Future|_GatheringFuture)\w* exception was never retrieved$"
    rb"|Task was destroyed but it is pending!$"
    rb"|--- Logging error ---$|Original exception was:$"
    rb"|Error in (?:atexit\._run_exitfuncs|sys\.excepthook|sys\.exitfunc):"
    rb"|Process [\w:.-]+:$|Unhandled exception in (?:event loop|client_connected_cb)\b.*"
    rb"|Unhandled error in exception handler$|Fatal error on .* transport$"
    rb"|exception calling callback <.*"
)
DEFAULT_NAME = lazy(rb"Process [\w:.-]*-\d+:$")
"""multiprocessing's own names (https://github.com/python/cpython/blob/main/Lib/multiprocessing/process.py)."""
DETAIL = lazy(
    rb"(?:asyncgen|context|future|handle|loop|message|peername|protocol|server|socket|source_traceback|task"
    rb"|transport): "
)
LOGGED = lazy(
    rb"(?:[^\n]{0,80}[ :|\]-])?(?:(?:Task|Future|_GatheringFuture)\w* exception was never retrieved$"
    rb"|Exception in callback .|Fatal (?:\w+ )?error on (?:\w+ )?transport$|Unhandled exception in client_connected_cb$"
    rb"|Error on transport creation for incoming connection$|exception calling callback <)"
    rb"|mod_wsgi \(pid=\d+[^)]{0,80}\): "
)
"""What asyncio, concurrent.futures and mod_wsgi log with a traceback
(https://github.com/python/cpython/blob/main/Lib/asyncio/base_events.py, `call_exception_handler`)."""
DUMP = lazy(rb"(?:Stack|created at|allocated at).*\(most recent call (?:last|first)\):?\s*$")
CONTINUATION = lazy(
    rb"\s+\S|(?:DETAIL|HINT|CONTEXT|QUERY|STATEMENT|WHERE): |LINE \d+: |\[SQL: |\[parameters: |\[cached since "
    rb"|\(Background on this error at: |\(This Session's |Original Traceback \(most|>$"
    rb"|could not connect to server: |connection to server (?:at|on) \""
)
"""The last two are libpq's, a line for each address (https://github.com/postgres/postgres, fe-connect.c)."""
LOGGING_TAIL = lazy(rb"(?:Call stack:|Message: |Arguments: |Unable to print the message)")
CUT = lazy(rb"\s*(?:\.\.\.|\xe2\x80\xa6|\[)\s*\(?(?:truncated|snip|snipped|cut|omitted)\b", re.IGNORECASE)
GROUP_LINE = lazy(rb"\s+(?:\| |\|$|\+-)")
GROUP_END = lazy(rb"\s*\+-{36}$")
GROUP_BARE = lazy(rb"  \| [\w.]*(?:Exception)?Group: .*\(\d+ sub-exceptions?\)$")
REMOTE = lazy(rb"(?:[\w.]+\.)?_?RemoteTraceback: ?$")
ONE_LINE = lazy(pythonparse.ONE_LINE.pattern.encode())
FAULT = lazy(
    rb"Fatal Python error: |Windows fatal exception: |Timeout \(\d+:\d\d:\d\d(?:\.\d+)?\)!$"
    rb"|(?:Current thread|Thread) 0x[0-9a-f]+ .*\(most recent call first\):|Stack \(most recent call first\):$"
)
FAULT_LINE = lazy(
    rb"\s+\S|(?:Current thread|Thread) 0x|Python runtime state: |Extension modules: |Stack \(most recent|$|<truncated"
    rb"|Current thread's C stack trace"
)
IPYTHON = lazy(rb"(?P<type>" + TYPE + rb")\s{2,}Traceback \(most recent call last\)")
SOURCE_ERROR = lazy(
    rb"SyntaxError: (?:encoding problem: |Non-UTF-8 code |Non-ASCII character |unknown encoding|\(unicode error\)"
    rb"|source code (?:string )?cannot contain null bytes)"
)
"""Errors in a source file's encoding: one line, no location, no header."""
_OLD_NAMES = frozenset({b"error", b"timeout", b"gaierror", b"herror"})
"""Python 2's socket errors, printed without their module."""
RUBY = lazy(rb"\s+\d+: from \S")
"""A frame of Ruby's, which prints the same header where the newest call comes last."""
SPECULATIVE = b"text before the header"
TORN = b"a frame without its beginning"
SHOWN = b"frames below an ordinary line"
"""`traceback.print_stack()` prints no more than these: they are nothing that failed unless a final line follows."""
FIELDS = b"a message that tells of fields"
STRONG = lazy(
    b"|".join(pattern.pattern for pattern in (PRELUDE, FAULT, REMOTE, pythonparse.BOX, SOURCE_ERROR, GROUP_BARE))
    + b"|" + re.escape(HEADER) + b"|Exception .* ignored$"
)  # fmt: skip
FRAMES, SETTLED, CHAINED, GROUP, QUOTE, EXTRA, FAULTS, LEAD, BOXED, NOTEBOOK = range(10)


class PyMachine(msgspec.Struct):
    """An open group. `state` is one of the names above; the rest is what the states remember.

    flat     the text lost its indentation: frames and source lines start in column 0
    source   flat only: the next line is the source line of the frame before it
    kind     the prelude's first bytes, the exception type that an IPython traceback ends with, or SPECULATIVE
    apart    lines that may not belong came since the last taken one
    colon    the final line ended in a colon: more of the message, even a traceback, follows
    """

    state: int
    margin: bytes = b""
    lead: bool = False
    final: bool = False
    cut_start: bool = False
    flat: bool = False
    source: bool = False
    seen: int = 0
    kind: bytes = b""
    apart: bool = False
    colon: bool = False
    head: int = 0

    @property
    def alone(self) -> bool:
        """See `Machine.alone`."""
        return self.lead or self.final or self.margin.strip(b" \t>|") != b""

    def step(self, line: bytes, header: bool) -> Step:
        """See `Machine.step`."""
        if CUT.match(line):
            return Step.CUT if not self.final else Step.END
        step = _STATES[self.state](self, line, header)
        self.lead = self.lead and self.state == LEAD
        self.apart = self.apart or step is Step.TEXT
        return step

    def _settle(self, line: bytes) -> Step:
        if pythonparse.RAY.match(line):
            self.state, self.final, self.seen = FRAMES, False, 1
            return Step.TAKE
        self.state, self.final, self.apart = SETTLED, True, False
        if self.kind in (b"", SHOWN, FIELDS):
            self.kind = FIELDS if pythonparse.INVALID.search(line) else b""
        self.colon = line.rstrip().endswith(b":")
        return Step.FINAL

    def _restart(self, line: bytes) -> Step | None:
        """A line that opens a (further) traceback inside the group."""
        if line.startswith(HEADER):
            self.state, self.final, self.seen = FRAMES, False, 0
            return Step.TAKE
        if line.find(GROUP_HEADER) >= 0 or GROUP_BARE.match(line):
            self.state, self.final = GROUP, False
            return Step.TAKE
        if pythonparse.BOX.match(line):
            self.state, self.final = BOXED, False
            return Step.TAKE
        if REMOTE.match(line):
            self.state, self.final, self.seen = QUOTE, False, 0
            return Step.TAKE
        notebook = IPYTHON.match(line)
        if notebook:
            self.state, self.final, self.kind = NOTEBOOK, False, notebook["type"]
            return Step.TAKE
        return None

    def _frames(self, line: bytes, header: bool) -> Step:
        if not line.strip():
            # an indented header alone in its paragraph is quoted text: a traceback goes on at once
            return Step.ROLLBACK if self.margin and not self.seen else Step.TAKE
        frame = FRAME.match(line)
        if not self.seen and RUBY.match(line):
            return Step.ROLLBACK
        if self.kind == SPECULATIVE and not self.seen and frame is None:
            return Step.ROLLBACK
        if self.kind == TORN and self.seen == 1 and line[:1] not in b" \t":
            return Step.ROLLBACK
        if frame:
            self.flat = self.flat or (self.seen == 0 and line.startswith(b"File "))
            self.seen += 1
            self.source = self.flat
            return Step.TAKE
        if line[:1] in b" \t":
            self.source = False
            if not self.seen and in_column(self.margin) and line.startswith(b"  File "):
                self.seen = 1  # a frame that was folded
            return Step.TAKE
        if self.flat and pythonparse.ARROW.match(line):
            self.cut_start = False
            return Step.TAKE
        if self.source and not header and not self._flat_final(line):
            self.source = False
            return Step.TAKE
        if self.kind == SHOWN and (header or not final(line)):
            return Step.ROLLBACK
        if header or line.startswith(HEADER):
            return Step.BREAK
        if is_final(line):
            return self._settle(line)
        return Step.TAKE if in_column(self.margin) else Step.BREAK  # the rest of a line that was folded

    @staticmethod
    def _flat_final(line: bytes) -> bool:
        """Without indentation a final line is told from source text by its type's name alone."""
        found = FINAL.match(line)
        return bool(
            found
            and SUFFIX.search(found["type"])
            and (found["colon"] is None or line[found.end("type") :][:2] == b": ")
        )

    def _settled(self, line: bytes, header: bool) -> Step:
        if not line.strip():
            return Step.TEXT
        if CHAIN.match(line):
            self.state, self.final = CHAINED, False
            return Step.TAKE
        if header or pythonparse.RANK.match(line):
            return Step.END
        if not self.apart and pythonparse.ORIGINAL.match(line):
            self.state, self.final, self.seen = FRAMES, False, 1
            return Step.TAKE
        if self.kind == FIELDS:
            if pythonparse.FIELD.match(line):
                self.apart = False
                return Step.FINAL
            self.kind = b"" if self.apart else FIELDS
        if line.startswith(STACK):
            self.state = EXTRA
            return Step.FINAL
        if LOGGING_TAIL.match(line) and self.kind.startswith(b"--- Logging"):
            self.state = EXTRA
            return Step.FINAL
        if not self.apart and CONTINUATION.match(line) and not FRAME.match(line) and line.find(GROUP_HEADER) < 0:
            return Step.FINAL
        return Step.TEXT

    def _chained(self, line: bytes, header: bool) -> Step:
        if not line.strip():
            return Step.TAKE
        restart = self._restart(line)
        if restart is not None:
            return restart
        if header:
            return Step.BREAK
        frame = FRAME.match(line)
        if frame and (self.flat or not frame["in"]):
            self.state, self.final, self.source = FRAMES, False, self.flat
            return Step.TAKE
        return self._settle(line) if is_final(line) else Step.BREAK

    def _group(self, line: bytes, header: bool) -> Step:
        if GROUP_END.match(line):
            # the inner group's end is the outer one's too where its last member was a group
            self.final = True
            return Step.FINAL
        if self.final and not GROUP_LINE.match(line):
            self.state = SETTLED
            return self._settled(line, header)
        self.final = False
        if GROUP_LINE.match(line) or not header:
            # 3.11 and 3.12 put the second and later lines of a member's message at column 0
            return Step.TAKE
        return Step.BREAK

    def _quote(self, line: bytes, header: bool) -> Step:
        if line.startswith(b'"""'):
            self.seen += 1
            if self.seen == 2:
                return self._settle(b"")
            return Step.TAKE
        if self.seen == 0:
            return Step.ROLLBACK
        return Step.BREAK if header else Step.TAKE

    def _extra(self, line: bytes, header: bool) -> Step:
        """Indented lines after `Stack (most recent call last):`, and logging's own report of its failure."""
        if header:
            return Step.END
        if line[:1] in b" \t" and line.strip():
            return Step.FINAL
        if LOGGING_TAIL.match(line) and self.kind.startswith(b"--- Logging"):
            return Step.FINAL
        if not line.strip():
            return Step.TEXT
        if CHAIN.match(line):
            self.state, self.final = CHAINED, False
            return Step.TAKE
        return Step.END

    def _faults(self, line: bytes, header: bool) -> Step:
        if header and not FAULT_LINE.match(line):
            return Step.END
        if not line.strip():
            return Step.TEXT
        return Step.FINAL if FAULT_LINE.match(line) else Step.END

    def _lead(self, line: bytes, header: bool) -> Step:
        """After a prelude ("Exception in callback …"): its details, then a traceback or a bare final line."""
        restart = self._restart(line)
        if restart is not None:
            return restart
        if DETAIL.match(line) or (self.seen and line[:1] in b" \t" and line.strip()):
            self.seen += 1
            self.final = True
            return Step.FINAL
        frame = FRAME.match(line)
        if frame and not frame["in"]:
            self.state, self.final = FRAMES, False
            return Step.TAKE
        if not header and is_final(line) and (self.seen or self.kind.startswith(b"Exception ignored")):
            return self._settle(line)
        return Step.END if self.final else Step.ROLLBACK

    def _boxed(self, line: bytes, header: bool) -> Step:
        if pythonparse.BOX_LINE.match(line):
            self.seen = 1 if pythonparse.BOX_END.match(line) else 0
            return Step.TAKE
        if self.seen and is_final(line) and not header:
            return self._settle(line)
        return Step.BREAK

    def _notebook(self, line: bytes, header: bool) -> Step:
        """IPython: anything up to the line that starts with the exception named at the top."""
        if line.startswith(self.kind) and line[len(self.kind) :][:1] in (b":", b""):
            return self._settle(line)
        return Step.BREAK if header else Step.TAKE


_STATES = {
    FRAMES: PyMachine._frames,
    SETTLED: PyMachine._settled,
    CHAINED: PyMachine._chained,
    GROUP: PyMachine._group,
    QUOTE: PyMachine._quote,
    EXTRA: PyMachine._extra,
    FAULTS: PyMachine._faults,
    LEAD: PyMachine._lead,
    BOXED: PyMachine._boxed,
    NOTEBOOK: PyMachine._notebook,
}


def is_final(line: bytes) -> bool:
    """Whether a line has the shape of a final line: "Type", "pkg.Type: message". A bare word must look like a
    class: a capital or a dot in it; so must one before a colon."""
    found = FINAL.match(line)
    if found is None:
        return ODD.match(line) is not None
    name = found["type"].rpartition(b".")[2]
    if name in _OLD_NAMES and found["colon"]:
        return True
    return b"." in found["type"] or name[:1].isupper() or name[:1] == b"_" or name[:1] > b"\x7f"


def open(line: bytes, in_dump: bool, before: Sequence[bytes]) -> PyMachine | None:
    """See `Grammar.open`."""
    at = line.find(HEADER)
    if at >= 0:
        return _open_header(line, at)
    text = line.lstrip(b" \t")
    if FAULT.match(text):
        return PyMachine(FAULTS, final=True, kind=text[:24])
    if PRELUDE.match(line) or (PRELUDE.match(text) and not text.startswith(b"Process ")):
        return PyMachine(LEAD, margin=line[: len(line) - len(text)], kind=text[:24], lead=True)
    if ONE_LINE.match(text):
        return PyMachine(SETTLED, final=True, kind=b"ignored")
    if REMOTE.match(line):
        return PyMachine(QUOTE)
    if SOURCE_ERROR.match(line):
        return PyMachine(SETTLED, final=True)
    if GROUP_BARE.match(line):
        return PyMachine(GROUP)
    if CHAIN.match(line):
        head = _unraised(before)
        return PyMachine(CHAINED, cut_start=not head, head=head)
    if in_dump:
        return None
    frame = FRAME.match(line)
    if frame is None:
        return PyMachine(FRAMES, seen=1, cut_start=True, kind=TORN) if TORN_FRAME.match(line) else None
    if frame["in"] is None:
        # a SyntaxError of the program itself has no header; its location is indented by two
        return PyMachine(FRAMES, seen=1) if line.startswith(b"  File ") else None
    flat = line.startswith(b"File ")
    kind = SHOWN if not flat and _below(before) else b""
    return PyMachine(FRAMES, seen=1, cut_start=True, flat=flat, source=flat, kind=kind)


def _below(before: Sequence[bytes]) -> bool:
    """Whether an ordinary line stands above a frame, not the rest of a traceback whose beginning is gone."""
    return any(line[:1] not in (b"", b" ", b"\t") for line in before)


def _unraised(before: Sequence[bytes]) -> int:
    """How many lines directly before a chain sentence are an exception that was made and not raised: without header and
    frames, below an ordinary line ("raise … from KeyError(…)"). 0 where it may be the rest of a traceback."""
    at = next((n for n in range(len(before) - 1, 0, -1) if before[n].strip()), 0)
    while at > 0 and before[at].strip():
        found = FINAL.match(before[at])
        if found and is_final(before[at]) and (found["colon"] or SUFFIX.search(found["type"])):
            return len(before) - at if before[at - 1][:1] not in (b" ", b"\t") else 0
        at -= 1
    return 0


def _open_header(line: bytes, at: int) -> PyMachine | None:
    lead, rest = line[:at], line[at + len(HEADER) :]
    if pythonparse.BOX.match(line):
        return PyMachine(BOXED, margin=line[: len(line) - len(line.lstrip())])
    notebook = IPYTHON.match(line)
    if notebook:
        return PyMachine(NOTEBOOK, kind=notebook["type"])
    if not rest.startswith(b":") or rest[1:].strip():
        return None
    if lead.rstrip().endswith(b"+ Exception Group") and not lead.split(b"+")[0].strip():
        return PyMachine(GROUP)
    if lead.strip(b" \t>|") == b"" or pythonparse.RANK.fullmatch(lead):
        return PyMachine(FRAMES, margin=lead)
    if lead.rstrip().endswith((b'"', b"'", b"`", b"(")):
        return None
    return PyMachine(FRAMES, kind=SPECULATIVE)


def dump(line: bytes) -> bool:
    """See `Grammar.dump`."""
    return line.find(b"(most recent call") >= 0 and DUMP.search(line) is not None


def prelude(line: bytes, before: Sequence[bytes]) -> int:
    """See `Grammar.prelude`. Most preludes open the group themselves; these have no anchor."""
    if not before:
        return 0
    if FRAME.match(line) or TORN_FRAME.match(line):  # a log that begins in the middle of a traceback
        return next((n for n, text in enumerate(reversed(before)) if text[:1] not in b" \t" or not text), len(before))
    last = before[-1]
    if IPYTHON.match(line):
        return 1 if len(last) > 40 and not last.strip(b"-") else 0
    return 1 if PRELUDE.match(last) or (FAULT.match(last) and FAULT.match(line)) else 0


def bare(line: bytes, previous: bytes) -> PyMachine | None:
    """See `Grammar.bare`: asyncio prints "future: <Future finished exception=…>", then the final line alone where the
    exception was set and never raised."""
    return PyMachine(SETTLED, final=True) if DETAIL.match(previous) and is_final(line) else None


def announces(record: Sequence[bytes]) -> bool:
    """See `Grammar.announces`: a prelude that is logged, and its details."""
    return LOGGED.match(record[0]) is not None and all(
        DETAIL.match(line) or (line[:1] in b" \t" and line.strip()) for line in record[1:]
    )


def strong(line: bytes) -> bool:
    """See `Grammar.strong`."""
    frame = FRAME.match(line)
    location = frame is not None and not frame["in"] and line.startswith(b"  File ")
    return location or bool(STRONG.match(line) or line.find(GROUP_HEADER) >= 0)


def begins(line: bytes) -> bool:
    """See `Grammar.begins`: the interpreter and its threads print preludes into standard error, past all loggers."""
    if line.startswith((b"Process ", b"Original exception")):
        return DEFAULT_NAME.match(line) is not None
    return PRELUDE.match(line) is not None


def final(line: bytes) -> bool:
    """See `Grammar.final`: stricter than inside a traceback, because nothing else says that it is one."""
    found = FINAL.match(line)
    return bool(found and found["colon"] and SUFFIX.search(found["type"]) and line[:1] not in b" \t")


def torn(line: bytes) -> bool:
    """See `Grammar.torn`: a frame."""
    return FRAME.match(line) is not None


def parse(lines: list[str], final: bool) -> Traceback:
    """See `Grammar.parse`."""
    return pythonparse.parse(lines, final)
