"""How lines with prefixes begin: what is read of a window of them by one search is what reading each line says."""

import random
import re

import pytest

from logscan.prefixes import Prefixes, parted
from logscan.registry import TRANSPORTS
from logscan.transports import Marked, Transport, cri, heroku, journal_short, kubernetes

STEADY = [each for each in TRANSPORTS if getattr(each, "steady", False)]
LINES = {
    journal_short: [
        b"Nov 22 10:36:02 web01 shop[%d]: text",
        b"Nov  2 10:36:02.001234 web01 shop[%d]: text",
        b"2026-11-22T10:36:02+0000 web01 shop[%d]: text",
        b"2026-11-22T10:36:02.001234+0000 web01 shop[%d]: text",
        b"Sun 2026-11-22 10:36:02 UTC web01 shop.service[%d]: text",
        b"1795343772.001234 web01 shop[%d]: text",
    ],
    cri: [
        b"2026-11-22T10:36:02.001234567Z stderr F %d text",
        b"2026-11-22T10:36:02.001234567+01:00 stdout F %d text",
    ],
    kubernetes: [b"2026-11-22T10:36:02.001234567Z %d text"],
    heroku: [b"2026-11-22T10:36:02.001234+00:00 app[web.%d]: text"],
}
CASES = [(transport, line) for transport, lines in LINES.items() for line in lines]


def test_every_steady_transport_is_tried() -> None:
    """A new one is added to the lines here."""
    assert {each.name for each in LINES} == {each.name for each in STEADY}


@pytest.mark.parametrize(("transport", "line"), CASES)
def test_no_digit_of_a_time_decides(transport: Transport, line: bytes) -> None:
    """A line with other digits in its time is claimed all the same, for the same stream, with the same text."""
    rng = random.Random(1)
    entry = transport.read(line % 7)
    assert entry is not None
    parts = parted(line % 7, entry)
    assert parts is not None and parts.second
    for _ in range(50):
        time = re.sub(rb"\d", lambda _: b"%d" % rng.randrange(10), parts.second + parts.fraction)
        other = transport.read(time + (line % 7)[len(time) :])
        assert other is not None
        assert (other.key, other.lines, other.prefix) == (entry.key, entry.lines, entry.prefix)


@pytest.mark.parametrize(("transport", "line"), CASES)
def test_a_window_is_what_its_lines_are(transport: Transport, line: bytes) -> None:
    """Where a window is read at all, it holds the texts of the stream's lines, and where they begin."""
    rng = random.Random(2)
    read_at_all = 0
    for _ in range(300):
        prefixes = Prefixes(transport.read)
        odd = rng.random() < 0.3
        lines = []
        for _ in range(rng.randrange(1, 12)):
            made = (line % rng.choice([7, 7, 8])).replace(b"text", b"text %d" % rng.getrandbits(8))
            if odd and rng.random() < 0.2:
                made = rng.choice(
                    [b"unclaimed", b"", made[:30], made.replace(b"36:02", b"36:03"), made.replace(b" F ", b" P ")]
                )
            lines.append(made)
        for each in (line % 7, line % 8):
            assert prefixes.learn(each) is not None
        first = line % 7
        data = b"\n".join([first, *lines]) + b"\n"
        entry = transport.read(first)
        assert entry is not None
        parts = parted(first, entry)
        shape = prefixes.shape
        assert parts is not None and shape is not None
        begin = len(first) + 1
        window = shape.own(data, begin, len(data), parts.second, parts.rest)
        if window is None:
            assert odd
            continue
        read_at_all += 1
        texts, begins, at = [], [], begin
        for each in lines:
            found = transport.read(each)
            assert found is not None and parted(each, found) is not None
            if found.key == entry.key:
                texts.append(found.lines[0])
                begins.append(at)
            at += len(each) + 1
        last = transport.read(lines[-1])
        assert (window.texts, window.begins) == (texts, begins)
        assert window.last == (last is not None and last.key == entry.key)
    assert read_at_all > 100


MARKED = [each for each in TRANSPORTS if hasattr(each, "mark")]


@pytest.mark.parametrize("transport", MARKED, ids=lambda each: str(each.name))
def test_unclaimed_lines_have_no_mark(transport: Marked) -> None:
    """Lines that nobody claims nor owns are of the stream without a name: no literal stands in all of them."""
    assert transport.mark("") is None
