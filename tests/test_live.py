"""What is redrawn on a terminal: the report of a pipe while it grows, and that of what is followed."""

import io
import math
import os
import re
import time
from datetime import UTC
from pathlib import Path

import pytest
from making import night, report_of

from logscan import live, options
from logscan.follow import Follower, Plan
from logscan.followrates import Rate
from logscan.followview import rate_line
from logscan.job import Job, Progress
from logscan.registry import Settings
from logscan.renderers import RENDERERS, View
from logscan.renderers.terminal import render_above
from logscan.signature import load
from logscan.summary import SummaryBuilder

RED, PLAIN = "\x1b[31m", "\x1b[0m"


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What three ticks of a live report write on a terminal of 20 columns; the second report is longer than a row."""
    out, texts = io.StringIO(), iter(["one\ntwo\n", f"one\n{RED}{'x' * 30}{PLAIN}\nthree\n", "last\n"])
    monkeypatch.setattr(live, "_size", lambda _: os.terminal_size((20, 24)))
    clock = iter(range(100, 900, 100))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    shown = live.LiveReport(out, lambda _: next(texts))
    pieces = []
    for stored in (1, 2, 3):
        shown.tick(Progress(stored=stored), SummaryBuilder())
        pieces.append(out.getvalue())
        out.seek(0)
        out.truncate()
    return pieces


def test_a_live_report_is_drawn_over_the_last_one(drawn: list[str]) -> None:
    """Each drawing goes up by as many rows as the one before took, whatever was in them, and leaves nothing of it."""
    assert [re.findall(r"\x1b\[(\d+)A", piece) for piece in drawn] == [[], ["3"], ["4"]]
    for piece in drawn:
        rows = piece.removeprefix("\x1b[?7l").split("\n")
        assert piece.startswith("\x1b[?7l") and piece.endswith("\x1b[J\x1b[?7h")  # no row takes two, ever
        assert all("\x1b[2K" in row and len(re.sub(r"\x1b\[[?\d]*\w", "", row)) <= 20 for row in rows[:-1])


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (30, f"{RED}hello{PLAIN} wor{RED}ld日本{PLAIN}"),
        (14, f"{RED}hello{PLAIN} wor{RED}ld日…{PLAIN}"),
        (10, f"{RED}hello{PLAIN} wor{RED}…{PLAIN}"),
        (4, f"{RED}hel…{PLAIN}{RED}{PLAIN}"),
    ],
)
def test_a_row_is_cut_where_it_shows(width: int, shown: str) -> None:
    """A command that does not fit ends in `…`, so that nobody copies half of it; colours end where they did."""
    assert live.fitted(f"{RED}hello{PLAIN} wor{RED}ld日本{PLAIN}", width) == shown


def test_what_cannot_be_drawn_over_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dumb terminal and a pipe get no cursor movements; a terminal that does not know its size is 80 by 24."""
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert options.redraws(terminal) and not options.redraws(io.StringIO())
    monkeypatch.setenv("TERM", "dumb")
    assert not options.redraws(terminal)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((0, 0)))
    with Path(os.devnull).open("w") as out:
        assert live._size(out) == (80, 24)
    assert options.view("auto", False, True).width == 80


def test_a_report_that_grows_reaches_to_the_last_line(tmp_path: Path) -> None:
    """Whether it goes on is told from the last line read, not from the last event: live, and while files are followed,
    at any time and at the end."""
    (tmp_path / "a.log").write_text(
        "2026-11-24 09:59:00,000 INFO shop: up\n2026-11-24 10:00:00,000 ERROR shop: no\n"
        "2026-11-24 10:20:00,000 INFO shop: fine\n2026-11-24 11"
    )
    job = Job(rules=load((), bundled=False), settings=Settings(level="error", reference=0), zone=UTC, now=0)
    path = str(tmp_path / "a.log")
    spans = []

    def turn(now: float) -> None:
        if follower.progress.stored:
            spans.append(report_of(follower.account()).span)
            stop.append(True)

    stop: list[bool] = []
    follower = Follower(Plan(paths=(path,)), Job(**_fields(job), stopped=lambda: bool(stop)), None, turn)
    follower.run()
    assert [str(span.first)[11:16] + " " + str(span.last)[11:16] for span in spans] == ["09:59 10:20"]

    progress, seen = Progress(stored=1, source="stdin", times=lambda: (0, 60_000_000)), []
    shown = live.LiveReport(io.StringIO(), lambda summary: seen.append(report_of(summary).span) or "")
    shown._next = 0.0
    shown.tick(progress, SummaryBuilder())
    assert [(span.first, span.last) for span in seen] == [("1970-01-01T00:00:00Z", "1970-01-01T00:01:00Z")]


def _fields(job: Job) -> dict[str, object]:
    return {name: getattr(job, name) for name in ("rules", "settings", "zone", "now")}


def test_what_scrolled_out_of_sight_is_named() -> None:
    """Below a report that is longer than the screen stands what comes first in it; a pipe has no screen."""
    assert render_above(report_of(night().done()), View(width=80)) == (
        "further up, the most urgent first: PAGE 1,204x SQLAlchemy: connection pool\nexhausted\n"
    )
    assert options.rows(io.StringIO()) == math.inf


def test_rates_are_written_as_people_read_them() -> None:
    """No powers of ten, and no rate of none where there is some."""
    rate = Rate("fp:1", "slow", "error", "ticket", 1234.0, 0.0, 246.8, 0.0667, ())
    assert "(1,234 a minute, was 0; 5 min 247, 1 h <0.1) slow" in rate_line(rate, "2026-11-24T10:00:00Z", str)


def test_a_narrow_terminal_holds_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 columns, a phone: what an unknown group is called stands below its title, and nothing to do is cut."""
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((40, 30)))
    assert options.view("auto", False, True).width == 40
    text = RENDERERS["terminal"](report_of(night().done()), View(width=40))
    assert re.search(r"2 NEW +17x  KeyError: 'coupon'\n +unknown, fp:9f3ac1d0\n", text)
    words = " ".join(text.split())
    assert "holds them: SELECT pid, state, query FROM pg_stat_activity fix" in words and "size the pool link" in words
