"""Storms: events that come again are counted as if each had been looked at.

Logs are drawn from few tracebacks under few headers, with other words at their ends: ids, quoted records, texts that
signatures know. Everything is compared with the path that reads every line.
"""

import json
import os
import random
from datetime import UTC

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logscan.model import Event
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
    "Sun Nov 22 10:27:36.100000 2026 [core:error] [pid 12] AH00037: failed\n",
]
BETWEEN = [
    "{} INFO shop.db: handled\n",
    "{} ERROR shop.orders: order {} failed: upstream answered 503\n",
    "{} INFO shop.audit: last_error=None fatal=False\n",
    "a line that a program prints\n",
    "    an indented one\n",
    "\n",
]
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


@st.composite
def storms(draw: st.DrawFn) -> bytes:
    """A plain log, the short journal of two processes, or JSON lines."""
    rng = random.Random(draw(st.integers(0, 1 << 30)))
    traces = rng.sample(TRACES, rng.randrange(1, 4))
    heads = rng.sample(HEADS, rng.randrange(1, 4))
    words = rng.sample(WORDS, rng.randrange(1, 4))
    rare = rng.choice([0.0, 0.05, 0.3])
    as_records = draw(st.integers(0, 3)) == 0
    out, second = [], 0
    for _ in range(rng.randrange(8, 60)):
        second += rng.choice([0, 1, 1, 1, 70, -9000 if rng.random() < rare else 2])
        stamp = (
            f"2026-11-2{1 + second // 86400 % 8} {second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
        )
        stamp += rng.choice([",100", ""]) if rng.random() < rare else ",123"
        said = rng.choice(words).format(f"{rng.getrandbits(32):08x}")
        trace = rng.choice(traces).replace("{}", said)
        if as_records:
            record = {"timestamp": stamp, "level": "error", "logger": "shop", "message": "order failed",
                      "exc_info": trace, "request_id": f"{rng.getrandbits(64):016x}", "worker": rng.randrange(3)}  # fmt: skip
            out.append(json.dumps(record) + "\n")
            continue
        event = rng.choice(heads).format(stamp) + trace + "\n"
        out.append(event if rng.random() >= rare else rng.choice(BETWEEN).format(stamp, rng.getrandbits(16)) + event)
    text = "".join(out)
    if as_records or draw(st.booleans()):
        return text.encode()
    lines = [f"Nov 22 10:36:{n // 20 % 60:02d} web01 shop[{11116 + (n // 7) % 2}]: {line}" for n, line in
             enumerate(text.split("\n")[:-1])]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def read(data: bytes, size: int, slow: bool = False) -> tuple[list[Event | Repeat], int]:
    """What a scanner reads of a log in blocks, and the lines that it counts."""
    scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
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
@given(storms(), st.sampled_from([1 << 20, 3000, 700]))
def test_what_comes_again_is_what_it_would_be(data: bytes, size: int) -> None:
    """Each event of a storm is the one that the every-line path makes, also as it is counted; so is their sum."""
    fast, lines = read(data, size)
    slow, others = read(data, 1 << 20, slow=True)
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


def test_storms_have_repeats() -> None:
    """The logs above do hold what they are drawn for."""
    assert SEEN["repeats"] > EXAMPLES, SEEN
