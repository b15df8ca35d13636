"""The report as a value: the object `logscan.report/1` that scripts rely on.

`dumps` and `loads` write and read its JSON; reportbuild.py makes one of a Summary. Every renderer shows
this value and nothing else, so a report read back from a file renders like a fresh one. Fields are added,
never removed or changed; unknown ones are skipped when reading.

Times are RFC 3339 in UTC with `Z`, with microseconds only where there are some.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from logscan import rates
from logscan.errors import LogscanError
from logscan.model import Action, Frame, LinkKind, Severity
from logscan.sanitize import json_escaped, scrub
from logscan.sigmodel import Remediation
from logscan.versions import Pinned

SCHEMA = "logscan.report/1"
ChangeStatus = Literal["new", "more", "fewer", "same"]
COUNTED_LOSSES = frozenset({"rsyslog_repeated"})
"""Upstream losses that are made good by multiplying; any other makes counts lower bounds."""


class RulesInfo(msgspec.Struct, frozen=True):
    """Which signatures were used."""

    digest: str
    count: int
    packs: tuple[str, ...]


class Options(msgspec.Struct, frozen=True):
    """What the scan was told; times as RFC 3339."""

    level: str
    since: str | None
    until: str | None
    tz: str | None
    reference_time: str | None


class SourceReport(msgspec.Struct, frozen=True):
    """One source. `foreign`: no format that logscan has knows any of its first lines, so records at a level could not
    be told from others; tracebacks and what the signatures look for are found nevertheless."""

    name: str
    id: str
    transport: str | None
    bytes: int
    lines: int
    events: int
    first: str | None
    last: str | None
    complete: bool
    per_million_lines: float | None = None
    per_gb: float | None = None
    foreign: bool = False


class Input(msgspec.Struct, frozen=True):
    """The accounting. `services`, `hosts`: events by the names that the transport gives."""

    bytes: int
    lines: int
    skipped: dict[str, int]
    limits: dict[str, int]
    lost_upstream: dict[str, int]
    sources: tuple[SourceReport, ...]
    untimed: int = 0
    services: dict[str, int] = {}
    hosts: dict[str, int] = {}


class Span(msgspec.Struct, frozen=True):
    first: str | None
    last: str | None


class BurstReport(msgspec.Struct, frozen=True):
    """A stretch with far more events than the rest; `times_the_rest` is None where there is nothing besides."""

    first: str
    last: str
    count: int
    times_the_rest: float | None


class Rate(msgspec.Struct, frozen=True):
    """How often in event time; see rates.py for each figure. A peak of an hour or a day is that of any 3,600 or 86,400
    seconds, None where the log is shorter; a mean of one is None where the events' own stretch is. `untimed`: events
    that are in no other figure, because they have no time."""

    per_minute_mean: float
    per_minute_peak: float
    per_minute_now: float | None = None
    onset: rates.Onset | None = None
    trend: rates.Trend | None = None
    per_hour_mean: float | None = None
    per_hour_peak: float | None = None
    per_day_mean: float | None = None
    per_day_peak: float | None = None
    between: rates.Between | None = None
    bursts: tuple[BurstReport, ...] = ()
    untimed: int = 0


class VersionVerdict(msgspec.Struct, frozen=True):
    """Whether the version in use is affected: affected, fixed or unknown; `why` it is unknown though something was
    found. With the fix in use the event is a look-alike: `look_alikes` are the signatures that it may be instead."""

    status: str
    package: str | None = None
    found: str | None = None
    found_by: str | None = None
    fixed_in: str | None = None
    why: str | None = None
    look_alikes: tuple[str, ...] = ()


class VariantReport(msgspec.Struct, frozen=True):
    """Events of a signature with one fingerprint, or of an unclassified group that came by one way; `where` is the
    application frame closest to the failure."""

    fingerprint: str
    count: int
    message: str | None
    where: str | None = None


class ChainReport(msgspec.Struct, frozen=True):
    exception: str
    message: str | None
    link: LinkKind


class ExampleReport(msgspec.Struct, frozen=True):
    """One event in full (long ones shortened); `code` is the source line of the frame in `where`.

    `versions`: by package, the releases that its frames can be of (`logscan.versions`).
    """

    source: str
    offset: int
    line: int | None
    time: str | None
    text: str
    frames: tuple[Frame, ...]
    chain: tuple[ChainReport, ...]
    where: str | None = None
    code: str | None = None
    versions: dict[str, Pinned] = {}


class Change(msgspec.Struct, frozen=True):
    """An incident beside the baseline's: `before` events there, `ratio` = now / before (None where it is new)."""

    status: ChangeStatus
    before: int
    ratio: float | None


class Gone(msgspec.Struct, frozen=True):
    """An incident of the baseline that did not come again."""

    key: str
    title: str
    severity: Severity
    count: int


class Baseline(msgspec.Struct, frozen=True):
    """The earlier report that this one was compared with. `first`, `last`: its span."""

    name: str
    events: int
    first: str | None
    last: str | None
    rules_digest: str
    gone: tuple[Gone, ...]


class Incident(msgspec.Struct, frozen=True):
    """One row of the report: a signature's events, or an unclassified group's.

    `follows` is the key of the incident that this one is shown under; `collapsed` marks the total of
    several unclassified groups that were too many to keep apart. `services`, `hosts`: events by the names that the
    transport gives; a GB is 10^9 bytes.
    """

    key: str
    signature: str | None
    fingerprint: str
    title: str
    severity: Severity
    action: Action
    count: int
    lower_bound: bool
    first: str | None
    last: str | None
    language: str | None
    exception: str | None
    message: str | None
    also: dict[str, int]
    follow_on: dict[str, int]
    variants: tuple[VariantReport, ...]
    sources: dict[str, int]
    streams: dict[str, int]
    buckets: tuple[tuple[str, int], ...]
    rate: Rate | None
    verdict: VersionVerdict | None
    remediation: Remediation | None
    example: ExampleReport
    locate: str | None
    follows: str | None = None
    collapsed: bool = False
    versions: dict[str, int] = {}
    per_million_lines: float | None = None
    change: Change | None = None
    per_gb: float | None = None
    services: dict[str, int] = {}
    hosts: dict[str, int] = {}


class ProblemReport(msgspec.Struct, frozen=True):
    source: str
    kind: str
    message: str


class MarkReport(msgspec.Struct, frozen=True):
    time: str
    label: str


class State(msgspec.Struct, frozen=True):
    """What adding up reports needs, for `logscan report` alone; see state.py."""

    schema: str
    data: str


class Report(msgspec.Struct, frozen=True):
    """`logscan.report/1`. Σ incidents' counts = matched + unclassified = events. `rate`: of all events together."""

    schema: str
    version: str
    complete: bool
    rules: RulesInfo
    options: Options
    input: Input
    span: Span
    bucket_seconds: int | None
    events: int
    matched: int
    unclassified: int
    incidents: tuple[Incident, ...]
    problems: tuple[ProblemReport, ...]
    marks: tuple[MarkReport, ...] = ()
    baseline: Baseline | None = None
    state: State | None = None
    rate: Rate | None = None

    @property
    def stretch(self) -> Span:
        """The part of the span that was asked for (`--since`, `--until`): what rates, onsets and charts are of."""
        return stretch(self.span, self.options)


def stretch(span: Span, asked: Options) -> Span:
    """The part of a log's span that was asked for; all of it where the two do not meet."""
    first, last = span.first, span.last
    if first is None or last is None or (asked.since is None and asked.until is None):
        return span
    begin = max(first, asked.since or first, key=datetime.fromisoformat)
    end = min(last, asked.until or last, key=datetime.fromisoformat)
    return Span(begin, end) if datetime.fromisoformat(begin) <= datetime.fromisoformat(end) else span


def encode(value: Any) -> bytes:
    """`value` (structs or plain data) as JSON; lone surrogates, which UTF-8 cannot hold, as U+FFFD.

    What JSON may hold as it is but a terminal obeys (C1, DEL, bidi controls) is written as `\\u…`: the same value,
    safe to look at.
    """
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_scrubbed(msgspec.to_builtins(value)))
    return data if data.isascii() and b"\x7f" not in data else json_escaped(data.decode()).encode()


def dumps(value: Report) -> bytes:
    """The report as JSON, one line."""
    return encode(value) + b"\n"


def loads(data: bytes, name: str = "report") -> Report:
    """Read a report's JSON. `name` is how the error calls it.

    Raises LogscanError where it is no JSON, no report, or of another schema.
    """
    try:
        schema = msgspec.json.decode(data, type=_SchemaOnly).schema
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogscanError(f"{name}: not a logscan report: {error}") from error
    if schema != SCHEMA:
        raise LogscanError(f"{name}: schema is {schema!r}, expected {SCHEMA!r}: write it with --format json")
    try:
        return msgspec.json.decode(data, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise LogscanError(f"{name}: damaged report: {error}") from error


class _SchemaOnly(msgspec.Struct):
    schema: str


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value
