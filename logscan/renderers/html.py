"""`--format html`: one file that works offline, for pinning to an incident's channel.

The page is a template (`page/`) over values made here. Everything that it prints is cleaned and escaped on its way
out; only web pages become links; style and script are inline and named by their hashes in the page's
Content-Security-Policy (https://www.w3.org/TR/CSP3/), so nothing else runs, and nothing is fetched.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

import msgspec

from logscan import sigdraft
from logscan.fingerprint import is_library
from logscan.frames import application_frame
from logscan.renderers import chart, findings, story, terminal_change
from logscan.renderers import terminal_head as head
from logscan.renderers.layout import is_web, text_of
from logscan.renderers.view import View
from logscan.renderers.words import clock, day, number, percent, plural, size
from logscan.report import Incident, Report
from logscan.sanitize import clean

MOST_INCIDENTS = 300
MOST_VARIANTS = 15
MOST_SOURCES = 100
MOST_PROBLEMS = 100
OPEN = 2
"""Panels that stand open when the page is opened."""
_WIDE = 10_000


class Panel(msgspec.Struct, frozen=True):
    """One incident as the page shows it; `series` is its colour in the timeline, None for the shared one."""

    number: int
    incident: Incident
    label: str
    note: str
    series: int
    when: list[str]
    burst: str
    pace: list[str]
    share: str
    told: str
    others: str
    places: story.Places | None
    version: str
    upgrades: list[str]
    urls: list[str]
    explain: str | None
    draft: str | None
    skeleton: str | None
    follows: int | None
    bars: tuple[tuple[int, float], ...]
    is_open: bool


def render(report: Report, view: View) -> str:
    """The page."""
    shown, left = story.selected(report.incidents, MOST_INCIDENTS, view.top)
    series = sorted(shown, key=lambda one: -one.count)[: chart.SERIES]
    colours = {incident.key: n for n, incident in enumerate(series)}
    over = chart.axis(report, chart.ROW_COLUMNS)
    numbers = {incident.key: n for n, incident in enumerate(shown, 1)}
    panels = [_panel(incident, report, view, numbers, colours, over) for incident in shown]
    style, script = _part("style.css"), _part("report.js")
    page: str = _template().render(
        report=report,
        panels=panels,
        sections=_sections(panels),
        left=left,
        left_events=sum(incident.count for incident in left),
        subject=" ".join(text_of(line) for line in head.subject(report, _WIDE)),
        counts=findings.counts(report),
        changed=[text_of(line) for line in terminal_change.rows(report, _WIDE, verbose=True)][1:],
        warnings=[text_of(line).removeprefix("! ") for line in head.warnings(report, _WIDE)],
        footer=" ".join(text_of(line) for line in head.footer(report, _WIDE)),
        lower=findings.at_least(report),
        groups=sum(incident.signature is None for incident in report.incidents),
        pages=[incident for incident in report.incidents if incident.action == "page"],
        timeline=chart.timeline(report, series),
        columns=0 if (wide := chart.axis(report, chart.COLUMNS)) is None else wide.count,
        row_columns=0 if over is None else over.count,
        legend=[panel for panel in sorted(panels, key=lambda one: one.series) if panel.series < chart.SERIES],
        others=len(report.incidents) > len(series),
        style=style,
        script=script,
        policy=_policy(style, script),
        now=view.now,
        most_variants=MOST_VARIANTS,
        most_sources=MOST_SOURCES,
        most_problems=MOST_PROBLEMS,
    )
    return page


def _panel(
    incident: Incident,
    report: Report,
    view: View,
    numbers: dict[str, int],
    colours: dict[str, int],
    over: chart.Axis | None,
) -> Panel:
    remedy = incident.remediation
    return Panel(
        number=numbers[incident.key],
        incident=incident,
        label=story.label(incident),
        note=story.note(incident),
        series=colours.get(incident.key, chart.SERIES),
        when=story.when(incident, report, now=view.now),
        burst=story.burst(incident, report),
        pace=story.pace(incident),
        share=story.share(incident),
        told=story.told(incident),
        others=story.other_messages(incident),
        places=story.places(incident),
        version=story.version(incident.verdict),
        upgrades=[] if remedy is None else story.upgrades(remedy, incident.language),
        urls=[] if remedy is None else [url for url in story.urls(remedy) if is_web(url)],
        explain=story.explain(incident),
        draft=story.draft(incident),
        skeleton=_skeleton(incident, view.now or report.span.last or ""),
        follows=numbers.get(incident.follows or ""),
        bars=() if over is None else chart.small(incident, over),
        is_open=numbers[incident.key] <= OPEN,
    )


def _skeleton(incident: Incident, now: str) -> str | None:
    """A signature to begin with for an unknown group, made of its example, which is redacted already."""
    if incident.signature is not None or incident.collapsed:
        return None
    example = incident.example
    frame = application_frame(incident.language, example.frames)
    return sigdraft.draft(incident.exception, incident.message, frame, example.text, now[:10] or sigdraft.TODO, str)


def _sections(panels: list[Panel]) -> list[tuple[str, str, list[Panel]]]:
    """(anchor, heading, panels) of the known incidents and of the unknown groups; what is first in the report leads."""
    known = [panel for panel in panels if panel.incident.signature is not None]
    unknown = [panel for panel in panels if panel.incident.signature is None]
    parts = [("known", "Known incidents", known), ("unknown", "Unknown groups", unknown)]
    return sorted((part for part in parts if part[2]), key=lambda part: part[2][0].number)


def _policy(style: str, script: str) -> str:
    """Nothing but this page's own style and script; no request, no form, no frame."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _part(name: str) -> str:
    return files("logscan.renderers").joinpath("page", name).read_text("utf-8")


@cache
def _template() -> Any:
    """The page's template; jinja2 is imported by nothing else."""
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=shown
    )
    environment.filters |= {
        "number": number,
        "size": size,
        "percent": percent,
        "plural": plural,
        "ours": Markup,
        "moment": lambda time: f"{day(time)} {clock(time)}",
        "said": lambda one: story.said(one.exception, one.message),
        "is_library": is_library,
        "link_word": story.LINKS.get,
        "is_web": is_web,
    }
    return environment.from_string(_part("report.html"))
