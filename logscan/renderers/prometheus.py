"""`--format prometheus`: gauges for the textfile collector of node_exporter, in the classic text format
(https://prometheus.io/docs/instrumenting/exposition_formats/).

Unknown groups are not a label: a group a time series would grow without bound. They are counted together, by
severity and action. Of sources those with the most events are a label, MAX_SOURCES of them; the others are counted
together under an empty name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from logscan.redact import redact
from logscan.renderers import findings
from logscan.renderers.view import View
from logscan.report import Incident, Report
from logscan.sanitize import clean_line

MAX_SOURCES = 50

Sample = tuple[Mapping[str, str], float]


def render(report: Report, view: View) -> str:
    """Every metric with its HELP and TYPE; no timestamps on samples."""
    known = [incident for incident in report.incidents if incident.signature is not None]
    unknown = [incident for incident in report.incidents if incident.signature is None]
    put = report.input
    metrics: list[tuple[str, str, Iterable[Sample]]] = [
        ("events", "Events found.", [({}, report.events)]),
        ("matched_events", "Events that a signature knows.", [({}, report.matched)]),
        ("unclassified_events", "Events that no signature knows.", _unknown(unknown)),
        ("unclassified_groups", "Groups of events that no signature knows.", [({}, len(unknown))]),
        ("incident_events", "Events of each known incident.", [(_labels(one), one.count) for one in known]),
        ("incident_peak_per_minute", "Most events in one minute.", _peaks(known)),
        ("incident_first_timestamp_seconds", "Time of the incident's first event.", _times(known, "first")),
        ("incident_last_timestamp_seconds", "Time of the incident's last event.", _times(known, "last")),
        ("source_events", "Events of each source.", _sources(report, "events")),
        ("source_bytes", "Bytes read of each source.", _sources(report, "bytes")),
        ("source_lines", "Lines read of each source.", _sources(report, "lines")),
        ("complete", "1 where all of the input could be read.", [({}, report.complete)]),
        ("lower_bound", "1 where messages were lost upstream.", [({}, findings.at_least(report))]),
        ("input_bytes", "Bytes read.", [({}, put.bytes)]),
        ("input_lines", "Lines read.", [({}, put.lines)]),
        ("input_problems", "Inputs that could not be read, or not whole.", [({}, len(report.problems))]),
        ("skipped_bytes", "Bytes left out, by reason.", _named("reason", put.skipped)),
        ("limit_hits", "Times a limit was reached.", _named("limit", put.limits)),
        ("lost_upstream", "Messages lost before they came here.", _named("kind", put.lost_upstream)),
        ("untimed_events", "Events without a time.", [({}, put.untimed)]),
        ("signatures", "Signatures in force.", [({}, report.rules.count)]),
        (
            "last_run_timestamp_seconds",
            "When this was written.",
            [] if view.now is None else [({}, _seconds(view.now))],
        ),
    ]
    return "".join(_metric(f"logscan_{name}", about, samples) for name, about, samples in metrics)


def _metric(name: str, about: str, samples: Iterable[Sample]) -> str:
    lines = [f"{name}{_braced(labels)} {_number(value)}" for labels, value in samples]
    return "\n".join([f"# HELP {name} {about}", f"# TYPE {name} gauge", *lines, ""]) if lines else ""


def _braced(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_value(text)}"' for name, text in labels.items()) + "}"


def _value(text: str) -> str:
    return clean_line(text).replace("\\", r"\\").replace('"', r"\"")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _labels(incident: Incident) -> dict[str, str]:
    return {"signature": incident.key, "severity": incident.severity, "action": incident.action}


def _unknown(incidents: list[Incident]) -> list[Sample]:
    counts: dict[tuple[str, str], int] = {}
    for one in incidents:
        counts[one.severity, one.action] = counts.get((one.severity, one.action), 0) + one.count
    found: list[Sample] = [({"severity": a, "action": b}, n) for (a, b), n in sorted(counts.items())]
    return found or [({"severity": "error", "action": "ticket"}, 0)]


def _sources(report: Report, figure: str) -> list[Sample]:
    ranked = sorted(report.input.sources, key=lambda one: (-one.events, one.name, one.id))
    counts = Counter({one.name: 0 for one in ranked[:MAX_SOURCES]})
    for at, one in enumerate(ranked):
        counts[one.name if at < MAX_SOURCES else ""] += getattr(one, figure)
    return [({"source": redact(name)}, n) for name, n in counts.items()]


def _peaks(incidents: list[Incident]) -> list[Sample]:
    return [(_labels(one), one.rate.per_minute_peak) for one in incidents if one.rate is not None]


def _times(incidents: list[Incident], end: str) -> list[Sample]:
    times = [(one, getattr(one, end)) for one in incidents]
    return [(_labels(one), _seconds(time)) for one, time in times if time is not None]


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _named(label: str, counts: Mapping[str, int]) -> list[Sample]:
    return [({label: name}, n) for name, n in counts.items()]
