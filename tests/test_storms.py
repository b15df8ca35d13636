"""Storms: events that come again are counted as if each had been looked at.

Logs are drawn from few tracebacks under few headers, with other words at their ends: ids, quoted records, texts that
signatures know. Everything is compared with the path that reads every line.
"""

import json
import os
import random
from datetime import UTC
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logscan import known, summary
from logscan.model import Event, Level
from logscan.registry import Settings
from logscan.repeat import Repeat
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.summary import SummaryBuilder
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000

FRAMES = """Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 88, in apply_discount
    return prices["coupon"]
           ~~~~~~^^^^^^^^^^
"""
CAUSE = FRAMES + "KeyError: 'coupon'\n\nThe above exception was the direct cause of the following exception:\n\n"
TRACES = [
    FRAMES + "KeyError: {}",
    FRAMES + "httpx.RemoteProtocolError: {}",
    CAUSE + FRAMES.replace("cart", "order") + "shop.StoreError: {}",
    FRAMES
    + "sqlalchemy.exc.IntegrityError: duplicate key\n[SQL: INSERT INTO orders]\n(Background on this error at: {})",
    FRAMES + "ValueError: row is not valid\nthe last note {}",
    FRAMES
    + 'psycopg2.OperationalError: connection to server at "localhost" (::1), port 5432 failed: Connection refused\n'
    + "\tIs the server running on that host and accepting TCP/IP connections?\n"
    + 'connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused\n'
    + "\tIs the server running on that host and {}?\n",
    FRAMES + "ValueError: row is not valid\n    item,count\n    tea,seven {}",
    FRAMES.replace("/srv/app/shop", "/usr/lib/python3.11/site-packages/h11") + "h11.LocalProtocolError: {}",
    "  + Exception Group Traceback (most recent call last):\n"
    '  |   File "/srv/app/jobs.py", line 3, in main\n'
    "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n"
    "  +-+---------------- 1 ----------------\n"
    "    | Traceback (most recent call last):\n"
    '    |   File "/srv/app/jobs.py", line 9, in job\n'
    "    | OSError: {}\n"
    "    +------------------------------------",
]
HEADS = [
    "",
    "ERROR:    Exception in ASGI application\n",
    "{} ERROR [10876] shop.worker: order failed\n",
    "{} CRITICAL shop: going down\n",
    "{} WARNING shop: retrying\n",
    "WARNING: retrying\n",
    "Sun Nov 22 10:27:36.100000 2026 [core:error] [pid 12] AH00037: failed\n",
]
BETWEEN = [
    "{} INFO shop.db: handled\n",
    "{} ERROR shop.orders: order {} failed: upstream answered 503\n",
    "{} INFO shop.audit: last_error=None fatal=False\n",
    "a line that a program prints\n",
    "    an indented one\n",
    "\n",
    "Nov 22, 2026 10:27:36 AM shop.Orders load\n",
]
RECORDS = [
    "{} ERROR shop.orders: order {} failed: upstream answered 503\n",
    "{} ERROR [10876] shop.worker: connection to 10.0.0.{}:5432 refused\n",
    "{} CRITICAL shop: {}\n",
    "{} WARNING shop: pool of {} exhausted\n",
    "ERROR:    [Errno 98] error while attempting to bind on address ('::', {}): address already in use\n",
    "ERROR:    Traceback (most recent call last): {}\n",
    "{} ERROR shop: ValueError: row {} is not valid\n",
    "{} ERROR shop: key={} level=error msg=lost\n",
    "{} ERROR shop:\n",
    "Sun Nov 22 10:27:36.100000 2026 [core:error] [pid 12] AH00037: {} failed\n",
    "2026/11/22 10:27:36 [error] 7#7: *{} upstream timed out, client: 10.0.0.1\n",
    "E1122 10:27:36.100123       7 ctl.go:12] sync {} failed: not found\n",
    "I1122 10:27:36.100123       7 ctl.go:12] sync {}: not found\n",
    "[2026-11-22 10:27:36 +0000] [7] [ERROR] {} failed\n",
    "[2026-11-22 10:27:36 +0000] [7] [INFO] {} not found\n",
    "{} INFO shop.db: {}: database is locked\n",
    "{} INFO shop.db: key {} does not exist\n",
    "{} WARNING shop.db: Unclosed client session {}\n",
    "{} INFO gunicorn: WORKER TIMEOUT (pid:{})\n",
    "10:27:36.100 INFO  [main] shop - {} not found\n",
]
"""Errors of one line, and lines of lower levels that hold what signatures look for."""
WORDS = [
    "'coupon' (order {})",
    "Server disconnected without sending a response. ({})",
    "[Errno 111] Connection refused ({})",
    "[Errno 98] error while attempting to bind on address ('::', {}): address already in use",
    "no such table: orders_{}",
    "{}",
    "",
    "see {}:",
    "café {}",
    '2026-11-22 10:27:36 ERROR "quoted" {} ] /',
    "key={} level=error msg=lost",
    "{}: Traceback (most recent call last):",
    "too\rmuch {}",
    "cannot read /opt/lib/python3.11/data {}",
    "cannot read /opt/lib/python3.12/data {}",
    "see https://sqlalche.me/e/20/gkpj {}",
    "see https://sqlalche.me/e/14/gkpj {}",
    "Stack (most recent call last): {}",
    "| {} |",
    "   {} ",
]


MESSAGES = [
    "order failed",
    "ERROR:    Exception in ASGI application",
    "order {} failed",
    "two\nlines",
    "Traceback",
    "Exception in callback H11Protocol.timeout_keep_alive_handler()",
    "panic: runtime error",
    "Exception in thread Thread-{}:",
    "2026-11-22 10:27:36 ERROR it",
    "a b=c d=e",
]
ODD_LINES = [
    "a line without a prefix",
    "   an indented one",
    "",
    "Nov 22 10:36:02 web02 shop[11116]: INFO:     the same name on another host",
    "Nov 22 10:36:02 web01 nginx[7]: passed on by web01 shop[11116]: ERROR:    Exception",
    "Nov 22 10:36:02 web01 shop[11116]: [12B blob data]",
    "Nov 22 10:36:02 web01 shop[11116]: one#012two",
    "Nov 22 10:36:02 web01 shop[11116]: a=b level=error msg=lost",
    "Nov 22 10:36:02 web01 shop[11118]: INFO:     another process",
    "-- Boot 0123456789abcdef0123456789abcdef --",
    "2026-11-22T10:36:02.001000000Z stderr F",
    "2026-11-22T10:36:02.001000000Z stderr P Traceback (most recent",
    "2026-11-22T10:36:02.001000000Z stderr F:x level=error msg=lost",
    "2026-11-22T10:36:02.001000000Z stderr written before there were tags",
    "2026-11-22T10:36:02.001000+00:00 heroku[router]: at=error code=H12",
    "2026-11-22T10:36:02.001000+00:00 app[shop.11116]:",
]


def plain_lines(rng: random.Random, rare: float, most: int) -> list[str]:
    """The lines of a storm that one program prints."""
    traces = rng.sample(TRACES, rng.choice([1, 1, 2, 3]))
    heads = rng.sample(HEADS, rng.choice([1, 1, 2, 3]))
    words = rng.sample(WORDS, rng.randrange(1, 4))
    between, alone = rng.choice([0.0, rare, 0.7]), rng.choice([0.0, 0.0, rare, 0.9])
    records = rng.sample(RECORDS, rng.choice([1, 1, 2, 3]))
    out, second = [], 0
    for _ in range(rng.randrange(8, most)):
        second += rng.choice([0, 1, 1, 1, 70, -9000 if rng.random() < rare else 2])
        clock = f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        stamp = f"2026-11-2{1 + second // 86400 % 8} {clock}"
        stamp += rng.choice([",100", ""]) if rng.random() < rare else ",123"
        said = rng.choice(words).format(f"{rng.getrandbits(32):08x}")
        event = rng.choice(heads).format(stamp) + rng.choice(traces).replace("{}", said) + "\n"
        if rng.random() < alone:
            record = rng.choice(records)
            event = record.format(stamp if record.startswith("{}") else said, said)
        while rng.random() < between:
            event = rng.choice(BETWEEN).format(stamp, rng.getrandbits(16)) + event
        out.append(event)
    return "".join(out).split("\n")[:-1]


PREFIXES = {
    "short": "Nov 22 10:{0:02d}:{1:02d} web01 shop[{3}]: ",
    "precise": "Nov 22 10:{0:02d}:{1:02d}.{2:03d}000 web01 shop[{3}]: ",
    "iso": "2026-11-22T10:{0:02d}:{1:02d}+0000 web01 shop[{3}]: ",
    "iso-precise": "2026-11-22T10:{0:02d}:{1:02d}.{2:03d}000+0000 web01 shop[{3}]: ",
    "unix": "17953437{1:02d}.{2:03d}000 web01 shop[{3}]: ",
    "cri": "2026-11-22T10:{0:02d}:{1:02d}.{2:03d}000000Z {4} {5} ",
    "kubectl": "2026-11-22T10:{0:02d}:{1:02d}.{2:03d}000000Z ",
    "heroku": "2026-11-22T10:{0:02d}:{1:02d}.{2:03d}000+00:00 app[shop.{3}]: ",
}
"""Of a minute, a second, milliseconds, a pid, a container's output, and whether the line is cut (P) there or not (F)."""


def side_by_side(rng: random.Random, rare: float) -> list[str]:
    """The short journal of up to three processes, or a container's log, or another one with prefixes: runs of lines of
    one and another, a second now and then."""
    left = {11116 + n: plain_lines(rng, rare, 60)[::-1] for n in range(rng.randrange(1, 4))}
    longest, prefix = rng.choice([1, 3, 40]), PREFIXES[rng.choice(["short", "short", "short", *PREFIXES])]
    out, second = [], 0
    while left:
        pid = rng.choice(list(left))
        for _ in range(rng.randrange(1, longest + 1)):
            second += rng.random() < rng.choice([0.0, 0.02, rare / 5])
            if rng.random() < rare / 20:
                out.append(rng.choice(ODD_LINES))
            if left[pid]:
                cut = "P" if rng.random() < rare / 5 else "F"
                output = "stderr" if pid % 2 else "stdout"
                begin = prefix.format(second // 60 % 60, second % 60, len(out) % 1000, pid, output, cut)
                out.append(begin + left[pid].pop())
        if not left[pid]:
            del left[pid]
    return out


def objects(rng: random.Random, rare: float) -> list[str]:
    """JSON lines of one program, now and then with a line that it prints."""
    traces = rng.sample(TRACES, rng.randrange(1, 4))
    messages = rng.sample(MESSAGES, rng.randrange(1, 3))
    words = rng.sample(WORDS, rng.randrange(1, 4))
    out = []
    for second in range(rng.randrange(8, 60)):
        said = rng.choice(words).format(f"{rng.getrandbits(32):08x}")
        record = {
            "timestamp": f"2026-11-21 00:{second % 60:02d}:00,123",
            "level": rng.choice(["warning", "info", "critical"]) if rng.random() < rare else "error",
            "logger": "shop",
            "message": rng.choice(messages).replace("{}", str(rng.getrandbits(16))),
            "exc_info": rng.choice(traces).replace("{}", said),
            "request_id": f"{rng.getrandbits(64):016x}",
            "worker": rng.randrange(3),
        }
        for gone in ("exc_info", "timestamp"):
            if rng.random() < rare / 3:
                del record[gone]
        if rng.random() < rare / 3:
            out.append(rng.choice(["printed", *FRAMES.split("\n"), "KeyError: 1"]))
        out.append(json.dumps(record))
    return out


@st.composite
def storms(draw: st.DrawFn) -> bytes:
    """A plain log, the short journal of some processes, or JSON lines."""
    rng = random.Random(draw(st.integers(0, 1 << 30)))
    rare = rng.choice([0.0, 0.05, 0.3])
    kind = draw(st.sampled_from(["plain", "journal", "journal", "objects"]))
    if kind == "plain":
        lines = plain_lines(rng, rare, 60)
    else:
        lines = side_by_side(rng, rare) if kind == "journal" else objects(rng, rare)
    return ("\n".join(lines) + "\n").encode()


def read(data: bytes, size: int, level: Level, slow: bool = False) -> tuple[list[Event | Repeat], int]:
    """What a scanner reads of a log in blocks, and the lines that it counts."""
    scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow, level=level), Clock(UTC, REFERENCE), "log")
    out: list[Event | Repeat] = []
    for at in range(0, len(data), size):
        out += scanner.read(data[at : at + size])
    return out + scanner.finish(), scanner.lines


EXAMPLES = int(os.environ.get("LOGSCAN_LAWS", "50"))
SEEN = {"repeats": 0}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="LOGSCAN_LAWS" not in os.environ,
)
@given(storms(), st.sampled_from([1 << 20, 3000, 700]), st.sampled_from(["error", "error", "warning"]))
def test_what_comes_again_is_what_it_would_be(data: bytes, size: int, level: Level) -> None:
    """Each event of a storm is the one that the every-line path makes, also as it is counted; so is their sum."""
    fast, lines = read(data, size, level)
    slow, others = read(data, 1 << 20, level, slow=True)
    events: list[Event] = []
    quick, whole = SummaryBuilder(), SummaryBuilder()
    for each in fast:
        if isinstance(each, Repeat):
            SEEN["repeats"] += 1
            event, outcome = each.event(), each.outcome
            assert (outcome.signature, outcome.fingerprint, outcome.coarse) == (
                event.signature, event.fingerprint, event.coarse,
            )  # fmt: skip
            assert (each.time, each.offset, each.follows) == (event.time, event.offset, event.follows)
            events.append(event)
            quick.repeat(each)
        else:
            events.append(each)
            quick.add(each)
    for event in events:
        whole.add(event)
    assert events == slow
    assert lines == others
    assert quick.done() == whole.done()


def test_repeats_at_many_times_are_counted_meanwhile() -> None:
    """A log may last for ever: the seconds of repeats are bounded, and what is counted is the same."""
    trace = FRAMES + "KeyError: 'coupon'\n"
    data = "".join(
        f"2026-11-22 {n // 60:02d}:{n % 60:02d}:00,123 ERROR shop: failed\n{trace}" for n in range(1200)
    ).encode()
    found, _ = read(data, 1 << 20, "error")
    repeats = [each for each in found if isinstance(each, Repeat)]
    assert len(repeats) > 1100
    sums = []
    for most in (summary.MAX_SECONDS, 7):
        with mock.patch.object(summary, "MAX_SECONDS", most):
            builder = SummaryBuilder()
            for each in repeats:
                builder.repeat(each)
                assert builder._seconds <= most
            sums.append(builder.done())
    assert sums[0] == sums[1]
    assert sum(tally.count for tally in sums[0].unknown.values()) == len(repeats)


def test_what_does_not_come_again_is_not_learnt_at_once() -> None:
    """The first few things wait for a second meeting; then all is learnt, until most of it never comes again."""
    worth = known.Worth()
    assert not any(worth.of(key) for key in range(known.FEW))
    assert worth.of(0)
    assert all(worth.of(key) for key in range(100, 99 + known.FIRST))
    assert not worth.of(9999)
    assert worth.of(9999)
    worth.again = worth.learnt
    assert worth.of(10_000)


def test_storms_have_repeats() -> None:
    """The logs above do hold what they are drawn for."""
    assert SEEN["repeats"] > EXAMPLES, SEEN
