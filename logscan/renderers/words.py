"""Figures and times in words, for text that people read."""

from datetime import datetime

from logscan.rates import DAY

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def number(n: float) -> str:
    """`1,204`; below ten with one decimal where it is not whole: `0.4`."""
    return f"{n:,.1f}" if n < 10 and n != int(n) else f"{round(n):,}"


def rate(n: float) -> str:
    """A rate, which is never told as none where there is some: `<0.1`."""
    return "<0.1" if 0 < n < 0.1 else number(n)


def plural(n: int, word: str) -> str:
    """`1 group`, `1,204 groups`."""
    return f"{number(n)} {word}" if n == 1 else f"{number(n)} {word}s"


def size(n_bytes: int) -> str:
    """`312 B`, `1.2 MB`, `388 MB`: decimal units, two or three digits."""
    value, unit = float(n_bytes), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 9.95 else f"{value:.0f} {_UNITS[unit]}"


def percent(part: int, whole: int) -> str:
    """`88 %`; never 0 or 100 unless it is exactly that."""
    share = 100 * part / whole
    if 0 < share < 1:
        return "<1 %"
    return ">99 %" if 99 < share < 100 else f"{share:.0f} %"


def coarse_duration(seconds: int) -> str:
    """A duration in one unit, rounded: `30 s`, `5 min`, `4 h`, `2 d`."""
    for unit, size_s, below in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, 172_800)):
        if seconds < below:
            return f"{round(seconds / size_s)} {unit}"
    return f"{number(round(seconds / 86400))} d"


def clock(time: str) -> str:
    """`02:41:07` of an RFC 3339 time."""
    return datetime.fromisoformat(time).strftime("%H:%M:%S")


def day(time: str) -> str:
    """`22 Nov` of an RFC 3339 time."""
    moment = datetime.fromisoformat(time)
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def day_of_year(time: str) -> str:
    """`22 Nov 2026` of an RFC 3339 time."""
    return f"{day(time)} {datetime.fromisoformat(time).year}"


def moment(time: str, span_s: int) -> str:
    """`02:41:07`, with its day where what is told of spans days."""
    return clock(time) if span_s < DAY else f"{day(time)} {clock(time)}"


def before(one: str, other: str) -> bool:
    """Whether one RFC 3339 time is earlier than another."""
    return datetime.fromisoformat(one) < datetime.fromisoformat(other)


def seconds_between(first: str, last: str) -> int:
    """Whole seconds from one RFC 3339 time to another."""
    return int((datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds())


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
