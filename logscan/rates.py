"""How often, since when, and is it getting worse: pure functions of buckets.

A bucket map is `{start: count}`; starts are seconds since 1970-01-01 UTC and multiples of the width.
Only occupied buckets are in it. Everything here counts in event time, never by a clock. Without
timestamps there are no buckets and every answer is None. The order in which events were read does not count, so lines
out of order change nothing. Buckets are UTC: hours and days have one length, whatever the clocks of a zone do.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

import msgspec

Direction = Literal["rising", "falling", "steady", "none"]

MINUTE, HOUR, DAY = 60, 3600, 86400

DISPLAY_WIDTHS = (
    *(1, 5, 10, 30),
    *(MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE),
    *(HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR),
    *(DAY, 7 * DAY, 28 * DAY, 364 * DAY),
)
COLUMNS = 48
"""The most columns a chart of the whole span takes; with `DISPLAY_WIDTHS` it mostly takes 20 to 48."""

NOW = 5 * MINUTE
"""The stretch at the end of a log that "now" means."""

AFTER_A_MARK = HOUR
"""An event within this time after a restart is said to have come after it."""

BURST_EVENTS = 15
"""Events that a column holds at least to be part of a burst: fewer stand out by chance."""
BURST_FACTOR = 5
"""How many times the mean of the columns outside bursts it holds at least."""
BURST_COLUMNS = 12
"""Columns from the first to the last event below which nothing is called a burst."""
FINEST = 2000
"""Columns above which bursts are not looked for more finely."""
MOST_BURSTS = 5
"""Bursts, above which they are a rhythm and none is told."""

ALIKE = 0.9
"""Events are regular when this share of the times between them differs from the middle one by a tenth at most."""
FEW = 5
"""Times between events, below which they say nothing of regularity."""

BARS = "▁▂▃▄▅▆▇█"
NO_BAR = "·"


class Onset(msgspec.Struct, frozen=True):
    """When it began, relative to the log: `after` a mark ("restart"), `quiet_seconds` without it before."""

    after: str | None
    after_seconds: int | None
    quiet_seconds: int


class Trend(msgspec.Struct, frozen=True):
    """Second half against first half. `none`: too few events to say; no `ratio`: the first half is empty."""

    direction: Direction
    ratio: float | None


class Between(msgspec.Struct, frozen=True):
    """The time from each event to the next, in seconds, as exact as the buckets are: `resolution`; what is shorter than
    that is 0. `every`: what it nearly always is from one occupied bucket to the next; None where it varies."""

    median: float
    longest: int
    resolution: int
    every: int | None


class Burst(msgspec.Struct, frozen=True):
    """A stretch with far more events than the rest: `first_s` to `last_s` (exclusive), `count` events.

    `times`: how many times the pace outside of bursts; None where there is nothing outside.
    """

    first_s: int
    last_s: int
    count: int
    times: float | None


def choose_bucket(span_s: int, multiple_of: int = 1) -> int:
    """The smallest display width (s) that covers `span_s` with at most `COLUMNS` columns and that
    buckets of `multiple_of` seconds can be summed into."""
    for width in DISPLAY_WIDTHS:
        if span_s < width * COLUMNS and width % multiple_of == 0:
            return width
    return round_up(max(DISPLAY_WIDTHS[-1], -(-span_s // COLUMNS)), multiple_of)


def round_up(width_s: int, multiple_of: int) -> int:
    """The smallest multiple of `multiple_of` that is not below `width_s` (at least one second)."""
    return max(1, -(-width_s // multiple_of)) * multiple_of


def rebucket(buckets: Mapping[int, int], width_s: int) -> dict[int, int]:
    """The same counts in buckets of `width_s` (a multiple of their present width), in order of time."""
    wider: dict[int, int] = {}
    for start, count in buckets.items():
        key = start - start % width_s
        wider[key] = wider.get(key, 0) + count
    return dict(sorted(wider.items()))


def columns(buckets: Mapping[int, int], width_s: int, first_s: int, last_s: int) -> list[int]:
    """Counts for every bucket from the one that holds `first_s` to the one that holds `last_s`, zeros too.

    Choose a width that leaves few: see `fold`.
    """
    wide = rebucket(buckets, width_s)
    start, end = first_s - first_s % width_s, last_s - last_s % width_s
    return [wide.get(at, 0) for at in range(start, end + 1, width_s)]


def fold(width_s: int, first_s: int, last_s: int, most: int) -> int:
    """The smallest multiple of `width_s` with which `first_s`..`last_s` takes at most `most` columns."""
    count = last_s // width_s - first_s // width_s + 1
    step = -(-count // most)
    while last_s // (step * width_s) - first_s // (step * width_s) + 1 > most:
        step += 1
    return step * width_s


def first_last(buckets: Mapping[int, int]) -> tuple[int, int] | None:
    """The starts (s) of the first and the last occupied bucket."""
    return (min(buckets), max(buckets)) if buckets else None


def mean(count: int, first_s: int, last_s: int, unit_s: int = MINUTE) -> float:
    """Events in a minute (hour, day: `unit_s`) from the first to the last of them; a shorter stretch counts as one."""
    return count / max(1.0, (last_s - first_s) / unit_s)


def per_minute_peak(buckets: Mapping[int, int], width_s: int) -> float | None:
    """The most events in one minute of the clock; where buckets are wider, the mean of the fullest."""
    if not buckets:
        return None
    if MINUTE % width_s == 0:
        return float(max(rebucket(buckets, MINUTE).values()))
    return max(buckets.values()) * MINUTE / width_s


def busiest(buckets: Mapping[int, int], width_s: int, unit_s: int) -> float | None:
    """The most events within any stretch of `unit_s`, wherever it begins: so it is the same in every zone, and a day in
    spring is as long as others. Where buckets are wider, the mean of the fullest."""
    if not buckets:
        return None
    if width_s > unit_s:
        return max(buckets.values()) * unit_s / width_s
    ordered, left, held, most = sorted(buckets.items()), 0, 0, 0
    for start, count in ordered:
        held += count
        while ordered[left][0] <= start - unit_s:
            held -= ordered[left][1]
            left += 1
        if held > most:
            most = held
    return float(most)


def per_million(count: int, lines: int) -> float | None:
    """Events in a million lines; None where nothing was read."""
    return count * 1_000_000 / lines if lines else None


def per_gb(count: int, size: int) -> float | None:
    """Events in a gigabyte (10^9 bytes, decompressed); None where nothing was read."""
    return count * 1_000_000_000 / size if size else None


def per_minute_now(buckets: Mapping[int, int], width_s: int, log_first_s: int, log_last_s: int) -> float | None:
    """Events a minute over the last `NOW` seconds of the log; over at least one bucket and one minute."""
    if not buckets:
        return None
    stretch = max(width_s, MINUTE, min(NOW, log_last_s - log_first_s))
    since = log_last_s - stretch
    return sum(count for start, count in buckets.items() if start > since) * MINUTE / stretch


def onset(first_s: int, log_first_s: int, marks: Iterable[tuple[int, str]]) -> Onset:
    """When it began: after the latest mark (time in s, label) of the hour before, and how long the log
    had been without it."""
    before = [mark for mark in marks if mark[0] <= first_s and first_s - mark[0] <= AFTER_A_MARK]
    quiet = max(0, first_s - log_first_s)
    if not before:
        return Onset(None, None, quiet)
    at, label = max(before)
    return Onset(label, first_s - at, quiet)


def trend(buckets: Mapping[int, int], width_s: int, first_s: int, last_s: int) -> Trend:
    """Second half of `first_s`..`last_s` against its first half; a middle bucket belongs to neither.

    Less than a factor of 1.5 is steady; fewer than 10 events or 2 buckets say nothing.
    """
    start, end = first_s - first_s % width_s, last_s - last_s % width_s
    half = ((end - start) // width_s + 1) // 2 * width_s
    early = sum(n for at, n in buckets.items() if start <= at < start + half)
    late = sum(n for at, n in buckets.items() if end - half < at <= end)
    if half == 0 or early + late < 10:
        return Trend("none", None)
    if early == 0:
        return Trend("rising", None)
    ratio = late / early
    if ratio >= 1.5:
        return Trend("rising", ratio)
    return Trend("falling" if ratio <= 1 / 1.5 else "steady", ratio)


def between(buckets: Mapping[int, int], width_s: int) -> Between | None:
    """The times between events; None for fewer than two."""
    events = sum(buckets.values())
    if events < 2:
        return None
    starts = sorted(buckets)
    steps = sorted(later - start for start, later in pairwise(starts))
    within = events - len(starts)  # events that came in the same bucket as the one before them

    def ranked(n: int) -> int:
        return 0 if n < within else steps[n - within]

    middle = (ranked((events - 2) // 2) + ranked((events - 1) // 2)) / 2
    return Between(middle, steps[-1] if steps else 0, width_s, _every(steps, width_s))


def _every(steps: Sequence[int], width_s: int) -> int | None:
    """The middle of sorted steps where nearly all are like it; buckets too wide to tell say nothing."""
    if len(steps) < FEW:
        return None
    step = steps[len(steps) // 2]
    near = max(step / 10, width_s)
    alike = sum(abs(each - step) <= near for each in steps)
    return step if step >= 4 * width_s and alike >= ALIKE * len(steps) else None


def bursts(buckets: Mapping[int, int], width_s: int) -> tuple[Burst, ...]:
    """Where events come far more often than otherwise, in order of time.

    The time from first to last event is divided into columns. A column is part of a burst when it holds at least
    `BURST_EVENTS` events and `BURST_FACTOR` times the mean of the columns that are not; neighbours are one burst. So
    what goes on evenly for a fifth of the time is the ordinary state; nor are there bursts where half of the columns
    would be part of one, or where there would be more than `MOST_BURSTS`. Columns are those of a chart; where nothing
    stands out in them, narrower ones are tried.
    """
    if sum(buckets.values()) < BURST_EVENTS:
        return ()
    first, last = min(buckets), max(buckets)
    chart = choose_bucket(last - first, width_s)
    finer = (each for each in reversed(DISPLAY_WIDTHS) if each < chart and each % width_s == 0)
    for column_s in (chart, *finer):
        count = last // column_s - first // column_s + 1
        counts = rebucket(buckets, column_s)
        if count > FINEST or max(counts.values()) < BURST_EVENTS:  # and in narrower ones there are fewer yet
            break
        hot, rest = _hot(counts, count)
        if hot and count >= BURST_COLUMNS:
            runs = _runs(hot, column_s)
            cores = [_core(buckets, width_s, run, rest / column_s) for run in runs]
            return _told(cores, buckets, width_s) if len(runs) <= MOST_BURSTS else ()
    return ()


def _hot(counts: Mapping[int, int], columns: int) -> tuple[list[int], float]:
    """The starts of the columns that are part of a burst, in order, and the mean of the others; see `bursts`."""
    hot: list[int] = []
    while True:
        rest = (sum(counts.values()) - sum(counts[at] for at in hot)) / (columns - len(hot))
        bar = max(BURST_EVENTS, BURST_FACTOR * rest)
        found = [at for at, n in counts.items() if n >= bar]
        if 2 * len(found) >= columns:
            return [], rest
        if len(found) == len(hot):
            return hot, rest
        hot = found


def _runs(starts: Sequence[int], width_s: int) -> list[tuple[int, int]]:
    """Neighbouring columns together, and half a column at either side, since a burst keeps to no column's edge."""
    runs: list[tuple[int, int]] = []
    for start in starts:
        begin = runs.pop()[0] if runs and runs[-1][1] == start else start
        runs.append((begin, start + width_s))
    return [(begin - width_s // 2, end + width_s // 2) for begin, end in runs]


def _core(buckets: Mapping[int, int], width_s: int, run: tuple[int, int], rest: float) -> Burst:
    """The stretch of a run that stands out: it reaches as far as its pace is nearer its own than that of the rest
    (events a second), which is where it falls below the geometric mean of both."""
    begin, end = run
    inside = sorted((at, n) for at, n in buckets.items() if begin <= at < end)
    found = Burst(begin, end, sum(n for _, n in inside), None)
    while True:
        pace = found.count / (found.last_s - found.first_s)
        closer = _fullest(inside, width_s, math.sqrt(pace * rest))
        if closer.last_s - closer.first_s >= found.last_s - found.first_s:
            return found
        found = closer


def _fullest(counts: Sequence[tuple[int, int]], width_s: int, cost: float) -> Burst:
    """The stretch with the most events above `cost` a second: the run of numbers with the largest sum
    (https://en.wikipedia.org/wiki/Maximum_subarray_problem)."""
    best, most = Burst(counts[0][0], counts[-1][0] + width_s, 0, None), -math.inf
    since, held, worth, until = best.first_s, 0, 0.0, best.first_s
    for at, n in counts:
        worth -= cost * (at - until)
        if worth <= 0:
            since, held, worth = at, 0, 0.0
        until = at + width_s
        held, worth = held + n, worth + n - cost * width_s
        if worth > most:
            best, most = Burst(since, until, held, None), worth
    return best


def _told(found: Sequence[Burst], buckets: Mapping[int, int], width_s: int) -> tuple[Burst, ...]:
    """Each with how much it stands out."""
    others = sum(buckets.values()) - sum(burst.count for burst in found)
    elsewhere = max(buckets) + width_s - min(buckets) - sum(burst.last_s - burst.first_s for burst in found)
    return tuple(
        Burst(one.first_s, one.last_s, one.count, one.count / (one.last_s - one.first_s) / (others / elsewhere))
        if others and elsewhere > 0
        else one
        for one in found
    )


def sparkline(counts: Sequence[int], width: int) -> str:
    """`counts` as at most `width` characters; neighbours are added up where there are more counts.

    Zero is `·`; the highest count is a full bar, and anything above zero at least the smallest.
    """
    step = max(1, -(-len(counts) // width))
    sums = [sum(counts[at : at + step]) for at in range(0, len(counts), step)]
    top = max(sums, default=0)
    return "".join(NO_BAR if not n else BARS[math.ceil(n * len(BARS) / top) - 1] for n in sums)


def duration_text(seconds: int) -> str:
    """A duration as people say it, two units at most: `45 s`, `76 s`, `12 min`, `3 h 35 min`, `2 d 4 h`."""
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / MINUTE)
    if minutes < 120:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    days, rest = divmod(round(seconds / HOUR), 24)
    return f"{days} d {rest} h" if rest else f"{days} d"
