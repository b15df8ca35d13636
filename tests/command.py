"""The command run as a user runs it: a process of its own, a clean environment, bytes in and out."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from logscan.report import Report, loads

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
SHOP = SAMPLES / "shop" / "shop.log"
COMMAND = (sys.executable, "-m", "logscan")
REFERENCE = ("--tz", "UTC", "--reference-time", "2026-11-25T00:00:00Z")
ERROR = b"2026-11-24 10:00:00,123 ERROR shop: order 17 failed\n"
INFO = b"2026-11-24 10:00:01,000 INFO shop: all is well\n"
TRACE = b"""2026-11-24 10:00:02,500 ERROR shop: order 18 failed
Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 14, in apply_discount
    return price - COUPONS.get(order["coupon"], 0)
KeyError: 'coupon'
"""
LOG = INFO + ERROR + INFO + TRACE + INFO
"""Two events in nine lines."""


def environment(**changes: str) -> dict[str, str]:
    """Nothing of the caller's but what is needed to start."""
    base = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": str(ROOT)}
    base["XDG_CACHE_HOME"] = os.environ.get("XDG_CACHE_HOME", os.devnull)
    base["XDG_STATE_HOME"] = os.devnull  # nothing is kept, and redacted values carry no digits
    base["XDG_CONFIG_HOME"] = os.devnull
    return base | changes


def logscan(
    *arguments: str | Path,
    stdin: bytes | None = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command to its end. `stdin` None: closed."""
    given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        env=environment(**(env or {})),
        cwd=cwd,
        timeout=60,
        **given,  # type: ignore[call-overload]
    )


def report(*arguments: str | Path, stdin: bytes | None = b"", code: Sequence[int] = (0,)) -> Report:
    """The JSON report of a scan that ends with one of these exit codes."""
    done = logscan("scan", *arguments, *REFERENCE, "--format", "json", stdin=stdin)
    assert done.returncode in code, done.stderr
    return loads(done.stdout)
