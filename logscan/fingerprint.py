"""What makes two unclassified events the same: a name for each group that comes from content alone.

A traceback is known by its exceptions, whatever their order: of each the type, the application's own frame that is
innermost (module and function, no line number) and the source line that stands there. So neither a deploy, nor the way
that led there, nor the depth of a recursion splits a group, and two faults in one function do not share one. The
release of Python does not matter either: comprehensions, whose frames 3.12 gave up (https://peps.python.org/pep-0709/),
count for nothing, and types that a release split off count as what they were before. Only where there are no own
frames does the last exception's message count, as a template with values masked. A record is known by logger, level
and the template of its message. Words that a wrapper prints around a traceback ("Exception in ASGI application")
never count. How well this groups is measured: docs/groups.md.

The ways to one fault are its variants: all own frames, each once. The coarse name groups further: the last exception's
type and the innermost application frame; for records logger, level and the template's first four words.
"""

from functools import lru_cache

from logscan.identity import ByIdentity
from logscan.lazyre import lazy
from logscan.template import LONGEST, first_line, template

from .digest import blake2b
from .model import Content, Frame, Traceback

MAX_TITLE = 80

_LIBRARY_FILE = lazy(
    r"(^|/)(site-packages|dist-packages|node_modules|gems|vendor|lib/python\d[\d.]*|lib/ruby)/"
    r"|^(<(frozen |internal:|string>|__array)|node:|dart:|/rustc/|runtime/|internal/)"
    r"|/(pkg/mod|go/src|\.cargo/registry|rustlib)/|\.(pyx|pxd|so)$"
    r"|^/usr/lib/go-[\d.]+/|^\[(C\]|builtin)|^(\.\./)+(src/libsanitizer|sysdeps|csu|nptl|stdlib)/"
)
_LIBRARY_MODULE = lazy(
    r"(java|javax|jdk|sun|kotlin|scala|System|Microsoft)\."
    r"|(core|std|alloc|__rustc)::|(erlang|gen_server|gen_statem|proc_lib|supervisor|Task\.Supervised|GenServer)$"
)
_NOISE = lazy(r"0x[0-9a-fA-F]+|::h[0-9a-f]{16}$|(?<=Lambda[$/])\d+|(?<=lambda[$])\d+")


_SPLIT_OFF = {
    "FileNotFoundError": "OSError",
    "IOError": "OSError",
    "EnvironmentError": "OSError",
    "ModuleNotFoundError": "ImportError",
    "RecursionError": "RuntimeError",
    "JSONDecodeError": "ValueError",
    "json.decoder.JSONDecodeError": "ValueError",
}
"""Python's own types by what an earlier release raises in their place (https://peps.python.org/pep-3151/)."""
_INLINED = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})


def fingerprints(content: Content) -> tuple[str, str]:
    """The name of a content's group and the coarse one, 16 hex digits each."""
    trace = content.traceback
    if trace is not None:
        return _of_traceback(trace)
    words = template(content.message or content.text)
    header = ["record", content.logger or "", content.level or ""]
    return _digest((*header, words)), _digest((*header, " ".join(words.split()[:4])))


def variant(content: Content) -> str:
    """The name of a content's variant within its group, 16 hex digits; a record has none."""
    trace = content.traceback
    if trace is None:
        return ""
    places = _places(own_frames(trace) or all_frames(trace))
    return _digest(("variant", *_types(trace), "", *places))


def title(content: Content) -> str:
    """One line that names an unclassified event, not yet short: what is cut before it is redacted may leave a part of a
    secret that nothing tells from a word (see `shortened`)."""
    trace = content.traceback
    if trace is None:
        return _whole(first_line(content.message) or first_line(content.text) or "empty record")
    if trace.exception is not None:
        name = trace.exception.rpartition(".")[2]
        message = first_line(trace.message or "")
        return _whole(f"{name}: {message}" if message else name)
    frames = own_frames(trace) or all_frames(trace)
    return _whole(f"incomplete traceback in {place(_innermost(trace, frames))}" if frames else "incomplete traceback")


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
    own = own_frames(trace)
    frames = own if own or trace.exception is not None else all_frames(trace)
    top = place(_innermost(trace, frames)) if frames else ""
    raised = [_raised(trace, trace.exception, trace.frames)]
    raised += [_raised(trace, link.exception, link.frames) for link in trace.chain]
    words = "" if own else template(trace.message or "")
    if trace.exception is None and not own and frames:
        words = top
    parts = [part for one in sorted(set(raised)) for part in one]
    return _digest(("trace", *parts, words)), _digest(("trace", _type(trace.exception), top))


def _raised(trace: Traceback, exception: str | None, frames: tuple[Frame, ...]) -> tuple[str, str, str]:
    """One exception: its type, where the application raised it, and the source line there."""
    own = tuple(frame for frame in _own(frames) if frame.function not in _INLINED)
    if not own:
        return _type(exception), "", ""
    frame = _innermost(trace, own)
    # 2.7 prints no modules, and the frame tells enough
    return _type(exception).rpartition(".")[2], place(frame), first_line(frame.code or "")


def _types(trace: Traceback) -> list[str]:
    """The types of the exceptions, sorted."""
    return sorted({_type(trace.exception), *(_type(link.exception) for link in trace.chain)})


def _innermost(trace: Traceback, frames: tuple[Frame, ...]) -> Frame:
    """Python prints the innermost frame last, the others first."""
    return frames[-1] if trace.language == "python" else frames[0]


def _type(exception: str | None) -> str:
    name = (exception or "").removeprefix("builtins.").removeprefix("exceptions.")
    return _SPLIT_OFF.get(name, name)


@lru_cache(maxsize=1024)
def _digest(parts: tuple[str, ...]) -> str:
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return blake2b(joined, digest_size=8).hexdigest()


def _whole(text: str) -> str:
    return text[:LONGEST]


def shortened(title: str) -> str:
    """A title that has been redacted, at most 80 characters."""
    return title if len(title) <= MAX_TITLE else title[: MAX_TITLE - 1] + "…"
