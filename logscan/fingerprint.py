"""What makes two unclassified events the same: a name for each group that comes from content alone.

A traceback is known by the types of its exceptions, whatever their order, and by the application's own
frames (module and function, no line numbers, each once, so that neither a deploy nor the depth of a
recursion splits a group). Only where there are no such frames does the last exception's message count,
as a template with values masked. A record is known by logger, level and the template of its message.
Words that a wrapper prints around a traceback ("Exception in ASGI application") never count.

The coarse name groups variants of one fault: the last exception's type and the innermost application
frame; for records logger, level and the template's first four words.
"""

import re
from functools import lru_cache

from logscan.identity import ByIdentity
from logscan.lazyre import lazy

from .digest import blake2b
from .model import Content, Frame, Traceback

MAX_TITLE = 80
_MESSAGE = 1_000

_LIBRARY_FILE = lazy(
    r"(^|/)(site-packages|dist-packages|node_modules|gems|vendor|lib/python\d[\d.]*|lib/ruby)/"
    r"|^(<(frozen |internal:|string>|__array)|node:|dart:|/rustc/|runtime/|internal/)"
    r"|/(pkg/mod|go/src|\.cargo/registry|rustlib)/|\.(pyx|pxd|so)$"
    r"|^/usr/lib/go-[\d.]+/|^(\.\./)+(src/libsanitizer|sysdeps|csu|nptl|stdlib)/"
)
_LIBRARY_MODULE = lazy(
    r"(java|javax|jdk|sun|kotlin|scala|System|Microsoft)\."
    r"|(core|std|alloc|__rustc)::|(erlang|gen_server|gen_statem|proc_lib|supervisor|Task\.Supervised|GenServer)$"
)
_NOISE = lazy(r"0x[0-9a-fA-F]+|::h[0-9a-f]{16}$|(?<=Lambda[$/])\d+|(?<=lambda[$])\d+")

_VALUES = lazy(
    r"""(?<!\w)'[^'\n]*'(?!\w) | (?<!\w)"[^"\n]*"(?!\w) | (?<!\w)`[^`\n]*`(?!\w)
      | \b[a-zA-Z][\w+.-]*://\S+ | [\w.+-]+@[\w-]+\.[\w.-]+
      | (?<![\w.])/[^\s,;:'")\]]+ | \b[A-Za-z]:\\[^\s,;'")\]]+
      | \b\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?
      | \b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b
      | \b0x[0-9a-fA-F]+ | \b(?=[a-fA-F]*\d)[0-9a-fA-F]{8,}\b
      | \[?[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?
      | \d+ """,
    re.VERBOSE,
)
_SERIES = lazy(r"\*(?:[\s,;:._-]*\*)+")


def fingerprints(content: Content) -> tuple[str, str]:
    """The fine and the coarse name of a content, 16 hex digits each."""
    trace = content.traceback
    if trace is not None:
        return _of_traceback(trace)
    words = template(content.message or content.text)
    header = ["record", content.logger or "", content.level or ""]
    return _digest((*header, words)), _digest((*header, " ".join(words.split()[:4])))


def title(content: Content) -> str:
    """One line that names an unclassified event, at most 80 characters."""
    trace = content.traceback
    if trace is None:
        return _cut(_first_line(content.message) or _first_line(content.text) or "empty record")
    if trace.exception is not None:
        name = trace.exception.rpartition(".")[2]
        message = _first_line(trace.message or "")
        return _cut(f"{name}: {message}" if message else name)
    frames = own_frames(trace) or all_frames(trace)
    return _cut(f"incomplete traceback in {place(_innermost(trace, frames))}" if frames else "incomplete traceback")


def template(message: str) -> str:
    """The first line of a message with every value masked: numbers, hex, ids, addresses, paths, quoted
    text and times become `*`, and a series of them becomes one.
    """
    return _SERIES.sub("*", _VALUES.sub("*", _first_line(message)[:_MESSAGE]))


def is_library(frame: Frame) -> bool:
    """Whether a frame belongs to an installed package, the standard library or a runtime."""
    file = frame.file.replace("\\", "/")
    if _LIBRARY_FILE.search(file) is not None or _LIBRARY_MODULE.match(frame.module or "") is not None:
        return True
    return _LIBRARY_MODULE.match(frame.function or "") is not None


def all_frames(trace: Traceback) -> tuple[Frame, ...]:
    """The frames of the exception raised last; where there are none, of the nearest link that has some."""
    if trace.frames:
        return trace.frames
    return next((link.frames for link in trace.chain if link.frames), ())


def own_frames(trace: Traceback) -> tuple[Frame, ...]:
    """The application's own frames, of the exception raised last or the nearest link that has some."""
    for frames in (trace.frames, *(link.frames for link in trace.chain)):
        own = _own(frames)
        if own:
            return own
    return ()


_own = ByIdentity[tuple[Frame, ...], tuple[Frame, ...]](
    lambda frames: tuple(frame for frame in frames if not is_library(frame))
)
_places = ByIdentity[tuple[Frame, ...], tuple[str, ...]](
    lambda frames: tuple(dict.fromkeys(place(frame) for frame in frames))
)


def place(frame: Frame) -> str:
    """`module:function` of a frame; the file's base name where no module is known."""
    module = frame.module or frame.file.replace("\\", "/").rpartition("/")[2] or "?"
    return f"{module}:{_NOISE.sub('', frame.function)}" if frame.function else module


def _of_traceback(trace: Traceback) -> tuple[str, str]:
    outermost = _type(trace.exception)
    types = sorted({outermost, *(_type(link.exception) for link in trace.chain)})
    own = own_frames(trace)
    frames = own if own or trace.exception is not None else all_frames(trace)
    words = "" if own else template(trace.message or "")
    top = place(_innermost(trace, frames)) if frames else ""
    return _digest(("trace", *types, "", *_places(frames), words)), _digest(("trace", outermost, top))


def _innermost(trace: Traceback, frames: tuple[Frame, ...]) -> Frame:
    """Python prints the innermost frame last, the others first."""
    return frames[-1] if trace.language == "python" else frames[0]


def _type(exception: str | None) -> str:
    return (exception or "").removeprefix("builtins.").removeprefix("exceptions.")


@lru_cache(maxsize=4096)
def _digest(parts: tuple[str, ...]) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return blake2b(joined, digest_size=8).hexdigest()


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].strip()


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1] + "…"
