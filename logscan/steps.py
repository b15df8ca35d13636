"""How the steps of a search grow with the text.

A backtracking engine tries each part of a pattern once for every way in which the parts before it match. A repeat
without bound matches in as many ways as the text is long, and each repeat behind it multiplies that. But a repeat that
ends where it must matches in one way: `[^`]*` before a backtick, `\\S+` before a blank. So do what looks ahead and what
never gives back. What is counted here are powers of the text's length; see
https://doi.org/10.1007/978-3-319-40946-7_27 (Weideman et al., 2016) for the theory.

The items are those of the standard library's parser (`re._parser`).
"""

import re
from functools import lru_cache
from re import _constants  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

ZERO_WIDTH: Final = (_constants.AT, _constants.ASSERT, _constants.ASSERT_NOT)
REPEATS: Final = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
MANY: Final = 16
"""Times that are as good as without bound."""
FEW: Final = 300
"""Characters of a class that are tried one by one."""

CATEGORIES: Final = {
    _constants.CATEGORY_DIGIT: r"\d",
    _constants.CATEGORY_NOT_DIGIT: r"\D",
    _constants.CATEGORY_SPACE: r"\s",
    _constants.CATEGORY_NOT_SPACE: r"\S",
    _constants.CATEGORY_WORD: r"\w",
    _constants.CATEGORY_NOT_WORD: r"\W",
}
"""Classes, as patterns spell them."""


class Growth(NamedTuple):
    """Of a part of a pattern, at one place: in how many ways it matches, and the steps to try them all, both as powers
    of the text's length."""

    ways: int
    steps: int


def of_sequence(items: Any, plain: bool) -> Growth:
    """The growth of items one behind the other. `plain`: the case of letters counts."""
    ways = steps = 0
    for at, (kind, value) in enumerate(items):
        one = _of_item(kind, value, items[at + 1 :], plain)
        steps = max(steps, ways + one.steps)
        ways += one.ways
    return Growth(ways, steps)


def _of_item(kind: Any, value: Any, behind: Any, plain: bool) -> Growth:
    if kind in REPEATS:
        if value[1] <= MANY:
            return of_sequence(value[2].data, plain)
        once = kind is _constants.POSSESSIVE_REPEAT or (plain and _ends(value[2].data, behind))
        return Growth(0 if once else 1, 1)
    if kind is _constants.SUBPATTERN:
        return of_sequence(value[3].data, plain and not (value[1] or value[2]))
    if kind is _constants.BRANCH:
        branches = [of_sequence(branch.data, plain) for branch in value[1]]
        return Growth(max(one.ways for one in branches), max(one.steps for one in branches))
    if kind is _constants.ATOMIC_GROUP:
        return Growth(0, of_sequence(value.data, plain).steps)
    if kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        return Growth(0, of_sequence(value[1].data, plain).steps)
    return Growth(0, 0)


def _ends(body: Any, behind: Any) -> bool:
    """Whether a repeat of one character can only end in one place: what stands behind it begins with another one."""
    one, other = _first(body), _first(behind)
    return len(body) == 1 and one is not None and other is not None and _disjoint(one, other)


def _first(items: Any) -> tuple[Any, Any] | None:
    """The single character that items must begin with, as an item; None where that is not told so simply."""
    if not items:
        return None
    kind, value = items[0]
    if kind in (_constants.LITERAL, _constants.NOT_LITERAL, _constants.IN, _constants.ANY):
        return kind, value
    if kind in REPEATS and value[0] > 0:
        return _first(value[2].data)
    if kind is _constants.SUBPATTERN and not (value[1] or value[2]):
        return _first(value[3].data)
    return None


def _disjoint(one: tuple[Any, Any], other: tuple[Any, Any]) -> bool:
    """Whether no character is both."""
    for mine, theirs in ((one, other), (other, one)):
        few = _characters(*mine)
        if few is not None:
            return not any(_holds(*theirs, each) for each in few)
    return False


def _characters(kind: Any, value: Any) -> list[int] | None:
    """The characters of an item, where they are few."""
    if kind is _constants.LITERAL:
        return [value]
    found: list[int] = []
    for inner, what in value if kind is _constants.IN else ((kind, value),):
        if inner is _constants.LITERAL:
            found.append(what)
        elif inner is _constants.RANGE and what[1] - what[0] < FEW:
            found += range(what[0], what[1] + 1)
        elif what is _constants.CATEGORY_SPACE:
            found += _spaces()
        else:
            return None
    return found


@lru_cache(maxsize=1)
def _spaces() -> tuple[int, ...]:
    """All that `\\s` takes."""
    return tuple(code for code in range(0x3001) if chr(code).isspace())


def _holds(kind: Any, value: Any, character: int) -> bool:
    """Whether a character is one of an item's."""
    if kind is _constants.ANY:
        return True
    if kind in (_constants.LITERAL, _constants.NOT_LITERAL):
        return bool((character == value) == (kind is _constants.LITERAL))
    held, negated = False, False
    for inner, what in value:
        if inner is _constants.NEGATE:
            negated = True
        elif inner is _constants.LITERAL:
            held = held or character == what
        elif inner is _constants.RANGE:
            held = held or what[0] <= character <= what[1]
        else:
            held = held or re.match(CATEGORIES[what], chr(character)) is not None
    return held != negated


def apart(items: Any) -> int:
    """How many characters lie at least between two places where items can begin to match beyond their first text: the
    period of the text that they begin with."""
    run: list[int] = []
    for at, (kind, value) in enumerate(items):
        if kind is _constants.LITERAL:
            run.append(value)
            continue
        if at == 0 and kind is _constants.SUBPATTERN and not (value[1] or value[2]):
            return apart(value[3].data)
        if at == 0 and kind is _constants.BRANCH:
            return min(apart(branch.data) for branch in value[1])
        break
    return next((step for step in range(1, len(run)) if run[step:] == run[:-step]), max(len(run), 1))
