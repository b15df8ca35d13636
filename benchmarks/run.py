"""logscan against ripgrep and others: CPU, wall, memory and faults of whole processes, counts checked.

    python benchmarks/run.py                       # 256 MiB a log, five rounds; tables on standard output
    python benchmarks/run.py --size 1G --gate      # exits 1 where a ratio of MUST is missed
    python benchmarks/run.py --readme              # writes the tables into benchmarks/README.md

Works in `build/benchmarks` (logs, packs and peers are kept there for the next run).
"""

import argparse
import gzip
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import peers
import startup
from measure import Command, Failed, Series, Usage, interleave, run_once

HERE = Path(__file__).parent
LOGS = ("a01", "a1", "c1", "c25", "b", "json", "journal-json")
PARTS = ("logs", "slow", "archives", "jobs", "start")
MUST = {"a01": 0.40, "a1": 0.40, "c1": 0.50, "c25": 1.5, "b": 3.0, "journal-json": 0.6}
"""CPU of logscan against `rg -c -f` with 500 patterns, at most."""
AIM = {"a01": 0.28, "a1": 0.28, "c1": 0.35, "c25": 0.75, "b": 1.0, "journal-json": 0.4}
ARCHIVES = {"gz": ("zcat", 0.35, 0.22), "zst": ("zstd -dc", 1.4, 1.0)}
"""Suffix: the program whose wall time to /dev/null is the base, must hold, aim."""
MAX_RSS = 80 * 1024
"""KiB of one serial scan."""
SPEEDUP = 1.7
"""Wall of one job against two, at least."""
MARKS = ("<!-- run.py --readme writes from here -->", "<!-- to here -->")


@dataclass(frozen=True)
class Row:
    """One command on one log. Seconds, bytes, KiB; ratios are medians of rounds. `base`: what the ratio is to."""

    log: str
    command: str
    bytes: int
    cpu: float
    cpu_min: float
    wall: float
    rss: int
    faults: int
    ratio: float
    base: str
    figure: str = "cpu"


@dataclass
class Result:
    """Everything that one run found."""

    rows: list[Row] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    start: dict[str, Series] = field(default_factory=dict)

    def hold(self, what: str, value: float, limit: float) -> None:
        """Note a limit that is missed."""
        if value > limit:
            self.missed.append(f"{what}: {value:.3g} > {limit:g}")


@dataclass(frozen=True)
class Place:
    """Where the run works: logs, packs and tools; how large, how often."""

    work: Path
    size: str
    rounds: int
    seed: int

    def log(self, kind: str, size: str, seed: int) -> Path:
        """The log of a kind; made where it is not there yet, in a process of its own (see measure)."""
        path = self.work / f"{kind}-{size}-{seed}.log"
        if not path.exists():
            part = path.with_suffix(".part")
            maker = [
                sys.executable,
                str(HERE / "logs.py"),
                kind,
                "--size",
                size,
                "--seed",
                str(seed),
                "--out",
                str(part),
            ]
            subprocess.run(maker, check=True)
            part.rename(path)
        return path

    @property
    def pack(self) -> Path:
        """The 500 as signatures, written anew."""
        path = self.work / "pack"
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run([sys.executable, str(HERE / "patterns.py"), "--pack", str(path)], check=True)
        return path

    @property
    def tools(self) -> Path:
        """Peers that were installed."""
        return self.work / "tools"


def row(log: str, name: str, size: int, series: Series, base: tuple[str, Series], figure: str = "cpu") -> Row:
    """The figures of a series, its ratio to the base's by rounds."""
    return Row(
        log=log,
        command=name,
        bytes=size,
        cpu=series.median("cpu"),
        cpu_min=series.least("cpu"),
        wall=series.median("wall"),
        rss=int(series.most("rss")),
        faults=int(series.median("faults")),
        ratio=series.ratio(base[1], figure),
        base=base[0],
        figure=figure,
    )


def same_output(name: str, log: str, series: Series) -> None:
    """Every round must have said the same. Raises SystemExit."""
    if len({run.digest for run in series.runs}) != 1:
        raise SystemExit(f"{name} on {log}: the rounds gave different reports")


# -- parts ------------------------------------------------------------------------------------------------------------


def check_counts(place: Place, kind: str, size: str, pack: Path, result: Result) -> None:
    """The fast path's report is the slow path's, whole. Raises SystemExit where it is not."""
    log = place.log(kind, size, place.seed)
    fast = peers.logscan([log], pack)
    slow = Command("logscan --every-line", (*fast.argv, "--every-line"))
    one, other = run_once(fast), run_once(slow)
    if one.digest != other.digest:
        raise SystemExit(f"{kind}: the report differs from that of --every-line on {log}")
    result.checked.append(f"{kind} {size}: {events(one)} events")


def events(run: Usage) -> str:
    """The count in a JSON report's head."""
    found = re.search(rb'"events": ?(\d+),\s*"matched"', run.head)
    return found[1].decode() if found else "?"


def measure_log(place: Place, kind: str, pack: Path, result: Result) -> None:
    """logscan and the searchers on one log."""
    log = place.log(kind, place.size, place.seed)
    scan = peers.logscan([log], pack)
    series, skipped = interleave([scan, *peers.searchers(log, place.tools)], place.rounds)
    result.skipped |= skipped
    if scan.name not in series or peers.BASE not in series:
        raise SystemExit(f"{kind}: {skipped}")
    same_output(scan.name, kind, series[scan.name])
    base, size = (peers.BASE, series[peers.BASE]), log.stat().st_size
    result.rows += [row(kind, name, size, each, base) for name, each in series.items()]
    mine = series[scan.name]
    result.hold(f"{kind}: CPU against {peers.BASE}", mine.ratio(base[1], "cpu"), MUST.get(kind, float("inf")))
    result.hold(f"{kind}: RSS in KiB", mine.most("rss"), MAX_RSS)


def measure_slow(place: Place, kind: str, size: str, pack: Path, result: Result) -> None:
    """The slow peers on a shorter log, against logscan on the same."""
    log = place.log(kind, size, place.seed)
    commands, skipped = peers.slow(log, place.tools)
    scan = peers.logscan([log], pack)
    series, failed = interleave([scan, *commands], min(3, place.rounds))
    result.skipped |= skipped | failed
    base = (scan.name, series[scan.name])
    result.rows += [row(f"{kind} {size}", name, log.stat().st_size, each, base) for name, each in series.items()]


def measure_archives(place: Place, kind: str, pack: Path, result: Result) -> None:
    """A compressed log, wall against the decompressor to /dev/null."""
    log = place.log(kind, place.size, place.seed)
    for suffix, (name, limit, _) in ARCHIVES.items():
        tool = name.split()[0]
        if shutil.which(tool) is None:
            result.skipped[name] = f"{tool} is not on this machine"
            continue
        packed = log.with_suffix(f".log.{suffix}")
        if not packed.exists():
            pack_file(log, packed)
        scan = peers.logscan([packed], pack)
        series, skipped = interleave([scan, Command(name, (*name.split(), str(packed)), discard=True)], place.rounds)
        if skipped:
            result.skipped |= {f"{each} on .{suffix}": why for each, why in skipped.items()}
            continue
        same_output(scan.name, suffix, series[scan.name])
        base = (name, series[name])
        size = log.stat().st_size
        result.rows += [row(f"{kind}.{suffix}", each, size, runs, base, "wall") for each, runs in series.items()]
        result.hold(f"{kind}.{suffix}: wall against {name}", series[scan.name].ratio(base[1], "wall"), limit)


def pack_file(log: Path, packed: Path) -> None:
    """Compress by the suffix of the target, at the tools' usual level."""
    if packed.suffix == ".gz":
        with log.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target)
    else:
        subprocess.run(["zstd", "-q", "-f", str(log), "-o", str(packed)], check=True)


def measure_jobs(place: Place, kind: str, pack: Path, result: Result) -> None:
    """Two jobs against one, wall: one plain file, and eight gz files."""
    if not peers.has_jobs():
        result.skipped["--jobs"] = "this logscan has no --jobs"
        return
    if (os.cpu_count() or 1) < 2:
        result.skipped["--jobs"] = "one core"
        return
    eight = []
    for seed in range(1, 9):
        part = place.log(kind, "32M", seed)
        packed = part.with_suffix(".log.gz")
        if not packed.exists():
            pack_file(part, packed)
        eight.append(packed)
    for what, logs in (("one file", [place.log(kind, place.size, place.seed)]), ("8 gz files", eight)):
        one, two = (peers.logscan(logs, pack, name=f"--jobs {jobs}", jobs=jobs) for jobs in (1, 2))
        series, skipped = interleave([one, two], place.rounds)
        if skipped:
            result.skipped |= {f"{name} on {what}": why for name, why in skipped.items()}
            continue
        same_output("two jobs and one", what, Series(series[one.name].runs + series[two.name].runs))
        base, size = (two.name, series[two.name]), sum(log.stat().st_size for log in logs)
        result.rows += [row(f"{kind}, {what}", name, size, each, base, "wall") for name, each in series.items()]
        faster = series[one.name].ratio(series[two.name], "wall")
        result.hold(f"{what}: two jobs' wall of one's", 1 / faster, 1 / SPEEDUP)


# -- tables -----------------------------------------------------------------------------------------------------------


def machine(place: Place) -> str:
    """One line on what was measured on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    version = subprocess.run(
        [sys.executable, "-m", "logscan", "--version"], capture_output=True, text=True
    ).stdout.strip()
    return (
        f"{version}, Python {platform.python_version()}, {os.cpu_count()} × {cpu}; {place.size} a log, "
        f"seed {place.seed}, {place.rounds} rounds, medians."
    )


def summary(result: Result) -> str:
    """Markdown: one line a log, logscan's ratio beside those of the others."""
    others = ("rg -c -f 20", "rg -c -f 100", "rg -c -e ERROR -e Traceback", "grep -c -F -f 500", "wc -l")
    head = ["log", "logscan", "must hold", "aim", "MB/s", "RSS MiB", *others]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for kind in dict.fromkeys(each.log for each in result.rows if each.base == peers.BASE):
        found = {each.command: each for each in result.rows if each.log == kind and each.base == peers.BASE}
        mine = found["logscan"]
        cells = [kind, f"**{mine.ratio:.2f}**", f"{MUST.get(kind, '')}", f"{AIM.get(kind, '')}"]
        cells += [f"{mine.bytes / mine.cpu / 1e6:.0f}", f"{mine.rss / 1024:.0f}"]
        cells += [f"{found[name].ratio:.2f}" if name in found else "—" for name in others]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def details(rows: Sequence[Row]) -> str:
    """Markdown: every command on every log."""
    head = "| log | command | CPU s | min | wall s | MB/s | RSS MiB | faults | ratio | to |"
    lines = [head, f"|{'---|' * 10}"]
    for each in rows:
        seconds = each.cpu if each.figure == "cpu" else each.wall
        rate = f"{each.bytes / seconds / 1e6:.0f}" if seconds else "—"
        lines.append(
            f"| {each.log} | `{each.command}` | {each.cpu:.2f} | {each.cpu_min:.2f} | {each.wall:.2f} | {rate} "
            f"| {each.rss / 1024:.0f} | {each.faults} | {each.ratio:.2f} | {each.base}, {each.figure} |"
        )
    return "\n".join(lines)


def tables(place: Place, result: Result) -> str:
    """Everything, as Markdown."""
    parts = [machine(place)]
    if any(each.base == peers.BASE for each in result.rows):
        parts += [f"CPU against `{peers.BASE}` (1.00):", summary(result)]
    if result.start:
        parts.append(startup.table(result.start))
    if result.rows:
        parts += ["All figures:", details(result.rows)]
    if result.checked:
        parts.append(f"Reports equal to those of the every-line path: {'; '.join(result.checked)}.")
    if result.skipped:
        parts.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in result.skipped.items()) + ".")
    parts.append("Missed: " + "; ".join(result.missed) + "." if result.missed else "Nothing that must hold was missed.")
    return "\n\n".join(parts)


def write_readme(path: Path, text: str) -> None:
    """Put the tables between the marks. Raises SystemExit where the file has none."""
    old = path.read_text(encoding="utf-8")
    if any(old.count(mark) != 1 for mark in MARKS):
        raise SystemExit(f"{path} has no place for the tables: {MARKS[0]} … {MARKS[1]}")
    before, rest = old.split(MARKS[0])
    path.write_text(f"{before}{MARKS[0]}\n\n{text}\n\n{MARKS[1]}{rest.split(MARKS[1])[1]}", encoding="utf-8")


def arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure logscan against ripgrep and others.")
    parser.add_argument("--logs", default=",".join(LOGS), help="kinds of logs.py, with commas")
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, with commas")
    parser.add_argument("--size", default="256M", help="of each log")
    parser.add_argument("--check-size", default="4M", help="of the logs on which the every-line path is asked too")
    parser.add_argument("--slow-size", default="8M", help="of the log for lnav, sec and drain3")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--work", type=Path, default=HERE.parent / "build" / "benchmarks", help="logs and peers are kept"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--readme", type=Path, nargs="?", const=HERE / "README.md", help="write the tables in there")
    parser.add_argument("--gate", action="store_true", help="exit 1 where something that must hold is missed")
    given = parser.parse_args()
    unknown = set(given.parts.split(",")) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return given


def measure(place: Place, given: argparse.Namespace) -> Result:
    """Every part that was asked for, in order."""
    result, pack, parts = Result(), place.pack, given.parts.split(",")
    kinds = given.logs.split(",")
    for kind in kinds if "logs" in parts else ():
        check_counts(place, kind, given.check_size, pack, result)
        measure_log(place, kind, pack, result)
        print(f"measured {kind}", file=sys.stderr)
    if "slow" in parts:
        measure_slow(place, "a1", given.slow_size, pack, result)
    if "archives" in parts:
        measure_archives(place, "a1", pack, result)
    if "jobs" in parts:
        measure_jobs(place, "a1", pack, result)
    if "start" in parts:
        result.start = startup.measure(place.work, 3 * place.rounds)
        result.missed += startup.missed(result.start)
    return result


def main() -> int:
    """Measure, print, write; the exit code of the gate."""
    given = arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    place = Place(given.work.resolve(), given.size, given.rounds, given.seed)
    try:
        result = measure(place, given)
    except (Failed, peers.Unavailable) as error:
        raise SystemExit(str(error)) from error
    text = tables(place, result)
    print(text)
    if given.json is not None:
        start = {
            name: [asdict(run) | {"head": "", "tail": ""} for run in each.runs] for name, each in result.start.items()
        }
        whole = {"about": machine(place), "rows": [asdict(each) for each in result.rows], "start": start}
        whole |= {"skipped": result.skipped, "missed": result.missed, "checked": result.checked}
        given.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    if given.readme is not None:
        write_readme(given.readme, text)
    return 1 if given.gate and result.missed else 0


if __name__ == "__main__":
    sys.exit(main())
