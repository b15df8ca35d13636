"""What following holds is bounded, and the report says what was hit."""

from datetime import UTC

import pytest

from logscan import followlog
from logscan.followlog import MAX_OPEN, Log, bounded
from logscan.job import Job, Progress
from logscan.registry import Settings
from logscan.signature import load
from logscan.sources import Source
from logscan.summary import SummaryBuilder

LINE = "Nov 24 10:00:00 web01 shop[%d]: %s\n"
HEAD = ("Traceback (most recent call last):", '  File "/srv/shop.py", line 3, in order', "    raise KeyError(%d)")


def logs(builder: SummaryBuilder, count: int) -> list[Log]:
    job = Job(rules=load((), bundled=False), settings=Settings(level="error", reference=0), zone=UTC, now=0)
    return [Log(Source(f"{number}.log", None), job, builder, Progress()) for number in range(count)]


def begin(log: Log, pids: range) -> None:
    """A traceback without its last line, from each of these processes."""
    for pid in pids:
        log.feed("".join(LINE % (pid, text.replace("%d", str(pid))) for text in HEAD).encode())


def test_open_streams_are_bounded() -> None:
    """Of more than MAX_OPEN tracebacks that wait for their end, over all logs, those that were silent longest close;
    each is an event, and the others are still whole."""
    builder = SummaryBuilder()
    first, second = logs(builder, 2)
    begin(first, range(MAX_OPEN))
    assert not first.silent(100.0) and bounded([first, second], 100.0) == MAX_OPEN
    begin(second, range(300))
    assert bounded([first, second], 100.5) == MAX_OPEN
    assert builder.limits == {"stream_evictions": 300}
    assert set(first.scanner.pending()) == {
        key for key in first.scanner.pending() if int(key[:-1].rpartition("[")[2]) >= 300
    }
    assert len(second.scanner.pending()) == 300
    for pid in (299, 300):
        first.feed((LINE % (pid, f"KeyError: {pid}")).encode())
    first.finish()
    second.finish()
    found = builder.done()
    assert found.matched + found.unclassified == MAX_OPEN + 300


def test_the_text_that_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few streams with much text close as well."""
    monkeypatch.setattr(followlog, "MAX_HELD", 1000)
    builder = SummaryBuilder()
    (log,) = logs(builder, 1)
    begin(log, range(20))
    assert sum(size for _, size in log.scanner.held().values()) > 1000
    bounded([log], 0.0)
    assert 0 < sum(size for _, size in log.scanner.held().values()) <= 1000
    assert builder.limits["stream_evictions"] + len(log.scanner.pending()) == 20
