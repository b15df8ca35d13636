"""Rules of logscan.frame."""

import json
from pathlib import Path

import pandas as pd
import pytest
from command import SHOP
from making import at, event, night, report_of

import logscan
from logscan import LogscanError, frame
from logscan.report import Report
from logscan.summary import SummaryBuilder

NIGHT = report_of(night().done())


def report_at(*times: int | None, **changes: object) -> Report:
    """The report of events of one group at these times (µs)."""
    builder = SummaryBuilder()
    for offset, time in enumerate(times):
        builder.add(event(offset=offset, time=time))
    return report_of(builder.done(), **changes)


EMPTY = report_of(SummaryBuilder().done())
UNTIMED = report_at(None, None)


@pytest.mark.parametrize("report", [NIGHT, EMPTY, UNTIMED], ids=["night", "empty", "untimed"])
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("incidents", frame.INCIDENTS), ("buckets", frame.BUCKETS), ("bursts", frame.BURSTS),
        ("sources", frame.SOURCES), ("shares", frame.SHARES),
    ],
)  # fmt: skip
def test_a_column_has_one_type(report: Report, name: str, columns: dict[str, str]) -> None:
    """Columns and types are those that are documented, whatever the report holds: a year of frames can be joined."""
    made = frame.FRAMES[name](report)
    flat = made.reset_index() if made.index.name else made
    assert {column: str(kind) for column, kind in flat.dtypes.items()} == columns


@pytest.mark.parametrize("report", [NIGHT, EMPTY, UNTIMED, logscan.scan(SHOP, tz="UTC").report])
def test_frames_agree_with_the_report(report: Report) -> None:
    """Σ incidents = events; Σ buckets = Σ timeline = events with a time; each incident's row is the report's."""
    incidents, buckets, timeline = (frame.FRAMES[name](report) for name in ("incidents", "buckets", "timeline"))
    assert incidents["count"].sum() == report.events
    assert buckets["count"].sum() == timeline.to_numpy().sum() == report.events - report.input.untimed
    assert list(incidents.index) == list(timeline.columns) == [one.key for one in report.incidents]
    assert buckets.attrs["bucket_seconds"] == report.bucket_seconds
    for one in report.incidents:
        row = incidents.loc[one.key]
        assert (row["title"], row["count"]) == (one.title, one.count)
        if one.rate is not None and one.first is not None:
            assert row["first"] == pd.Timestamp(one.first)
            assert row["per_minute_peak"] == one.rate.per_minute_peak
            assert row["bursts"] == len(one.rate.bursts)
        by_time = buckets[buckets["key"] == one.key].set_index("time")["count"]
        pd.testing.assert_series_equal(
            timeline[one.key][timeline[one.key] > 0],
            by_time,
            check_names=False,
            check_freq=False,
            check_index_type=False,
        )


def test_bursts_and_sources_and_shares() -> None:
    """The rows are the report's; the shares by source of an incident whose every event has one add up to one."""
    [burst] = frame.bursts(NIGHT).to_dict("records")
    assert (burst["key"], burst["count"]) == ("sqlalchemy.pool-exhausted", 201)
    assert (burst["last"] - burst["first"]).total_seconds() == 38
    [source] = frame.sources(NIGHT).to_dict("records")
    assert source["per_million_lines"] == pytest.approx(source["events"] * 1e6 / source["lines"])
    assert source["per_gb"] == pytest.approx(source["events"] * 1e9 / source["bytes"])
    sums = frame.shares(NIGHT).groupby(["key", "by"])["share"].sum()
    assert sums.tolist() == [1.0] * len(sums)
    assert set(frame.shares(NIGHT)["by"]) == {"source", "service", "host"}


def test_a_timeline_has_every_stretch() -> None:
    """Zeros too, from the log's first to its last moment, at any multiple of the buckets; sums do not change."""
    five, hour = frame.timeline(NIGHT), frame.timeline(NIGHT, "1h")
    assert (len(five), len(hour)) == (49, 5)
    assert five.index[0] == pd.Timestamp("2026-11-21T23:00:00Z")
    assert hour.sum().to_dict() == five.sum().to_dict() == {one.key: one.count for one in NIGHT.incidents}
    assert str(hour.index.dtype) == "datetime64[us, UTC]"
    assert frame.timeline(NIGHT, "h").equals(hour)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_days_are_those_of_the_zone(day: str, hours: int) -> None:
    """An event each hour from a local midnight on: a day has as many as its zone's clocks give it hours."""
    start = int(pd.Timestamp(day, tz="Europe/Berlin").timestamp()) * 1_000_000
    report = report_at(*(start + n * 3_600_000_000 for n in range(60)), bucket_seconds=3600)
    days = frame.timeline(report, "1D", tz="Europe/Berlin")
    assert days.iloc[0].tolist() == [hours]
    assert days.index[0].isoformat()[:19] == f"{day}T00:00:00"
    local = frame.timeline(report, tz="Europe/Berlin")
    assert len(local) == 60 and local.index.is_monotonic_increasing and local.index.is_unique


def test_hours_of_a_zone_between_hours() -> None:
    """In Kathmandu (+05:45) hours begin at the zone's full hour, where the buckets are fine enough to tell."""
    report = report_at(*(at("2026-11-22 02:00:00") + n * 60_000_000 for n in range(120)), bucket_seconds=60)
    hours = frame.timeline(report, "1h", tz="Asia/Kathmandu")
    assert [f"{moment:%H:%M}" for moment in hours.index] == ["07:00", "08:00", "09:00"]
    assert hours.iloc[:, 0].tolist() == [15, 60, 45]


@pytest.mark.parametrize(
    ("every", "told"),
    [
        ("7min", "every: 7min is no multiple of the report's buckets of 300 s"),
        ("1min", "every: 1min is no multiple"),
        ("0min", "every: 0min is no multiple"),
        ("often", "every: 'often' is no stretch of time"),
        ("1ME", "every: '1ME' is no stretch of time"),
        ("", "every: '' is no stretch of time"),
    ],
)
def test_a_stretch_that_cannot_be_is_refused(every: str, told: str) -> None:
    """Finer than the buckets, across them, of no fixed length, or no stretch: the error says so."""
    with pytest.raises(LogscanError) as error:
        frame.timeline(NIGHT, every)
    assert str(error.value).startswith(told)


def test_an_endless_timeline_is_refused() -> None:
    """Two events centuries apart and narrow buckets do not fill the memory."""
    report = report_at(at("1970-01-01 00:00:00"), at("2026-01-01 00:00:00"), bucket_seconds=1)
    with pytest.raises(LogscanError, match="use wider buckets"):
        frame.timeline(report)
    assert frame.buckets(report)["count"].sum() == 2


def test_times_beyond_nanoseconds() -> None:
    """The years 1 and 9999, which a damaged clock writes, are times."""
    report = report_at(-62_135_596_800_000_000, 253_402_300_799_000_000)
    row = frame.incidents(report).iloc[0]
    assert (row["first"].year, row["last"].year) == (1, 9999)
    assert frame.timeline(report).to_numpy().sum() == 2


@pytest.mark.parametrize("name", frame.FRAMES)
def test_exports_hold_every_row(name: str, tmp_path: Path) -> None:
    """CSV and JSON lines have a line for each row, times in RFC 3339; a file is replaced as a whole."""
    made = frame.FRAMES[name](NIGHT)
    for suffix in (".csv", ".jsonl"):
        path = tmp_path / f"x{suffix}"
        path.write_text("old")
        frame.export(made, path)
    again = pd.read_csv(tmp_path / "x.csv")
    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert len(again) == len(lines) == len(made)
    assert list(again.columns) == list(lines[0])
    for column in ("first", "time"):
        if column in again.columns:
            assert pd.to_datetime(again[column]).tolist() == [pd.Timestamp(line[column]) for line in lines]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.csv", "x.jsonl"]


def test_exports_refuse_and_mark(tmp_path: Path) -> None:
    """Another name is refused before anything is written; what a spreadsheet would compute is text."""
    with pytest.raises(LogscanError, match=r"has to end in \.csv, \.jsonl, \.parquet"):
        frame.export(frame.incidents(NIGHT), tmp_path / "x.xlsx")
    builder = SummaryBuilder()
    builder.add(event(message="=cmd|' /C calc'!A0", title="=1+1"))
    frame.export(frame.incidents(report_of(builder.done())), tmp_path / "x.csv")
    assert "'=1+1" in (tmp_path / "x.csv").read_text() and ",=" not in (tmp_path / "x.csv").read_text()


def test_parquet_needs_pyarrow(tmp_path: Path) -> None:
    """Without it the error names it, and no file is made; with it the frame comes back."""
    made = frame.incidents(NIGHT)
    try:
        frame.export(made, tmp_path / "x.parquet")
    except LogscanError as error:
        assert "pip install pyarrow" in str(error)
        assert list(tmp_path.iterdir()) == []
    else:
        again = pd.read_parquet(tmp_path / "x.parquet")
        assert list(again.index) == list(made.index)
        pd.testing.assert_frame_equal(again.reset_index(drop=True), made.reset_index(drop=True))
