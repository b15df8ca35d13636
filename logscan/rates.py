"""How often, since when, and is it getting worse: pure functions of buckets.

A bucket map is `{start: count}`; starts are seconds since 1970-01-01 UTC and multiples of the width.
Only occupied buckets are in it. Everything here counts in event time, never by a clock. Without
timestamps there are no buckets and every answer is None.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
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
    for start in sorted(buckets):
        key = start - start % width_s
        wider[key] = wider.get(key, 0) + buckets[start]
    return wider


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


def per_minute_mean(count: int, first_s: int, last_s: int) -> float:
    """Events a minute from the first to the last of them; less than a minute counts as one."""
    return count / max(1.0, (last_s - first_s) / MINUTE)


def per_minute_peak(buckets: Mapping[int, int], width_s: int) -> float | None:
    """The most events in one minute of the clock; where buckets are wider, the mean of the fullest."""
    if not buckets:
        return None
    if MINUTE % width_s == 0:
        return float(max(rebucket(buckets, MINUTE).values()))
    return max(buckets.values()) * MINUTE / width_s


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
