"""How long a search may take is told from its pattern: never less than what an engine that tries everything does."""

import math
from collections.abc import Callable, Iterator
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from logscan import literals, steps
from logscan.signature import load, patterns_of


class Engine:
    """Tries a pattern at every place of a text, as a backtracking engine does, and counts what it tries."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tried = 0

    def search(self, pattern: str) -> bool:
        """Whether it is found."""
        items = list(_parser.parse(pattern).data)
        return any(any(True for _ in self._ends(items, at)) for at in range(len(self.text) + 1))

    def _ends(self, items: list[Any], at: int) -> Iterator[int]:
        """Where the items can end that begin here."""
        if not items:
            yield at
            return
        kind, value = items[0]
        for end in self._item(kind, value, at):
            yield from self._ends(items[1:], end)

    def _item(self, kind: Any, value: Any, at: int) -> Iterator[int]:
        self.tried += 1
        if kind in steps.REPEATS:
            yield from self._repeat(list(value[2].data), value[0], value[1], at)
        elif kind is _constants.SUBPATTERN:
            yield from self._ends(list(value[3].data), at)
        elif kind is _constants.BRANCH:
            for branch in value[1]:
                yield from self._ends(list(branch.data), at)
        elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
            found = any(True for _ in self._ends(list(value[1].data), at))
            if found == (kind is _constants.ASSERT):
                yield at
        elif at < len(self.text) and steps._holds(kind, value, ord(self.text[at])):
            yield at + 1

    def _repeat(self, body: list[Any], least: int, most: int, at: int) -> Iterator[int]:
        places = [at]
        while len(places) <= min(most, len(self.text)):
            end = next(self._ends(body, places[-1]), None)
            if end is None or end == places[-1]:
                break
            places.append(end)
        yield from reversed(places[least:])


@pytest.mark.parametrize(
    ("pattern", "power", "text"),
    [
        ("abc", 1, "ab"),
        ("a.*b", 2, "a"),
        ("a.*b.*c", 3, "ab"),
        ("a[^`]*`[^`]*c", 2, "a`"),
        ("a[^`]*`[^`]*c", 2, "a"),
        ("a.*b(?![^`]*`[^`]*c)", 3, "ab`c"),
        ("a(?![^`]*`[^`]*c)", 2, "a`c"),
        (r"a \S+ b", 2, "a "),
        (r"\S+\s+\S+x", 2, "ab "),
        (r"\w+\.\w+x", 2, "ab."),
        (r"(?:\w+ )?a.*b", 2, "ab a"),
        ("[^a]*a[^b]*b[^c]*d", 2, "abc"),
        ("(?:a|b).*c", 2, "ab"),
        ("x[ab]*[bc]*d", 3, "xb"),
        ("a{2,9}b", 1, "a"),
        ("a{2,90}[^a]", 2, "a"),
    ],
)
def test_the_power_is_an_upper_bound(pattern: str, power: int, text: str) -> None:
    """A text of twice the length takes at most so many times the steps, whatever it is made of."""
    assert literals.growth(pattern) == power
    for unit in {text, *text}:
        tried: list[int] = []
        for length in (60, 120):
            engine = Engine((text + unit * length)[:length])
            if engine.search(pattern):
                break
            tried.append(engine.tried)
        else:
            assert math.log2(tried[1] / tried[0]) <= power + 0.1, (unit, tried)


@pytest.mark.parametrize(
    ("pattern", "apart"),
    [("abc", 3), ("aaa", 1), ("abab.*", 2), ("(?:abc|ab)x", 2), (".abc", 1), ("(connect )to", 8), ("", 1)],
)
def test_where_a_match_can_begin(pattern: str, apart: int) -> None:
    """A text without the beginning of itself inside it stands once in as many characters as it has."""
    assert steps.apart(_parser.parse(pattern).data) == apart


def test_what_ends_a_repeat() -> None:
    """Only a character that the repeat cannot take, where its case counts."""
    told: Callable[[str], int | None] = literals.growth
    assert [told(pattern) for pattern in (r"\S+\s.*x", r"[a-f]+g.*x", r"[^\W_]+_.*x")] == [2, 2, 2]
    assert [told(pattern) for pattern in (r"\d+[1x].*x", r"a+(?i:A).*x", r"a+b?.*x", r".+b.*x")] == [3, 3, 3, 3]
    assert told("(?i)a+b.*x") == 3


def test_few_bundled_patterns_need_a_clock() -> None:
    """Those of the bundled signatures are quick in a line of usual length, all but a few."""
    rules = load([], bundled=True)
    patterns = {pattern for each in rules.by_id.values() for pattern in patterns_of(each.match)}
    efforts = [literals.effort(pattern) for pattern in patterns]
    slow = [each for each in efforts if each is None or each[1] * 300 ** each[0] > 50_000_000]
    assert len(slow) < len(patterns) / 15
