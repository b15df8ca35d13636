"""Following files, pipes and the journal: nothing lost, nothing counted twice, told in time."""

import gzip
import json
import os
import pty
import random
import re
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from command import COMMAND, ERROR, INFO, LOG, TRACE, environment

ROUNDS = int(os.environ.get("LOGSCAN_FOLLOW_ROUNDS", "12"))
"""Random sequences of writing, rotating, truncating and deleting."""
KILLS = int(os.environ.get("LOGSCAN_FOLLOW_KILLS", "4"))
"""Instants at which the process is killed."""
KEPT = 1000
"""Rotated files that the writer keeps, more than it makes: what it deletes before anybody has read it nobody can count,
and a reader that is killed all the time lags far behind."""


class Followed:
    """A process that follows, and what it wrote."""

    def __init__(self, folder: Path, *arguments: str, stdin: int = subprocess.DEVNULL, path: str = "") -> None:
        self.out = folder / "out"
        self.process = subprocess.Popen(
            [*COMMAND, "follow", "--tz", "UTC", "--format", "jsonl", *arguments],
            stdin=stdin,
            stdout=self.out.open("wb"),
            stderr=(folder / "err").open("wb"),
            cwd=folder,
            env=environment(**({"PATH": path} if path else {})),
        )

    def lines(self) -> list[dict[str, Any]]:
        text = self.out.read_bytes()
        return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]

    def events(self) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["type"] == "event"]

    def until(self, true: Callable[[], bool], seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, (self.out.parent / "err").read_text()
            assert time.monotonic() < end, self.out.read_text()[-2000:]
            time.sleep(0.05)

    def count(self, events: int) -> None:
        """Wait for so many."""
        self.until(lambda: len(self.events()) == events)

    def end(self, number: signal.Signals = signal.SIGTERM) -> dict[str, Any]:
        """Ask it to end; returns its last line."""
        began = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(20) == 128 + number, (self.out.parent / "err").read_text()
        assert time.monotonic() - began < 5
        last = self.lines()[-1]
        assert last["type"] == "end"
        return last


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def changed(base: Path, statement: str, *values: bytes) -> None:
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute(statement, values)


def numbered(number: int) -> bytes:
    return b"2026-11-24 10:00:00,123 ERROR shop: order failed, ticket=%d\n" % number


def tickets(events: list[dict[str, Any]]) -> list[int]:
    return sorted(int(event["message"].rpartition("=")[2]) for event in events)


def test_rotation_by_rename_loses_nothing(tmp_path: Path) -> None:
    """The old file is read to its end, also what is written to it after the rename; the new one from its start; two
    rotations between two looks leave nothing out; what logrotate compresses afterwards is not counted again."""
    log = tmp_path / "app.log"
    append(log, numbered(1))
    with log.open("ab") as held:
        run = Followed(tmp_path, "app.log*")
        run.until(lambda: len(run.events()) == 1)
        log.rename(tmp_path / "app.log.1")
        held.write(numbered(2))
        held.flush()
        (tmp_path / "app.log.1").rename(tmp_path / "app.log.2")
        append(tmp_path / "app.log.1", numbered(3))
        append(log, numbered(4))
        run.until(lambda: len(run.events()) == 4)
    with gzip.open(tmp_path / "app.log.2.gz", "wb") as packed:
        packed.write((tmp_path / "app.log.2").read_bytes())
    (tmp_path / "app.log.2").unlink()
    append(log, numbered(5))
    run.until(lambda: len(run.events()) == 5)
    time.sleep(1.2)
    last = run.end()
    assert tickets(run.events()) == [1, 2, 3, 4, 5]
    assert last["events"] == 5 and last["complete"]


def test_truncation_is_read_from_the_start_and_reported(tmp_path: Path) -> None:
    """A shorter file, or other bytes where it was read: again from 0; the report says that lines may be lost."""
    log = tmp_path / "app.log"
    append(log, numbered(1) + numbered(2))
    run = Followed(tmp_path, "app.log")
    run.until(lambda: len(run.events()) == 1)  # the second is open until the next line or a second of silence
    run.until(lambda: len(run.events()) == 2)
    log.write_bytes(numbered(3))
    run.until(lambda: len(run.events()) == 3)
    log.write_bytes(b"".join(numbered(n) for n in range(4, 9)))  # longer than before
    run.until(lambda: len(run.events()) == 8)
    last = run.end()
    assert tickets(run.events()) == list(range(1, 9))
    assert not last["complete"]
    assert [problem["kind"] for problem in last["problems"]] == ["truncated"]


def test_a_file_that_goes_and_comes_back_and_a_new_one(tmp_path: Path) -> None:
    """A named file may be missing at first, be deleted and return; a pattern finds files that appear later."""
    run = Followed(tmp_path, "app.log", "more-*.log")
    run.until(lambda: bool(run.lines()))
    time.sleep(0.5)
    append(tmp_path / "app.log", numbered(1))
    run.until(lambda: len(run.events()) == 1)
    (tmp_path / "app.log").unlink()
    time.sleep(0.5)
    append(tmp_path / "app.log", numbered(2))
    append(tmp_path / "more-1.log", numbered(3))
    run.until(lambda: len(run.events()) == 3)
    last = run.end(signal.SIGINT)
    assert tickets(run.events()) == [1, 2, 3]
    assert last["problems"] == []  # a file that came is not missing any more


def test_an_idle_group_is_told_after_a_second_of_silence(tmp_path: Path) -> None:
    """A pipe that stays open: the last traceback is told 1 s after its last line, whole, and not before."""
    run = Followed(tmp_path, "-", stdin=subprocess.PIPE)
    assert run.process.stdin is not None
    run.until(lambda: bool(run.lines()))
    head, tail = TRACE[:120], TRACE[120:]
    run.process.stdin.write(head)
    run.process.stdin.flush()
    time.sleep(0.6)
    run.process.stdin.write(tail)
    run.process.stdin.flush()
    written = time.monotonic()
    run.until(lambda: len(run.events()) == 1, 5)
    assert 0.8 < time.monotonic() - written < 4  # 1.2 s on a machine that is not busy
    assert run.events()[0]["exception"] == "KeyError" and run.events()[0]["incomplete"] is None
    run.process.stdin.close()
    assert run.process.wait(10) == 0


def test_the_state_goes_on_inside_an_open_group(tmp_path: Path) -> None:
    """Ended between two lines of a traceback, also of an incomplete line: one event after the restart, and the counts
    of both runs in the report."""
    log = tmp_path / "app.log"
    append(log, LOG + TRACE[:150])
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 2)
    first = run.end()
    append(log, TRACE[150:] + INFO)
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 1)
    last = run.end()
    (event,) = run.events()
    assert first["events"] == 2 and last["events"] == 3
    assert event["offset"] == len(LOG) and event["exception"] == "KeyError" and event["incomplete"] is None
    assert last["input"]["bytes"] == log.stat().st_size
    assert last["input"]["lines"] == log.read_bytes().count(b"\n")


@pytest.mark.parametrize("packed", [False, True])
def test_rotated_while_away(tmp_path: Path, packed: bool) -> None:
    """Files that were rotated, and compressed, while nobody followed: the rest of the old one, then those between."""
    log = tmp_path / "app.log"
    append(log, numbered(1))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 1)
    run.end()
    append(log, numbered(2))
    if packed:
        (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(log.read_bytes()))
        log.unlink()
    else:
        log.rename(tmp_path / "app.log.2")
    append(tmp_path / "app.log.1", numbered(3))
    append(log, numbered(4))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 3)
    last = run.end()
    assert tickets(run.events()) == [2, 3, 4]
    assert last["events"] == 4 and last["complete"]


def test_the_followed_file_is_gone_but_not_those_after_it(tmp_path: Path) -> None:
    """The file in which the reading stood was deleted while nobody followed: said, and all that was written after it
    is read, packed or not; what was read to its end before is not."""
    log = tmp_path / "app.log"
    append(tmp_path / "app.log.9", numbered(100))  # older than all that was followed
    os.utime(tmp_path / "app.log.9", (1, 1))
    append(log, numbered(1))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.count(1)
    run.end()
    log.unlink()
    (tmp_path / "app.log.3.gz").write_bytes(gzip.compress(numbered(2)))
    append(tmp_path / "app.log.2", numbered(3))
    append(tmp_path / "app.log.1", numbered(4))
    append(log, numbered(5))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.count(4)
    last = run.end()
    assert tickets(run.events()) == [2, 3, 4, 5]
    assert last["events"] == 5 and not last["complete"]
    assert [problem["kind"] for problem in last["problems"]] == ["truncated"]


def test_files_packed_while_away(tmp_path: Path) -> None:
    """Rotated and packed while nobody followed, with the file that was followed among them: each once."""
    log = tmp_path / "app.log"
    append(log, numbered(1))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.count(1)
    run.end()
    (tmp_path / "app.log.3.gz").write_bytes(gzip.compress(log.read_bytes() + numbered(2)))
    log.unlink()
    (tmp_path / "app.log.2.gz").write_bytes(gzip.compress(numbered(3)))
    append(tmp_path / "app.log.1", numbered(4))
    append(log, numbered(5))
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.count(4)
    last = run.end()
    assert tickets(run.events()) == [2, 3, 4, 5]
    assert last["events"] == 5 and last["complete"]


@pytest.mark.parametrize("kind", ["text", "foreign", "cut", "pickle"])
def test_a_state_that_cannot_be_believed_is_put_aside(tmp_path: Path, kind: str) -> None:
    """Damaged or another program's: kept under another name, named in the report, never trusted; a pickle that would
    run a program does not."""
    append(tmp_path / "app.log", LOG)
    state = tmp_path / "state"
    if kind == "text":
        state.write_bytes(b"no database" * 100)
    elif kind == "foreign":
        changed(state, "CREATE TABLE place (a)")
    else:
        run = Followed(tmp_path, "app.log", "--state", "state")
        run.until(lambda: len(run.events()) == 2)
        run.end()
        if kind == "cut":
            state.write_bytes(state.read_bytes()[:5000])
        else:
            changed(state, "UPDATE place SET state = ?", b"cposix\nsystem\n(S'touch owned'\ntR.")
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 2)
    last = run.end()
    (aside,) = [path for path in tmp_path.glob("state.aside-*") if not path.name.endswith(("-wal", "-shm"))]
    assert any(aside.name in problem["message"] for problem in last["problems"])
    assert not (tmp_path / "owned").exists()


def test_one_state_one_process(tmp_path: Path) -> None:
    """A second process with the same state is refused; it does not put the file aside."""
    append(tmp_path / "app.log", LOG)
    run = Followed(tmp_path, "app.log", "--state", "state")
    run.until(lambda: len(run.events()) == 2)
    second = subprocess.run([*COMMAND, "follow", "app.log", "--state", "state"], cwd=tmp_path, capture_output=True, timeout=60, env=environment())  # fmt: skip
    assert second.returncode == 2 and b"in use" in second.stderr
    run.end()
    assert not list(tmp_path.glob("*aside*"))


class Model:
    """Random changes to a log; what was written is what must be counted."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.log = folder / "app.log"
        self.chance = chance
        self.written = 0
        self.log.touch()

    def write(self) -> None:
        for _ in range(self.chance.randint(1, 40)):
            self.written += 1
            append(self.log, numbered(self.written))

    def rotate(self) -> None:
        for number in range(KEPT - 1, 0, -1):
            old = self.log.with_name(f"app.log.{number}")
            if old.exists():
                old.rename(self.log.with_name(f"app.log.{number + 1}"))
        self.log.rename(self.log.with_name("app.log.1"))
        self.log.touch()


def test_killed_at_random_instants_the_counts_are_exact(tmp_path: Path) -> None:
    """`kill -9` while a writer appends and rotates: after going on, each event counts once."""
    chance = random.Random(7)
    model = Model(tmp_path, chance)
    run = Followed(tmp_path, "app.log", "--state", "state")
    model.write()
    run.until(lambda: bool(run.events()))
    time.sleep(0.5)  # the first look is on the disk
    for _ in range(KILLS):
        until = time.monotonic() + chance.uniform(0.1, chance.choice([1, 1, 7]))
        while time.monotonic() < until:
            model.write()
            if chance.random() < 0.05:
                model.rotate()
            time.sleep(chance.uniform(0, 0.1))
        run.process.kill()
        run.process.wait()
        model.write()
        run = Followed(tmp_path, "app.log", "--state", "state")
    last_line = b"ticket=%d" % model.written
    run.until(lambda: last_line in run.out.read_bytes(), 30 + KILLS)  # what runs that were killed early did not get to
    last = run.end()
    print(f"{KILLS} kills: {last['events']} of {model.written} events")
    assert last["events"] == model.written
    assert last["input"]["lines"] == model.written
    assert last["complete"] and last["problems"] == []


def test_random_sequences_against_a_model(tmp_path: Path) -> None:
    """Write, rotate, delete, end and go on, in any order: each event counts once. The writer waits for the reader
    before it deletes, since what nobody has read is gone then."""
    chance = random.Random(11)
    model = Model(tmp_path, chance)
    run = Followed(tmp_path, "app.log", "--state", "state")
    model.write()
    run.until(lambda: bool(run.events()))
    time.sleep(0.5)  # the first look is on the disk
    counted = 0
    for _ in range(ROUNDS):
        model.write()
        what = chance.choice(["rotate", "rotate", "delete", "restart", "nothing"])
        if what == "rotate":
            model.rotate()
        elif what == "delete":
            run.count(model.written - counted)
            model.log.unlink()
            time.sleep(chance.choice([0, 0.4]))
        elif what == "restart":
            counted = run.end()["events"]
            run = Followed(tmp_path, "app.log", "--state", "state")
        time.sleep(chance.choice([0, 0, 0.3]))
        assert counted + len(run.events()) <= model.written
    run.count(model.written - counted)
    assert run.end()["events"] == model.written


JOURNALCTL = """#!{python}
import json, sys, time
open("asked", "a").write(" ".join(sys.argv[1:]) + "\\n")
after = next((int(a.split("=")[1]) for a in sys.argv if a.startswith("--after-cursor=")), 0)
for number in range(after + 1, after + 4):
    print(json.dumps({{"__CURSOR": str(number), "__REALTIME_TIMESTAMP": "1795514400000000", "PRIORITY": "3",
        "_SYSTEMD_UNIT": "shop.service", "SYSLOG_IDENTIFIER": "shop", "_PID": "7",
        "MESSAGE": f"order failed, ticket={{number}}"}}), flush=True)
time.sleep(60)
"""


def test_the_journal_goes_on_after_its_cursor(tmp_path: Path) -> None:
    """`--journal -u` starts journalctl with the unit, and after a restart with the cursor of the last entry read."""
    tool = tmp_path / "bin" / "journalctl"
    tool.parent.mkdir()
    tool.write_text(JOURNALCTL.format(python=sys.executable))
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"
    for expected in ([1, 2, 3], [4, 5, 6]):
        run = Followed(tmp_path, "--journal", "-u", "shop", "--state", "state", path=path)
        run.count(3)
        assert tickets(run.events()) == expected
        last = run.end()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert last["events"] == 6
    assert "--unit=shop" in asked[0] and "--after-cursor" not in asked[0] and "--after-cursor=3" in asked[1]


def test_a_program_is_told_once_and_its_failure_is_no_end(tmp_path: Path) -> None:
    """`--on-incident`: JSON on its input, arguments as they are, no shell; of one incident once in the time; that it
    fails stands in the report."""
    tool = tmp_path / "tell"
    tool.write_text('#!/bin/sh\ncat >> told\necho "$1" >> arguments\nexit 7\n')
    tool.chmod(0o755)
    append(tmp_path / "app.log", ERROR * 3 + TRACE)
    run = Followed(tmp_path, "app.log", "--on-incident", "./tell '$(touch owned)'", "-o", "prometheus=x.prom")
    run.until(lambda: len(run.events()) == 4)
    run.until(lambda: (tmp_path / "told").exists() and (tmp_path / "told").read_text().count("\n") == 2)
    run.until(lambda: (tmp_path / "x.prom").exists())
    last = run.end()
    told = [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()]
    assert [one["schema"] for one in told] == ["logscan.incident/1"] * 2
    assert told[1]["event"]["exception"] == "KeyError" and told[1]["count"] == 1
    assert set((tmp_path / "arguments").read_text().splitlines()) == {"$(touch owned)"}
    assert not (tmp_path / "owned").exists()
    assert [problem["message"] for problem in last["problems"]] == ["./tell: ended with 7"]
    assert "logscan_events 4" in (tmp_path / "x.prom").read_text()


SIGNATURE = """\
schema: logscan.signature/1
id: shop.order-failed
title: An order failed
severity: error
action: page
status: stable
match: {message: "order failed, ticket="}
cause: An order that fails.
impact: One customer waits.
remediation: {summary: Look at the order.}
evidence: [{url: "https://shop.example/orders", shows: what the shop logs}]
evidence_level: reported
last_verified: 2026-11-24
examples:
  match: ["2026-11-24 10:00:00,123 ERROR shop: order failed, ticket=1"]
  no_match: ["2026-11-24 10:00:00,123 ERROR shop: all is lost"]
"""


def test_hang_up_reads_the_signatures_again(tmp_path: Path) -> None:
    """HUP: other signatures from the next line on, files and pipes alike, an incomplete line included; mistakes leave
    the old ones in force."""
    pack = tmp_path / "pack" / "shop" / "order-failed.yaml"
    pack.parent.mkdir(parents=True)
    run = Followed(tmp_path, "-", "app.log", "--signatures", "pack", stdin=subprocess.PIPE)
    pipe = run.process.stdin
    assert pipe is not None
    pipe.write(numbered(1) + numbered(2)[:30])
    pipe.flush()
    append(tmp_path / "app.log", numbered(3) + numbered(4)[:30])
    run.count(2)
    pack.write_text("id: [")
    run.process.send_signal(signal.SIGHUP)
    run.until(lambda: b"old ones stay" in (tmp_path / "err").read_bytes())
    pack.write_text(SIGNATURE)
    run.process.send_signal(signal.SIGHUP)
    run.until(lambda: b"read again" in (tmp_path / "err").read_bytes())
    pipe.write(numbered(2)[30:])
    pipe.flush()
    time.sleep(1)  # the incomplete line is read again, and known again
    append(tmp_path / "app.log", numbered(4)[30:])
    run.count(4)
    last = run.end()
    found = {int(event["message"].rpartition("=")[2]): event["signature"] for event in run.events()}
    mine = "shop.order-failed"
    assert found == {1: None, 2: mine, 3: None, 4: mine}
    assert last["input"]["lines"] == 4


def test_the_report_on_a_terminal(tmp_path: Path) -> None:
    """On a terminal the report is redrawn, under the rates of now, 5 min and 1 h, and stands there when Ctrl-C has ended
    it."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()).encode()
    append(tmp_path / "app.log", re.sub(rb"2026-11-24 10:00:\d\d", now, LOG))
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, 100))
    process = subprocess.Popen(
        [*COMMAND, "follow", "app.log", "--tz", "UTC"], cwd=tmp_path, stdout=theirs, env=environment(TERM="xterm")
    )
    os.close(theirs)
    shown = b""
    end = time.monotonic() + 20
    while b"Ctrl-C" not in shown and time.monotonic() < end:
        shown += os.read(ours, 65536)
    assert b"2 events" in shown and b"waiting for more" in shown
    assert re.search(rb"following 1 file, since [\d:]{8} UTC\r\n", shown)
    assert re.search(rb"[\d:]{8} NEW +\(first seen\) ", shown)
    assert re.search(rb"events a minute +now +5 min +1 h", shown) and re.search(rb"NEW .* 1 +0\.2 +<0\.1 ", shown)
    process.send_signal(signal.SIGINT)
    while True:
        try:
            block = os.read(ours, 65536)
        except OSError:  # how a terminal ends
            break
        shown += block
        if not block:
            break
    assert process.wait(10) == 130
    assert shown.count(b"2 events") >= 2 and b"\x1b[J" in shown


def test_lines_for_people(tmp_path: Path) -> None:
    """In a pipe, a line an event: when, how urgent, first or how often, back after how long; then the report. What
    could harm a terminal is escaped."""
    later = ERROR.replace(b"10:00:00", b"12:30:00")
    append(tmp_path / "app.log", ERROR + later + ERROR.replace(b"order", b"\x9b31m"))
    process = subprocess.Popen(
        [*COMMAND, "follow", "app.log", "--tz", "UTC"], cwd=tmp_path, stdout=subprocess.PIPE, env=environment()
    )
    assert process.stdout is not None
    shown = [process.stdout.readline().decode() for _ in range(3)]
    assert "first seen" in shown[0] and "2x, back after 2 h 30 min" in shown[1]
    assert not any("\x9b" in line for line in shown)
    process.stdout.close()  # the reader goes away: quiet
    append(tmp_path / "app.log", ERROR * 2)
    assert process.wait(10) in (0, 130)


def test_a_second_signal_ends_at_once(tmp_path: Path) -> None:
    """The first asks, the second does not wait."""
    append(tmp_path / "app.log", ERROR)
    run = Followed(tmp_path, "app.log", "--on-incident", "sleep 60")
    run.until(lambda: len(run.events()) == 1)
    run.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(1) == 143


def test_a_signal_while_it_starts_ends_with_the_report(tmp_path: Path) -> None:
    """From the moment in which the process takes signals, long before it reads: drained, the last line, 143."""
    append(tmp_path / "app.log", LOG)
    for wait in (0.0, 0.05, 0.15):
        run = Followed(tmp_path, "app.log", "--state", "state")
        run.until(partial(taken, run.process.pid))
        time.sleep(wait)
        assert run.end()["events"] == 2


def taken(pid: int) -> bool:
    """Whether a process of Linux has a handler for TERM (SigCgt in its /proc status)."""
    caught = Path(f"/proc/{pid}/status").read_text().partition("SigCgt:")[2].split()[0]
    return bool(int(caught, 16) >> signal.SIGTERM - 1 & 1)


@pytest.mark.parametrize("format", ["jsonl", "terminal"])
def test_a_rate_that_rises_is_told(tmp_path: Path, format: str) -> None:
    """Without another event: a line, or an object, a few seconds after an incident began to come often."""
    now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()).encode()
    append(tmp_path / "app.log", ERROR.replace(b"2026-11-24 10:00:00", now) * 7 + INFO)
    run = Followed(tmp_path, "app.log", "--format", format)
    run.until(lambda: b"RATE" in run.out.read_bytes() or b'"type":"rate"' in run.out.read_bytes(), 15)
    told = run.out.read_bytes().splitlines()[-1]
    if format == "terminal":
        assert b"(7 a minute, was 0; 5 min 1.4, 1 h 0.1)" in told
        run.process.kill()
        return
    line = json.loads(told)
    assert (line["per_minute"], line["per_minute_told_last"], line["per_minute_5min"]) == (7, 0, 1.4)
    assert line["key"].startswith("fp:") and line["action"] == "ticket"
    assert run.end()["events"] == 7
