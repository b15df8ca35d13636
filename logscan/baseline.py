"""A report beside an earlier one: what is new, gone, more, fewer or the same.

Any saved report (`logscan.report/1`) is a baseline. Incidents are told apart by their content, a signature's id or a
group's fingerprint, so that shifted lines and moved files change nothing. A group that has got a signature since is
found by the fingerprints among the signature's variants, and the other way round.
"""

from collections.abc import Iterator

import msgspec

from logscan.report import Baseline, Change, ChangeStatus, Gone, Incident, Report


def compare(report: Report, old: Report, name: str) -> Report:
    """The report with each incident's change against `old`; `name` is what the baseline is called."""
    before = _Before(old)
    incidents = tuple(msgspec.structs.replace(each, change=before.change(each)) for each in report.incidents)
    baseline = Baseline(
        name=name,
        events=old.events,
        first=old.span.first,
        last=old.span.last,
        rules_digest=old.rules.digest,
        gone=tuple(before.gone()),
    )
    return msgspec.structs.replace(report, incidents=incidents, baseline=baseline)


class _Before:
    """The incidents of a baseline; what is asked for counts as still there."""

    def __init__(self, old: Report) -> None:
        self._by_key = {each.key: each for each in old.incidents}
        self._by_fingerprint: dict[str, list[tuple[str, int]]] = {}
        for incident in old.incidents:
            for fingerprint, count in _fingerprints(incident):
                self._by_fingerprint.setdefault(fingerprint, []).append((incident.key, count))
        self._seen: set[str] = set()

    def change(self, incident: Incident) -> Change:
        """How an incident compares with the same one before."""
        old = self._by_key.get(incident.key)
        if old is not None:
            self._seen.add(old.key)
            return _change(incident.count, old.count)
        before = 0
        for fingerprint, _ in _fingerprints(incident):
            for key, count in self._by_fingerprint.get(fingerprint, ()):
                self._seen.add(key)
                before += count
        return _change(incident.count, before)

    def gone(self) -> Iterator[Gone]:
        """What nothing of the new report answers to, largest first."""
        left = [each for key, each in self._by_key.items() if key not in self._seen]
        for each in sorted(left, key=lambda one: (-one.count, one.key)):
            yield Gone(each.key, each.title, each.severity, each.count)


def _fingerprints(incident: Incident) -> list[tuple[str, int]]:
    """The groups that an incident is made of, with counts: a signature's are its variants."""
    if incident.signature is None:
        return [(incident.fingerprint, incident.count)]
    return [(each.fingerprint, each.count) for each in incident.variants]


def _change(now: int, before: int) -> Change:
    status: ChangeStatus = "same"
    if not before:
        status = "new"
    elif now != before:
        status = "more" if now > before else "fewer"
    return Change(status, before, now / before if before else None)
