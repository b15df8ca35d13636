"""The bars of the HTML report as numbers: what stands where, for inline SVG. Units are those of the view box."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from logscan import rates
from logscan.renderers.words import clock, coarse_duration, day, moment, number
from logscan.report import Incident, Report

SERIES = 7
"""Incidents with a colour of their own; the others share one."""
COLUMNS = 120
ROW_COLUMNS = 40
HEIGHT = 100.0
TICKS = 4


class Bar(msgspec.Struct, frozen=True):
    """One part of a column: `series` is the number of its colour."""

    series: int
    y: float
    height: float


class Column(msgspec.Struct, frozen=True):
    """One stretch of time: what happened in it, in words and as bars."""

    x: int
    total: int
    said: str
    bars: tuple[Bar, ...]


class Timeline(msgspec.Struct, frozen=True):
    """`ticks`: times along the axis, evenly spread from end to end; `marks`: (x, what, when)."""

    columns: tuple[Column, ...]
    top: int
    each: str
    ticks: tuple[str, ...]
    marks: tuple[tuple[float, str, str], ...]


class Axis(msgspec.Struct, frozen=True):
    """The stretch of a report that charts cover, in columns of `width_s`; times in seconds."""

    first: int
    last: int
    width_s: int

    @property
    def start(self) -> int:
        return self.first - self.first % self.width_s

    @property
    def count(self) -> int:
        return self.last // self.width_s - self.first // self.width_s + 1


def axis(report: Report, most: int) -> Axis | None:
    """At most `most` columns over the whole log, or what was asked for of it; None where it has no times."""
    shown = report.stretch
    if shown.first is None or shown.last is None or report.bucket_seconds is None:
        return None
    first, last = _seconds(shown.first), _seconds(shown.last)
    return Axis(first, last, rates.fold(report.bucket_seconds, first, last, most))


def timeline(report: Report, series: Sequence[Incident]) -> Timeline | None:
    """Every event of the log, stacked; `series` have a colour of their own, the others share the last one."""
    over = axis(report, COLUMNS)
    if over is None or not report.events:
        return None
    own = {incident.key: n for n, incident in enumerate(series)}
    names = [incident.title for incident in series] + ["all others"]
    counts = [[0] * over.count for _ in names]
    for incident in report.incidents:
        row = counts[own.get(incident.key, len(series))]
        for n, count in enumerate(_columns(incident, over)):
            row[n] += count
    totals = [sum(column) for column in zip(*counts, strict=True)]
    top = max(totals)
    columns = tuple(
        _column(n, over, [row[n] for row in counts], names, top) for n in range(over.count) if totals[n] and top
    )
    wide = over.count * over.width_s
    marks = [(mark, _seconds(mark.time)) for mark in report.marks]
    return Timeline(
        columns=columns,
        top=top,
        each=coarse_duration(over.width_s),
        ticks=tuple(_tick(over.start + wide * n // TICKS, wide) for n in range(TICKS + 1)),
        marks=tuple(
            (round((at - over.start) / over.width_s, 2), mark.label, moment(mark.time, wide))
            for mark, at in marks
            if over.start <= at <= over.start + wide
        ),
    )


def small(incident: Incident, over: Axis) -> tuple[tuple[int, float], ...]:
    """(x, height) of each column of one incident's own chart."""
    counts = _columns(incident, over)
    top = max(counts, default=0)
    return tuple((n, round(max(HEIGHT * count / top, 8), 1)) for n, count in enumerate(counts) if count)


def _columns(incident: Incident, over: Axis) -> list[int]:
    counts = {_seconds(at): n for at, n in incident.buckets}
    return rates.columns(counts, over.width_s, over.first, over.last)


def _column(n: int, over: Axis, counts: list[int], names: list[str], top: int) -> Column:
    bars: list[Bar] = []
    y = HEIGHT
    for series, count in enumerate(counts):
        if count:
            height = HEIGHT * count / top
            y -= height
            bars.append(Bar(series, round(y, 2), round(height, 2)))
    start = over.start + n * over.width_s
    said = "; ".join(f"{number(count)} {names[series]}" for series, count in enumerate(counts) if count)
    wide = over.count * over.width_s
    return Column(n, sum(counts), f"{_tick(start, wide)} to {_tick(start + over.width_s, wide)}: {said}", tuple(bars))


def _tick(second: int, wide_s: int) -> str:
    """A time as short as the width of the chart allows."""
    text = datetime.fromtimestamp(second, UTC).isoformat()
    shown = clock(text) if wide_s < 1200 else clock(text)[:5]
    return f"{day(text)} {shown}" if wide_s >= rates.DAY else shown


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())
