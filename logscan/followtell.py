"""Telling of events while they are followed: what is new and what came back, and a program that is told.

The program gets the incident as JSON on its standard input; it is started without a shell, seldom enough, and not for
long. That it fails is told and never fatal.
"""

import os
import signal
import subprocess
import tempfile
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

import msgspec

from logscan.fingerprint import shortened
from logscan.model import Event
from logscan.redact import Redactor
from logscan.summary import Summary, SummaryBuilder

BACK: Final = 15 * 60 * 1_000_000
"""µs without an event after which an incident that goes on has come back."""
MAX_KEYS: Final = 20_000
RATE: Final = 10
"""Programs started in a minute."""
TIME_LIMIT: Final = 30.0
"""Seconds that a program may take."""
AT_ONCE: Final = 4


class Seen(msgspec.Struct, frozen=True):
    """An incident as of one of its events. `count` with this one; `first` in µs UTC; `back_after`: µs since the one
    before, where that is long."""

    key: str
    count: int
    first: int
    back_after: int | None


class Ledger:
    """How often each incident was seen, and when; told by event time, and by the clock where a log has none."""

    def __init__(self, summary: Summary | None = None) -> None:
        self._known: dict[str, tuple[int, int, int]] = {}
        if summary is None:
            return
        for groups, key_of in ((summary.known, str), (summary.unknown, lambda key: f"fp:{key[: len(key) // 2]}")):
            for key, tally in groups.items():
                if tally.first is not None and tally.last is not None:
                    self._known[key_of(key)] = tally.count, tally.first, tally.last

    def note(self, event: Event, now: int) -> Seen:
        """Count an event; `now` in µs UTC."""
        key = event.signature or f"fp:{event.fingerprint}"
        at = event.time if event.time is not None else now
        known = self._known.pop(key, None)
        count, first, last = known if known is not None else (0, at, at)
        if len(self._known) >= MAX_KEYS:
            del self._known[next(iter(self._known))]  # the one that was silent longest
        self._known[key] = count + 1, min(first, at), max(last, at)
        return Seen(key, count + 1, min(first, at), at - last if count and at - last >= BACK else None)


class Told(msgspec.Struct, frozen=True):
    """What a program is told. `held_back`: events of this incident since it was told last; `event` as in
    `logscan.events/1`; times RFC 3339."""

    key: str
    title: str
    severity: str
    action: str
    count: int
    first_seen: str | None
    back_after_seconds: int | None
    held_back: int
    event: msgspec.Raw
    schema: str = "logscan.incident/1"


class _Running(msgspec.Struct):
    process: subprocess.Popen[bytes]
    started: float
    late: bool = False


class Teller:
    """Starts the program. `every`: seconds in which it is told of one incident at most once."""

    def __init__(self, command: Sequence[str], every: float, builder: SummaryBuilder, hide: Redactor) -> None:
        self._hide = hide
        self._command = list(command)
        self._every = every
        self._builder = builder
        self._last: dict[str, float] = {}
        self._held: dict[str, int] = {}
        self._starts: deque[float] = deque(maxlen=RATE)
        self._running: list[_Running] = []

    def tell(self, event: Event, seen: Seen, line: bytes, first: str | None, now: float) -> None:
        """Tell of an event, unless it is too soon; `line` is its JSON, `now` in s, monotonic."""
        last = self._last.get(seen.key)
        crowded = len(self._running) >= AT_ONCE or (len(self._starts) == RATE and now - self._starts[0] < 60)
        if event.action == "ignore":
            return
        if crowded or (last is not None and now - last < self._every):
            self._held[seen.key] = self._held.get(seen.key, 0) + 1
            if crowded:
                self._problem("too many incidents at once: some were not told")
            return
        if len(self._last) >= MAX_KEYS:
            self._last.clear()
            self._held.clear()
        self._last[seen.key] = now
        self._starts.append(now)
        told = Told(
            key=seen.key,
            title=shortened(self._hide(event.title)),
            severity=event.severity,
            action=event.action,
            count=seen.count,
            first_seen=first,
            back_after_seconds=None if seen.back_after is None else seen.back_after // 1_000_000,
            held_back=self._held.pop(seen.key, 0),
            event=msgspec.Raw(line.strip()),
        )
        self._start(msgspec.json.encode(told) + b"\n", now)

    def _start(self, text: bytes, now: float) -> None:
        try:
            with _given(text) as given:
                process = subprocess.Popen(
                    self._command, stdin=given, stdout=subprocess.DEVNULL, start_new_session=True
                )
        except OSError as error:
            self._problem(f"cannot be started: {(error.strerror or str(error)).lower()}")
            return
        self._running.append(_Running(process, now))

    def turn(self, now: float) -> None:
        """Look after the programs that run."""
        for each in list(self._running):
            code = each.process.poll()
            if code is None and now - each.started >= TIME_LIMIT and not each.late:
                each.late = True
                self._problem(f"took longer than {TIME_LIMIT:.0f} s and was ended")
                _end(each.process)
            if code is not None:
                self._running.remove(each)
                if code and not each.late:
                    self._problem(f"ended with {code}")

    def close(self) -> None:
        """Give those that still run a second, then end them."""
        for each in self._running:
            try:
                if each.process.wait(1.0):
                    self._problem(f"ended with {each.process.returncode}")
            except subprocess.TimeoutExpired:
                self._problem("still ran at the end and was ended")
                for other in self._running:
                    _end(other.process)
        self._running.clear()

    def _problem(self, what: str) -> None:
        self._builder.problem("--on-incident", "notify", f"{self._command[0]}: {what}")


def _given(text: bytes) -> IO[bytes]:
    """A file that holds the text: unlike a pipe it never blocks who writes it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    file.write(text)
    file.seek(0)
    return file


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
