"""What should be found and what is: every example and every sample log of a set of signatures, as one table.

A confusion matrix (https://en.wikipedia.org/wiki/Confusion_matrix) with a row for what an event should be called and a
column for what it was called. A sample's expectation holds counts, so which event should have been which is not
known: an event too many of one kind is put to a missing one of a kind that it matches too, else to any missing one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from logscan import expected, lint
from logscan.expected import Expected
from logscan.model import Event
from logscan.signature import Ruleset, base_of, recorded_in

NOTHING, UNKNOWN = "nothing", "unclassified"
"""No event; an event that no signature claims."""

ReadLog = Callable[[str], list[Event]]
"""The events of a log, by its path."""


class Cell(msgspec.Struct, frozen=True):
    """How often what should be `should_be` was called `called`. `should_be` of a no_match example is "not ID".

    where   the examples and logs of an error, in order; empty where it is right
    """

    should_be: str
    called: str
    count: int
    right: bool
    where: tuple[str, ...] = ()


class Confusion(msgspec.Struct, frozen=True):
    """The table, and what it was made of.

    cells      sorted by row, then by column
    reproduced signatures that name a folder with sample logs, one of which must give them
    unseen     the ids that no sample log gives: examples alone speak for them
    """

    signatures: int
    examples: int
    logs: int
    events: int
    reproduced: int
    right: int
    wrong: int
    cells: tuple[Cell, ...]
    unseen: tuple[str, ...]


def confusion(rules: Ruleset, samples: Sequence[Path], scan_text: lint.ScanText, read_log: ReadLog) -> Confusion:
    """Try every example of the ruleset, and every log of its own samples and of `samples` beside which an
    expectation stands. Raises RulesError where an example or an expectation cannot be read."""
    table = _Table()
    examples = lint.test(rules, scan_text).results
    for one in examples:
        table.add(*_example(one), f"{one.id}: {one.kind} example {one.number}", one.passed)
    gave: dict[Path, set[str]] = {}
    events = 0
    for beside in _expectations(rules, samples):
        log = str(beside).removesuffix(expected.SUFFIX)
        found = read_log(log)
        events += len(found)
        gave[beside.resolve()] = {event.signature for event in found if event.signature is not None}
        for should_be, called in pairs(expected.loads(beside.read_bytes(), str(beside)), found):
            table.add(should_be, called, log, should_be == called)
    reproduced = 0
    for ident, home in _homes(rules):
        below = [got for path, got in gave.items() if home in path.parents]
        reproduced += bool(below)
        if below and not any(ident in got for got in below):
            table.add(ident, NOTHING, f"reproduced: {home.name}", False)
    seen = set().union(*gave.values())
    return Confusion(
        rules.count,
        len(examples),
        len(gave),
        events,
        reproduced,
        *table.totals(),
        tuple(table.cells()),
        tuple(ident for ident in rules.by_id if ident not in seen),
    )


def pairs(want: Expected, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """What each event of a log should be called and what it was called; NOTHING where one is too many or too few."""
    missing = Counter({**want.signatures, UNKNOWN: want.unknown})
    surplus = []
    for event in events:
        called = event.signature or UNKNOWN
        if missing[called] > 0:
            missing[called] -= 1
            yield called, called
        else:
            surplus.append(event)
    for event in surplus:
        left = [name for name, count in missing.items() if count > 0]
        should_be = next((name for name in (*event.also, *left) if name in left), NOTHING)
        missing[should_be] -= 1
        yield should_be, event.signature or UNKNOWN
    for name, count in missing.items():
        for _ in range(count):
            yield name, NOTHING


def _example(one: lint.ExampleResult) -> tuple[str, str]:
    """The row and the column of an example."""
    if one.kind == "match":
        return one.id, one.id if one.passed else next(iter(one.got), UNKNOWN if one.events else NOTHING)
    others = (name for name in one.got if name != one.id)
    clear = next(others, UNKNOWN if one.events else NOTHING)
    return f"not {one.id}", clear if one.passed else one.id


def _expectations(rules: Ruleset, samples: Sequence[Path]) -> list[Path]:
    """The expectations below the folders of samples, each once."""
    folders = dict.fromkeys(
        [*(base_of(one) / "samples" for one in rules.signatures), *(home for _, home in _homes(rules))]
    )
    found: dict[Path, Path] = {}
    for folder in (*folders, *samples):
        paths = sorted(folder.rglob(f"*{expected.SUFFIX}")) if folder.is_dir() else [expected.beside(str(folder))]
        for path in paths:
            if path.is_file():
                found.setdefault(path.resolve(), path)
    return list(found.values())


def _homes(rules: Ruleset) -> Iterator[tuple[str, Path]]:
    """The signatures that were reproduced, and the folder of samples where."""
    for signature in rules.signatures:
        home = recorded_in(signature)
        if home is not None:
            yield signature.id, home


class _Table:
    """The cells as they are counted."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, bool]] = Counter()
        self._where: dict[tuple[str, str, bool], dict[str, None]] = {}

    def add(self, should_be: str, called: str, where: str, right: bool) -> None:
        key = (should_be, called, right)
        self._counts[key] += 1
        if not right:
            self._where.setdefault(key, {})[where] = None

    def totals(self) -> tuple[int, int]:
        """How many are right, and how many wrong."""
        right = sum(count for (_, _, good), count in self._counts.items() if good)
        return right, self._counts.total() - right

    def cells(self) -> Iterator[Cell]:
        for key, count in sorted(self._counts.items()):
            should_be, called, right = key
            yield Cell(should_be, called, count, right, tuple(self._where.get(key, ())))
