"""What one scan writes: its stream or its report, files of reports, and what a terminal shows meanwhile."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import msgspec

from logscan import options
from logscan.job import Progress
from logscan.model import Event
from logscan.redact import redact
from logscan.renderers import RENDERERS, STREAMS, Stream, View
from logscan.report import Report
from logscan.sanitize import clean
from logscan.shown import Shown
from logscan.summary import Summary, SummaryBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from logscan.live import LiveReport, ProgressLine
    from logscan.output import OutputFile


EMPTY = "stdin: empty; nothing was scanned (did the command before the pipe fail?)"


def say(text: str) -> None:
    """One line to standard error; where that cannot be written there is nobody to tell."""
    try:
        print(f"logscan: {redact(clean(text))}", file=sys.stderr)
    except OSError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Let go of what a stream still holds and could not write; at the end Python would try again, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Console:
    """Everything that one scan writes: its stream or its report, and what a terminal shows meanwhile."""

    def __init__(
        self,
        shown: Shown,
        format: str,
        view: View,
        quiet: bool,
        paths: Sequence[str],
    ) -> None:
        self._shown = shown
        self._format = format
        self._view = view
        self._plain = msgspec.structs.replace(view, width=80, color=False, links=False)
        self._quiet = quiet
        self._stream = self._stream_of(format)
        progress = options.redraws(sys.stderr) and not quiet
        shown_live = format == "terminal" and list(paths) == ["-"] and options.redraws(sys.stdout) and not quiet
        self._line: ProgressLine | None = None
        self._live: LiveReport | None = None
        if progress or shown_live:
            from logscan import live

            self._line = live.ProgressLine(sys.stderr) if progress else None
            self._live = live.LiveReport(sys.stdout, self._draw) if shown_live else None
        if self._stream is not None:
            self._write(self._stream.begin())
        self._files: list[tuple[str, OutputFile, Stream | None]] = []
        self.report: Report | None = None

    def _stream_of(self, format: str) -> Stream | None:
        shown = self._shown
        return STREAMS[format](shown.info, shown.options, shown.redact) if format in STREAMS else None

    @contextmanager
    def writing_to(self, places: "Sequence[tuple[str, Path]]") -> Iterator[None]:
        """Open the files of `--output`, before the scan so that a path that cannot be written costs nothing; where the
        scan does not end well, what was there before stays."""
        try:
            for name, path in places:
                from logscan.output import OutputFile

                stream = self._stream_of(name)
                file = OutputFile(path)
                self._files.append((name, file, stream))
                if stream is not None:
                    file.write(stream.begin())
            yield
        finally:
            for _, file, _ in self._files:
                file.abort()

    def event(self, event: Event) -> None:
        """One event, as it comes."""
        if self._stream is not None:
            self._write(self._stream.event(event))
        for _, file, stream in self._files:
            if stream is not None:
                file.write(stream.event(event))

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Between blocks, and while waiting."""
        if self._live is not None:
            self._live.tick(progress, builder)
        elif self._line is not None:
            self._line.tick(progress, builder)
        if self._stream is not None and progress.waiting:
            sys.stdout.flush()

    def finish(self, summary: Summary, fail_on: str | None, allow_incomplete: bool, signal_number: int) -> int:
        """Write the report; returns the exit code. `report` is there also where it cannot be written."""
        report = self._shown.report(summary)
        if not signal_number and not _scanned(report):
            self._clear()
            nothing_scanned(report)
            return 2
        if "json" in {self._format, *(name for name, _, _ in self._files)}:
            from logscan import state

            report = msgspec.structs.replace(report, state=state.pack(summary, self._shown.redact))
        self.report = report
        try:
            for name, file, _ in self._files:
                file.write(RENDERERS[name](report, self._plain).encode("utf-8", "replace"))
                file.commit()
        finally:
            self._clear()
        if self._stream is not None:
            self._write(self._stream.end(report))
        elif self._quiet and self._format == "terminal":
            from logscan.renderers.terminal import render_counts

            self._write(render_counts(report, self._view).encode())
        else:
            text = RENDERERS[self._format](report, self._view)
            self._write(text.encode("utf-8", "replace"))
            if self._format == "terminal" and report.incidents and options.rows(sys.stdout) <= text.count("\n"):
                from logscan.renderers.terminal import render_above

                self._write(render_above(report, self._view).encode("utf-8", "replace"))
        if self._format != "terminal" or self._quiet:
            problems(report)
        if signal_number:
            return 128 + signal_number
        if fail_on is not None and refused(report, fail_on):
            return 1
        return 0 if report.complete or allow_incomplete else 3

    def _clear(self) -> None:
        """Take away what was shown meanwhile."""
        for shown in (self._live, self._line):
            if shown is not None:
                shown.done()

    def _draw(self, summary: Summary) -> str:
        return RENDERERS["terminal"](self._shown.report(summary), self._view)

    def _write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)


def nothing_scanned(report: Report) -> bool:
    """Whether nothing was read, and why is said then."""
    if _scanned(report):
        return False
    for line in _nothing(report):
        say(line)
    return True


def _scanned(report: Report) -> bool:
    """Whether anything was read. An empty file is a log without lines; empty standard input is a failed command."""
    return any(source.bytes or source.name != "stdin" for source in report.input.sources)


def problems(report: Report) -> None:
    """Say what could not be read, where the report does not show it."""
    for problem in report.problems:
        say(f"{problem.source}: {problem.message}")


def refused(report: Report, fail_on: str) -> bool:
    """Whether something is in a report that must not be; what it is stands in the log of a build then."""
    from logscan import gate  # few scans have one
    from logscan.renderers.words import number, plural

    found = gate.findings(report, fail_on)
    if found:
        events = plural(sum(each.count for each in found), "event")
        first = f"{number(found[0].count)}x {found[0].title}"
        say(f"--fail-on {fail_on}: {plural(len(found), 'incident')}, {events}; the first is {first}")
    return bool(found)


def _nothing(report: Report) -> list[str]:
    if report.problems:
        return [f"{problem.source}: {problem.message}{_meant(problem.source)}" for problem in report.problems]
    if report.input.sources:
        return [EMPTY]
    return ["nothing to scan: " + ", ".join(report.input.skipped or {"no input": 0})]


def _meant(name: str) -> str:
    """`; is the command scan meant?`, of what is no file and nearly a command."""
    from difflib import get_close_matches

    from logscan.arguments import COMMANDS

    near = get_close_matches(name, COMMANDS, 1) if name.isalpha() and not os.path.lexists(name) else []
    return f"; is the command {near[0]} meant?" if near else ""
