"""What starting costs, against the interpreter's own start.

    python benchmarks/startup.py --rounds 20

`python -c pass` beside `--version` and a scan of 10 kB, as JSON and for a terminal, with warm caches, interleaved.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import Command, Series, interleave

BASE = "python -c pass"
LIMITS = {"--version": 1.5, "10 kB, json": 8.0, "10 kB, terminal": 12.0}
"""Times the interpreter's own start, at most (CPU)."""


def commands(log: Path) -> list[Command]:
    """What is measured, the base first."""
    logscan = (sys.executable, "-m", "logscan")
    scan = (*logscan, "scan", str(log), "--tz", "UTC", "--reference-time", "2026-12-31")
    return [
        Command(BASE, (sys.executable, "-c", "pass")),
        Command("--version", (*logscan, "--version")),
        Command("10 kB, json", (*scan, "--format", "json")),
        Command("10 kB, terminal", (*scan, "--color", "always"), env=(("COLUMNS", "80"),)),
    ]


def measure(folder: Path, rounds: int) -> dict[str, Series]:
    """The series of each command. Raises RuntimeError where one of them fails."""
    log = folder / "small.log"
    maker = Path(__file__).parent / "logs.py"
    subprocess.run([sys.executable, maker, "c25", "--size", "10000", "--out", log], check=True, capture_output=True)
    series, skipped = interleave(commands(log), rounds)
    if skipped:
        raise RuntimeError(f"start-up: {skipped}")
    return series


def table(series: dict[str, Series]) -> str:
    """Markdown: milliseconds and ratios."""
    rows = ["| start | CPU ms | min | wall ms | ratio | must hold |", "|---|---|---|---|---|---|"]
    for name, each in series.items():
        limit = f"≤ {LIMITS[name]:g}" if name in LIMITS else ""
        cpu, least, wall = each.median("cpu") * 1e3, each.least("cpu") * 1e3, each.median("wall") * 1e3
        rows.append(
            f"| {name} | {cpu:.0f} | {least:.0f} | {wall:.0f} | {each.ratio(series[BASE], 'cpu'):.2f} | {limit} |"
        )
    return "\n".join(rows)


def missed(series: dict[str, Series]) -> list[str]:
    """The limits that do not hold."""
    ratios = {name: series[name].ratio(series[BASE], "cpu") for name in LIMITS}
    return [f"start {name}: {ratio:.2f} > {LIMITS[name]:g}" for name, ratio in ratios.items() if ratio > LIMITS[name]]


def main() -> int:
    """Command line; 1 where --gate is given and a limit does not hold."""
    parser = argparse.ArgumentParser(description="Measure what starting costs, against the interpreter's own start.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--gate", action="store_true", help="exit 1 where a limit does not hold")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        series = measure(Path(folder), given.rounds)
    print(table(series))
    misses = missed(series)
    for miss in misses:
        print(f"missed: {miss}", file=sys.stderr)
    return 1 if given.gate and misses else 0


if __name__ == "__main__":
    sys.exit(main())
