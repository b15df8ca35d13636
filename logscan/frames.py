"""Which frame of a traceback to show: the reader's own code, closest to the failure, and how to name it."""

import re
from collections.abc import Sequence

from logscan.fingerprint import is_library
from logscan.model import Frame, Link

_NEWEST_LAST = ("python",)


def pattern_of(frame: Frame) -> str:
    """A frame as a signature names it: `cart:apply_discount`, no path and no line number."""
    stem = re.sub(r"\.\w+$", "", frame.file.replace("\\", "/").rpartition("/")[2])
    module = frame.module or (stem if re.fullmatch(r"[\w.-]+", stem) else "*")
    return f"{module}:{frame.function or '*'}"


def application_frame(language: str | None, frames: Sequence[Frame], chain: Sequence[Link] = ()) -> Frame | None:
    """The application's frame closest to where the exception was raised.

    Looked for in the exception's own frames first, then in the chain's, nearest first. None where all
    are a library's.
    """
    for part in (frames, *(link.frames for link in chain)):
        newest_first = reversed(part) if language in _NEWEST_LAST else iter(part)
        for frame in newest_first:
            if not is_library(frame):
                return frame
    return None


def location(frame: Frame) -> str:
    """`shop/orders.py:212 list_orders`: the file as far as its module goes (else its last two parts)."""
    parts = frame.file.replace("\\", "/").split("/")
    depth = 2
    if frame.module:
        depth = frame.module.count(".") + (2 if parts[-1] == "__init__.py" else 1)
    name = "/".join(parts[-depth:]) if len(parts) > depth else frame.file
    line = "" if frame.line is None else f":{frame.line}"
    return f"{name}{line} {frame.function}" if frame.function else f"{name}{line}"
