"""Starting up: a command that is typed at 3 a.m. answers at once. The times are printed by `pytest -rP -k start`."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from command import COMMAND, SAMPLES, environment

SMALL = SAMPLES / "uvicorn-app-error" / "app.log"
"""About 12 kB."""


def median(arguments: tuple[str | Path, ...], times: int = 7) -> float:
    """Milliseconds from start to end, the median of some runs."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(arguments, capture_output=True, check=True, env=environment(), stdin=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def test_starting_is_quick() -> None:
    """6 times an empty Python for --version, 50 times for a small scan: loose, to hold on a busy machine."""
    nothing = median((sys.executable, "-c", "pass"))
    version = median((*COMMAND, "--version"))
    scan = median((*COMMAND, SMALL))
    print(f"python -c pass {nothing:.0f} ms, --version {version:.0f} ms, a scan of 12 kB {scan:.0f} ms")
    assert version < 6 * nothing + 50
    assert scan < 50 * nothing
