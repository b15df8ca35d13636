"""Pieces = whole: whatever does the work, and wherever a file is cut, the sum and the events are those of one scan."""

import gzip
import json
import pickle
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from command import SAMPLES
from hypothesis import given, settings
from hypothesis import strategies as st
from test_laws import (
    EXAMPLES,
    FRAGMENTS,
    LAWS,
    MODULES,
    NEAR,
    REFERENCE,
    RULES,
    SPELLINGS,
    TRACE,
    changed,
    journal,
    logs,
)

from logscan import (
    feeder,
    linetext,
    pieces,
    plan,
    run,
    scanner,
    shared,
    sources,
)
from logscan.job import Job
from logscan.model import Event, Level
from logscan.registry import Settings
from logscan.summary import Summary

NEAR_HERE = {**NEAR, "PROBE": 4}
MODULES_HERE = (*MODULES, pieces)


@pytest.fixture(autouse=True, scope="module")
def near() -> Iterator[None]:
    """Small distances, so that logs of a few kilobytes reach every limit."""
    with changed([(m, n, value) for m in MODULES_HERE for n, value in NEAR_HERE.items() if hasattr(m, n)]):
        yield


def cutting(width: int, block: int = 300) -> Any:
    """Files are cut into segments of `width` bytes, however small they are, and read in small blocks."""
    return changed(
        [
            *((plan, name, width) for name in ("MIN_SEGMENT", "MAX_SEGMENT", "MAX_TOLD", "TOGETHER")),
            *((module, "LARGE", 1) for module in (run, shared)),
            (plan, "BLOCK", block),
        ]
    )


class Inline(Executor):
    """An executor that does each task when it is given, on copies, as another process would get them. `die`: asked
    before each task whether the worker dies of it."""

    def __init__(self, die: Callable[[], bool] = lambda: False) -> None:
        self.done = 0
        self._die = die
        self._broken = False

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self._broken = self._broken or self._die()
        if self._broken:
            future.set_exception(BrokenProcessPool("a worker died"))
        else:
            future.set_result(pickle.loads(pickle.dumps(work(*pickle.loads(pickle.dumps(args)), **kwargs))))
            self.done += 1
        return future


def scan(
    paths: Sequence[Path], jobs: int = 1, executor: Executor | None = None, level: Level = "error"
) -> tuple[Summary, list[Event]]:
    """The sum and the events of a scan by so many jobs."""
    events: list[Event] = []
    job = Job(RULES, Settings(level=level, reference=REFERENCE), UTC, REFERENCE, REFERENCE, on_event=events.append)
    return run.scan([str(path) for path in paths], job, jobs, lambda flag: executor or Inline()), events


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where random logs are written."""
    return tmp_path_factory.mktemp("logs")


@settings(parent=LAWS, max_examples=EXAMPLES)
@given(st.lists(logs(), min_size=1, max_size=8), st.integers(1, 6000), st.integers(16, 2000), st.data())
def test_any_cuts_of_any_log(folder: Path, texts: list[bytes], width: int, block: int, more: st.DataObject) -> None:
    """Cut anywhere, on random logs of all transports: the same sum, the same events in the same order."""
    path = folder / "any.log"
    path.write_bytes(b"".join(text if text.endswith(b"\n") else text + b"\n" for text in texts[:-1]) + texts[-1])
    level: Level = more.draw(st.sampled_from(["error", "error", "warning"]))
    with cutting(max(width, path.stat().st_size // 60), block):  # more pieces take minutes, and try nothing else
        assert scan([path], 2, level=level) == scan([path], level=level)


def test_what_is_out_of_reach_is_forgotten_wherever_the_cut_is(folder: Path) -> None:
    """Law 3: a record's first line further back than LOOKBACK takes no second one, in a piece or in the whole."""

    def entry(message: str, filler: int = 0) -> str:
        fields = {"_PID": "100", "_TRANSPORT": "stdout", "SYSLOG_IDENTIFIER": "web", "_CMDLINE": "x" * filler}
        lines = [
            f"\t{json.dumps(name)} : {json.dumps(value)}" for name, value in (fields | {"MESSAGE": message}).items()
        ]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    path = folder / "reach.log"
    for filler in range(260, 420, 32):
        first = entry("Nov 22, 2026 10:27:36 AM shop.Orders load", filler)
        path.write_text(first + entry("WARNING: retrying") + entry('  File "/srv/shop/cart.py", line 88, in pay'))
        with cutting(1, 70):
            assert scan([path], 2) == scan([path]), filler


def test_a_verdict_is_remembered_by_all_that_was_parsed(folder: Path) -> None:
    """Pieces = whole: tracebacks on their headers' own lines, alike but for what the header says."""
    path = folder / "heads.log"
    line = "2026-11-22T10:36:00.00000%d000Z stderr F shop.rb:34:in `load': no order (ShopError)\n"
    healthy = "2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok\n" * 20
    path.write_text(healthy + "".join(line % n for n in range(4)))
    whole = scan([path])
    assert len(whole[1]) == 4
    with cutting(1, 16):
        assert scan([path], 2) == whole


OWNED = b"""\
Nov 22 10:36:00 web01 api[101]: 2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok
2026-11-22 10:27:35,144 INFO shop.orders: order 17 ok
[E 261122 10:27:36 web:2108] Uncaught exception GET /pay (127.0.0.1)
      File "/srv/app/shop/cart.py", line 88, in apply_discount
        return prices["coupon"]
               ~~~~~~^^^^^^^^^^
    KeyError: 'coupon'
2026-11-22 10:27:36,100 WARNING shop.db: retrying
Traceback (most recent call last):
    return prices["coupon"]
"""


def test_the_owner_of_a_line_looked_back_at_is_within_reach_of_the_line_that_is_read(folder: Path) -> None:
    """Law 3: whose an unclaimed line is does not depend on how many bytes before it are still there."""
    path = folder / "owned.log"
    path.write_bytes(OWNED)
    with cutting(1 << 20, 1 << 20):
        whole = scan([path])
    for block in (16, 50, 100, 300):
        with cutting(1, block):
            assert scan([path], 2) == whole
            assert scan([path]) == whole


def logs_of_samples() -> list[Path]:
    """Real logs: every one in the long run, else some of each kind."""
    every = sorted(path for path in SAMPLES.rglob("*") if path.suffix in (".log", ".txt", ".json"))
    return every if EXAMPLES > 50 else every[::16]


@pytest.mark.parametrize("path", logs_of_samples(), ids=lambda path: path.relative_to(SAMPLES).as_posix())
def test_any_cuts_of_real_logs(path: Path) -> None:
    """The same on every sample: cut inside entries, tracebacks, lines, and where nothing happens."""
    whole = scan([path])
    rng = random.Random(7)
    size = max(path.stat().st_size, 1)
    for width in {rng.randrange(1, size + 1) for _ in range(3)} | {max(size // 40, 1)}:
        with cutting(width, rng.randrange(100, 4000)):
            assert scan([path], 2) == whole


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_cuts_inside_entries(folder: Path, spelling: str) -> None:
    """Cuts a few bytes apart in every transport's spelling: inside entries of several lines, cut entries, tracebacks."""
    rng = random.Random(spelling)
    fragments = [*rng.choices(FRAGMENTS, k=6), "2026-11-22 10:27:36,000 WARNING shop.db: retrying\n" + TRACE]
    path = folder / f"{spelling}.log"
    path.write_text(journal(fragments, rng, spelling))
    whole = scan([path])
    for width in (150, 410, 590, 1300):
        with cutting(width):
            assert scan([path], 2) == whole


def test_a_line_longer_than_segments(folder: Path) -> None:
    """Cuts inside a line that is too long to be kept, and in one without an end: nothing begins in such a segment."""
    path = folder / "long.log"
    error = b"2026-11-22 10:27:36,100 ERROR shop: "
    path.write_bytes(error + b"a\n" + error + b"x" * 9000 + b"\n" + error + b"b\n" * 9 + error + b"y" * 5000)
    limits = [(scanner, "MAX_LINE", 2000), (feeder, "MAX_LINE", 2000)]
    with changed([*limits, (linetext, "LINE_HEAD", 500), (linetext, "LINE_TAIL", 200)]):
        whole = scan([path])
        assert whole[0].limits["truncated_lines"] == 2
        for width in (300, 700, 5000, 12_000):
            with cutting(width):
                assert scan([path], 2) == whole


def test_a_state_that_never_meets_is_carried_on(folder: Path) -> None:
    """A traceback that spans several cuts: no worker can meet inside it, so its segments are read from the carried
    state."""
    frames = "".join(f'  File "/srv/app/deep.py", line {n}, in deep\n    deep()\n' for n in range(50))
    path = folder / "deep.log"
    path.write_text(
        "2026-11-22 10:27:36,100 ERROR shop: deep\nTraceback (most recent call last):\n"
        + frames
        + "RecursionError: maximum recursion depth exceeded\n"
        + "2026-11-22 10:27:37,100 INFO shop: on\n" * 100
    )
    with cutting(700):
        counted, events = scan([path], 2)
    assert [event.exception for event in events] == ["RecursionError"]
    assert (counted, events) == scan([path])


def test_what_is_lost_and_repeated_is_counted_once(folder: Path) -> None:
    """Lines that tell of losses and restarts, on both sides of many cuts: each counts once."""
    rng = random.Random(3)
    told = [
        "systemd-journald[7]: Suppressed 12 messages from shop.service",
        "rsyslogd: message repeated 3 times: [ 2026-11-22 10:27:36,100 ERROR shop.db: query failed]",
        "systemd[1]: Started shop.service - Shop.",
        "-- Boot 0f53479d3a045ac8e11786248231fbf --",
        "kernel: Linux version 6.1.0",
    ]
    lines = [
        line for _ in range(30) for line in journal(["ERROR x: y", "INFO z", "DEBUG w"], rng, "short").splitlines()
    ]
    text = ""
    for number, line in enumerate(lines):
        text += line + "\n"
        if number % 5 == 0:
            said = told[number // 5 % len(told)]
            text += (said if said.startswith("--") else f"Nov 22 10:36:{number % 60:02d} web01 {said}") + "\n"
    path = folder / "told.log"
    path.write_text(text)
    whole = scan([path])
    assert whole[0].lost_upstream["journald_suppressed"] > 12
    assert len(whole[0].marks) > 1
    for width in (450, 700, 1100, 2300):
        with cutting(width):
            assert scan([path], 2) == whole


def test_many_sources_in_order(folder: Path) -> None:
    """Small files together, large ones cut, a missing one and archives between them: the order of the command line."""
    made = folder / "many"
    made.mkdir()
    rng = random.Random(5)
    for number in range(12):
        text = journal([rng.choice(["ERROR x: y", "INFO z"]) for _ in range(9)], rng, rng.choice(["short", "json"]))
        data = text.encode() * rng.choice([1, 1, 9])
        named = made / f"{number:02d}.log"
        named.write_bytes(gzip.compress(data) if number % 4 == 0 else data)
    (made / "05.log").write_bytes(b"\0\1\2\3" * 999)
    paths = [*sorted(made.iterdir()), made / "gone.log"]
    whole = scan(paths)
    assert whole[0].skipped
    assert whole[0].problems
    with cutting(900), changed([(run, "LARGE", 3000), (shared, "LARGE", 3000)]):
        assert scan(paths, 3) == whole


@pytest.mark.parametrize("deaths", [[2], [0], [1, 3], [1, 2, 3], [0, 0, 0, 0]])
def test_deaths_of_workers_cost_nothing(folder: Path, deaths: list[int]) -> None:
    """A pool that breaks is replaced, then done without: nothing is lost, nothing counts twice, no problem is told.
    `deaths`: before which task of each pool a worker dies."""
    path = folder / "death.log"
    path.write_text(journal(["ERROR x: y", "INFO z"] * 40, random.Random(1), "short"))
    pools: list[Inline] = []

    def make(flag: Any) -> Executor:
        pool = Inline(lambda: len(pools) <= len(deaths) and pool.done == deaths[len(pools) - 1])
        pools.append(pool)
        return pool

    events: list[Event] = []
    job = Job(RULES, Settings(reference=REFERENCE), UTC, REFERENCE, REFERENCE, on_event=events.append)
    with cutting(500):
        counted = run.scan([str(path)], job, 2, make)
    assert (counted, events) == scan([path])
    assert 2 <= len(pools) <= 3
    assert not counted.problems


def test_where_no_pool_can_be_made_one_process_does_it_all(folder: Path) -> None:
    """A machine without semaphores, or without room for more processes."""
    path = folder / "alone.log"
    path.write_text(journal(["ERROR x: y", "INFO z"] * 40, random.Random(1), "short"))

    def make(flag: Any) -> Executor:
        raise OSError(38, "no semaphores here")

    job = Job(RULES, Settings(reference=REFERENCE), UTC, REFERENCE, REFERENCE)
    with cutting(500):
        assert run.scan([str(path)], job, 2, make) == scan([path])[0]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_shrinks_meanwhile_ends_where_it_ends(folder: Path, jobs: int) -> None:
    """Truncated after it was found: what is there is counted once, nothing fails, and the sum is not called complete."""
    path = folder / "shrinks.log"
    text = journal(["ERROR x: y", "INFO z"] * 150, random.Random(1), "short")
    half = text[: text.index("\n", len(text) // 2) + 1]
    path.write_text(text)
    cut = shared.cuts

    def shrink(begin: int, end: int, jobs: int, most: int) -> Iterator[tuple[int, int]]:
        path.write_text(half)
        return cut(begin, end, jobs, most)

    find = sources.find

    def found_before(paths: Sequence[str]) -> Any:
        found = list(find(paths))
        path.write_text(half)
        return found

    changed_by = (
        mock.patch.object(shared, "cuts", shrink) if jobs > 1 else mock.patch.object(sources, "find", found_before)
    )
    with cutting(500), changed_by:
        summary, events = scan([path], jobs)
    whole, all_events = scan([path])
    assert (summary.known, summary.unknown, summary.lines, events) == (
        whole.known,
        whole.unknown,
        whole.lines,
        all_events,
    )
    assert whole.complete and not summary.complete
    assert [(each.kind, each.message) for each in summary.problems] == [("cut", sources.SHRUNK)]


def test_a_scan_that_is_stopped_counts_what_it_had(folder: Path) -> None:
    """Asked to end in the middle: incomplete, and what was counted is the beginning of the whole."""
    path = folder / "stopped.log"
    path.write_text(journal(["ERROR x: y", "INFO z"] * 60, random.Random(1), "short"))
    events: list[Event] = []
    job = Job(
        RULES, Settings(reference=REFERENCE), UTC, REFERENCE, REFERENCE, on_event=events.append,
        stopped=lambda: len(events) >= 5,
    )  # fmt: skip
    with cutting(700):
        counted = run.scan([str(path)], job, 2, lambda flag: Inline())
    whole, every = scan([path])
    assert not counted.complete
    assert 5 <= len(events) < len(every)
    assert events == every[: len(events)]
    assert counted.bytes < whole.bytes
