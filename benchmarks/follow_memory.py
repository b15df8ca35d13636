"""Whether following stays flat: `python benchmarks/follow_memory.py [MILLIONS] [--distinct N]`.

Pushes so many million lines of one application through a pipe as fast as they are taken, one of a thousand a traceback,
of N kinds (by default 1,000: by their exception types). Prints resident memory and open descriptors as they go, and at
the end the slope of the memory over the second half, in MiB per 10 million lines.
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
from pathlib import Path

BLOCK = 100_000
"""Lines made at a time."""


def status(pid: int) -> tuple[float, int]:
    """Resident MiB and open descriptors of a Linux process."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def lines(begin: int, distinct: int) -> bytes:
    """BLOCK lines; every thousandth is followed by a traceback."""
    made = []
    second = begin // 50_000
    at = f"2026-11-24 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02},000"
    for number in range(begin, begin + BLOCK, 1000):
        made += [f"{at} INFO shop: GET /orders/{n} took 12 ms, all is well\n" for n in range(995)]
        made += [
            f"{at} ERROR shop: order {number} failed\n",
            "Traceback (most recent call last):\n",
            '  File "/srv/app/shop/cart.py", line 14, in apply\n',
            "    return price\n",
            f"shop.Error{number // 1000 % distinct}: order {number} failed\n",
        ]
    return "".join(made).encode()


def slope(samples: list[tuple[int, float]]) -> float:
    """MiB per 10 million lines, by least squares."""
    millions, sizes = zip(*samples, strict=True)
    return statistics.linear_regression(millions, sizes).slope * 10


def main(millions: int, distinct: int) -> None:
    """Run and print the figures."""
    command = [sys.executable, "-m", "logscan", "follow", "-", "--format", "jsonl"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    told = process.stdout
    counted: list[int] = []
    listener = threading.Thread(target=lambda: counted.append(sum(1 for _ in told)))
    listener.start()
    samples = []
    for million in range(millions):
        for begin in range(million * 1_000_000, (million + 1) * 1_000_000, BLOCK):
            process.stdin.write(lines(begin, distinct))
        size, descriptors = status(process.pid)
        samples.append((million + 1, size))
        print(f"{million + 1} million lines: {size:.1f} MiB, {descriptors} descriptors", flush=True)
    process.stdin.close()
    listener.join()
    print(f"exit {process.wait()}, {counted[0]} lines told of {millions * 1000} events")
    half = samples[len(samples) // 2 - 1 :]
    print(f"largest {max(size for _, size in samples):.1f} MiB; slope {slope(half):.2f} MiB per 10 million lines")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("millions", type=int, nargs="?", default=50)
    parser.add_argument("--distinct", type=int, default=1000)
    main(**vars(parser.parse_args()))
