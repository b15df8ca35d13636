"""What a terminal shows while a scan runs: a progress line on standard error, or the report itself, redrawn.

Plain cursor movements; no thread, no alternate screen, so that what was there before stays. The text that is drawn
comes from a renderer, which has sanitised it.
"""

import os
import re
import time
from collections.abc import Callable
from typing import TextIO

import msgspec
from rich.cells import set_cell_size

from logscan.job import Progress
from logscan.renderers import words
from logscan.renderers.layout import cells
from logscan.summary import Source, Summary, SummaryBuilder

_ERASE = "\x1b[2K"
_ESCAPE = re.compile(r"(\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\)")
_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"


class ProgressLine:
    """One line on a terminal's standard error: bytes, rate, time left, events. Appears after half a second."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started = time.monotonic()
        self._next = self._started + 0.5
        self._drawn = False

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Redraw, at most five times a second."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + 0.2
        rate = progress.stored / max(now - self._started, 0.001)
        parts = [f"{words.size(progress.stored)}"]
        if progress.total:
            parts = [f"{words.size(progress.stored)} of {words.size(progress.total)}"]
            parts.append(f"{100 * progress.stored // progress.total} %")
        parts.append(f"{words.size(int(rate))}/s")
        if progress.total and rate > 0:
            left = int((progress.total - progress.stored) / rate)
            parts.append(f"{left // 60}:{left % 60:02d} left")
        parts.append(f"{progress.events:,} events")
        self._out.write(f"\r{_ERASE}{' · '.join(parts)}"[: _size(self._out).columns + len(_ERASE)])
        self._out.flush()
        self._drawn = True

    def done(self) -> None:
        """Take the line away."""
        if self._drawn:
            self._out.write(f"\r{_ERASE}")
            self._out.flush()


class LiveReport:
    """The report of a pipe, redrawn in place while it grows. `draw` makes its text; the last draw is taken away
    again."""

    def __init__(self, out: TextIO, draw: Callable[[Summary], str]) -> None:
        self._out = out
        self._draw = draw
        self._next = time.monotonic() + 1.0
        self._height = 0
        self._shown: tuple[int, int, int] = (-1, -1, -1)

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Redraw, at most once a second, and only where there is something new."""
        now = time.monotonic()
        state = (progress.stored, progress.pending, progress.clock)
        if now < self._next or state == self._shown:
            return
        self._next = now + 1.0
        self._shown = state
        waiting = "waiting for more" if progress.waiting else "reading"
        pending = (
            f", {progress.pending} open group{'s' if progress.pending != 1 else ''} pending" if progress.pending else ""
        )
        so_far = builder.done()
        if progress.source:  # what is not accounted for yet: a source is, when it ends
            first, last = progress.times() if progress.times is not None else (None, None)
            source = Source(progress.source, "", None, progress.stored, progress.lines, first=first, last=last)
            counts = {"bytes": progress.stored, "lines": progress.lines}
            so_far = msgspec.structs.replace(so_far, **counts, sources={"": source})
        lines = self._draw(so_far).splitlines()
        room = max(_size(self._out).lines - 2, 3)
        if len(lines) > room:
            lines = [*lines[: room - 1], f"... {len(lines) - room + 1} more lines at the end"]
        lines.append(f"{waiting}: {words.size(progress.stored)}{pending} · Ctrl-C: the final report")
        self._show(lines)

    def _show(self, lines: list[str]) -> None:
        """Draw over what stands there, in one piece. Each line takes one row, so that it can be found again."""
        up = f"\x1b[{self._height}A" if self._height else ""
        width = _size(self._out).columns
        drawn = "".join(f"{_ERASE}{fitted(line, width)}\n" for line in lines)
        self._out.write(f"{_NO_WRAP}{up}{drawn}\x1b[J{_WRAP}")
        self._out.flush()
        self._height = len(lines)

    def done(self) -> None:
        """Take away what was drawn."""
        if self._height:
            self._out.write(f"\x1b[{self._height}A\x1b[J")
            self._out.flush()
            self._height = 0


def fitted(line: str, width: int) -> str:
    """A line with escape codes in at most `width` cells; `…` stands where some of it is missing."""
    parts = _ESCAPE.split(line)
    if sum(map(cells, parts[::2])) <= width:
        return line
    room, shown = width - 1, []
    for n, part in enumerate(parts):
        if n % 2 == 0:
            kept = part if cells(part) <= room else set_cell_size(part, max(room, 0)) + "…" * (room >= 0)
            room = room - cells(part) if cells(part) <= room else -1
            part = kept
        shown.append(part)
    return "".join(shown)


def _size(out: TextIO) -> os.terminal_size:
    """The terminal's size; 80 by 24 where it does not know."""
    try:
        columns, lines = os.get_terminal_size(out.fileno())
    except OSError:
        columns, lines = 0, 0
    return os.terminal_size((columns or 80, lines or 24))
