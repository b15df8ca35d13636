"""Damage that real files have: the event is found all the same, with its lines, its exception and its frame.

Each case takes one healthy log, with one error record and its traceback in it, and does to it what terminals, editors,
log rotation and ticket systems do.
"""

import time
from datetime import UTC

import pytest

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000
OK = b"2026-11-22 10:27:37,100 INFO shop.db: ok\n"
RECORD = b"2026-11-22 10:27:36,100 ERROR shop.db: query failed\n"
TRACE = b"""Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 88, in apply_discount
    return prices["coupon"]
           ~~~~~~^^^^^^^^^^
KeyError: 'coupon'
"""
LOG = OK + RECORD + TRACE + OK
BAR = b" 10%|#         | 1/10 [00:00<00:01, 9.98it/s]\r 20%|##        | 2/10 [00:00<00:00, 9.98it/s]\r"
TQDM = "\r 20%|██        | 1/5 [00:00<00:00,  8.32it/s]\r 40%|████      | 2/5 [00:00<?, ?it/s]".encode()


def scan(data: bytes, *, slow: bool = False) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    return scanner.feed(data) + scanner.finish()


def in_bytes(data: bytes, size: int) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    out = [event for at in range(0, len(data), size) for event in scanner.feed(data[at : at + size])]
    return out + scanner.finish()


def prefixed(prefix: bytes, data: bytes) -> bytes:
    return b"".join(prefix + line for line in data.splitlines(True))


WHOLE = {
    "nothing": LOG,
    "CRLF": LOG.replace(b"\n", b"\r\n"),
    "CR CR LF": LOG.replace(b"\n", b"\r\r\n"),
    "a byte order mark where files were joined": OK + b"\xef\xbb\xbf" + RECORD + TRACE + OK,
    "a hole of NULs before": b"\0" * 4000 + LOG,
    "a hole of NULs in a line": OK + b"\0" * 500 + RECORD + TRACE + OK,
    "NULs in the traceback": LOG.replace(b"  File", b"\0\0\0  File"),
    "NULs in a message": LOG.replace(b"query", b"qu\0\0ery"),
    "colours": LOG.replace(b"ERROR", b"\x1b[31mERROR\x1b[0m").replace(b"KeyError", b"\x1b[1;35mKeyError\x1b[0m"),
    "colours within words": LOG.replace(b"ERROR", b"\x1b[31mER\x1b[0mROR").replace(b"Trace", b"Tra\x1b[1mce"),
    "a window's title": LOG.replace(RECORD, b"\x1b]0;shop\x07" + RECORD),
    "links on paths": LOG.replace(
        b'"/srv/app/shop/cart.py"', b'\x1b]8;;file:///a\x1b\\"/srv/app/shop/cart.py"\x1b]8;;\x1b\\'
    ),
    "a progress bar before the record": LOG.replace(RECORD, BAR + RECORD),
    "a progress bar before a frame": LOG.replace(b"  File", BAR + b"  File"),
    "a progress bar before the final line": LOG.replace(b"KeyError", BAR + b"KeyError"),
    "a progress bar that is still open": LOG.replace(RECORD, BAR.rstrip(b"\r") + TQDM + RECORD),
    "a progress bar that goes on below": LOG.replace(RECORD, TQDM + RECORD).replace(OK, TQDM + b"\n" + OK),
    "a bar wiped with blanks": LOG.replace(RECORD, BAR + b" " * 40 + b"\r" + RECORD),
    "bad UTF-8": LOG.replace(b"query", b"qu\xff\xfery"),
    "a vertical tab": LOG.replace(b"query", b"qu\x0bery"),
    "no last line end": LOG.removesuffix(OK)[:-1],
    "a long line before": OK + b"x" * 3_000_000 + b"\n" + RECORD + TRACE + OK,
    "a long message": LOG.replace(b"query failed", b"query failed " + b"y" * 2_000_000),
    "a long line of the traceback": LOG.replace(b'    return prices["coupon"]', b"    return " + b"z" * 1_200_000),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_damaged_log_still_holds_its_event(case: str) -> None:
    """Record and traceback are one event, with its level, exception and frame; nothing else is one."""
    data = WHOLE[case]
    events = scan(data)
    assert [(e.level, e.exception, len(e.frames), e.incomplete) for e in events] == [("error", "KeyError", 1, None)]
    event = events[0]
    assert event.time == 1_795_343_256_100_000
    assert event.last_line - event.first_line == 5
    assert "\x1b" not in event.text and "%|" not in event.text and "\0" not in event.text.strip("\0")[:4]


@pytest.mark.parametrize("case", WHOLE)
def test_damage_breaks_no_law(case: str) -> None:
    """Fast = slow, and whole = in blocks."""
    data = WHOLE[case]
    whole = scan(data)
    assert scan(data, slow=True) == whole
    assert in_bytes(data, 1000 if len(data) < 10_000 else 200_000) == whole


@pytest.mark.parametrize("mark", [b"> ", b">", b"> > ", b"| ", b"    ", b"\t", b"  "])
def test_a_block_pasted_with_a_prefix_is_found(mark: bytes) -> None:
    """As mail, tickets and Markdown quote it: the traceback's lines, exception and frame."""
    for pasted in (b"Seen on web01:\n\n" + prefixed(mark, TRACE) + b"\nAny idea?\n", prefixed(mark, LOG)):
        events = scan(pasted)
        assert [(e.exception, len(e.frames)) for e in events] == [("KeyError", 1)]
        assert scan(pasted, slow=True) == events
        assert events[0].trace_first_line is not None
        assert events[0].last_line - events[0].trace_first_line == 4


def test_a_cut_log_says_so() -> None:
    """Cut at its end: what is there is an event, marked. Cut at its start, without its header: likewise."""
    end = scan(OK + RECORD + TRACE[:120])
    assert [(e.level, e.exception, e.incomplete) for e in end] == [("error", None, "end")]
    header, frames, *_ = TRACE.partition(b"  File")
    start = scan(frames + TRACE[len(header) + len(frames) :] + OK)
    assert [(e.exception, e.incomplete) for e in start] == [("KeyError", "start")]


def test_a_carriage_return_in_a_message_is_text() -> None:
    """What stands before it is no progress bar, so nothing was overwritten."""
    events = scan(RECORD.replace(b"query", b"bad value 'a\rb'"))
    assert [e.message for e in events] == ["bad value 'a\rb' failed"]


@pytest.mark.parametrize("record", [b"ERROR:shop.db:query failed", b"2026-11-22 10:27:36,100 INFO shop: ok"])
def test_a_record_behind_an_open_progress_bar_is_a_record(record: bytes) -> None:
    """Also one without a time, and a harmless one, which lends its time to the bare traceback below it."""
    events = scan(TQDM + record + b"\n" + TRACE + TQDM + b"\n" + OK)
    assert [(e.exception, e.level, e.time is None) for e in events] == [
        ("KeyError", "error" if record.startswith(b"ERROR") else None, record.startswith(b"ERROR"))
    ]


def test_long_lines_keep_head_and_tail() -> None:
    """What is kept of a line is bounded, whatever the blocks, and the report says that lines were shortened."""
    data = RECORD[:-1] + b" " + b"y" * 2_000_000 + b" end\n"
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    events = scanner.feed(data) + scanner.finish()
    assert [e.text.startswith("2026-11-22") and e.text.endswith("y end") for e in events] == [True]
    assert len(events[0].text) < 70_000
    assert events[0].length == len(data) - 1
    assert scanner.limits == {"truncated_lines": 1}


@pytest.mark.parametrize("line", [b"", b"ab", b"ValueError: x", b"    indented"])
@pytest.mark.parametrize("head", [RECORD, TRACE, RECORD + TRACE], ids=["record", "traceback", "both"])
def test_what_follows_an_event_takes_time_by_its_length(head: bytes, line: bytes) -> None:
    """20,000 short lines behind an event, which may belong to it: each is looked at once, not with all before it."""
    data = head + (line + b"\n") * 20_000
    started = time.process_time()
    events = scan(data)
    assert time.process_time() - started < 6
    assert [event.first_line for event in events] == [1]
    assert events == in_bytes(data, 65_536)
