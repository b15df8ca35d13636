"""Rules of logscan.rates."""

import itertools
import random
import statistics
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from command import SHOP, logscan
from hypothesis import given
from hypothesis import strategies as st
from making import at, event, report_of

from logscan import rates
from logscan.report import Rate, Report, loads
from logscan.summary import SummaryBuilder, total

SECONDS = st.dictionaries(st.integers(0, 3000), st.integers(1, 30), max_size=60)
"""Buckets of a second."""


def buckets_of(seconds: list[int]) -> dict[int, int]:
    """Events at these seconds, in buckets of one."""
    return {second: seconds.count(second) for second in seconds}


def report_at(*times: int | None) -> Report:
    """The report of events of one group at these times (µs)."""
    builder = SummaryBuilder()
    for offset, time in enumerate(times):
        builder.add(event(offset=offset, time=time))
    return report_of(builder.done())


def rate_at(*times: int | None) -> Rate:
    """The rate of their incident."""
    found = report_at(*times).incidents[0].rate
    assert found is not None
    return found


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
    assert rates.mean(3, 100, 100) == 3
    assert rates.mean(120, 0, 600) == 12


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


@given(SECONDS, st.sampled_from([60, 3600]))
def test_the_busiest_hour_is_that_of_any_3600_seconds(buckets: dict[int, int], unit: int) -> None:
    """No stretch of that length holds more, wherever it begins, and one holds as many."""
    held = [sum(n for at, n in buckets.items() if start <= at < start + unit) for start in buckets]
    assert rates.busiest(buckets, 1, unit) == (max(held) if held else None)


def test_the_busiest_hour_of_wide_buckets_is_their_mean() -> None:
    """What is kept by the day tells no more of an hour."""
    assert rates.busiest({0: 240, 86_400: 48}, 86_400, 3600) == 10


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=80))
def test_times_between_events_are_those_of_the_sorted_times(seconds: list[int]) -> None:
    """Median and longest of the steps from each event to the next, in event time."""
    ordered = sorted(seconds)
    steps = [later - earlier for earlier, later in itertools.pairwise(ordered)]
    found = rates.between(buckets_of(seconds), 1)
    assert found is not None
    assert (found.median, found.longest) == (statistics.median(steps), max(steps))
    assert found.resolution == 1


def test_one_event_has_no_time_between() -> None:
    """Neither has none."""
    assert rates.between({0: 1}, 1) is None
    assert rates.between({}, 1) is None


@pytest.mark.parametrize(
    ("seconds", "every"),
    [
        ([n * 300 + 5 * (n % 7 == 3) for n in range(20)], 300),
        ([n * 300 for n in range(20) for _ in range(2)], 300),
        ([151, *(n * 300 for n in range(20))], 300),
        ([n * 300 for n in range(5)], None),
        ([n * n * 10 for n in range(20)], None),
        (list(range(200)), None),
        ([n * 3 for n in range(50)], None),
    ],
)
def test_what_comes_by_the_clock_is_told(seconds: list[int], every: int | None) -> None:
    """A timer's step is found through jitter, pairs and a stray event; few steps, a growing one, and one that the
    buckets are too wide for are none."""
    found = rates.between(buckets_of(seconds), 1)
    assert found is not None
    assert found.every == every


def test_a_burst_is_one_stretch() -> None:
    """When, how many, and how many times the pace outside, to the second, whatever the columns."""
    steady = {n * 60 + 30: 1 for n in range(240)}
    found = rates.bursts(steady | dict.fromkeys(range(7010, 7030), 10), 1)
    assert found == (rates.Burst(7010, 7030, 200, pytest.approx(10 / (240 / (14_341 - 20)))),)


@pytest.mark.parametrize(("pace", "minutes"), [(10, 5), (30, 10), (20, 60)])
def test_a_burst_within_a_day_is_found(pace: int, minutes: int) -> None:
    """Events at random, one a minute over a day, and so many a minute for a while: told with its time, its size and its
    pace within a tenth (or a minute), and nothing besides."""
    chance = random.Random(pace)
    begin = 40_000
    seconds = [chance.randrange(86_400) for _ in range(1440)]
    seconds += [begin + chance.randrange(60 * minutes) for _ in range(pace * minutes)]
    [burst] = rates.bursts(buckets_of_many(seconds), 1)
    assert burst.first_s == pytest.approx(begin, abs=max(60, 6 * minutes))
    assert burst.last_s == pytest.approx(begin + 60 * minutes, abs=max(60, 6 * minutes))
    assert burst.count == pytest.approx((pace + 1) * minutes, rel=0.2)
    assert burst.times == pytest.approx(pace + 1, rel=0.2)


def test_bursts_are_told_apart() -> None:
    """In order of time, each with its own size; more than five are a rhythm."""
    quiet = {n * 500 + 250: 1 for n in range(120)}
    sizes = [20, 90, 30, 80, 40]
    found = rates.bursts(quiet | {(n + 1) * 10_000: size for n, size in enumerate(sizes)}, 1)
    assert [burst.count for burst in found] == sizes
    assert [burst.first_s for burst in found] == [10_000, 20_000, 30_000, 40_000, 50_000]
    assert rates.bursts(quiet | {n * 10_000: 50 for n in range(6)}, 1) == ()


@pytest.mark.parametrize(
    "buckets",
    [
        {},
        {0: 1000},
        {0: 500, 3: 500},
        dict.fromkeys(range(1000), 50),
        {n * 60: 1 for n in range(1000)} | {30: 12},
        {n * 60: 3 for n in range(1000)} | {30: 12},
        {n * 60: 1 + 40 * (n > 500) for n in range(1000)},
        {n * 60: 1 + 40 * (n >= 780) for n in range(1000)},
        {n * 3600: 40 if 8 <= n % 24 < 18 else 2 for n in range(24 * 14)},
        {n: 2 ** (n // 10) for n in range(200)},
    ],
    ids=[
        "nothing",
        "one second",
        "short",
        "steady",
        "too few",
        "too few beside much",
        "a new ordinary state",
        "a fifth of the time",
        "working hours",
        "ever more",
    ],
)
def test_what_is_no_burst(buckets: dict[int, int]) -> None:
    """A steady flow, a handful, a stretch too short to compare with, and what goes on for a fifth of the time."""
    assert rates.bursts(buckets, 1) == ()


@pytest.mark.parametrize("seed", range(20))
def test_chance_is_no_burst(seed: int) -> None:
    """Events at random times, however many, never look like a burst."""
    chance = random.Random(seed)
    count = chance.choice([20, 100, 500, 2000, 8000])
    assert rates.bursts(buckets_of_many(chance.randrange(86_400) for _ in range(count)), 1) == ()


def buckets_of_many(seconds: object) -> dict[int, int]:
    found: dict[int, int] = {}
    for second in seconds:  # type: ignore[attr-defined]
        found[second] = found.get(second, 0) + 1
    return found


@given(SECONDS)
def test_bursts_hold_no_more_than_there_is(buckets: dict[int, int]) -> None:
    """They do not overlap, hold exactly the events that lie in them (a third of a column's at least), and are faster
    than the rest; before 1970 as after."""
    found = rates.bursts(buckets, 1)
    ends = [moment for burst in found for moment in (burst.first_s, burst.last_s)]
    assert ends == sorted(ends)
    for burst in found:
        assert burst.count == sum(n for at, n in buckets.items() if burst.first_s <= at < burst.last_s) >= 5
        assert burst.times is None or burst.times > 1
    years = 100 * 364 * rates.DAY
    earlier = rates.bursts({at - years: n for at, n in buckets.items()}, 1)
    assert earlier == tuple(rates.Burst(one.first_s - years, one.last_s - years, one.count, one.times) for one in found)


def test_the_order_of_lines_does_not_count() -> None:
    """The report of events out of order, and of parts merged in any order, is that of the events in order."""
    moments: list[int | None] = [at("2026-11-22 02:00:00") + n * n * 1_000_000 for n in range(200)]
    moments += [at("2026-11-22 05:00:00") + n * 10_000 for n in range(300)] + [None] * 7
    ordered = report_at(*moments)
    assert ordered.rate is not None and ordered.incidents[0].rate is not None
    assert ordered.incidents[0].rate.bursts and ordered.rate.bursts == ordered.incidents[0].rate.bursts
    chance = random.Random(1)
    for size in (1, 7, 100):
        events = [event(offset=offset, time=time) for offset, time in enumerate(moments)]
        chance.shuffle(events)
        parts = []
        for start in range(0, len(events), size):
            builder = SummaryBuilder()
            for one in events[start : start + size]:
                builder.add(one)
            parts.append(builder.done())
        assert report_of(total(parts)) == ordered


def test_events_without_a_time_are_counted_apart() -> None:
    """They are in the incident's count, and in no rate; where none has a time there is no rate."""
    timed = [at("2026-11-22 02:00:00") + n * 60_000_000 for n in range(10)]
    mixed = rate_at(*timed, None, None, None)
    assert mixed.untimed == 3
    assert msgspec.structs.replace(mixed, untimed=0) == rate_at(*timed)
    assert report_at(None, None).rate is None
    assert report_at(None, None).incidents[0].rate is None


def test_hours_and_days_need_a_log_as_long() -> None:
    """No hourly figure of a minute, no daily one of an hour; the mean of an hour wants events over an hour."""
    start = at("2026-11-22 02:00:00")
    minute = rate_at(*(start + n * 1_000_000 for n in range(60)))
    assert (minute.per_hour_mean, minute.per_hour_peak, minute.per_day_peak) == (None, None, None)
    week = rate_at(*(start + n * 3_600_000_000 for n in range(24 * 7 + 1)))
    assert (week.per_hour_peak, week.per_day_peak) == (1, 24)
    assert week.per_hour_mean == pytest.approx(169 / 168)
    assert week.per_day_mean == pytest.approx(169 / 7)


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25", "2026-06-01"])
def test_rates_do_not_change_with_the_clocks(night: str, tmp_path: object) -> None:
    """Clocks put forward or back in the night neither add nor lose an hour: 25 hours with an event every ten minutes, as
    a zone's clocks write them with their offset, have the same rate on any day."""
    zone = ZoneInfo("Europe/Berlin")
    begin = int(datetime.fromisoformat(f"{night}T00:30:00").replace(tzinfo=zone).timestamp())
    lines = "".join(
        f"{datetime.fromtimestamp(begin + n * 600, zone).isoformat(timespec='seconds')} ERROR shop: order failed\n"
        for n in range(150)
    )
    done = logscan("scan", "--format", "json", "--tz", "Europe/Berlin", stdin=lines.encode())
    rate = loads(done.stdout).incidents[0].rate
    assert rate is not None and rate.between is not None
    assert (rate.per_hour_peak, rate.per_day_peak, rate.between.every) == (6, 144, 600)
    assert (rate.between.median, rate.between.longest, rate.bursts) == (600, 600, ())


@pytest.mark.parametrize(
    ("night", "clocks", "moments"),
    [
        ("2026-10-25", ("01:30", "02:30", "02:30", "03:30"), ("23:30", "00:30", "00:30", "02:30")),
        ("2026-03-29", ("01:30", "02:30", "03:30", "04:30"), ("00:30", "01:30", "01:30", "02:30")),
    ],
)
def test_an_hour_that_clocks_show_twice_or_not(night: str, clocks: tuple[str, ...], moments: tuple[str, ...]) -> None:
    """Without an offset the doubled hour is read as its first pass, the one left out as the hour after it; every event is
    counted, and no time between events is negative."""
    log = "".join(f"{night} {clock}:00 ERROR shop: order failed\n" for clock in clocks)
    done = logscan("scan", "--format", "json", "--tz", "Europe/Berlin", "--bucket", "30min", stdin=log.encode())
    incident = loads(done.stdout).incidents[0]
    counted = [time[11:16] for time, count in incident.buckets for _ in range(count)]
    assert counted == sorted(moments, key=lambda moment: (moment < "12:00", moment))
    assert incident.rate is not None and incident.rate.between is not None
    assert (incident.rate.between.median, incident.rate.between.longest) == (3600, 7200 if night[5:7] == "10" else 3600)


def test_the_zone_moves_times_and_no_rate() -> None:
    """The same log read in two zones: other times, the same rates."""
    found = []
    for zone in ("UTC", "Asia/Kathmandu"):
        done = logscan("scan", SHOP, "--format", "json", "--tz", zone)
        found.append(loads(done.stdout))
    assert found[0].span != found[1].span
    assert [one.rate and one.rate.between for one in found[0].incidents] == [
        one.rate and one.rate.between for one in found[1].incidents
    ]
    assert found[0].rate is not None and found[1].rate is not None
    assert found[0].rate.per_minute_mean == found[1].rate.per_minute_mean


def test_shares() -> None:
    """Per million lines and per 10^9 bytes, of the log and of each source; None where nothing was read."""
    assert rates.per_million(5, 2_000_000) == 2.5
    assert rates.per_gb(5, 2_000_000_000) == 2.5
    assert rates.per_million(0, 0) is rates.per_gb(0, 0) is None


def test_counts_by_unit_and_host() -> None:
    """Each incident says which services and hosts its events are of, most first."""
    builder = SummaryBuilder()
    for offset, host in enumerate(["web2", "web1", "web2"]):
        builder.add(event(offset=offset, resource={"service.name": "shop", "host.name": host}))
    builder.add(event(offset=9))
    incident = report_of(builder.done()).incidents[0]
    assert incident.services == {"shop": 3}
    assert list(incident.hosts.items()) == [("web2", 2), ("web1", 1)]
