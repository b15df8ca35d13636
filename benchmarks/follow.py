"""How soon a traceback is told while a log grows, and what following costs:
`python benchmarks/follow.py [SECONDS] [--apart]`.

A writer appends 5,000 healthy lines a second and a traceback every second. Latency: from the traceback's last byte
written to its line printed. CPU: of the following process alone, over the whole time. RSS at a third and at the end.
With `--apart` the lines are syslog's and each traceback is the last that its process writes, so that only silence tells
its end: the worst case.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

RATE = 5000
TICKS = 20
"""Writes a second."""
INFO = b"2026-11-24 10:00:01,000 INFO shop: GET /orders/17 took 12 ms, all is well\n"
TRACE = b"""2026-11-24 10:00:02,500 ERROR shop: order failed, ticket=%d
Traceback (most recent call last):
  File "/srv/app/shop/cart.py", line 14, in apply_discount
    return price - COUPONS.get(order["coupon"], 0)
KeyError: 'coupon'
"""


def syslog(text: bytes, pid: int) -> bytes:
    """The lines as a process writes them through syslog."""
    head = b"2026-11-24T10:00:01.000000+00:00 web01 shop[%d]: " % pid
    return b"".join(head + line for line in text.splitlines(keepends=True))


def usage(pid: int) -> tuple[float, float]:
    """CPU seconds and resident MiB so far, of a Linux process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK"), int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def listen(process: "subprocess.Popen[bytes]", told: dict[int, float]) -> None:
    """Note when each traceback is told."""
    assert process.stdout is not None
    for line in process.stdout:
        value = json.loads(line)
        if value["type"] == "event":
            told[int(value["text"].partition("ticket=")[2].split()[0])] = time.monotonic()


def write(log: Path, seconds: int, written: dict[int, float], apart: bool) -> None:
    """Append at RATE, in TICKS pieces a second, on time."""
    start = time.monotonic()
    healthy = INFO * (RATE // TICKS)
    if apart:
        healthy = syslog(healthy, 1)
    with log.open("ab", buffering=0) as file:
        for tick in range(seconds * TICKS):
            file.write(healthy)
            if tick % TICKS == 7:
                number = len(written)
                file.write(syslog(TRACE % number, 1000 + number) if apart else TRACE % number)
                written[number] = time.monotonic()
            time.sleep(max(0.0, start + (tick + 1) / TICKS - time.monotonic()))


def main(seconds: int, apart: bool) -> None:
    """Run and print the figures."""
    written: dict[int, float] = {}
    told: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        log.touch()
        command = [
            sys.executable,
            "-m",
            "logscan",
            "follow",
            str(log),
            "--format",
            "jsonl",
            "--state",
            f"{folder}/state",
        ]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        listener = threading.Thread(target=listen, args=(process, told))
        listener.start()
        time.sleep(3)
        before, _ = usage(process.pid)
        write(log, seconds // 3, written, apart)
        _, early = usage(process.pid)
        write(log, seconds - seconds // 3, written, apart)
        time.sleep(3)
        after, late = usage(process.pid)
        process.terminate()
        listener.join()
    delays = sorted(told[number] - at for number, at in written.items() if number in told)
    print(f"told {len(delays)} of {len(written)}")
    print(f"latency s: median {statistics.median(delays):.2f}, largest {delays[-1]:.2f}")
    print(f"CPU: {100 * (after - before) / (seconds + 3):.1f} % of a core; RSS MiB: {early:.0f}, then {late:.0f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=int, nargs="?", default=60)
    parser.add_argument("--apart", action="store_true")
    main(**vars(parser.parse_args()))
