"""How often incidents come while they are followed, and when that changes.

An event counts in the minute of its own time, or of the clock where it has none or one that is to come; what is older
than an hour counts in no rate. Rates are events a minute, over the last 60 s (`now`), 5 min and 1 h.

A change is told where a rate leaves its band, which is from half to double of the rate that was told last:

    up     at least 5 in the last 60 s, and at least double
    down   at most half, both now and over 5 min: a pause of a few minutes is no change

An incident's first rate is told where it reaches 5 a minute. Of one incident it is told once a minute at most.
"""

from collections import deque
from typing import Final

import msgspec

from logscan.model import Action, Event, Severity

SLOT: Final = 10
"""Seconds that are counted together."""
MINUTE, LATELY, HOUR = 60, 300, 3600
FEW: Final = 5
"""Fewer events in a minute are no rate to tell of."""
MAX_RATED: Final = 1_000
"""Incidents whose rates are kept: those that came last."""


class Rate(msgspec.Struct, frozen=True):
    """An incident's rates, events a minute. `was`: what was told last; `hour`: events in each of the last 60 min."""

    key: str
    title: str
    severity: Severity
    action: Action
    now: float
    was: float
    five: float
    hour: float
    minutes: tuple[int, ...]


class _Known:
    """One incident: [slot, events] of the last hour, oldest first."""

    __slots__ = ("action", "severity", "slots", "title", "told", "told_at")

    def __init__(self, event: Event) -> None:
        self.title, self.severity, self.action = event.title, event.severity, event.action
        self.slots: deque[list[int]] = deque()
        self.told = 0.0
        self.told_at = float("-inf")

    def add(self, slot: int) -> None:
        at = len(self.slots)
        while at and self.slots[at - 1][0] > slot:
            at -= 1
        if at and self.slots[at - 1][0] == slot:
            self.slots[at - 1][1] += 1
        else:
            self.slots.insert(at, [slot, 1])

    def since(self, slot: int) -> int:
        return sum(count for at, count in self.slots if at > slot)


class Rates:
    """Counts events; asked now and then which rates have changed. Times are s since 1970."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def note(self, key: str, event: Event, now: int) -> None:
        """Count an event."""
        at = min(now, event.time // 1_000_000) if event.time is not None else now
        known = self._known.pop(key, None) or _Known(event)
        if len(self._known) >= MAX_RATED:
            del self._known[next(iter(self._known))]
        self._known[key] = known
        if at > now - HOUR:
            known.add(at // SLOT)

    def all(self, now: int) -> list[Rate]:
        """The rates of what came within an hour, most frequent first."""
        self._forget(now)
        rates = [_rate(key, known, now) for key, known in self._known.items() if known.slots]
        return sorted(rates, key=lambda rate: (-rate.now, -rate.five, -rate.hour, rate.key))

    def changes(self, now: int) -> list[Rate]:
        """Those that have left their band since it was asked last; from then on they are told."""
        self._forget(now)
        found = []
        for key, known in self._known.items():
            if now - known.told_at < MINUTE:
                continue
            rate = _rate(key, known, now)
            up = rate.now >= max(FEW, 2 * known.told)
            down = known.told > 0 and max(rate.now, rate.five) <= known.told / 2
            if up or down:
                known.told, known.told_at = rate.now, now
                found.append(rate)
        return found

    def _forget(self, now: int) -> None:
        floor = (now - HOUR) // SLOT
        for known in self._known.values():
            while known.slots and known.slots[0][0] <= floor:
                known.slots.popleft()


def _rate(key: str, known: _Known, now: int) -> Rate:
    last = now // SLOT
    minutes = [0] * (HOUR // MINUTE)
    for slot, count in known.slots:
        minutes[-1 - min(max(last - slot, 0) * SLOT // MINUTE, len(minutes) - 1)] += count
    return Rate(
        key=key,
        title=known.title,
        severity=known.severity,
        action=known.action,
        now=float(known.since(last - MINUTE // SLOT)),
        was=known.told,
        five=known.since(last - LATELY // SLOT) * MINUTE / LATELY,
        hour=known.since(last - HOUR // SLOT) * MINUTE / HOUR,
        minutes=tuple(minutes),
    )
