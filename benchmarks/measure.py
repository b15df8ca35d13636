"""What a whole process costs: CPU, wall, peak memory, faults, as the kernel accounts them to a finished child.

Commands that are compared run in turn (A B C, A B C, …), each in a fresh process after one run that is not counted;
what is quoted is the median over the rounds of the ratio within one round, because machines drift. Output is read
through a pipe: `grep` stops at its first hit when it sees /dev/null.

Linux counts the memory of the process that forked into a child's peak, so no figure is below this program's own 15 MiB
or so; nothing large may be held here.
"""

import hashlib
import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

KEPT = 1 << 16


@dataclass(frozen=True)
class Command:
    """A program to measure. `stdin`: a file for its standard input. `ok`: exit codes that mean it did its work.
    `discard`: its output goes to /dev/null, where that is what people do with it.
    """

    name: str
    argv: tuple[str, ...]
    stdin: Path | None = None
    ok: tuple[int, ...] = (0,)
    discard: bool = False
    env: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Usage:
    """One run: seconds, KiB, minor faults, both ends of its output (64 KiB each) and a digest of all of it."""

    cpu: float
    wall: float
    rss: int
    faults: int
    head: bytes
    tail: bytes
    digest: str


class Failed(Exception):
    """A command ended with a code that is none of its `ok` ones; the message names both."""


@dataclass
class Series:
    """The counted runs of one command, in order of the rounds."""

    runs: list[Usage] = field(default_factory=list)

    def median(self, figure: str) -> float:
        """Median of `cpu`, `wall`, `rss` or `faults`."""
        return float(statistics.median(getattr(run, figure) for run in self.runs))

    def least(self, figure: str) -> float:
        """Minimum of a figure."""
        return float(min(getattr(run, figure) for run in self.runs))

    def most(self, figure: str) -> float:
        """Maximum of a figure."""
        return float(max(getattr(run, figure) for run in self.runs))

    def ratio(self, other: "Series", figure: str) -> float:
        """Median over the rounds of this figure divided by the other's in the same round."""
        pairs = zip(self.runs, other.runs, strict=True)
        return float(statistics.median(getattr(mine, figure) / getattr(theirs, figure) for mine, theirs in pairs))


def run_once(command: Command, base: Mapping[str, str] | None = None) -> Usage:
    """Run a command in a fresh process to its end. Raises Failed; OSError where it cannot be started."""
    env = {**(os.environ if base is None else base), **dict(command.env)}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
    source = open(command.stdin, "rb") if command.stdin else subprocess.DEVNULL  # noqa: SIM115, PTH123
    target = subprocess.DEVNULL if command.discard else subprocess.PIPE
    begun = time.perf_counter()
    child = subprocess.Popen(command.argv, stdin=source, stdout=target, stderr=subprocess.STDOUT, env=env)
    if not isinstance(source, int):
        source.close()
    head, tail, digest = b"", b"", hashlib.blake2b()
    if child.stdout is not None:
        with child.stdout:
            while piece := child.stdout.read(1 << 16):
                digest.update(piece)
                head += piece if len(head) < KEPT else b""
                tail = (tail + piece)[-KEPT:]
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in command.ok:
        said = tail[-300:].decode(errors="replace").strip()
        raise Failed(f"{command.name} ended with {child.returncode}: {said}")
    return Usage(
        usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss, usage.ru_minflt, head, tail, digest.hexdigest()
    )


def interleave(commands: Sequence[Command], rounds: int) -> tuple[dict[str, Series], dict[str, str]]:
    """The series of each command that works, by name, and why each of the others was left out."""
    series: dict[str, Series] = {}
    skipped: dict[str, str] = {}
    for command in commands:  # the run that is not counted
        try:
            run_once(command)
            series[command.name] = Series()
        except (Failed, OSError) as error:
            skipped[command.name] = str(error)
    for _ in range(rounds):
        for command in commands:
            if command.name in series:
                series[command.name].runs.append(run_once(command))
    return series, skipped
