"""Make a report of a summary: sort, name and measure the incidents, and say how to see each.

Log text passes `redact` here, once, before any renderer sees it.
"""

import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

import msgspec

from logscan import __version__, rates
from logscan.fingerprint import shortened
from logscan.frames import location
from logscan.model import ACTIONS, Action, Frame, Severity
from logscan.redact import redact
from logscan.report import (
    COUNTED_LOSSES,
    SCHEMA,
    BurstReport,
    ChainReport,
    ExampleReport,
    Incident,
    Input,
    MarkReport,
    Options,
    ProblemReport,
    Rate,
    Report,
    RulesInfo,
    SourceReport,
    Span,
    VariantReport,
    VersionVerdict,
    stretch,
)
from logscan.sigmodel import Affected, LookAlike, Remediation
from logscan.summary import Source, Summary
from logscan.tally import MICROS, Buckets, Example, Tally, together
from logscan.versions import Pinned, pinned

if TYPE_CHECKING:
    from logscan.verdict import Found

Installed = Callable[[Iterable[str]], Mapping[str, "Sequence[Found]"]]
"""What is known to be installed, by `verdict.package_of`, where a process runs whose frames lie in these files."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Described(Protocol):
    """What the report needs of a signature."""

    @property
    def title(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def action(self) -> Action: ...
    @property
    def remediation(self) -> Remediation: ...
    @property
    def affected(self) -> tuple[Affected, ...]: ...
    @property
    def look_alikes(self) -> tuple[LookAlike, ...]: ...


class _Context(msgspec.Struct, frozen=True):
    """What every incident of a report shares; times in seconds, those of the stretch that was asked for."""

    summary: Summary
    signatures: Mapping[str, Described]
    bucket_s: int | None
    first_s: int
    last_s: int
    redact: Callable[[str], str]
    installed: Installed

    def text(self, value: str | None) -> str | None:
        return None if value is None else self.redact(value)


def report(
    summary: Summary,
    rules: RulesInfo,
    options: Options,
    signatures: Mapping[str, Described],
    *,
    bucket_seconds: int | None = None,
    redact: Callable[[str], str] = redact,
    installed: Installed = lambda files: {},
) -> Report:
    """The report of a summary.

    `signatures` are by id; an id that is not among them keeps what its events say. `bucket_seconds` is
    the charts' width (None: chosen from the span; a width finer than the counts were kept in is
    raised). `redact` is applied to all text of the log. `installed` is asked for the versions in use, besides
    those that the log shows.
    """
    first, last = _span(summary)
    span = Span(rfc3339(first), rfc3339(last))
    shown = stretch(span, options)
    begin, end = _micros(shown.first), _micros(shown.last)
    width = _bucket_width(summary, begin, end, bucket_seconds)
    context = _Context(summary, signatures, width, (begin or 0) // MICROS, (end or 0) // MICROS, redact, installed)
    incidents = _ordered([_incident(context, *row) for row in _rows(summary)])
    limits = dict(sorted(summary.limits.items()))
    if summary.collapsed:
        limits["collapsed_groups"] = limits.get("collapsed_groups", 0) + summary.collapsed
    return Report(
        schema=SCHEMA,
        version=__version__,
        complete=summary.complete and all(source.complete for source in summary.sources.values()),
        rules=rules,
        options=options,
        input=Input(
            bytes=summary.bytes,
            lines=summary.lines,
            skipped=dict(sorted(summary.skipped.items())),
            limits=limits,
            lost_upstream=dict(sorted(summary.lost_upstream.items())),
            sources=tuple(
                _source(one, redact) for one in sorted(summary.sources.values(), key=lambda s: (s.name, s.id))
            ),
            untimed=summary.untimed,
            services=_by_count(summary.services.by_name, redact),
            hosts=_by_count(summary.hosts.by_name, redact),
        ),
        span=span,
        bucket_seconds=width,
        events=summary.matched + summary.unclassified,
        matched=summary.matched,
        unclassified=summary.unclassified,
        incidents=tuple(incidents),
        problems=tuple(ProblemReport(redact(p.source), p.kind, redact(p.message)) for p in sorted(summary.problems)),
        marks=tuple(MarkReport(rfc3339(mark.time) or "", redact(mark.label)) for mark in sorted(summary.marks)),
        rate=_overall(context),
    )


def rfc3339(time: int | None) -> str | None:
    """µs since the epoch as `2026-11-22T02:41:07Z`. Times outside the years 1 to 9999 are clamped."""
    if time is None:
        return None
    clamped = min(max(time, -62_135_596_800 * MICROS), 253_402_300_799 * MICROS)
    return (_EPOCH + timedelta(microseconds=clamped)).isoformat().removesuffix("+00:00") + "Z"


def _span(summary: Summary) -> tuple[int | None, int | None]:
    """The first and last time (µs) that sources or events show."""
    parts: list[Source | Tally] = [*summary.sources.values(), *(tally for *_, tally in _rows(summary))]
    times = [time for part in parts for time in (part.first, part.last) if time is not None]
    return (min(times), max(times)) if times else (None, None)


def _micros(time: str | None) -> int | None:
    return None if time is None else (datetime.fromisoformat(time) - _EPOCH) // timedelta(microseconds=1)


def _bucket_width(summary: Summary, first: int | None, last: int | None, wanted: int | None) -> int | None:
    if first is None or last is None:
        return None
    kept = max((tally.buckets.width_s for *_, tally in _rows(summary)), default=1)
    if wanted is not None:
        return rates.round_up(wanted, kept)
    return rates.choose_bucket((last - first) // MICROS, kept)


def _rows(summary: Summary) -> list[tuple[str | None, str, bool, Tally]]:
    """(signature, fingerprint, collapsed, tally) for every incident."""
    rows: list[tuple[str | None, str, bool, Tally]] = [
        (signature, tally.example.rank[-2], False, tally) for signature, tally in summary.known.items()
    ]
    unknown: dict[str, Tally] = {}
    for key, tally in summary.unknown.items():
        fingerprint = key[: len(key) // 2]
        unknown[fingerprint] = unknown[fingerprint] + tally if fingerprint in unknown else tally
    rows += [(None, fingerprint, False, tally) for fingerprint, tally in unknown.items()]
    rows += [(None, coarse, True, tally) for coarse, tally in summary.coarse.items()]
    if summary.other is not None:
        rows.append((None, "other", True, summary.other))
    return rows


def _incident(context: _Context, signature: str | None, fingerprint: str, collapsed: bool, tally: Tally) -> Incident:
    known = context.signatures.get(signature) if signature is not None else None
    example, text = tally.example, context.text
    title = known.title if known else shortened(context.redact(example.title))
    if collapsed:
        title = "other unclassified events" if fingerprint == "other" else f"others like {title}"
    summary = context.summary
    releases = pinned(example.frames, example.chain)
    return Incident(
        key=_key(signature, fingerprint, collapsed),
        signature=signature,
        fingerprint=fingerprint,
        title=title,
        severity=known.severity if known else tally.severity,
        action=known.action if known else tally.action,
        count=tally.count,
        lower_bound=any(n and name not in COUNTED_LOSSES for name, n in summary.lost_upstream.items()),
        first=rfc3339(tally.first),
        last=rfc3339(tally.last),
        language=example.language,
        exception=text(example.exception),
        message=text(example.message),
        also=_by_count(tally.also.by_name),
        follow_on=_by_count(tally.follow_on.by_name),
        variants=_variants(context, tally),
        sources=_by_count(tally.sources.by_name, context.redact),
        streams=_by_count(tally.streams.by_name, context.redact),
        buckets=_buckets(context, tally),
        rate=_rate_of(context, tally),
        verdict=_verdict(context, known, tally, releases) if known else None,
        remediation=known.remediation if known else None,
        example=_example(context, example, releases),
        locate=_locate(context, example),
        collapsed=collapsed,
        versions=_by_count(tally.versions.by_name, context.redact),
        per_million_lines=rates.per_million(tally.count, summary.lines),
        per_gb=rates.per_gb(tally.count, summary.bytes),
        services=_by_count(tally.services.by_name, context.redact),
        hosts=_by_count(tally.hosts.by_name, context.redact),
    )


def _verdict(context: _Context, known: Described, tally: Tally, releases: dict[str, Pinned]) -> VersionVerdict | None:
    """Whether the versions in use are affected: those that the events show, those that are installed, and the
    `releases` that the frames leave."""
    if not known.affected:
        return None
    from logscan import verdict  # with the comparison of versions, which most reports do without

    example = tally.example
    frames = [*example.frames, *(frame for link in example.chain for frame in link.frames)]
    found = {name: list(some) for name, some in context.installed([frame.file for frame in frames]).items()}
    for shown in sorted(tally.versions.by_name):
        name, _, version = shown.partition(" ")
        key = "generic/python" if name == "python" else f"pypi/{name}"
        found[key] = [*found.get(key, ()), verdict.Found(version, "shown by the log")]
    for name, span in releases.items():
        if not (span.earlier or span.later):
            told = span.oldest if span.oldest == span.newest else f"{span.oldest} to {span.newest}"
            one = verdict.Found(told, "told by the frames", among=span.releases)
            found[f"pypi/{name}"] = [*found.get(f"pypi/{name}", ()), one]
    return verdict.judge(known.affected, found, [one.id for one in known.look_alikes], tally.last)


def _key(signature: str | None, fingerprint: str, collapsed: bool) -> str:
    """The signature's id, `fp:9f3ac1d000000000`, or `fp:c0ffee0000000000*` for several groups together."""
    if signature is not None:
        return signature
    return f"fp:{fingerprint}*" if collapsed else f"fp:{fingerprint}"


def _ordered(incidents: Sequence[Incident]) -> list[Incident]:
    """By action, unknown ones first within it, then by count; a follow-on directly below its cause, which ranks by the
    most urgent that follows it: who is woken by what follows has to see the cause first."""
    keys = {one.key for one in incidents}
    causes = {one.key: _cause(one, keys) for one in incidents}
    urgency = {one.key: ACTIONS.index(one.action) for one in incidents}
    for one in incidents:
        cause, passed = causes[one.key], {one.key}
        while cause is not None and cause not in passed:
            urgency[cause] = min(urgency[cause], ACTIONS.index(one.action))
            passed.add(cause)
            cause = causes[cause]
    ranked = sorted(incidents, key=lambda one: (urgency[one.key], one.signature is not None, -one.count, one.key))
    below: dict[str | None, list[Incident]] = {}
    for one in ranked:
        cause = causes[one.key]
        below.setdefault(cause, []).append(msgspec.structs.replace(one, follows=cause))
    done: dict[str, Incident] = {}
    pending = [*below.get(None, ()), *(one for cause, some in below.items() if cause for one in some)]
    pending.reverse()
    while pending:
        one = pending.pop()
        if one.key not in done:
            done[one.key] = one
            pending.extend(reversed(below.get(one.key, ())))
    return list(done.values())


def _cause(incident: Incident, keys: set[str]) -> str | None:
    """The incident that at least half of this one's events followed."""
    causes = [
        (-n, key)
        for key, n in incident.follow_on.items()
        if key in keys and key != incident.key and 2 * n >= incident.count
    ]
    return min(causes)[1] if causes else None


def _variants(context: _Context, tally: Tally) -> tuple[VariantReport, ...]:
    found = [
        VariantReport(fingerprint, variant.count, context.text(variant.message), context.text(variant.where))
        for fingerprint, variant in tally.variants.items()
    ]
    found.sort(key=lambda variant: (-variant.count, variant.fingerprint))
    if tally.other_variants:
        found.append(VariantReport("other", tally.other_variants, None))
    return tuple(found)


def _buckets(context: _Context, tally: Tally) -> tuple[tuple[str, int], ...]:
    if context.bucket_s is None:
        return ()
    wide = rates.rebucket(tally.buckets.counts, context.bucket_s)
    return tuple((rfc3339(start * MICROS) or "", count) for start, count in wide.items())


def _rate_of(context: _Context, tally: Tally) -> Rate | None:
    """Of one incident."""
    if tally.first is None or tally.last is None:
        return None
    marks = [(mark.time // MICROS, mark.label) for mark in context.summary.marks]
    made = _rate(context, tally.count, tally.buckets, tally.first // MICROS, tally.last // MICROS)
    return msgspec.structs.replace(made, onset=rates.onset(tally.first // MICROS, context.first_s, marks))


def _overall(context: _Context) -> Rate | None:
    """Of all events; from the log's first moment on, so that the trend is the log's."""
    tallies = [tally for *_, tally in _rows(context.summary)]
    buckets = together([tally.buckets for tally in tallies])
    if not buckets.counts:
        return None
    return _rate(context, sum(tally.count for tally in tallies), buckets, context.first_s, context.last_s)


def _rate(context: _Context, count: int, buckets: Buckets, first_s: int, last_s: int) -> Rate:
    """The figures of `count` events, those with a time in `buckets`, between two moments of the log (s)."""
    counts, width = (
        dict(sorted(buckets.counts.items())),
        buckets.width_s,
    )  # in order, so that sorting again costs little
    timed = sum(counts.values())

    def mean(unit_s: int) -> float | None:
        return rates.mean(timed, first_s, last_s, unit_s) if last_s - first_s >= unit_s else None

    def peak(unit_s: int) -> float | None:
        return rates.busiest(counts, width, unit_s) if context.last_s - context.first_s >= unit_s else None

    return Rate(
        per_minute_mean=rates.mean(timed, first_s, last_s),
        per_minute_peak=rates.per_minute_peak(counts, width) or 0.0,
        per_minute_now=rates.per_minute_now(counts, width, context.first_s, context.last_s),
        trend=rates.trend(counts, width, first_s, context.last_s),
        per_hour_mean=mean(rates.HOUR),
        per_hour_peak=peak(rates.HOUR),
        per_day_mean=mean(rates.DAY),
        per_day_peak=peak(rates.DAY),
        between=rates.between(counts, width),
        bursts=tuple(
            BurstReport(rfc3339(one.first_s * MICROS) or "", rfc3339(one.last_s * MICROS) or "", one.count, one.times)
            for one in rates.bursts(counts, width)
        ),
        untimed=count - timed,
    )


def _example(context: _Context, example: Example, releases: dict[str, Pinned]) -> ExampleReport:
    frame = example.app_frame
    return ExampleReport(
        source=context.redact(example.source),
        offset=example.offset,
        line=example.first_line,
        time=rfc3339(example.time),
        text=context.redact(example.text),
        frames=tuple(redacted_frame(one, context.redact) for one in example.frames),
        chain=tuple(
            ChainReport(context.redact(one.exception), context.text(one.message), one.link) for one in example.chain
        ),
        where=None if frame is None else context.redact(location(frame)),
        code=None if frame is None else context.text(frame.code),
        versions=releases,
    )


def redacted_frame(frame: Frame, redact: Callable[[str], str]) -> Frame:
    """A frame as it may be shown."""
    return msgspec.structs.replace(
        frame,
        file=redact(frame.file),
        function=frame.function and redact(frame.function),
        code=frame.code and redact(frame.code),
    )


_UNITS = (".service", ".scope", ".socket", ".timer", ".mount", ".slice")
_READERS = {".gz": "gzip -dc", ".bz2": "bzip2 -dc", ".xz": "xz -dc", ".zst": "zstd -dc", ".lz4": "lz4 -dc"}
_TARS = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz", ".tar.zst")


def _locate(context: _Context, example: Example) -> str | None:
    """A command that shows the example: `sed` on a file or an archive's member, `journalctl` for a unit; None for
    other sources, and where the source's name is redacted."""
    name, summary = example.source, context.summary
    if context.redact(name) != name:
        return None
    if name not in ("-", "stdin") and "://" not in name:
        first, last = example.first_line, example.last_line
        lines = f"sed -n {first}p" if first == last else f"sed -n '{first},{last}p'"
        shown = _shown(*name.split("!"))
        if shown is not None and shown.startswith("cat "):
            return f"{lines} {shown.removeprefix('cat ')}"
        return None if shown is None else f"{shown} | {lines}"
    transports = {one.transport or "" for one in summary.sources.values() if one.name == name}
    unit = example.resource.get("service.name")
    if unit is None or example.time is None or not any(one.startswith("journal") for one in transports):
        return None
    second = example.time // MICROS
    option = "-u" if unit.endswith(_UNITS) else "-t"
    return context.redact(f"journalctl {option} {shlex.quote(unit)} -S @{second} -U @{second + 1}")


def _shown(path: str, member: str | None = None, *deeper: str) -> str | None:
    """A command that writes a file, or a member of an archive, to standard output; None for archives in archives."""
    place = shlex.quote(f"./{path}" if path.startswith("-") else path)
    reader = next((tool for suffix, tool in _READERS.items() if (member or path).endswith(suffix)), None)
    if deeper:
        return None
    if member is None:
        return f"{reader or 'cat'} {place}"
    if path.endswith(_TARS):
        opened = f"tar -xOf {place} -- {shlex.quote(member)}"
    elif path.endswith(".zip"):
        opened = f"unzip -p {place} {shlex.quote(member)}"
    else:
        return None
    return opened if reader is None else f"{opened} | {reader}"


def _source(source: Source, redact: Callable[[str], str]) -> SourceReport:
    return SourceReport(
        name=redact(source.name),
        id=redact(source.id),
        transport=source.transport,
        bytes=source.bytes,
        lines=source.lines,
        events=source.events,
        first=rfc3339(source.first),
        last=rfc3339(source.last),
        complete=source.complete,
        per_million_lines=rates.per_million(source.events, source.lines),
        per_gb=rates.per_gb(source.events, source.bytes),
        foreign=source.foreign,
    )


def _by_count(counts: Mapping[str, int], redact: Callable[[str], str] = str) -> dict[str, int]:
    """Most first; names that look alike when redacted add up."""
    shown: dict[str, int] = {}
    for name, count in counts.items():
        key = redact(name)
        shown[key] = shown.get(key, 0) + count
    return dict(sorted(shown.items(), key=lambda item: (-item[1], item[0])))
