"""Read the lines of a Python group into a `Traceback`.

One walk over the lines, no recursion (a chain may be 10,000 links long). The walk collects `_Part`s, one for each
exception in the order printed; what stands between two parts says how they are linked. At the end the last part at
the outermost margin is the exception, the parts before it are its chain, nearest first, the members of a group among
them.
"""

import re

import msgspec

from logscan.lazyre import lazy
from logscan.model import Frame, Link, LinkKind, Traceback

_FRAME = lazy(r'\s*(?:> )?File "(?P<file>[^"]+)", line (?P<line>\d+)(?:,? in (?P<function>.+?))?\s*$')
OF = r"(?:\[[\w., ]+\]|(?<=RayTaskError)\([\w.]+\))?"
"""What may stand behind a type's name: its own types, or the one that Ray wraps."""
_FINAL = lazy(rf"(?P<type>[^\W\d](?:\w|<locals>)*(?:\.(?:\w|<locals>)+)*{OF})(?::(?: (?P<message>.*)|$)|$)")
ODD = lazy(r"(?P<type>(?:[\w/]|<[\w]+>)(?:[\w/.-]|<[\w]+>)*\.[A-Z_][\w]*)(?:: (?P<message>.*)|:?$)")
"""A final line whose module's name is none that `import` knows: any string will do where a module is loaded from a path
(`importlib.util.spec_from_file_location`, `runpy.run_path`)."""
_HEADER = "Traceback (most recent call last):"
_GROUP_HEADER = f"Exception Group {_HEADER}"
_ORIGINAL = "Original Traceback (most recent call last):"
_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"
_MARKS = lazy(r"[\s~^│└┬─|]+$|\[Previous line repeated \d+ more times?\]")
_MARGIN = lazy(r"(?P<margin> *)(?P<mark>\| ?|\+ (?=Exception Group)|\+-)")
_RULER = lazy(r"\s*\+-[-+]+(?: (?P<n>\d+|\.\.\.) -+)?\s*$")
_BOX_FRAME = lazy(r"\s*[│|] (?P<file>\S.*?):(?P<line>\d+) in (?P<function>.+?)\s*[│|]?\s*$")
_NOTEBOOK_FRAME = lazy(
    r"(?:File (?=\S.*:\d)|(?=Cell In))(?P<file>[^\s:][^:]*|\w:[^:]*)(?::|, line )(?P<line>\d+)"
    r"(?:, in (?P<function>[^(]+)\(.*)?$"
)
_POINTER = lazy(r"-{2,}> \d+ +(?P<code>\S.*)")
"""IPython's (https://github.com/ipython/ipython/blob/main/IPython/core/ultratb.py), and what points at a frame's line
there and in stackprinter's."""
_BOXED = lazy(r"\s*│ (?:❱ +\d+ (?:│ +)*(?P<code>\S.*?)\s*│?$)?")
"""A line in a box of rich's (https://github.com/Textualize/rich/blob/master/rich/traceback.py): what surrounds a
frame's line stands there too, an arrow points at the line itself; bars in front of it are guides of its indentation."""
ONE_LINE = lazy(r"Exception (?P<type>[\w.]+)?(?:: (?P<message>.*))? in <.*> ignored$")
SUFFIX = lazy(
    r"(?:Error|Exception|Exit|Interrupt|Warning|Group|Timeout|Violation|Failure|Refused|Iteration|Full|Empty|Found"
    r"|Exceeded|Denied|Disconnect\w*|Closed|Cancelled)$"
)
"""How the names of exceptions end: where nothing else shows that a line is a final one."""
_FAULT = lazy(
    r"(?:Fatal Python error|Windows fatal exception): |Timeout \(\d|(?:Current thread|Thread) 0x"
    r"|Stack \(most recent call first"
)
_END_OF_MESSAGE = ("Stack (most recent call last):", "Call stack:", '"""')
_NO_PACKAGE = lazy(r"python\d(\.\d+)?|lib-dynload|\.|\.\.")
_LIBRARY = lazy(
    r"(?:^|.*[\\/])(?:site-packages|dist-packages|lib[\\/]python\d(?:\.\d+)?|[Pp]ython\d{2,3}[\\/][Ll]ib|Lib)[\\/](?P<rest>.+)$"
)


ARROW = lazy(rb"-{2,}> \d+ ")
"""stackprinter's frames have no header and stand at the left; an arrow points at the line
(https://github.com/cknd/stackprinter/blob/master/stackprinter/formatting.py)."""
BOX = lazy(rb"\s*(?:\xe2\x95\xad|\+)[\xe2\x94\x80-]+ Traceback \(most recent call last\) ")
BOX_LINE = lazy(rb"\s*(?:\xe2\x94\x82|\xe2\x95\xad|\xe2\x95\xb0|\xe2\x94\x9c|\||\+-)")
BOX_END = lazy(rb"\s*(?:\xe2\x95\xb0|\+-+\+$)")


RANK = lazy(
    rb"(?:\[default\d+\]:)?\[(?:rank|default)\d+\]: ?"
    rb"|\((?:raylet|(?:[^()]|\([^()]{0,40}\)){1,80}pid=\d+(?:, ip=[\da-f.:]+)?)\) "
)
"""What PyTorch's launcher and Ray write before every line of a worker ("[rank1]: ", "(pay pid=12) ")."""
ORIGINAL = lazy(rb"Original Traceback \(most recent call last\):$")
RAY = lazy(rb"ray\.exceptions\.RayTaskError(?:\([\w.]+\))?: ")
"""Below these stands the traceback of another process: PyTorch's (torch/_utils.py), Ray's (ray/exceptions.py)."""
INVALID = lazy(rb": \d+ validation errors? for ")
FIELD = lazy(rb"  \S.*[\[(]type=")
"""Pydantic's messages: below the first line, for each field its name and an indented line that ends in the error's type
(https://docs.pydantic.dev/latest/errors/errors/)."""


class _Part:
    """One exception while it is being read. `link` says how the part before it belongs to it ("group": not at
    all, a ruler stands between them); `member`: it stands inside a group, in some member's margin; `quoted`: between
    the triple quotes of a remote traceback."""

    def __init__(self, link: LinkKind, member: bool, quoted: bool = False) -> None:
        self.link: LinkKind = link
        self.member = member
        self.quoted = quoted
        self.original = False  # printed below the exception that says of it that it came from another process
        self.frames: list[Frame] = []
        self.exception: str | None = None
        self.message: list[str] = []
        self.done = False  # the message has ended
        self._stack: tuple[Frame, ...] = ()

    def take(self, stack: tuple[Frame, ...]) -> None:
        if not self.frames:
            self._stack = stack
        self.frames += stack

    def stack(self) -> tuple[Frame, ...]:
        """The frames; the very tuple that was taken where nothing was added, so that others may know it again."""
        same = len(self._stack) == len(self.frames) and self.frames and self._stack[-1] is self.frames[-1]
        return self._stack if same else tuple(self.frames)

    def value(self) -> str | None:
        if self.exception is None:
            return None
        text = "\n".join(self.message).rstrip()
        return text or None


def parse(lines: list[str], final: bool) -> Traceback:
    """`lines` from the opening line on, margins removed; `final`: the group had its final line.

    Source: the printing code of CPython's traceback module,
    https://github.com/python/cpython/blob/main/Lib/traceback.py
    """
    one = ONE_LINE.match(lines[0].strip()) if lines else None
    if one:
        message = one["message"]
        inner = re.match(r"(\w[\w.]*)\((.*)\)$", message) if message else None
        name = one["type"] or (inner[1] if inner else None)
        return Traceback("python", name, message)
    if lines and _FAULT.match(lines[0].strip()):
        # faulthandler's dump is no exception: the frames stand in reverse, the message is its first line
        frames = [_frame(found) for found in map(_FRAME.match, lines) if found]
        return Traceback("python", None, lines[0].strip(), tuple(reversed(frames)))
    parts = _originals(_walk(lines))
    # the exception that a cut took away is still the last one: what is whole before it are its links
    whole = [p for p in parts[:-1] if p.exception or p.frames]
    if parts[-1].exception or parts[-1].frames or (not final and not parts[-1].member):
        whole.append(parts[-1])
    if not whole:
        return Traceback("python", None, None)
    return _assemble(whole)


def _originals(parts: list[_Part]) -> list[_Part]:
    """The exception that stands above the traceback of another process was raised last: it comes behind it."""
    first = len(parts)
    while first > 1 and parts[first - 1].original:
        first -= 1
    return [*parts[: first - 1], *reversed(parts[first - 1 :])] if first < len(parts) else parts


class _Stack(msgspec.Struct, frozen=True):
    """The frames of a run of indented lines; whether the last one still wants its source text."""

    frames: tuple[Frame, ...]
    code_wanted: bool


_STACKS: dict[str, _Stack | None] = {}
"""By text; None for a run that holds anything else (a group's margin). A storm repeats the same few stacks."""
MAX_STACKS = 1024


def _stack(lines: list[str], start: int) -> tuple[int, _Stack | None]:
    """Where the run of indented lines that starts with a frame at `start` ends, and what it says."""
    stop = start + 1
    while stop < len(lines) and lines[stop][:1] == " ":
        stop += 1
    run = lines[start:stop]
    text = "\n".join(run)
    if text in _STACKS:
        return stop, _STACKS[text]
    if len(_STACKS) >= MAX_STACKS:
        _STACKS.clear()
    found = _STACKS[text] = _read_stack(run)
    return stop, found


def _read_stack(run: list[str]) -> _Stack | None:
    part = _Part("context", False)
    code_wanted = False
    for line in run:
        if _margin(line)[0] or line.strip() in (_HEADER, _GROUP_HEADER, _CAUSE, _CONTEXT):
            return None
        frame = _framed(line)
        if frame:
            part.frames.append(_frame(frame))
        code_wanted = bool(frame) or _before_final(part, line, code_wanted, False)
    return _Stack(tuple(part.frames), code_wanted)


def _walk(lines: list[str]) -> list[_Part]:
    parts: list[_Part] = [_Part("context", False)]
    inside = 0  # the margin's depth inside the members of the outermost group
    code_wanted = flat = quote = False
    until = 0
    for number, raw in enumerate(lines):
        if number < until:
            continue
        part = parts[-1]
        if raw.startswith('  File "') and part.exception is None:
            stop, stack = _stack(lines, number)
            if stack is not None:
                part.take(stack.frames)
                until, code_wanted = stop, stack.code_wanted
                continue
        depth, line = _margin(raw)
        if part.exception is not None and not part.done and _begins_original(part, line):
            parts.append(_Part("remote", False, True))
            part = parts[-1]
            part.original = True
        if line.startswith('"""') and (quote or _quoting(part)):
            quote = not quote
            part.done = True
            continue
        if depth < 0:  # a ruler between the members of a group
            part.done = True
            inside = -depth if not inside else min(inside, -depth)
            parts.append(_Part("group", True))
            continue
        stripped = line.strip()
        if stripped in (_CAUSE, _CONTEXT):
            part.done = True
            parts.append(_Part("cause" if stripped == _CAUSE else "context", 0 < inside <= depth, quote))
            continue
        header = stripped in (_HEADER, _GROUP_HEADER) or (number == 0 and stripped.endswith(_HEADER))
        if header and (part.exception is None or _quoting(part)):
            if _quoting(part):
                parts.append(_Part("remote", 0 < inside <= depth, quote))
            elif part.frames:
                parts.append(_Part("context", 0 < inside <= depth))
            code_wanted = False
            continue
        frame = _framed(line)
        if frame and part.exception is None:
            flat = flat or line.startswith("File ")
            part.frames.append(_frame(frame))
            code_wanted = True
        elif part.exception is None:
            code_wanted = _before_final(part, line, code_wanted, flat)
        elif stripped.startswith(_END_OF_MESSAGE):
            part.done = True
        elif not part.done:
            part.message.append(line)
    return parts


def _before_final(part: _Part, line: str, code_wanted: bool, flat: bool) -> bool:
    """A line after frames (or after nothing) that is no frame: source text, or the final line. Returns whether the
    last frame still wants its source text."""
    stripped = line.strip()
    if not stripped:
        return code_wanted
    pointed = _POINTER.match(line) if part.frames else None
    if pointed:
        part.frames[-1] = msgspec.structs.replace(part.frames[-1], code=pointed["code"][:500])
        return False
    boxed = _BOXED.match(line) if part.frames else None
    if boxed:
        if boxed["code"] and code_wanted:
            part.frames[-1] = msgspec.structs.replace(part.frames[-1], code=boxed["code"][:500])
        return code_wanted and not boxed["code"]
    indented = line[:1] in " \t"
    found = None if indented else _FINAL.match(line) or ODD.match(line)
    if found and not (flat and code_wanted and not _sure(found)):
        # Twisted prints a failure without frames as "Failure: module.Type: message"
        inner = _FINAL.match(found["message"] or "") if found["type"] == "Failure" else None
        found = inner if inner is not None and "." in inner["type"] else found
        part.exception = found["type"]
        part.message = [found["message"] or ""]
        return False
    if code_wanted and not _MARKS.fullmatch(stripped) and part.frames:
        part.frames[-1] = msgspec.structs.replace(part.frames[-1], code=stripped[:500])
        return False
    return code_wanted


def _sure(found: re.Match[str]) -> bool:
    """In text without indentation: the line is a final line and no source text."""
    return SUFFIX.search(found["type"]) is not None


def framed(frames: list[Frame], line: str) -> list[Frame]:
    """The frames with what a line of a stack adds: a further one, or the last one's source text."""
    found = _FRAME.match(line)
    if found:
        return [*frames, _frame(found)]
    if not frames or frames[-1].code is not None or _MARKS.fullmatch(line.strip()):
        return frames
    return [*frames[:-1], msgspec.structs.replace(frames[-1], code=line.strip()[:500])]


def _margin(raw: str) -> tuple[int, str]:
    """(depth, text) of a line in an exception group's margin; (-depth, "") for a ruler between members."""
    if "|" not in raw and "+" not in raw:
        return 0, raw
    ruler = _RULER.match(raw)
    if ruler:
        depth = (len(raw) - len(raw.lstrip(" "))) // 2 + (1 if raw.lstrip().startswith("+-+") else 0)
        return -max(depth, 1), ""
    found = _MARGIN.match(raw)
    if found and len(found["margin"]) % 2 == 0 and len(found["margin"]) >= 2:
        return len(found["margin"]) // 2, raw[found.end() :]
    return 0, raw


def _begins_original(part: _Part, line: str) -> bool:
    """PyTorch's and Ray's exceptions show the traceback of the process that they come from."""
    ray = (part.exception or "").startswith("ray.exceptions.RayTaskError")
    return line.startswith('  File "') if ray else line.startswith(_ORIGINAL)


def _quoting(part: _Part) -> bool:
    return part.exception is not None and part.exception.endswith("RemoteTraceback")


def _framed(line: str) -> re.Match[str] | None:
    return _FRAME.match(line) or _BOX_FRAME.match(line) or _NOTEBOOK_FRAME.match(line)


def _frame(found: re.Match[str]) -> Frame:
    file = found["file"]
    function = found["function"]
    return Frame(
        file=file,
        line=int(found["line"]),
        function=function.strip() if function else None,
        module=module(file),
    )


def prefixed(first: bytes, line: bytes) -> bool:
    """Whether these two lines begin a traceback, each behind a text of the same length that nobody took away."""
    at = first.find(_HEADER[:-1].encode())
    return at > 0 and first[:at].strip() != b"" and line.startswith(b'  File "', at) and line[:at].strip() != b""


def module(file: str) -> str | None:
    """The dotted module that a frame's path shows: below site-packages or the standard library, or of a relative path
    as compiled extensions print it ("uvloop/loop.pyx"). None for "<string>" and for paths that show no package root."""
    if file.startswith("<frozen "):
        return file[8:].rstrip(">")
    if file.startswith(("<", "Cell In")):
        return None
    library = _LIBRARY.match(file)
    if library:
        rest = library["rest"]
    elif file[:1] in "/\\" or file[1:3] in (":\\", ":/"):
        return None
    else:
        rest = file
    parts = rest.replace("\\", "/").split("/")
    stem = parts[-1].rsplit(".", 1)[0] if "." in parts[-1] else parts[-1]
    names = [*parts[:-1], stem]
    if names[-1] == "__init__":
        names.pop()
    if names and _NO_PACKAGE.fullmatch(names[0]):
        names = names[1:]
    return ".".join(n for n in names if n) or None


def _assemble(parts: list[_Part]) -> Traceback:
    """The last part that stands outside every group's members is the exception. A remote traceback's own link comes
    before the links that it quotes, because it is the nearer one."""
    last = max((i for i, p in enumerate(parts) if not p.member), default=len(parts) - 1)
    chain: list[Link] = []
    later: list[Link] = []
    quoted: list[Link] = []
    outer: LinkKind = parts[last].link
    for index in range(len(parts) - 1, -1, -1):
        part = parts[index]
        kind: LinkKind = "group" if part.member else outer
        if not part.member and not part.quoted:
            outer = part.link
        if index == last or part.exception is None:
            continue
        link = Link(part.exception, part.value(), "remote" if part.quoted else kind, part.stack())
        if index > last:
            later.append(link)
        elif part.quoted:
            quoted.append(link)
        else:
            chain.append(link)
            chain += quoted
            quoted = []
    top = parts[last]
    return Traceback("python", top.exception, top.value(), top.stack(), (*reversed(later), *chain, *quoted))
