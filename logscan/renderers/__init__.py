"""How a report is written: one module a format, one line in a dict.

A renderer is a function of a `Report` and a `View`, nothing else: no clock, no file, no environment.
`STREAMS` are the formats that also write each event as it comes; what their renderer makes of the
report is the last line of the stream.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Protocol

from logscan.model import Event
from logscan.renderers import jsonl, jsonreport, terminal
from logscan.renderers.view import View
from logscan.report import Options, Report, RulesInfo


class Renderer(Protocol):
    """Makes the text of a report, newline at its end."""

    def __call__(self, report: Report, view: View, /) -> str: ...


class Stream(Protocol):
    """Writes a scan while it runs: `begin` once, then a line for each event, `end` once."""

    def begin(self) -> bytes: ...
    def event(self, event: Event, /) -> bytes: ...
    def end(self, report: Report, /) -> bytes: ...


def _when_asked(module: str) -> Renderer:
    """The renderer of a module that is imported when it is first used: most runs write one format."""

    def render(report: Report, view: View, /) -> str:
        found: Renderer = import_module(f"logscan.renderers.{module}").render
        return found(report, view)

    return render


RENDERERS: dict[str, Renderer] = {
    "terminal": terminal.render,
    "json": jsonreport.render,
    "jsonl": jsonl.render,
    "csv": _when_asked("csvtable"),
    "markdown": _when_asked("markdown"),
    "html": _when_asked("html"),
    "sarif": _when_asked("sarif"),
    "junit": _when_asked("junit"),
    "github": _when_asked("github"),
    "prometheus": _when_asked("prometheus"),
}

STREAMS: dict[str, Callable[[RulesInfo, Options], Stream]] = {"jsonl": jsonl.EventWriter}

__all__ = ["RENDERERS", "STREAMS", "Renderer", "Stream", "View"]
