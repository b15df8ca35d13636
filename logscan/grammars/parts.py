"""What the readers of table languages share: exceptions collected while lines are walked, then put together."""

from collections.abc import Sequence

import msgspec

from logscan.model import Frame, Link, LinkKind, Traceback


class Part(msgspec.Struct):
    """One exception while it is being read; `link` says how it belongs to the one printed before it."""

    link: LinkKind = "cause"
    exception: str | None = None
    message: list[str] = []
    frames: list[Frame] = []
    depth: int = 0

    def text(self) -> str | None:
        """The message without blank lines at its edges; None where there is none."""
        return "\n".join(self.message).strip("\n").rstrip() or None


def assemble(language: str, parts: Sequence[Part]) -> Traceback:
    """The first part is the exception raised last; the others are its chain: causes, then members."""
    if not parts:
        return Traceback(language, None, None)
    top, rest = parts[0], [part for part in parts[1:] if part.exception is not None]
    ordered = [part for part in rest if part.link != "group"] + [part for part in rest if part.link == "group"]
    chain = tuple(Link(part.exception or "", part.text(), part.link, tuple(part.frames)) for part in ordered)
    return Traceback(language, top.exception, top.text(), tuple(top.frames), chain)


def number(text: str | None) -> int | None:
    """A line number as printed; None where there is none."""
    return int(text) if text and text.isdigit() else None
