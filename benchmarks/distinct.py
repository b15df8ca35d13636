"""What a log costs whose every message is a group of its own: memory, and whether the totals are exact.

    python benchmarks/distinct.py [--messages 1000000] [--bound 200]

Messages differ in a word, not in numbers, which groups leave out. Exits 1 where more than `--bound` MiB were used, or
an event is missing or counted twice.
"""

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path

from measure import Command, run_once

LETTERS = "bcdfghjklmnpqrstvwxz"
MIB = 1024


def write(path: Path, messages: int) -> None:
    """So many error records, each with a word that no other has."""
    words = itertools.product(LETTERS, "aeiou", LETTERS, "aeiou", LETTERS, "aeiou", LETTERS)
    with path.open("w") as file:
        for n, word in enumerate(itertools.islice(words, messages)):
            time = f"2026-11-{1 + n // 86400 % 28:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}"
            file.write(f"{time}Z ERROR shop.stock: nobody sells {''.join(word)} any more\n")


def main() -> int:
    """Run it once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--bound", type=int, default=200, help="MiB")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log, report = Path(folder) / "distinct.log", Path(folder) / "report.json"
        write(log, given.messages)
        argv = (
            sys.executable,
            "-m",
            "logscan",
            "scan",
            "-q",
            "--no-keep",
            "--jobs",
            "1",
            "-o",
            f"json={report}",
            str(log),
        )
        usage = run_once(Command("distinct", argv))
        found = json.loads(report.read_text())
    counted = sum(incident["count"] for incident in found["incidents"])
    exact = found["events"] == counted == given.messages
    print(
        f"{given.messages} distinct messages: {usage.rss / MIB:.0f} MiB, {usage.cpu:.1f} s of processor time,"
        f" {len(found['incidents'])} groups shown, {counted} events"
    )
    return 0 if exact and usage.rss <= given.bound * MIB else 1


if __name__ == "__main__":
    sys.exit(main())
