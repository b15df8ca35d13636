"""`--format jsonl`: one JSON object a line, `logscan.events/1`, written while the scan runs.

`begin`, then an `event` for each event in order of appearance within its stream, then `end` with the
accounting. Without an `end` the run was killed. Every field is always there, null where unknown; log
text is redacted.
"""

import msgspec

from logscan import __version__
from logscan.model import Event, Frame, Incomplete, Level, Severity
from logscan.redact import Redactor, redact
from logscan.renderers.view import View
from logscan.report import (
    ChainReport,
    Input,
    Options,
    ProblemReport,
    Report,
    RulesInfo,
    Span,
    encode,
)
from logscan.reportbuild import redacted_frame, rfc3339

SCHEMA = "logscan.events/1"


class Begin(msgspec.Struct, frozen=True, tag_field="type", tag="begin"):
    schema: str
    version: str
    rules: RulesInfo
    options: Options


class EventLine(msgspec.Struct, frozen=True, tag_field="type", tag="event"):
    """`model.Event` as scripts see it: field for field, the time as RFC 3339."""

    source: str
    stream: str
    offset: int
    length: int
    first_line: int
    last_line: int
    lines: tuple[int, ...] | None
    trace_first_line: int | None
    trace_last_line: int | None
    time: str | None
    level: Level | None
    severity: Severity
    language: str | None
    exception: str | None
    message: str | None
    chain: tuple[ChainReport, ...]
    frames: tuple[Frame, ...]
    signature: str | None
    also: tuple[str, ...]
    fingerprint: str
    facts: dict[str, str]
    resource: dict[str, str]
    incomplete: Incomplete | None
    truncated: bool
    text: str


class End(msgspec.Struct, frozen=True, tag_field="type", tag="end"):
    complete: bool
    events: int
    matched: int
    unclassified: int
    input: Input
    span: Span
    problems: tuple[ProblemReport, ...]


class EventWriter:
    """Makes the lines of the stream, newline included. It writes nothing itself."""

    def __init__(self, rules: RulesInfo, options: Options, redact: Redactor = redact) -> None:
        self._begin = Begin(SCHEMA, __version__, rules, options)
        self._redact = redact

    def begin(self) -> bytes:
        """The first line."""
        return _line(self._begin)

    def event(self, event: Event) -> bytes:
        """The line of one event."""
        hide = self._redact
        return _line(
            EventLine(
                source=hide(event.source),
                stream=hide(event.stream),
                offset=event.offset,
                length=event.length,
                first_line=event.first_line,
                last_line=event.last_line,
                lines=event.lines,
                trace_first_line=event.trace_first_line,
                trace_last_line=event.trace_last_line,
                time=rfc3339(event.time),
                level=event.level,
                severity=event.severity,
                language=event.language,
                exception=event.exception and hide(event.exception),
                message=event.message and hide(event.message),
                chain=tuple(
                    ChainReport(hide(link.exception), link.message and hide(link.message), link.link)
                    for link in event.chain
                ),
                frames=tuple(redacted_frame(frame, hide) for frame in event.frames),
                signature=event.signature,
                also=event.also,
                fingerprint=event.fingerprint,
                facts={name: hide.named(name, value) for name, value in event.facts.items()},
                resource={name: hide.named(name, value) for name, value in event.resource.items()},
                incomplete=event.incomplete,
                truncated=event.truncated,
                text=hide(event.text),
            )
        )

    def end(self, report: Report) -> bytes:
        """The last line: the accounting of the whole scan."""
        return render(report, View()).encode()


def render(report: Report, view: View) -> str:
    """The last line of the stream; the events before it come from `EventWriter`."""
    return _line(
        End(
            complete=report.complete,
            events=report.events,
            matched=report.matched,
            unclassified=report.unclassified,
            input=report.input,
            span=report.span,
            problems=report.problems,
        )
    ).decode()


def _line(value: msgspec.Struct) -> bytes:
    return encode(value) + b"\n"
