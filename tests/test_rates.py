"""Rules of logscan.rates."""

import pytest

from logscan import rates


@pytest.mark.parametrize(
    ("span_s", "width"),
    [
        (0, 1),
        (47, 1),
        (48, 5),
        (600, 30),
        (4 * 3600 - 1, 300),
        (86_399, 1800),
        (30 * 86_400, 86_400),
        (400 * 86_400, 28 * 86_400),
    ],
)
def test_a_chart_takes_at_most_48_columns(span_s: int, width: int) -> None:
    """The narrowest ladder step that covers the span in 48 columns is chosen."""
    assert rates.choose_bucket(span_s) == width


def test_a_chart_can_be_summed_from_the_buckets_kept() -> None:
    """The width is a multiple of the width of the counts, on the ladder or above it."""
    assert rates.choose_bucket(100, 15) == 30
    assert rates.choose_bucket(10**12, 864_000) % 864_000 == 0
    assert rates.round_up(7, 5) == 10


@pytest.mark.parametrize(
    ("width_s", "first_s", "last_s"), [(1, 0, 10**10), (60, 59, 61), (7, 3, 10_000), (300, 0, 14_700)]
)
def test_fold_leaves_few_columns(width_s: int, first_s: int, last_s: int) -> None:
    """However long the span and narrow the buckets, a chart has at most as many columns as there is room for."""
    each = rates.fold(width_s, first_s, last_s, 50)
    assert each % width_s == 0
    assert len(rates.columns({}, each, first_s, last_s)) <= 50


def test_a_trend_over_impossible_dates_is_quick() -> None:
    """Nothing walks through the seconds between two far-off events."""
    assert rates.trend({0: 3, 10**11: 30}, 1, 0, 10**11).direction == "rising"


def test_rebucket_keeps_the_total() -> None:
    """Wider buckets hold the same events and start at multiples of the width."""
    buckets = {0: 1, 59: 2, 60: 4, 125: 8}
    assert rates.rebucket(buckets, 60) == {0: 3, 60: 4, 120: 8}
    assert rates.columns(buckets, 60, 30, 190) == [3, 4, 8, 0]
    assert rates.first_last(buckets) == (0, 125)
    assert rates.first_last({}) is None


def test_mean_counts_at_least_a_minute() -> None:
    """Three events in one second are three a minute, not 180."""
    assert rates.per_minute_mean(3, 100, 100) == 3
    assert rates.per_minute_mean(120, 0, 600) == 12


def test_peak() -> None:
    """The fullest minute of the clock; of wider buckets their mean; nothing without buckets."""
    assert rates.per_minute_peak({0: 3, 59: 4, 60: 5}, 1) == 7
    assert rates.per_minute_peak({0: 100, 300: 50}, 300) == 20
    assert rates.per_minute_peak({}, 1) is None


def test_now_is_the_end_of_the_log() -> None:
    """Only the last five minutes of the log count as now."""
    assert rates.per_minute_now({0: 100, 3600: 10}, 1, 0, 3700) == 2
    assert rates.per_minute_now({0: 100}, 1, 0, 3700) == 0
    assert rates.per_minute_now({}, 1, 0, 3700) is None


@pytest.mark.parametrize(
    ("first", "marks", "onset"),
    [
        (5000, [(4924, "restart")], rates.Onset("restart", 76, 4000)),
        (5000, [(10, "restart"), (4990, "deploy")], rates.Onset("deploy", 10, 4000)),
        (5000, [(5001, "restart")], rates.Onset(None, None, 4000)),
        (5000, [(1000, "restart")], rates.Onset(None, None, 4000)),
        (900, [], rates.Onset(None, None, 0)),
    ],
)
def test_onset(first: int, marks: list[tuple[int, str]], onset: rates.Onset) -> None:
    """The latest mark within the hour before it counts, none after it; quiet is measured from the log's start."""
    assert rates.onset(first, 1000, marks) == onset


@pytest.mark.parametrize(
    ("counts", "direction", "ratio"),
    [
        ([1, 1, 10, 10], "rising", 10),
        ([10, 10, 1, 1], "falling", 0.1),
        ([5, 5, 6, 5], "steady", 1.1),
        ([0, 0, 20, 0], "rising", None),
        ([1, 1, 1, 1], "none", None),
        ([40], "none", None),
    ],
)
def test_trend(counts: list[int], direction: str, ratio: float | None) -> None:
    """Second half against first; below a factor of 1.5 it is steady, and few events say nothing."""
    buckets = {at * 60: n for at, n in enumerate(counts) if n}
    found = rates.trend(buckets, 60, 0, (len(counts) - 1) * 60)
    assert found.direction == direction
    assert found.ratio == (None if ratio is None else pytest.approx(ratio))


@pytest.mark.parametrize(
    ("counts", "width", "line"),
    [
        ([0, 1, 8, 4], 10, "·▁█▄"),
        ([0, 0], 10, "··"),
        ([1, 1000], 10, "▁█"),
        ([1, 1, 2, 2], 2, "▄█"),
        ([], 5, ""),
    ],
)
def test_sparkline(counts: list[int], width: int, line: str) -> None:
    """Zero is a dot, anything else at least the lowest bar; too many columns are added up."""
    assert rates.sparkline(counts, width) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (76, "76 s"),
        (120, "2 min"),
        (12_900, "3 h 35 min"),
        (14_400, "4 h"),
        (187_200, "2 d 4 h"),
        (864_000, "10 d"),
    ],
)
def test_durations_in_words(seconds: int, text: str) -> None:
    """Two units at most."""
    assert rates.duration_text(seconds) == text
