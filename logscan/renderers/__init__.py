"""How a report is written: one module a format, one line in a dict.

A renderer is a function of a `Report` and a `View`, nothing else: no clock, no file, no environment.
`STREAMS` are the formats that also write each event as it comes; what their renderer makes of the
report is the last line of the stream.
"""

from collections.abc import Callable
from typing import Any, Protocol

from logscan.late import attribute
from logscan.model import Event
from logscan.redact import Redactor
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


def _in(module: str, name: str) -> Any:
    """A function or class of a module that is imported at the first call: a report needs one of them."""

    def call(*given: Any) -> Any:
        return attribute(f"{__name__}.{module}", name)(*given)

    return call


RENDERERS: dict[str, Renderer] = {
    "terminal": _in("terminal", "render"),
    "json": _in("jsonreport", "render"),
    "jsonl": _in("jsonl", "render"),
    "csv": _in("csvtable", "render"),
    "markdown": _in("markdown", "render"),
    "html": _in("html", "render"),
    "sarif": _in("sarif", "render"),
    "junit": _in("junit", "render"),
    "github": _in("github", "render"),
    "prometheus": _in("prometheus", "render"),
}

STREAMS: dict[str, Callable[[RulesInfo, Options, Redactor], Stream]] = {"jsonl": _in("jsonl", "EventWriter")}

__all__ = ["RENDERERS", "STREAMS", "Renderer", "Stream", "View"]
