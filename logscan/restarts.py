"""When a service was restarted, as far as its log shows.

Two kinds of evidence. Lines that say so (a boot mark, systemd's "Started shop.service", uvicorn's "Started server
process") are anchors and are always read. A change of pid is read from the lines near before an event
(`lookback.NEAR`; LOOKBACK where streams remember as they go): healthy lines further away are never read, so a pid that
changed there unseen is not reported.

A unit may run many processes at once, whose pids alternate. A restart is a moment after which none of the pids
before it is seen again.
"""

from collections.abc import Sequence

import msgspec

from logscan.lazyre import lazy

ANCHORS = frozenset({
    b"Started server process [", b"Starting gunicorn ", b"systemd[1]: Started ", b"-- Boot ", b"-- Reboot --",
    b"39f53479d3a045ac8e11786248231fbf",  # systemd's message id of "unit started"
    b"Linux version ",
})  # fmt: skip

_LINES = (
    (lazy(rb"(?:INFO: +)?Started server process \["), "restart", None),
    (lazy(rb"(?:\[[^\]]*\] ){0,3}Starting gunicorn \d"), "restart", None),
    (
        lazy(rb"Started (?!Session )\S.*\.(?:service|scope)\b|Started (?!Session )[^:]{3,80}\.$"),
        "restart",
        ("systemd", "init.scope"),
    ),
    (lazy(rb"Linux version \d"), "boot", (None, "kernel")),
)
"""Pattern, what it says has begun, and the units that are believed; None: any."""


class Run(msgspec.Struct, frozen=True):
    """Lines of one process of a unit, one after the other: from offset `first` to `last`; when the first was written
    (µs, UTC; None where the line has no time)."""

    pid: str
    first: int
    last: int
    time: int | None


def label(text: bytes, unit: str | None) -> str | None:
    """What a line says has begun ("restart", "boot"), or None."""
    for pattern, name, units in _LINES:
        if pattern.match(text):
            return name if units is None or unit in units else None
    return None


def change(runs: Sequence[Run]) -> Run | None:
    """The first run after the last moment at which all pids were replaced; None where there was none."""
    last = {run.pid: index for index, run in enumerate(runs)}
    found, furthest = None, 0
    for index, run in enumerate(runs):
        if index > furthest:
            found = run
        furthest = max(furthest, last[run.pid])
        if furthest == len(runs) - 1:
            break
    return found


def goes_on(runs: list[Run], pid: str, at: int) -> bool:
    """Whether the unit's next line, at an offset, is the last run's; that one is longer then."""
    if not runs or runs[-1].pid != pid:
        return False
    runs[-1] = msgspec.structs.replace(runs[-1], last=at)
    return True


class Runs(msgspec.Struct):
    """The runs of a unit's processes, as far as its lines have been read: those from offset `begin` to `end`."""

    begin: int
    end: int
    runs: list[Run] = []

    def since(self, floor: int) -> list[Run]:
        """Those with a line at `floor` or behind it; the others are forgotten."""
        gone = 0
        while gone < len(self.runs) and self.runs[gone].last < floor:
            gone += 1
        del self.runs[:gone]
        self.begin = max(self.begin, floor)
        return self.runs
