"""What is remembered of tracebacks is what the grammar and the grouper would say."""

from copy import copy
from datetime import UTC
from pathlib import Path

from logscan import traces
from logscan.grammars import Step, python
from logscan.memory import Memory
from logscan.registry import Settings
from logscan.signature import load
from logscan.timestamps import Clock
from logscan.transports import plain

SAMPLES = Path(__file__).parent.parent / "samples"
ODD = [
    b"", b"  ", b"    ", b"    ...", b"    ... (truncated)", b"    [snipped]", b"   \xe2\x80\xa6 cut", b'  > File "a", line 1, in f',
    b'    File "a.py", line 1', b'  File "a.py", line 1', b'  File "a.py", line 1, in f g', b"  | x", b"    ^^^^", b"      1: from a",
    b'  File "a.py", line x, in f', b'  File "", line 1, in f', b"  Traceback (most recent call last):", b"\tx", b"ValueError: x",
]  # fmt: skip


def test_an_indented_line_below_frames_is_taken_as_a_step_takes_it() -> None:
    """The short way through frames leaves the machine as its own step does, on every line of the recorded logs."""
    short = 0
    for path in sorted((SAMPLES / "python").rglob("*.log")):
        machine: python.PyMachine | None = None
        for line in [each for text in path.read_bytes().split(b"\n") for each in (text, ODD[len(text) % len(ODD)])]:
            if machine is None or machine.state != python.FRAMES:
                machine = python.open(line, False, [])
                continue
            other = copy(machine)
            taken = traces._indented(other, line)
            if line in ODD and line != ODD[0]:
                assert not taken or copy(machine).step(line, False) is Step.TAKE
                continue
            step = machine.step(line, False)
            if taken:
                short += 1
                assert step is Step.TAKE, (path, line)
                assert other == machine, (path, line)
    assert short > 1000


def test_odd_lines_are_taken_as_a_step_takes_them() -> None:
    """The same for lines that look like frames, cuts, groups and other languages' frames."""
    for line in ODD:
        one, other = (python.PyMachine(python.FRAMES, seen=3) for _ in range(2))
        if traces._indented(other, line):
            assert one.step(line, False) is Step.TAKE, line
            assert one == other, line


def test_a_final_line_without_a_types_name_makes_no_traceback_known() -> None:
    """What Python's header and a line of another language would be remembered as takes any line, a frame too, for the
    final one of the next traceback."""
    rules = load([], bundled=True)
    memory = Memory(rules, Settings(), Clock(UTC, 0)).traces(plain)
    assert memory is not None
    header, after = b"Traceback (most recent call last):", b"2026-11-22 10:27:36,100 INFO shop.db: ok"
    for line in (b"shop.rb:30:in `load': bad (ShopError)", b"a.b:c"):
        assert not any(memory.learn([header, line, after]) for _ in range(3))
    frame = b'  File "/srv/shop.py", line 3, in f'
    assert any(memory.learn([header, frame, b"KeyError: 1", after]) for _ in range(3))


def test_a_traceback_ends_for_who_learns_it_where_the_next_one_begins() -> None:
    """Bare tracebacks one behind the other are learnt from their first lines on; behind a blank line stands the
    exception that this one came of."""
    memory = Memory(load([], bundled=True), Settings(), Clock(UTC, 0)).traces(plain)
    assert memory is not None
    header, frame = b"Traceback (most recent call last):", b'  File "/srv/shop.py", line 3, in f'
    other = frame.replace(b"3", b"4")
    during = b"During handling of the above exception, another exception occurred:"
    one = [header, frame, b"KeyError: 1"]
    chained = [header, other, b"KeyError: 1", b"", during, b"", header, frame, b"ValueError: 2"]
    for lines, last in ((one, b"KeyError: 7"), (chained, b"ValueError: 7")):
        text = b"\n".join([*lines[:-1], last])
        assert memory.plain.find(text, 0) is None
        assert any(memory.learn([*lines, header, frame]) for _ in range(3))
        found = memory.plain.find(text, 0)
        assert found is not None and len(found.body) + len(last) == len(text)


def test_output_below_a_traceback_is_not_walked_for_long() -> None:
    """Where no record begins below a traceback nothing is learnt, and few lines are read to find that out."""
    memory = Memory(load([], bundled=True), Settings(), Clock(UTC, 0)).traces(plain)
    assert memory is not None
    trace = [b"Traceback (most recent call last):", b'  File "/srv/shop.py", line 3, in f', b"KeyError: 1"]
    lines = iter([*trace, *[b"order stored"] * 1000])
    assert not memory.learn(lines)
    assert 1000 - len(list(lines)) < 2 * traces.FLAT
