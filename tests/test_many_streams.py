"""However many writers there are at a time, each is read by itself."""

from datetime import UTC

import pytest

from logscan.registry import Settings
from logscan.run import scan_bytes
from logscan.signature import load

LINES = (
    "Nov 24 10:00:00 web01 shop[{pid}]: Traceback (most recent call last):",
    'Nov 24 10:00:00 web01 shop[{pid}]:   File "/srv/shop.py", line 3, in order',
    "Nov 24 10:00:00 web01 shop[{pid}]:     raise KeyError({pid})",
    "Nov 24 10:00:00 web01 shop[{pid}]: KeyError: {pid}",
)


@pytest.mark.parametrize("writers", [255, 256, 257, 1100])
def test_each_of_many_interleaved_writers_counts(writers: int) -> None:
    """Tracebacks of so many processes, line by line in turn: an event each, whole."""
    text = "".join(line.format(pid=pid) + "\n" for line in LINES for pid in range(1, writers + 1))
    found = scan_bytes(text.encode(), load((), bundled=False), Settings(level="error", reference=0), UTC)
    assert sorted(int(event.message or "") for event in found) == list(range(1, writers + 1))
    assert all(event.exception == "KeyError" and event.incomplete is None for event in found)
