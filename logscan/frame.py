"""A report as pandas DataFrames: incidents, events per bucket, sources, and who an incident's events are of.

Each function takes a `Report`, fresh or read from a file, and makes a new frame; all text in it is redacted as the
report is. Times are `datetime64[us, UTC]`, text is `string`, what may be missing is `<NA>` of a nullable type. Nothing
else of logscan imports pandas.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from logscan.errors import UsageError
from logscan.output import OutputFile
from logscan.renderers import story
from logscan.renderers.csvtable import cell
from logscan.report import Incident, Rate, Report

TIME: Final = "datetime64[us, UTC]"
MOST_CELLS: Final = 20_000_000
"""Rows times columns of a timeline, above which it is refused: one impossible date would make it endless."""

INCIDENTS: Final[Mapping[str, str]] = {
    "key": "string",
    "signature": "string",
    "title": "string",
    "severity": "string",
    "action": "string",
    "count": "int64",
    "lower_bound": "bool",
    "untimed": "Int64",
    "first": TIME,
    "last": TIME,
    "language": "string",
    "exception": "string",
    "message": "string",
    "where": "string",
    "follows": "string",
    "collapsed": "bool",
    "per_minute_mean": "Float64",
    "per_minute_peak": "Float64",
    "per_minute_now": "Float64",
    "per_hour_mean": "Float64",
    "per_hour_peak": "Float64",
    "per_day_mean": "Float64",
    "per_day_peak": "Float64",
    "between_median": "Float64",
    "between_longest": "Int64",
    "every": "Int64",
    "after": "string",
    "after_seconds": "Int64",
    "quiet_seconds": "Int64",
    "trend": "string",
    "trend_ratio": "Float64",
    "bursts": "Int64",
    "per_million_lines": "Float64",
    "per_gb": "Float64",
}
BUCKETS: Final[Mapping[str, str]] = {
    "time": TIME,
    "key": "string",
    "signature": "string",
    "severity": "string",
    "action": "string",
    "count": "int64",
}
BURSTS: Final[Mapping[str, str]] = {
    "key": "string",
    "first": TIME,
    "last": TIME,
    "count": "int64",
    "times_the_rest": "Float64",
}
SOURCES: Final[Mapping[str, str]] = {
    "name": "string",
    "id": "string",
    "transport": "string",
    "bytes": "int64",
    "lines": "int64",
    "events": "int64",
    "first": TIME,
    "last": TIME,
    "complete": "bool",
    "per_million_lines": "Float64",
    "per_gb": "Float64",
}
SHARES: Final[Mapping[str, str]] = {
    "key": "string",
    "by": "string",
    "name": "string",
    "count": "int64",
    "share": "float64",
}


def incidents(report: Report) -> pd.DataFrame:
    """One row an incident, in the report's order, by `key`; the columns of INCIDENTS.

    Seconds: `between_median`, `between_longest` (from one event to the next), `every` (of what comes by the clock),
    `after_seconds` (since the mark `after`), `quiet_seconds` (of the log before the first event).
    """
    return _frame(INCIDENTS, (_incident(one) for one in report.incidents)).set_index("key")


def buckets(report: Report) -> pd.DataFrame:
    """Events per bucket: one row for each bucket in which an incident has events; the columns of BUCKETS. `time` is the
    bucket's start; `attrs["bucket_seconds"]` its width. Events without a time are in none."""
    rows = (
        {
            "time": time,
            "key": one.key,
            "signature": one.signature,
            "severity": one.severity,
            "action": one.action,
            "count": count,
        }
        for one in report.incidents
        for time, count in one.buckets
    )
    made = _frame(BUCKETS, rows)
    made.attrs["bucket_seconds"] = report.bucket_seconds
    return made


def timeline(report: Report, every: str | None = None, tz: str = "UTC") -> pd.DataFrame:
    """Events over time: a column an incident (by key, in the report's order), a row for each stretch from the log's
    first to its last moment, or those that were asked for, zeros too.

    every  the stretch, as pandas writes it: "15min", "1h", "1D"; None: the report's buckets
    tz     the zone of the index: days begin at its midnight, and have 23 or 25 hours where its clocks are changed

    Raises UsageError where `every` is no multiple of the report's buckets, and above MOST_CELLS.
    """
    keys = [one.key for one in report.incidents]
    width, first, last = report.bucket_seconds, report.stretch.first, report.stretch.last
    if width is None or first is None or last is None:
        return pd.DataFrame(0, index=pd.DatetimeIndex([], dtype=TIME, name="time"), columns=keys, dtype="int64")
    offset = None if every is None else _stretch(every, width)
    start, end = (_second(moment) // width for moment in (first, last))
    if (end - start + 1) * len(keys) > MOST_CELLS:
        raise UsageError(f"bucket: {width} s from {first} to {last} are {end - start + 1:,} rows; use wider buckets")
    counts = np.zeros((end - start + 1, len(keys)), "int64")
    for column, one in enumerate(report.incidents):
        for time, count in one.buckets:
            counts[_second(time) // width - start, column] += count
    moments = (np.arange(start, end + 1) * width).astype("datetime64[s]").astype("datetime64[us]")
    index = pd.DatetimeIndex(moments, name="time").tz_localize("UTC").tz_convert(tz)
    wide = pd.DataFrame(counts, index=index, columns=keys)
    return wide if offset is None else wide.resample(offset).sum()


def bursts(report: Report) -> pd.DataFrame:
    """One row for each stretch in which an incident came far more often than otherwise; the columns of BURSTS."""
    rows = (
        {"key": one.key, **{name: getattr(burst, name) for name in ("first", "last", "count", "times_the_rest")}}
        for one in report.incidents
        if one.rate is not None
        for burst in one.rate.bursts
    )
    return _frame(BURSTS, rows)


def sources(report: Report) -> pd.DataFrame:
    """One row a source; the columns of SOURCES. A GB is 10^9 bytes, decompressed."""
    return _frame(SOURCES, ({name: getattr(one, name) for name in SOURCES} for one in report.input.sources))


def shares(report: Report) -> pd.DataFrame:
    """Who each incident's events are of: a row for each incident and source, unit (`service`) and host; the columns of
    SHARES. `share` is that of the incident's events; those that name no unit or host are in no row."""
    rows = (
        {"key": one.key, "by": by, "name": name, "count": count, "share": count / one.count}
        for one in report.incidents
        for by, counts in (("source", one.sources), ("service", one.services), ("host", one.hosts))
        for name, count in counts.items()
    )
    return _frame(SHARES, rows)


FRAMES: Final[Mapping[str, Callable[[Report], pd.DataFrame]]] = {
    "incidents": incidents,
    "buckets": buckets,
    "timeline": timeline,
    "bursts": bursts,
    "sources": sources,
    "shares": shares,
}


def export(table: pd.DataFrame, path: str | Path) -> None:
    """Write a frame, whole or not at all: `.csv` (text that a spreadsheet would compute starts with `'`), `.jsonl` (a
    line a row, times in RFC 3339), `.parquet` (needs pyarrow). Raises UsageError for another name."""
    place = Path(path)
    writers = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    if place.suffix not in writers:
        raise UsageError(f"{place}: the name has to end in {', '.join(writers)}")
    data = writers[place.suffix](table)
    file = OutputFile(place)
    file.write(data)
    file.commit()


def _csv(table: pd.DataFrame) -> bytes:
    flat = _flat(table)
    for name in flat.columns:
        if isinstance(flat[name].dtype, pd.StringDtype):
            flat[name] = flat[name].map(lambda text: cell(None if pd.isna(text) else text))
    flat.columns = pd.Index([cell(str(name)) for name in flat.columns])
    text: str = flat.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8", "replace")


def _jsonl(table: pd.DataFrame) -> bytes:
    text: str = _flat(table).to_json(orient="records", lines=True, date_format="iso", date_unit="us")
    return text.encode("utf-8", "replace")


def _parquet(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    try:
        table.to_parquet(out)
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow (pip install pyarrow); .csv and .jsonl need nothing") from error
    return out.getvalue()


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """With a named index as its first column; one that only counts is left out."""
    return table.reset_index() if table.index.name else table.copy()


def _frame(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    held = list(rows)
    return pd.DataFrame({name: _series([row[name] for row in held], kind) for name, kind in columns.items()})


def _series(values: list[Any], kind: str) -> "pd.Series[Any]":
    if kind == TIME:
        # by way of numpy, because pandas 2.2 reads text as nanoseconds, which end in the year 2262
        naive = np.array([None if each is None else each.removesuffix("Z") for each in values], "datetime64[us]")
        return pd.Series(naive).dt.tz_localize("UTC")
    return pd.Series(values, dtype=kind)


def _incident(one: Incident) -> dict[str, Any]:
    where = story.places(one)
    row = {name: getattr(one, name, None) for name in INCIDENTS}
    return row | {"where": None if where is None else where.place} | ({} if one.rate is None else _rate(one.rate))


def _rate(rate: Rate) -> dict[str, Any]:
    between, onset, trend = rate.between, rate.onset, rate.trend
    figures = ("per_minute_mean", "per_minute_peak", "per_minute_now", "per_hour_mean", "per_hour_peak")
    return {
        **{name: getattr(rate, name) for name in (*figures, "per_day_mean", "per_day_peak", "untimed")},
        "between_median": None if between is None else between.median,
        "between_longest": None if between is None else between.longest,
        "every": None if between is None else between.every,
        "after": None if onset is None else onset.after,
        "after_seconds": None if onset is None else onset.after_seconds,
        "quiet_seconds": None if onset is None else onset.quiet_seconds,
        "trend": None if trend is None else trend.direction,
        "trend_ratio": None if trend is None else trend.ratio,
        "bursts": len(rate.bursts),
    }


def _second(moment: str) -> int:
    """Seconds since 1970 of an RFC 3339 time."""
    return int(datetime.fromisoformat(moment).timestamp() // 1)


def _stretch(every: str, width_s: int) -> Any:
    """What pandas calls an offset. Raises UsageError."""
    try:
        offset = pd.tseries.frequencies.to_offset(every)
        seconds = pd.Timedelta(every if every[:1].isdigit() else f"1{every}").total_seconds()
    except ValueError as error:
        raise UsageError(f'every: {every!r} is no stretch of time; write "30s", "15min", "1h" or "1D"') from error
    if seconds <= 0 or seconds % width_s:
        raise UsageError(f"every: {every} is no multiple of the report's buckets of {width_s} s")
    return offset
