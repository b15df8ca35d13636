"""Rules of logscan.renderers.chart: the timeline of the HTML report."""

from making import at, event, night, report_of

from logscan.renderers import chart
from logscan.report import Report
from logscan.summary import Source, SummaryBuilder

NIGHT = report_of(night().done())


def quiet(**changes: object) -> Report:
    """One event, or none, in an hour of log."""
    builder = SummaryBuilder()
    builder.source(Source("app.log", "1", "plain", 1, 1, 1, at("2026-11-22 02:00:00"), at("2026-11-22 03:00:00")))
    if changes:
        builder.add(event(**changes))
    return report_of(builder.done())


def test_every_event_is_in_one_column() -> None:
    """Columns add up to the report's events, and the bars of a column to its height."""
    found = chart.timeline(NIGHT, NIGHT.incidents[:2])
    assert found is not None
    assert sum(column.total for column in found.columns) == NIGHT.events == 1366
    assert found.top == max(column.total for column in found.columns)
    for column in found.columns:
        height = sum(bar.height for bar in column.bars)
        assert abs(height - chart.HEIGHT * column.total / found.top) < 0.1
        assert min(bar.y for bar in column.bars) >= -0.01
    assert {bar.series for column in found.columns for bar in column.bars} == {0, 1, 2}


def test_a_column_says_what_is_in_it() -> None:
    """Its time and each incident's count, in words."""
    found = chart.timeline(NIGHT, NIGHT.incidents[:1])
    assert found is not None
    fullest = max(found.columns, key=lambda column: column.total)
    assert fullest.said.startswith("02:40 to 02:45: ")
    assert "SQLAlchemy: connection pool exhausted; " in fullest.said and "all others" in fullest.said


def test_the_axis_and_its_marks() -> None:
    """Ticks from end to end, a mark where the restart was."""
    found = chart.timeline(NIGHT, ())
    over = chart.axis(NIGHT, chart.COLUMNS)
    assert found is not None and over is not None
    assert (found.ticks[0], found.ticks[-1], len(found.ticks)) == ("23:00", "03:05", 5)
    ((x, label, time),) = found.marks
    assert (label, time) == ("restart", "02:39:51")
    assert abs(x * over.width_s + over.start - at("2026-11-22 02:39:51") / 1_000_000) < over.width_s


def test_no_times_no_chart() -> None:
    """Without a time, or without an event, there is nothing to draw."""
    untimed = SummaryBuilder()
    untimed.add(event(time=None))
    assert chart.timeline(report_of(untimed.done()), ()) is None
    assert chart.timeline(quiet(), ()) is None


def test_a_single_event_is_seen() -> None:
    """One event is a whole column."""
    found = chart.timeline(quiet(time=at("2026-11-22 02:30:00")), ())
    assert found is not None
    assert [(column.total, column.bars[0].height) for column in found.columns] == [(1, 100.0)]
