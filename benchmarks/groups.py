"""How well groups agree with causes: pairwise precision, recall and F1, beside what others do.

    python benchmarks/groups.py [--records]

Tracebacks are the recordings of samples/groups, whose causes are known, beside naive grouping by type and message. With
--records, pip and virtualenv run and log for a minute (the place of the logging call is a record's cause), and Drain3
(`pip install drain3`, https://github.com/logpai/Drain3) groups the same records, in order and shuffled. Counted in
pairs of events: those that are together and should be, of all together (precision), of all that should be (recall).
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

from logscan.model import Event
from logscan.registry import Settings
from logscan.run import scan_bytes
from logscan.signature import load
from logscan.template import template

GROUPS = Path(__file__).resolve().parent.parent / "samples" / "groups"
MOST = 60
"""Records of one place that count, so that no place outweighs the others."""
GENERIC = ("utils/_log.py", "utils/misc.py", "cli/spinners.py")
"""Places that log what others hand over: no cause."""
COMMANDS = (
    "pip download -vvv --no-deps -d {0}/a msgspec",
    "pip download -vvv -d {0}/b drain3",
    "pip install -vvv --dry-run --target {0}/c rich==13.9 typer",
    "pip list -vvv",
    "virtualenv -vvv {0}/d",
    "virtualenv -vvv --reset-app-data {0}/e",
)


class Score(NamedTuple):
    """Over all pairs of events."""

    groups: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def score(keys: Sequence[Hashable], causes: Sequence[str]) -> Score:
    """How the groups `keys` agree with `causes`, event by event."""
    both, found, real = _pairs(zip(keys, causes, strict=True)), _pairs(keys), _pairs(causes)
    return Score(len(set(keys)), both / found, both / real)


def _pairs(items: "Sequence[Hashable] | zip[tuple[Hashable, str]]") -> int:
    return sum(n * (n - 1) // 2 for n in Counter(items).values())


def tracebacks() -> tuple[list[Event], list[str]]:
    """The events of the recordings, and their causes."""
    rules = load(())
    events: list[Event] = []
    causes: list[str] = []
    for log in sorted(GROUPS.glob("*.log")):
        events += scan_bytes(log.read_bytes(), rules, Settings(), UTC)
        causes += json.loads(log.with_suffix(".json").read_text())
    return events, causes


def records(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, message) of what the commands log."""
    out = folder / "records.jsonl"
    for command in COMMANDS:
        arguments = [each.format(folder) for each in command.split()]
        program = [sys.executable, str(GROUPS / "programs" / "records.py"), str(out), *arguments]
        subprocess.run(program, capture_output=True, cwd=folder, check=False)
    seen: Counter[str] = Counter()
    for line in out.read_text().splitlines():
        place, _, message = json.loads(line)
        seen[place] += 1
        if seen[place] <= MOST and not any(each in place for each in GENERIC):
            yield place, message


def drain(messages: Sequence[str], order: Sequence[int]) -> list[int]:
    """Drain3's clusters with its defaults, the messages fed in `order`."""
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig

    miner = TemplateMiner(config=TemplateMinerConfig())
    ids = [0] * len(messages)
    for position in order:
        ids[position] = miner.add_log_message(messages[position].partition("\n")[0])["cluster_id"]
    return ids


def disagreements(keys: Sequence[Hashable], causes: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """What is split and what is merged, with examples."""
    split: defaultdict[str, dict[Hashable, str]] = defaultdict(dict)
    merged: defaultdict[Hashable, Counter[str]] = defaultdict(Counter)
    for key, cause, name in zip(keys, causes, names, strict=True):
        split[cause].setdefault(key, name)
        merged[key][cause] += 1
    for cause, groups in split.items():
        if len(groups) > 1:
            yield f"split  {cause}: {len(groups)} groups, as {'; '.join(list(groups.values())[:3])}"
    for counts in merged.values():
        if len(counts) > 1:
            yield f"merged {', '.join(f'{cause} ({n})' for cause, n in counts.items())}"


def told(name: str, one: Score, events: int, causes: int) -> str:
    """One row."""
    figures = f"precision {one.precision:.3f}  recall {one.recall:.3f}  F1 {one.f1:.3f}"
    return f"{name:<28} {events:>5} events {causes:>3} causes {one.groups:>4} groups  {figures}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", action="store_true", help="records too: needs virtualenv, drain3, a package index")
    events, causes = tracebacks()
    ours = [event.fingerprint for event in events]
    print(told("tracebacks, logscan", score(ours, causes), len(causes), len(set(causes))))
    naive = [(event.exception, event.message) for event in events]
    print(told("tracebacks, type + message", score(naive, causes), len(causes), len(set(causes))))
    print("\n".join(disagreements(ours, causes, [event.title for event in events])))
    if parser.parse_args().records:
        with tempfile.TemporaryDirectory() as folder:
            places, messages = zip(*records(Path(folder)), strict=True)
        templates = [template(message) for message in messages]
        order = list(range(len(messages)))
        print(told("records, logscan", score(templates, places), len(places), len(set(places))))
        print(told("records, Drain3", score(drain(messages, order), places), len(places), len(set(places))))
        random.Random(1).shuffle(order)
        print(told("records, Drain3 shuffled", score(drain(messages, order), places), len(places), len(set(places))))
        print("\n".join(disagreements(templates, places, templates)))


if __name__ == "__main__":
    main()
