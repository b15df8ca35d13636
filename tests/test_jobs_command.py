"""`--jobs`: real processes, their death, signals; one and the same report for any number of them."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import COMMAND, REFERENCE, TRACE, environment, logscan

from logscan import options

HEALTHY = b"2026-11-24 10:00:01,000 INFO shop.orders: order 1701 of customer 4711 is paid, packed and on its way\n"


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log that is large enough to be cut, and an archive."""
    folder = tmp_path_factory.mktemp("large")
    part = HEALTHY * 5000 + TRACE + TRACE.replace(b"17", b"18")
    (folder / "app.log").write_bytes(part * 18)
    (folder / "old.gz").write_bytes(gzip.compress(part))
    return folder


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log whose events fill a pipe: while nobody reads that, the scan goes on. No two tracebacks are alike."""
    path = tmp_path_factory.mktemp("dense") / "dense.log"
    with path.open("wb") as file:
        for number in range(3000):
            file.write(TRACE.replace(b"order 18", b"order %d" % number).replace(b"'coupon'", b"'c%d'" % number))
            if number % 1000 == 999:
                file.write(HEALTHY * 30_000)
    return path


def start(*arguments: str | Path) -> "subprocess.Popen[bytes]":
    """The command, running."""
    return subprocess.Popen(
        [*COMMAND, "scan", *map(str, arguments), *REFERENCE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def children(process: "subprocess.Popen[bytes]", count: int) -> list[int]:
    """Its workers, once there are so many."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        found = [int(pid) for pid in listed.read_text().split()]
        if len(found) >= count:
            return found
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    raise AssertionError("no workers")


def alive(pid: int) -> bool:
    """Whether a process runs; a dead one that nobody waits for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.fixture
def running(dense: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A scan by two workers that have begun."""
    process = start(dense, "--jobs", "2", "--format", "jsonl")
    try:
        children(process, 2)
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("format", ["json", "jsonl"])
def test_any_number_of_jobs_writes_the_same_bytes(logs: Path, format: str) -> None:
    """Reports and streams of events, byte for byte."""
    one, two, three = (
        logscan("scan", logs / "app.log", logs / "old.gz", *REFERENCE, "--format", format, "--jobs", jobs)
        for jobs in ("1", "2", "3")
    )
    assert one.returncode == 0, one.stderr
    assert one.stdout.count(b"KeyError") >= 1
    assert (one.stdout, one.stderr) == (two.stdout, two.stderr) == (three.stdout, three.stderr)


def test_a_program_with_threads_has_workers_that_do_not_inherit_them(logs: Path) -> None:
    """Forking is safe only in a process of one thread: another one gets workers by way of a fork server."""
    program = f"""
import threading
from datetime import UTC
from logscan import run
from logscan.job import Job
from logscan.registry import Settings
from logscan.signature import load
from logscan.workers import context
one = context().get_start_method()
threading.Thread(target=threading.Event().wait, daemon=True).start()
job = Job(load([]), Settings(), UTC, 0)
print(one, context().get_start_method(), run.scan([{str(logs)!r}], job, 2) == run.scan([{str(logs)!r}], job))
"""
    done = subprocess.run([COMMAND[0], "-c", program], capture_output=True, env=environment(), timeout=120)
    first = "fork" if sys.platform == "linux" else "forkserver"
    assert (done.stdout.decode(), done.stderr) == (f"{first} forkserver True\n", b"")


def test_a_worker_that_is_killed_costs_nothing(dense: Path) -> None:
    """SIGKILL, as the kernel sends it where memory is short: the same report, no problem, no other exit code."""
    process = start(dense, "--jobs", "2", "--format", "jsonl")
    try:
        victim = children(process, 2)[0]
        time.sleep(0.1)
        assert alive(victim)
        os.kill(victim, signal.SIGKILL)
        out, errors = process.communicate(timeout=120)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, errors) == (0, b"")
    assert out == logscan("scan", dense, *REFERENCE, "--format", "jsonl", "--jobs", "1").stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_workers_and_the_stream(
    running: "subprocess.Popen[bytes]", number: signal.Signals, code: int
) -> None:
    """What was counted is reported, marked as incomplete, and nobody goes on working."""
    workers = children(running, 2)
    time.sleep(0.3)
    running.send_signal(number)
    out, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (code, b"")
    assert out.splitlines()[-1].startswith(b'{"type":"end","complete":false,')
    assert not any(map(alive, workers))


def test_workers_leave_the_terminals_signals_to_their_parent(running: "subprocess.Popen[bytes]") -> None:
    """Ctrl-C reaches every process of a terminal's job: workers ignore it."""
    for worker in children(running, 2):
        status = Path(f"/proc/{worker}/status").read_text()
        for _ in range(200):
            ignored = int(status.split("SigIgn:")[1].split()[0], 16)
            if ignored >> (signal.SIGINT - 1) & 1:
                break
            time.sleep(0.01)
            status = Path(f"/proc/{worker}/status").read_text()
        assert ignored >> (signal.SIGINT - 1) & 1


def test_workers_end_with_their_parent(running: "subprocess.Popen[bytes]") -> None:
    """A parent that is killed leaves nobody behind."""
    workers = children(running, 2)
    time.sleep(0.3)
    running.kill()
    for _ in range(500):
        if not any(map(alive, workers)):
            break
        time.sleep(0.02)
    assert not any(map(alive, workers))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, []),
        ({"cpu.max": "max 100000"}, []),
        ({"cpu.max": "150000 100000"}, [1.5]),
        (
            {"cpu.max": "400000 100000", "app.slice/cpu.max": "200000 100000", "app.slice/x/cpu.max": "max 100000"},
            [2, 4],
        ),
        (
            {"cpu,cpuacct/app.slice/cpu.cfs_quota_us": "50000", "cpu,cpuacct/app.slice/cpu.cfs_period_us": "100000"},
            [0.5],
        ),
        ({"cpu,cpuacct/cpu.cfs_quota_us": "-1", "cpu,cpuacct/cpu.cfs_period_us": "100000"}, []),
    ],
)
def test_a_quota_of_a_control_group_limits_the_jobs(
    tmp_path: Path, files: dict[str, str], expected: list[float]
) -> None:
    """Both versions of control groups, of the process's own group and those above it."""
    own = tmp_path / "cgroup"
    own.write_text("4:cpu,cpuacct:/app.slice\n0::/app.slice/x\n")
    root = tmp_path / "root"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    assert sorted(set(options.quotas(str(root), str(own)))) == expected
