"""Where a scan's time goes: by module of logscan, by function, by line.

    python benchmarks/profile_scan.py a1.log --pack build/benchmarks/pack

A timer interrupts the process after each bit of CPU time (1 ms, or as often as the kernel can), and the innermost frame
that is logscan's own is counted: time inside a library or a C function belongs to the line that called it. Unlike a
tracing profiler this does not make Python's calls dearer than they are. `self` is a module's own share, `with callees`
that of the samples in which it stands anywhere on the stack. One process, one job.
"""

import argparse
import contextlib
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

INTERVAL = 0.001


@dataclass
class Samples:
    """Counts of samples. Keys: a module; (module, function); (module, line)."""

    total: int = 0
    modules: Counter[str] = field(default_factory=Counter)
    under: Counter[str] = field(default_factory=Counter)
    functions: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: Counter[tuple[str, int]] = field(default_factory=Counter)

    def take(self, number: int, frame: FrameType | None) -> None:
        """Count one sample; a handler for SIGPROF."""
        self.total += 1
        seen: set[str] = set()
        while frame is not None:
            name = str(frame.f_globals.get("__name__", ""))
            if name == "logscan" or name.startswith("logscan."):
                if not seen:
                    self.modules[name] += 1
                    self.functions[name, frame.f_code.co_qualname] += 1
                    self.lines[name, frame.f_lineno or frame.f_code.co_firstlineno] += 1  # between lines it has none
                seen.add(name)
            frame = frame.f_back
        self.under.update(seen)
        if not seen:
            self.modules["(interpreter, imports)"] += 1


def sampled(arguments: list[str], samples: Samples) -> int:
    """Run logscan's command line in this process, imports included; its exit code. The report is thrown away."""
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
    try:
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            from logscan.cli import run

            return run(arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def text(samples: Samples, top: int) -> str:
    """The three tables."""
    total = max(1, samples.total)
    out = [f"{samples.total} samples", "", f"{'self':>6} {'with callees':>13}  module"]
    only_under = [(module, 0) for module, _ in samples.under.most_common() if module not in samples.modules]
    for module, count in [*samples.modules.most_common(), *only_under]:
        under = samples.under.get(module, count)
        out.append(f"{count / total:6.1%} {under / total:13.1%}  {module}")
    out += ["", f"{'self':>6}  function"]
    out += [f"{count / total:6.1%}  {name}:{what}" for (name, what), count in samples.functions.most_common(top)]
    out += ["", f"{'self':>6}  line"]
    for (name, line), count in samples.lines.most_common(top):
        path = Path(str(sys.modules[name].__file__))
        source = path.read_text(encoding="utf-8").splitlines()[line - 1].strip()
        out.append(f"{count / total:6.1%}  {path.name}:{line}  {source[:90]}")
    return "\n".join(out)


def main() -> int:
    """Command line; logscan's exit code."""
    parser = argparse.ArgumentParser(description="Show where the time of a scan goes.")
    parser.add_argument("log", help="a log, for instance of logs.py")
    parser.add_argument("--pack", help="signatures besides the bundled ones, as run.py's")
    parser.add_argument("--format", default="json")
    parser.add_argument("--top", type=int, default=15, help="functions and lines to show")
    given, more = parser.parse_known_args()
    fixed = ["--jobs", "1", "--tz", "UTC", "--reference-time", "2026-12-31", "--format", given.format]
    pack = ["--signatures", given.pack] if given.pack else []
    samples = Samples()
    code = sampled(["scan", given.log, *fixed, *pack, *more], samples)
    print(text(samples, given.top))
    return code


if __name__ == "__main__":
    sys.exit(main())
