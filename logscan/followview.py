"""What following shows: a line for each event in a pipe, the report redrawn on a terminal, files kept current.

Writes through the function that it is given; nothing here prints.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from logscan.fingerprint import shortened
from logscan.followrates import Rate, Rates
from logscan.followtell import Ledger, Seen, Teller
from logscan.job import Progress, wall_clock
from logscan.live import LiveReport
from logscan.model import Action, Event, Severity
from logscan.output import OutputFile
from logscan.rates import sparkline
from logscan.redact import Redactor
from logscan.renderers import RENDERERS, STREAMS, View, words
from logscan.renderers.layout import cells, cut
from logscan.renderers.story import label_of
from logscan.renderers.words import clock
from logscan.report import Options, Report, RulesInfo, encode
from logscan.reportbuild import rfc3339
from logscan.sanitize import clean_line
from logscan.summary import Summary, SummaryBuilder

CURRENT: Final = 15.0
"""Seconds after which the files of `--output` are written anew."""
LOOK: Final = 5.0
"""Seconds after which rates are looked at."""
SHOWN: Final = 5
"""Incidents whose rates a terminal shows."""
NEWEST: Final = 3
"""Events that a terminal shows as they came."""
MOST: Final = 600
"""Characters of a line about an event."""


class RateLine(msgspec.Struct, frozen=True, tag_field="type", tag="rate"):
    """A rate that has left its band (see followrates), as a line of `logscan.events/1`. Rates are events a minute."""

    time: str | None
    key: str
    title: str
    severity: Severity
    action: Action
    per_minute: float
    per_minute_told_last: float
    per_minute_5min: float
    per_minute_1h: float


class FollowView:
    """Takes events and looks at the clock; `write` takes bytes for standard output and flushes them."""

    def __init__(
        self,
        report: Callable[[Summary], Report],
        told: tuple[RulesInfo, Options, Redactor],
        format: str,
        view: View,
        write: Callable[[bytes], None],
        live: LiveReport | None,
    ) -> None:
        self._report = report
        self._lines = STREAMS["jsonl"](*told)
        self._hide = told[2]
        self._json = format == "jsonl"
        self._view = view
        self._plain = msgspec.structs.replace(view, width=80, color=False, links=False)
        self._write = write
        self._live = live
        self.ledger = Ledger()
        self.teller: Teller | None = None
        self._rates = Rates()
        self._next_rates = 0.0
        self._newest: deque[tuple[Event, Seen]] = deque(maxlen=NEWEST)
        self.places: Sequence[tuple[str, Path]] = ()
        self.summary_every: float | None = None
        self._now = time.monotonic()
        self._began = rfc3339(wall_clock()) or ""
        self._next_files = 0.0
        self._next_summary: float | None = None
        self._shown = -1
        if self._json:
            write(self._lines.begin())

    def event(self, event: Event) -> None:
        """One event, told at once."""
        seen = self.ledger.note(event, wall_clock())
        self._newest.append((event, seen))
        self._rates.note(seen.key, event, wall_clock() // 1_000_000)
        line = self._lines.event(event) if self._json or self.teller is not None else b""
        if self._json:
            self._write(line)
        elif self._live is None:
            self._write(one_line(event, seen, self._hide).encode("utf-8", "replace"))
        if self.teller is not None:
            self.teller.tell(event, seen, line, rfc3339(seen.first), self._now)

    @property
    def redraws(self) -> bool:
        """Whether the report so far is on a terminal."""
        return self._live is not None

    def tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        """Redraw."""
        if self._live is not None:
            self._live.tick(progress, builder)

    def turn(self, now: float, summary: Callable[[], Summary], counted: int) -> None:
        """What is due: summaries, files, programs. `counted` tells whether anything has changed."""
        if self._next_summary is None:
            self._next_summary = now + (self.summary_every or 0)
        self._now = now
        if self.teller is not None:
            self.teller.turn(now)
        if self._live is None and now >= self._next_rates:
            self._next_rates = now + LOOK
            self._tell_rates(wall_clock())
        if self.places and now >= self._next_files:
            self._next_files = now + CURRENT
            if counted != self._shown:
                self._shown = counted
                self.files(self._report(summary()))
        if self.summary_every is not None and now >= self._next_summary and self._live is None:
            self._next_summary = now + self.summary_every
            self._write(self._whole(self._report(summary())))

    def _tell_rates(self, now: int) -> None:
        for rate in self._rates.changes(now // 1_000_000):
            if self._json:
                line = RateLine(
                    time=rfc3339(now),
                    key=rate.key,
                    title=shortened(self._hide(rate.title)),
                    severity=rate.severity,
                    action=rate.action,
                    per_minute=rate.now,
                    per_minute_told_last=rate.was,
                    per_minute_5min=rate.five,
                    per_minute_1h=rate.hour,
                )
                self._write(encode(line) + b"\n")
            else:
                self._write(rate_line(rate, rfc3339(now) or "", self._hide).encode("utf-8", "replace"))

    def head(self, standing: str) -> str:
        """What stands above the live report: what is followed, rates, the newest events."""
        room = self._view.width
        lines = [cut(f"following {standing}, since {clock(self._began)} UTC", room), ""]
        text = "\n".join(lines) + "\n" + self.rates()
        for event, seen in self._newest:
            text += cut(one_line(event, seen, self._hide, brief=True).rstrip("\n"), room) + "\n"
        return text + ("\n" if self._newest else "")

    def rates(self) -> str:
        """The rates of the most frequent incidents, a line each; empty where nothing came within an hour."""
        rates = self._rates.all(wall_clock() // 1_000_000)[:SHOWN]
        columns = 20 if self._view.width >= 60 else 0  # of the chart
        room = max(self._view.width - 30 - columns, 10)
        head = "last hour" if columns else ""
        lines = [f"{'events a minute':<{room + 7}} {'now':>6} {'5 min':>6} {'1 h':>6}  {head}"]
        for rate in rates:
            name = cut(self._hide(clean_line(rate.title)), room)
            name += " " * (room - cells(name))
            figures = " ".join(f"{words.rate(value):>6}" for value in (rate.now, rate.five, rate.hour))
            label = label_of(rate.action, not rate.key.startswith("fp:"))
            lines.append(f"{label:<6} {name} {figures}  {sparkline(rate.minutes, columns) if columns else ''}")
        return "\n".join(lines) + "\n\n" if rates else ""

    def _whole(self, report: Report) -> bytes:
        if self._json:
            return b'{"type":"summary","report":' + RENDERERS["json"](report, self._plain).strip().encode() + b"}\n"
        return RENDERERS["terminal"](report, self._view).encode("utf-8", "replace")

    def files(self, report: Report) -> None:
        """Write the files of `--output`, each whole."""
        now = rfc3339(wall_clock())
        for name, path in self.places:
            file = OutputFile(path)
            try:
                file.write(RENDERERS[name](report, msgspec.structs.replace(self._plain, now=now)).encode())
                file.commit()
            finally:
                file.abort()

    def finish(self, summary: Summary) -> Report:
        """The last report."""
        if self._live is not None:
            self._live.done()
        report = self._report(summary)
        self.files(report)
        self._write(self._lines.end(report) if self._json else self._whole(report))
        return report


def one_line(event: Event, seen: Seen, hide: Redactor, brief: bool = False) -> str:
    """When, how urgent, what, how often, where; without what could harm a terminal or tell a secret. `brief`: for who
    looks on."""
    what = event.title
    if event.exception and event.exception not in what:
        what += f": {event.exception}"
    if event.message and event.message not in what:
        what += f": {event.message.splitlines()[0]}" if event.message.strip() else ""
    often = "first seen" if seen.count == 1 else f"{seen.count:,}x"
    if seen.back_after is not None:
        often += f", back after {_long(seen.back_after // 1_000_000)}"
    at = rfc3339(event.time if event.time is not None else wall_clock()) or ""
    label = label_of(event.action, event.signature is not None)
    head = f"{clock(at)} {label:<6}" if brief else f"{at} {label:<6} {seen.key}"
    return f"{hide(clean_line(f'{head} ({often}) {what}'))[:MOST]} [{hide(clean_line(event.source))}]\n"


def rate_line(rate: Rate, at: str, hide: Redactor) -> str:
    """When, which incident, how often now, before, lately."""
    now, was, five, hour = (words.rate(each) for each in (rate.now, rate.was, rate.five, rate.hour))
    figures = f"{now} a minute, was {was}; 5 min {five}, 1 h {hour}"
    return f"{at} RATE   {rate.key} ({figures}) {shortened(hide(clean_line(rate.title)))}\n"


def _long(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest // 60, "min")) if n]
    return " ".join(parts[:2])
