"""What is said of one incident, in words: the sentences that the terminal, Markdown and HTML share.

Values in, plain text out; the caller makes it safe for its sink.
"""

import shlex
from collections import Counter
from typing import NamedTuple

from logscan import rates
from logscan.model import Action
from logscan.renderers.words import clock, day_of_year, moment, number, plural, seconds_between
from logscan.report import Incident, Rate, Report, VersionVerdict
from logscan.sigmodel import Fix, Remediation

LINKS = {"cause": "cause", "context": "during", "group": "one of", "remote": "remote"}
"""How another exception of the same event hangs together with it."""


OLD = 15 * 60
"""Seconds after a log's last line from which on its last minutes are not called now."""


class Places(NamedTuple):
    """The application's place with the most events, how many, and how many other places there are."""

    place: str
    events: int
    others: int


def label(incident: Incident) -> str:
    """The word that says what to do. A group nobody knows yet is NEW, unless it pages, or the baseline knows it."""
    known = incident.change is not None and incident.change.status != "new"
    return label_of(incident.action, known or incident.signature is not None)


def label_of(action: Action, known: bool) -> str:
    """The same for what is no incident of a report yet."""
    return action.upper() if known or action == "page" else "NEW"


def short_key(incident: Incident) -> str:
    """`fp:9f3ac1d0`: enough of an unknown group's key to name it."""
    return f"fp:{incident.fingerprint[:8]}"


def note(incident: Incident) -> str:
    """What an unknown group is called; empty for a known incident."""
    if incident.signature is not None:
        return ""
    return "unknown, several groups" if incident.collapsed else f"unknown, {short_key(incident)}"


def is_detailed(incident: Incident) -> bool:
    """Whether it is told in full: unknown ones and those to act on, unless they follow another."""
    if incident.follows is not None:
        return False
    return incident.signature is None or incident.action in ("page", "ticket")


def selected(
    incidents: tuple[Incident, ...], most: int, top: int | None
) -> tuple[tuple[Incident, ...], tuple[Incident, ...]]:
    """What is shown, and what there is no room for: the first `top` where the reader said so; else at most `most`,
    of which the last unknown groups give way first, so that no known incident hides behind them."""
    if top is not None:
        return incidents[:top], incidents[top:]
    spare = max(0, len(incidents) - most)
    unknown = [incident.key for incident in incidents if incident.signature is None]
    hidden = set(unknown[len(unknown) - min(spare, len(unknown)) :])
    hidden |= {incident.key for incident in [one for one in incidents if one.key not in hidden][most:]}
    return (
        tuple(one for one in incidents if one.key not in hidden),
        tuple(one for one in incidents if one.key in hidden),
    )


def when(incident: Incident, report: Report, alone: bool = False, now: str | None = None) -> list[str]:
    """`02:39:58, 7 s after the restart`, `none in the 3 h 35 min before`, `peak 96/min, now 71/min`; empty without
    times. Of a single event only the moment. `alone`: no heading above tells the day and the zone.
    `now`: when it is read, where that is known: an old log's last minutes are not now."""
    first, last, rate, shown = incident.first, incident.last, incident.rate, report.stretch
    if first is None or last is None or rate is None or shown.first is None or shown.last is None:
        return []
    span = seconds_between(shown.first, shown.last)
    at = f"{day_of_year(first)} {clock(first)} UTC" if alone else moment(first, span)
    began = _began(at, rate, incident.signature is None, span, shown.first != report.span.first)
    if incident.count == 1:
        return began
    untimed = [f"{number(rate.untimed)} without a time"] if rate.untimed else []
    is_old = now is not None and seconds_between(shown.last, now) > OLD
    at_end = "at the end" if is_old else "now"
    return [*began, _how_often(incident, rate, _ended(rate, last, shown.last, span), at_end), *untimed]


def burst(incident: Incident, report: Report) -> str:
    """`02:41:07 for 38 s: 201 events, 7x the rest`, of the largest burst; empty where nothing stands out."""
    found = () if incident.rate is None else incident.rate.bursts
    if not found:
        return ""
    one = max(found, key=lambda each: each.count)
    span = seconds_between(report.stretch.first or one.first, report.stretch.last or one.last)
    length = rates.duration_text(seconds_between(one.first, one.last))
    much = "none besides" if one.times_the_rest is None else f"{number(round(one.times_the_rest))}x the rest"
    others = f"; {plural(len(found) - 1, 'more burst')}" if len(found) > 1 else ""
    return f"{moment(one.first, span)} for {length}: {plural(one.count, 'event')}, {much}{others}"


def pace(incident: Incident) -> list[str]:
    """`5.2 a minute on average, 237 at the peak`, the same of an hour and a day; empty without times."""
    rate = incident.rate
    if rate is None:
        return []
    units = (
        ("minute", rate.per_minute_mean, rate.per_minute_peak),
        ("hour", rate.per_hour_mean, rate.per_hour_peak),
        ("day", rate.per_day_mean, rate.per_day_peak),
    )
    return [
        f"{number(mean)} a {unit} on average, {number(peak)} at the peak"
        for unit, mean, peak in units
        if mean is not None and peak is not None
    ]


def share(incident: Incident) -> str:
    """`2,916 per million lines, 3,103 per GB`; empty where nothing is known of the input."""
    parts = ((incident.per_million_lines, "per million lines"), (incident.per_gb, "per GB"))
    return ", ".join(f"{number(value)} {word}" for value, word in parts if value is not None)


def places(incident: Incident) -> Places | None:
    """Where in the application it happens, from the variants."""
    counts: Counter[str] = Counter()
    for variant in incident.variants:
        if variant.where:
            counts[variant.where] += variant.count
    if not counts:
        return None
    (place, count), others = counts.most_common(1)[0], len(counts) - 1
    return Places(place, count, others)


def whose(incident: Incident, report: Report) -> list[tuple[str, str]]:
    """Where its events come from, as far as the report has several of a kind: `("unit", "shop (12), billing (3)")`."""
    told = []
    for label, all_of, own in (
        ("in", [source.name for source in report.input.sources], incident.sources),
        ("unit", report.input.services, incident.services),
        ("host", report.input.hosts, incident.hosts),
    ):
        if len(all_of) > 1 and own:
            named = [f"{name} ({number(n)})" if len(own) > 1 else name for name, n in list(own.items())[:2]]
            more = len(own) - len(named)
            told.append((label, ", ".join(named) + (f" and {number(more)} more" if more else "")))
    return told


def other_messages(incident: Incident) -> str:
    """`and 2 other messages`: other than the example's, numbers and names masked; empty where all say the same."""
    others = len({variant.message for variant in incident.variants if variant.message}) - 1
    return f"and {plural(others, 'other message')}" if others > 0 else ""


def told(incident: Incident) -> str:
    """What the example says: exception and message; of a record also what was printed below it."""
    message = (incident.message or "").strip()
    if incident.exception is None and message:
        below = incident.example.text.strip().split("\n")[message.count("\n") + 1 :]
        message = "\n".join([message, *below])
    return said(incident.exception, message)


def said(exception: str | None, message: str | None) -> str:
    """`KeyError: 'coupon'`, or the half of it that there is."""
    return ": ".join(part for part in (exception, message) if part)


def version(verdict: VersionVerdict | None) -> str:
    """`you run 0.25.0 (found beside the frames): AFFECTED, fixed in 0.27.1`; empty where nothing was found."""
    if verdict is None or not verdict.found:
        return ""
    found_by = f" ({verdict.found_by})" if verdict.found_by else ""
    if verdict.status == "unknown":
        return f"you run {verdict.found}{found_by}: not known whether it is affected" + (
            f"; {verdict.why}" if verdict.why else ""
        )
    fixed = f", fixed in {verdict.fixed_in}" if verdict.fixed_in else ""
    if verdict.status == "affected":
        return f"you run {verdict.found}{found_by}: AFFECTED{fixed}"
    others = f": see {' or '.join(verdict.look_alikes[:2])}" if verdict.look_alikes else ""
    return f"you run {verdict.found}{found_by}: has the fix{fixed}; this only looks alike{others}"


def upgrades(remedy: Remediation, language: str | None) -> list[str]:
    """The fixes that are an upgrade, as what to type or do."""
    return [text for text in (_upgrade(fix, language) for fix in remedy.fixes) if text]


def urls(remedy: Remediation) -> list[str]:
    """The pages to read, runbooks first and those of the fixes next, each once."""
    runbooks = [link.url for link in remedy.links if link.kind == "runbook"]
    fixes = [fix.link for fix in remedy.fixes if fix.link]
    return list(dict.fromkeys([*runbooks, *fixes, *(link.url for link in remedy.links)]))


def explain(incident: Incident) -> str | None:
    """The command that shows how the example was read; None where it cannot be read again."""
    example = incident.example
    if incident.collapsed or example.line is None or example.source in ("stdin", "-"):
        return None
    return f"logscan explain {shlex.quote(f'{example.source}:{example.line}')}"


def draft(incident: Incident) -> str | None:
    """The command that drafts a signature for an unknown group, and proves it on the log; None as for `explain`."""
    if incident.signature is not None or explain(incident) is None:
        return None
    return f"logscan triage {shlex.quote(incident.example.source)} fp:{incident.fingerprint[:8]}"


def _began(at: str, rate: Rate, is_new: bool, span_s: int, is_part: bool) -> list[str]:
    """`is_part`: of the log before `span_s` nothing is known."""
    onset = rate.onset
    if onset is None:
        return [at]
    quiet = f"none in the {rates.duration_text(onset.quiet_seconds)} before"
    is_late = onset.quiet_seconds >= max(60, span_s // 50)
    if onset.after is not None and onset.after_seconds is not None:
        after = f"{at}, {rates.duration_text(onset.after_seconds)} after the {onset.after}"
        return [after, quiet] if is_new and is_late else [after]
    if is_late:
        return [at, quiet]
    if is_part:
        return [f"{at}, {rates.duration_text(onset.quiet_seconds)} after --since: it may be older"]
    if onset.quiet_seconds <= span_s // 50:
        return [f"{at}, when the log begins"]
    return [f"{at}, {rates.duration_text(onset.quiet_seconds)} after the log begins"]


def _ended(rate: Rate, last: str, end: str, span_s: int) -> str:
    """`last 02:56:14`; where it has been quiet for far longer than between any two of its events, for how long too."""
    quiet = seconds_between(last, end)
    over = rate.between is not None and quiet >= max(60, span_s // 50, 2 * rate.between.longest)
    return f"last {moment(last, span_s)}" + (f", none in the {rates.duration_text(quiet)} since" if over else "")


def _how_often(incident: Incident, rate: Rate, ended: str, at_end: str) -> str:
    if rate.between is not None and rate.between.every is not None:
        return f"one every {rates.duration_text(rate.between.every)}, {ended}"
    if incident.count < 20:
        return ended
    peak = f"peak {number(rate.per_minute_peak)}/min"
    if not rate.per_minute_now:
        return f"{peak}, {ended}"
    rising = " and rising" if rate.trend is not None and rate.trend.direction == "rising" else ""
    return f"{peak}, {at_end} {number(rate.per_minute_now)}/min{rising}"


def _upgrade(fix: Fix, language: str | None) -> str | None:
    if fix.package is None or fix.fixed_in is None:
        return None
    if language == "python":
        return f"pip install '{fix.package}>={fix.fixed_in}'"
    return f"upgrade {fix.package} to {fix.fixed_in} or later"
