"""Points in time as people type them: `--since 2h`, `--until "2026-11-22 03:00"`, `--since yesterday`.

Understood are RFC 3339 and its relatives (date and time, with or without zone), a date alone (its midnight), a time of
day alone (the last such time that has been), "now", "today", "yesterday", and a span back from now ("90s", "15min",
"2h", "3d", "1w", with or without "ago" or a leading "-").
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from logscan.errors import UsageError
from logscan.lazyre import lazy
from logscan.timestamps import Clock

_CLOCK = lazy(r"\d{1,2}:\d{2}(:\d{2})?")
_DAY = lazy(r"\d{4}-\d{2}-\d{2}")
_MINUTE = lazy(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(Z|[+-]\d{2}:?\d{2})?")
_SPAN = lazy(r"-?(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)(?:\s+ago)?$")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FORMS = '"2026-11-22 03:00", "2026-11-22T03:00:00Z", "03:00", "today", "yesterday", "2h", "15min"'


def parse(text: str, option: str, now: int, zone: tzinfo) -> int:
    """µs since the epoch, UTC. `now` in the same unit. Raises UsageError that names `option` and the forms."""
    wanted = text.strip()
    here = (_EPOCH + timedelta(microseconds=now)).astimezone(zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    words = {"now": here, "today": midnight, "yesterday": midnight - timedelta(days=1)}
    if wanted.lower() in words:
        return micros(words[wanted.lower()])
    span = _SPAN.match(wanted)
    if span:
        return now - int(float(span["n"]) * _UNITS[span["unit"][0]] * 1_000_000)
    if _CLOCK.fullmatch(wanted):
        parts = [int(p) for p in wanted.split(":")] + [0]
        if parts[0] < 24 and parts[1] < 60 and parts[2] < 60:
            at = here.replace(hour=parts[0], minute=parts[1], second=parts[2], microsecond=0)
            return micros(at if at <= here else at - timedelta(days=1))
    if _DAY.fullmatch(wanted):
        wanted += " 00:00:00"
    elif _MINUTE.fullmatch(wanted):
        wanted = wanted[:16] + ":00" + wanted[16:]
    parsed = Clock(zone, now).parse(wanted)
    if parsed is None:
        raise UsageError(f"{option}: {text!r} is no time; write {FORMS}")
    return parsed


def duration(text: str, option: str) -> int | None:
    """Seconds in "30s", "5min", "1h", "1d"; None for "auto". Raises UsageError."""
    if text == "auto":
        return None
    span = re.fullmatch(r"(\d+)\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)?", text.strip())
    if span is None or int(span[1]) == 0:
        auto = ' or "auto"' if option == "--bucket" else ""
        raise UsageError(f'{option}: {text!r} is no width of time; write "30s", "5min", "1h", "1d"{auto}')
    return int(span[1]) * _UNITS[(span[2] or "s")[0]]


def micros(when: datetime) -> int:
    """µs since the epoch of a time with a zone."""
    return (when - _EPOCH) // timedelta(microseconds=1)
