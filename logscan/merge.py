"""Saved reports of different logs, or of pieces of them, to the report of one scan of all.

Refused, with the reason, is what cannot be added up: the same source twice, other rules, another level.
"""

from collections.abc import Sequence

import msgspec

from logscan import reportbuild, state
from logscan.errors import UsageError
from logscan.report import Incident, Options, Report
from logscan.summary import Summary, total


class Saved(msgspec.Struct, frozen=True):
    """A report and the file that it came from."""

    name: str
    report: Report


def merge(saved: Sequence[Saved], bucket_seconds: int | None = None) -> tuple[Report, Summary]:
    """The report of all, and its summary.

    Raises UsageError where they cannot be added up, LogscanError where one holds no state.
    """
    told = joined(saved)
    first = saved[0]
    summary = total(state.unpack(each.report.state, each.name) for each in saved)
    reports = [each.report for each in saved]
    made = reportbuild.report(summary, first.report.rules, told, {}, bucket_seconds=bucket_seconds)
    known: dict[str, list[Incident]] = {}
    for each in (each for report in reports for each in report.incidents if each.signature is not None):
        known.setdefault(each.key, []).append(each)
    incidents = tuple(_with_advice(each, known.get(each.key, [])) for each in made.incidents)
    return msgspec.structs.replace(made, incidents=incidents), summary


def joined(saved: Sequence[Saved]) -> Options:
    """The options of all together. Raises UsageError where they cannot be added up."""
    for other in saved[1:]:
        _same_rules(saved[0], other)
    _distinct_sources(saved)
    return _options([each.report for each in saved])


def _same_rules(first: Saved, other: Saved) -> None:
    a, b = first.report, other.report
    if a.rules.digest != b.rules.digest:
        raise UsageError(
            f"{other.name}: scanned with other signatures than {first.name} ({b.rules.digest}, {a.rules.digest}), so"
            " their events are not sorted alike; scan one of them again"
        )
    if a.options.level != b.options.level:
        raise UsageError(
            f"{other.name}: scanned at level {b.options.level}, {first.name} at {a.options.level};"
            " scan one of them again"
        )


def _distinct_sources(saved: Sequence[Saved]) -> None:
    holders: dict[str, str] = {}
    for each in saved:
        for source in each.report.input.sources:
            if not source.bytes:
                continue
            if source.id in holders:
                raise UsageError(
                    f"{each.name}: {source.name} is in {holders[source.id]} too, and its events would count twice;"
                    " leave one of the two out"
                )
            holders[source.id] = each.name


def _options(reports: Sequence[Report]) -> Options:
    """What all were told; null where they were told different things."""
    first, *rest = [report.options for report in reports]
    names = ("since", "until", "tz", "reference_time")
    differ = [name for name in names if any(getattr(one, name) != getattr(first, name) for one in rest)]
    return msgspec.structs.replace(first, **dict.fromkeys(differ))


def _with_advice(incident: Incident, saved: Sequence[Incident]) -> Incident:
    """The signature's own words, which the reports carry: the rules need not be at hand."""
    if not saved:
        return incident
    verdicts = [one.verdict for one in saved if one.verdict is not None]
    verdict = None
    if verdicts:
        from logscan.verdict import together

        verdict = together(verdicts)
    last = saved[-1]
    return msgspec.structs.replace(incident, title=last.title, remediation=last.remediation, verdict=verdict)
