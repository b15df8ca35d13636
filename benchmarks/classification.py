"""What does one more signature cost? `python benchmarks/classification.py`

Times `classify` on the same contents (records without a known text, records and tracebacks that one signature matches)
under 100, 300 and 1,000 signatures, and what loading them takes: from YAML, and from the cache. The counts are
interleaved, medians of the rounds are printed; CPU time, of this process.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from many_signatures import words, write

from logscan.classify import classify
from logscan.model import Content, Frame, Traceback
from logscan.signature import Ruleset, load

COUNTS = (100, 300, 1000)
_LOAD = """
import sys, time
from pathlib import Path
from logscan import cache
from logscan.signature import load
if sys.argv[2] == "cached": cache.start()
began = time.process_time()
load([Path(sys.argv[1])], bundled=False)
print((time.process_time() - began) * 1000)
"""


def contents(signatures: int) -> list[Content]:
    """Sixty contents: a third unknown, the others of signatures that every ruleset holds."""
    out = []
    for number in range(60):
        message = f"order {number} of shop {number * 7} could not be sent, the queue was full"
        trace = None
        if number % 3:
            ident = number % signatures
            kind = words(ident).title().replace(" ", "")
            message = f"{words(ident)} 17 was refused by the peer"
            name = f"made{ident % 40}"
            frames = tuple(Frame(f"/srv/{name}/part{n}.py", n, "serve", "x = 1", f"{name}.part{n}") for n in range(12))
            trace = Traceback("python", f"{name}.errors.{kind}Error", message, frames) if ident % 2 else None
        text = "\n".join([message, *(f'  File "/srv/app/part{n}.py", line {n}, in serve' for n in range(24))])
        out.append(Content(text=text, message=message, level="error", traceback=trace))
    return out


def measure(rulesets: Sequence[Ruleset], rounds: int = 9) -> list[float]:
    """Microseconds a content under each ruleset, the median of the rounds."""
    samples = contents(min(rules.count for rules in rulesets))
    took: list[list[float]] = [[] for _ in rulesets]
    for round in range(rounds + 1):
        for rules, times in zip(rulesets, took, strict=True):
            began = time.process_time()
            for _ in range(5):
                for content in samples:
                    classify(content, rules)
            if round:  # the first compiles patterns
                times.append((time.process_time() - began) / (5 * len(samples)) * 1e6)
    return [statistics.median(times) for times in took]


def loading(folder: Path, how: str) -> float:
    """Milliseconds of CPU time to load a folder in a fresh process."""
    done = subprocess.run([sys.executable, "-c", _LOAD, folder, how], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        folders = [write(Path(place) / str(count), count) for count in COUNTS]
        rulesets = [load([folder], bundled=False) for folder in folders]
        for count, cost in zip(COUNTS, costs := measure(rulesets), strict=True):
            print(f"{count:5} signatures: {cost:6.1f} us a content, {cost / costs[0]:.2f} times")
        time.sleep(2.5)  # the files are young; see logscan/cache.py
        for count, folder in zip(COUNTS, folders, strict=True):
            cold = statistics.median(loading(folder, "cold") for _ in range(3))
            loading(folder, "cached")
            warm = statistics.median(loading(folder, "cached") for _ in range(5))
            print(f"{count:5} signatures: loaded in {cold:.0f} ms, from the cache in {warm:.0f} ms")


if __name__ == "__main__":
    main()
