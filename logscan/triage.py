"""Unclassified groups, largest and newest first, each with a draft of its signature that is proven on the scan.

Three scans: one counts, one takes some events of each wanted group, one tries all candidates at once. A draft is a
candidate that has claimed every event of its group and nothing else of the whole scan.
"""

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec

from logscan import draft, run
from logscan.draft import Draft
from logscan.fingerprint import place
from logscan.job import Job
from logscan.model import Event
from logscan.report import Incident, Report
from logscan.sigmodel import Examples, Match, Remediation, Signature
from logscan.signature import Ruleset, assemble

MOST = 60
"""Distinct events of a group that a draft is made from."""

EXAMPLES = 5
"""Events that are kept as a draft's sample."""

Line = Callable[[Event], bytes]
"""An event as a line of our own event stream."""


class Group(msgspec.Struct, frozen=True):
    """One unclassified group. `draft` is None where nothing sets its events apart from others: `reason` says what."""

    incident: Incident
    draft: Draft | None
    reason: str = ""


class _Trial(msgspec.Struct):
    """The candidates of one group, and what each has claimed so far."""

    fingerprint: str
    ident: str
    matches: list[Match]
    own: Counter[int]
    others: Counter[int]
    events: int = 0


def wanted(report: Report, keys: Sequence[str], limit: int) -> list[Incident]:
    """The unclassified groups that `keys` (`fp:` and the first digits) name; else the largest, the newest first among
    equals."""
    groups = [each for each in report.incidents if each.signature is None and not each.collapsed]
    groups.sort(key=lambda each: each.last or "", reverse=True)
    groups.sort(key=lambda each: -each.count)
    if keys:
        return [each for each in groups if any(each.key.startswith(key) for key in keys)]
    return groups[:limit]


def triage(paths: Sequence[str], job: Job, incidents: Sequence[Incident], line: Line, day: str) -> list[Group]:
    """Drafts for these groups of the logs at `paths`. `day`: today."""
    samples, others = _taken(paths, job, [each.fingerprint for each in incidents])
    trials: list[_Trial] = []
    taken = frozenset(job.rules.by_id)
    for incident in incidents:
        events = samples.get(incident.fingerprint)
        if events:
            ident = draft.identify(events[0], taken)
            taken |= {ident}
            trials.append(_Trial(incident.fingerprint, ident, draft.candidates(events), Counter(), Counter()))
    _try(paths, job, trials)
    by_group = {trial.fingerprint: trial for trial in trials}
    groups = []
    for incident in incidents:
        trial = by_group.get(incident.fingerprint)
        if trial is None:
            groups.append(Group(incident, None, "its events are not in what was scanned"))
            continue
        groups.append(_drafted(incident, trial, samples[incident.fingerprint], others, job, line, day))
    return groups


def _drafted(
    incident: Incident,
    trial: _Trial,
    events: list[Event],
    others: dict[str, Event],
    job: Job,
    line: Line,
    day: str,
) -> Group:
    """The draft of the first candidate that is exact, and stays so on the redacted examples of its file."""
    sample = b"".join(line(event) for event in events[:EXAMPLES])
    unlike = _nearest(events[0], [each for key, each in others.items() if key != incident.fingerprint])
    for number, match in enumerate(trial.matches):
        if trial.own[number] == trial.events > 0 and not trial.others[number]:
            made = Draft(trial.ident, draft.render(trial.ident, match, events, unlike, day), sample)
            if _claims_all(_with(job.rules, {trial.ident: match}), trial.ident, sample, job):
                return Group(incident, made)
    least = min(trial.others[number] for number in range(len(trial.matches)))
    reason = f"what its events share is also in {least} others" if least else "its events share too little"
    return Group(incident, None, f"{reason}; write it by hand")


def _claims_all(rules: Ruleset, ident: str, sample: bytes, job: Job) -> bool:
    """Whether a signature claims every event of its sample."""
    events = run.scan_bytes(sample, rules, job.settings, job.zone)
    return bool(events) and all(event.signature == ident for event in events)


def _taken(paths: Sequence[str], job: Job, fingerprints: list[str]) -> tuple[dict[str, list[Event]], dict[str, Event]]:
    """Some distinct events of each wanted group, and one event of every group."""
    samples: dict[str, list[Event]] = {name: [] for name in fingerprints}
    seen: set[tuple[str, str]] = set()
    one: dict[str, Event] = {}

    def take(event: Event) -> None:
        name = event.signature or event.fingerprint
        if len(one) < 1000:
            one.setdefault(name, event)
        kept = samples.get(name)
        if kept is not None and len(kept) < MOST and (name, event.variant + event.title) not in seen:
            seen.add((name, event.variant + event.title))
            kept.append(event)

    run.scan(paths, msgspec.structs.replace(job, on_event=take))
    return samples, one


def _try(paths: Sequence[str], job: Job, trials: Sequence[_Trial]) -> None:
    """Scan with every candidate of every trial as a signature, and count what each claims."""
    by_id = {f"draft.g{g}-c{n}": (trial, n) for g, trial in enumerate(trials) for n in range(len(trial.matches))}
    rules = _with(job.rules, {ident: trial.matches[n] for ident, (trial, n) in by_id.items()})

    def count(event: Event) -> None:
        claimed = {*event.also, event.signature}
        for trial in trials:
            trial.events += event.fingerprint == trial.fingerprint and not claimed & job.rules.by_id.keys()
        for ident in claimed & by_id.keys():
            trial, n = by_id[ident or ""]
            mine = event.fingerprint == trial.fingerprint and not claimed & job.rules.by_id.keys()
            (trial.own if mine else trial.others)[n] += 1

    run.scan(paths, msgspec.structs.replace(job, rules=rules, on_event=count))


def _with(rules: Ruleset, matches: dict[str, Match]) -> Ruleset:
    """The rules and further ones that only match."""
    more = [
        Signature(
            ident,
            ident,
            "info",
            "watch",
            "experimental",
            match,
            "",
            "",
            Remediation(""),
            (),
            "reported",
            "",
            Examples(),
            "",
        )
        for ident, match in matches.items()
    ]
    return assemble([*rules.signatures, *more], rules.packs)


def _nearest(event: Event, others: Sequence[Event]) -> Event | None:
    """The other event that shares most with this one: types, places, words."""
    own = _traits(event)
    return max(others, key=lambda each: len(own & _traits(each)) / len(own | _traits(each)), default=None)


def _traits(event: Event) -> frozenset[str]:
    frames = [*event.frames, *(frame for link in event.chain for frame in link.frames)]
    names = {event.exception or "", *(link.exception for link in event.chain)}
    return frozenset({*names, *map(place, frames), *event.title.split(), event.level or ""})
