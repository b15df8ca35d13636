"""Following against a model: random sequences of writing, rotating, packing, truncating, deleting, ending and being
killed. The real Follower, files and state; only its clock is made, so that ten seconds take none."""

import gzip
import os
import random
import re
import shutil
from collections.abc import Iterator
from datetime import UTC
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO, Literal

import pytest
from command import INFO

from logscan import follow
from logscan.follow import PAUSE, Follower, Plan
from logscan.followlog import Mark
from logscan.followstate import StateFile
from logscan.job import Job
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import Ruleset, load
from logscan.summary import Summary

SEQUENCES = int(os.environ.get("LOGSCAN_FOLLOW_SEQUENCES", "30"))
STEPS = 14
KEPT = 30
"""Rotated files that the writer keeps."""
LATE = 5.0
"""Seconds for which a writer may write to a file that was renamed: less than following lingers."""

Wish = Literal["turn", "end", "kill"]


@cache
def rules() -> Ruleset:
    return load((), bundled=True)


def events(summary: Summary) -> int:
    return summary.matched + summary.unclassified


class Clock:
    """Seconds that pass by being asked for, and by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        self.now += 0.001
        return self.now

    def select(self, *_: object) -> None:
        self.now += PAUSE


class Writer:
    """A log that is written and rotated; `written`: events so far; `base`: those before the present file."""

    def __init__(self, folder: Path, chance: random.Random, clock: Clock) -> None:
        self.log = folder / "app.log"
        self.chance = chance
        self.clock = clock
        self.written = self.base = 0
        self.half = b""
        self.late = False
        self.out = self.opened()

    def write(self) -> None:
        """Some lines, the last one perhaps by halves; a writer that was late takes the new file after it."""
        lines = []
        for _ in range(self.chance.choice([1, 3, 30])):
            self.written += 1
            lines.append(b"2026-11-24 10:00:00,123 ERROR shop: order failed, ticket=%d\n" % self.written)
            lines += [INFO] * self.chance.choice([0, 0, 2])
        text = self.half + b"".join(lines)
        self.half = b""
        if self.chance.random() < 0.3 and not self.late:
            cut = self.chance.randint(1, len(lines[-1]) - 1)
            text, self.half = text[:-cut], text[-cut:]
        self.put(text)
        if self.late:
            self.reopen()

    def put(self, text: bytes) -> None:
        """Write, at the made clock's time."""
        self.out.write(text)
        os.utime(self.out.fileno(), ns=(0, int(self.clock.monotonic() * 1e9)))

    def opened(self) -> BinaryIO:
        out = self.log.open("ab", buffering=0)
        os.utime(out.fileno(), ns=(0, int(self.clock.monotonic() * 1e9)))
        return out

    def reopen(self) -> None:
        if self.half:
            self.put(self.half)
        self.half = b""
        self.out.close()
        self.base = self.written
        self.out = self.opened()
        self.late = False

    def rotate(self) -> None:
        """By renaming; the file before the last one may be packed, or the last one at once."""
        if self.late:
            self.reopen()
        for number in range(KEPT - 1, 0, -1):
            for suffix in ("", ".gz"):
                old = self.log.with_name(f"app.log.{number}{suffix}")
                if old.exists():
                    old.rename(self.log.with_name(f"app.log.{number + 1}{suffix}"))
        self.log.rename(self.log.with_name("app.log.1"))
        self.opened().close()
        self.late = self.chance.random() < 0.3
        if not self.late:
            self.reopen()
        if self.chance.random() < 0.4:
            self.pack(self.log.with_name(f"app.log.{2 if self.late else self.chance.choice([1, 2])}"))

    @staticmethod
    def pack(path: Path) -> None:
        """As gzip does: a new file with the old one's time."""
        if not path.exists():
            return
        packed = path.with_name(f"{path.name}.gz")
        packed.write_bytes(gzip.compress(path.read_bytes()))
        status = path.stat()
        os.utime(packed, ns=(status.st_atime_ns, status.st_mtime_ns))
        path.unlink()

    def truncate(self) -> None:
        if self.late:
            self.reopen()
        self.half, self.base = b"", self.written
        self.out.truncate(0)
        self.put(b"")

    def delete(self) -> None:
        if self.late or self.half:
            self.reopen()
        self.log.unlink()
        self.out.close()
        self.base = self.written
        self.out = self.opened()


class Killable(StateFile):
    """A state file whose process may be dead: then nothing is written."""

    dead = False
    saved = 0
    """Events in the last commit."""

    def save(self, summary: Summary, logs: "list[tuple[Mark, Scanner]]", journal: tuple[str, Scanner] | None) -> None:  # type: ignore[override]
        if not self.dead:
            super().save(summary, logs, journal)
            self.saved = events(summary)


class Sequence:
    """One sequence. `at_risk`: how many events truncation may have cost; `unknown`: of these, how many stood in files
    of which nothing had been read, so that nobody can know of them; `bases`: events written before the files that were
    truncated in this run."""

    def __init__(self, folder: Path, seed: int, truncating: bool, clock: Clock) -> None:
        self.folder, self.clock, self.truncating = folder, clock, truncating
        self.chance = random.Random(seed)
        self.writer = Writer(folder, self.chance, clock)
        self.seen: set[int] = set()
        self.at_risk = self.unknown = 0
        self.bases: list[int] = []
        self.truncated = False
        self.steps = STEPS
        self.over = False
        self.wish: Wish = "turn"
        self.committed = 0
        self.done: list[str] = []

    def run(self) -> Summary:
        """To the end; the summary of all runs."""
        while True:
            state = Killable(self.folder / "state")
            follower = Follower(Plan(paths=(str(self.writer.log),)), self.job(), state, self.turn)
            self.state, self.follower, self.script, self.wish = state, follower, self.play(), "turn"
            follower.run()
            state.close()
            assert state.aside is None
            if self.over:
                return follower.builder.done()
            self.away()

    def job(self) -> Job:
        return Job(
            rules=rules(),
            settings=Settings(level="error", reference=0),
            zone=UTC,
            now=0,
            on_event=lambda event: self.seen.update(int(number) for number in re.findall(r"ticket=(\d+)", event.text)),
            stopped=lambda: self.wish != "turn",
        )

    def turn(self, now: float) -> None:
        self.wish = next(self.script)
        if self.wish == "kill":
            self.state.dead = True

    def counted(self) -> int:
        return events(self.follower.builder.done())

    def play(self) -> Iterator[Wish]:
        """The steps of one run; each `turn` is one look."""
        yield "turn"  # the first look is on the disk
        while self.steps > 0:
            self.steps -= 1
            kinds = ["write", "write", "write", "rotate", "rotate", "delete", "pause", "end", "kill"]
            what = self.chance.choice(kinds + ["truncate"] * 2 * self.truncating)
            self.done.append(what)
            if what == "end" or what == "kill":
                yield "end" if what == "end" else "kill"
            elif what == "pause":
                until = self.clock.now + self.chance.choice([0.5, 2, LATE if self.writer.late else 30])
                while self.clock.now < until:
                    yield "turn"
                if self.writer.late:
                    self.writer.reopen()
            elif what == "delete":
                yield from self.catch_up()
                self.writer.delete()
            elif what == "truncate":
                self.truncate(self.counted())
            else:
                getattr(self.writer, what)()
            yield from ["turn"] * self.chance.choice([0, 0, 1, 3])  # type: ignore[misc]
        if self.writer.late or self.writer.half:
            self.writer.reopen()
        yield from self.catch_up()
        self.over = True
        yield "end"

    def catch_up(self) -> Iterator[Wish]:
        """Until all that was written is in the state: what is deleted before that nobody can know of."""
        until = self.clock.now + 15
        if self.writer.half:
            self.writer.reopen()
        while self.state.saved < self.writer.written and self.clock.now < until:
            yield "turn"

    def truncate(self, counted: int) -> None:
        self.truncated = True
        self.risk(counted, self.writer.base)
        self.bases.append(self.writer.base)
        self.writer.truncate()

    def risk(self, counted: int, base: int) -> None:
        self.at_risk += self.writer.written - counted
        self.unknown += self.writer.written - counted if counted <= base else 0

    def away(self) -> None:
        """What happens while nobody follows."""
        state = StateFile(self.folder / "state")
        summary = state.load().summary
        state.close()
        committed = events(summary) if summary is not None else 0
        for base in self.bases:  # what was read and not committed is gone
            self.risk(committed, base)
        self.bases = []
        for _ in range(self.chance.choice([0, 0, 1, 4])):
            what = self.chance.choice(["write", "rotate", "write"] + ["truncate"] * self.truncating)
            self.done.append(f"away: {what}")
            if what == "truncate":
                self.truncate(committed)
            else:
                getattr(self.writer, what)()


@pytest.mark.parametrize("truncating", [False, True], ids=["exact", "bounded"])
def test_sequences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, truncating: bool) -> None:
    """Without truncation each event counts once, and the report is complete unless a file was deleted. With it, what is
    missing was written after the last look or commit before it, nothing counts twice, and the report names the
    loss."""
    lost = counted = 0
    for seed in range(SEQUENCES // 2):
        clock = Clock()
        monkeypatch.setattr(follow, "time", SimpleNamespace(monotonic=clock.monotonic))
        monkeypatch.setattr(follow, "select", SimpleNamespace(select=clock.select))
        folder = tmp_path / str(seed)
        folder.mkdir()
        sequence = Sequence(folder, seed, truncating, clock)
        summary = sequence.run()
        written, found = sequence.writer.written, events(summary)
        about = f"seed {seed}: {found} of {written}, at risk {sequence.at_risk}, {sequence.unknown}; {sequence.done}; {summary.problems}"
        if not sequence.truncated:
            assert found == written and sequence.seen == set(range(1, written + 1)), about
            assert summary.complete or "delete" in sequence.done, about
        assert written - sequence.at_risk <= found <= written, about
        if found < written - sequence.unknown:
            assert not summary.complete and {each.kind for each in summary.problems} >= {"truncated"}, about
        lost, counted = lost + written - found, counted + found
        sequence.writer.out.close()
        shutil.rmtree(folder)
    print(f"{SEQUENCES // 2} sequences: {counted} events counted, {lost} lost")
    assert counted
