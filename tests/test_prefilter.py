"""Where to look: every engine finds what is there, and what is missing is told."""

import random
import re
from pathlib import Path

import classification
import pytest
from command import LOG
from many_signatures import write

from logscan import cli, prefilter, registry
from logscan.prefilter import EveryLine, Late, Literals, Present
from logscan.report import loads
from logscan.signature import load

LETTERS = b"abAB.\x1b"


def some(chance: random.Random, longest: int = 4) -> bytes:
    return bytes(chance.choices(LETTERS, k=chance.randint(1, longest)))


@pytest.mark.parametrize("seed", range(40))
def test_every_engine_finds_the_lines(seed: int) -> None:
    """Against `in`, for random literals that hold and begin one another: the expression for single lines, the engine
    for buffers, and the search for all that stand in a text."""
    chance = random.Random(seed)
    literals = {some(chance) for _ in range(chance.randint(1, 9))}
    lines = [some(chance, 12) for _ in range(30)]
    data = b"\n".join(lines) + b"\n"
    marked = [line for line in lines if any(literal in line for literal in literals)]
    assert [line for line in lines if Literals(literals).found(line)] == marked
    late = Late(literals)
    found, at = [], late.find(data, 0, len(data))
    while at >= 0:
        start, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        found.append(data[start:end])
        at = late.find(data, end + 1, len(data)) if end + 1 < len(data) else -1
    assert found == marked
    assert not isinstance(late._engine, EveryLine)


def test_a_literal_is_eased_within_its_last_word() -> None:
    """What is looked for instead of a literal is the beginning of it: eight bytes at least, all but a part of the last
    word, never a digit less; so it stands in hardly any line in which the literal does not."""
    literals = sorted(registry.own_anchors(load([]), "error"))
    for literal, eased in zip(literals, prefilter.eased(literals), strict=True):
        assert literal.startswith(eased)
        assert eased == literal or len(eased) >= 8
        assert re.fullmatch(rb"[A-Za-z]*[^A-Za-z0-9]{0,2}", literal[len(eased) :])
    assert sum(map(len, prefilter.eased(literals))) < sum(map(len, literals))


@pytest.mark.parametrize("budget", [0, 10**9], ids=["hyperscan", "one by one"])
def test_what_is_present(budget: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to ask which literals stand in a text say the same, also where text is no valid Unicode."""
    monkeypatch.setattr(prefilter, "ONE_BY_ONE", budget)
    monkeypatch.setattr(prefilter, "loaded", lambda: False)
    chance = random.Random(7)
    literals = sorted({some(chance).decode() for _ in range(60)})
    present = Present(literals)
    for _ in range(200):
        text = some(chance, 30).decode() + "é\udcff"
        assert sorted(present.among(text)) == [literal for literal in literals if literal in text]
    assert (present._database is None) == bool(budget)


def test_a_short_source_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's library is imported for a long source, or for many questions; never for a short one."""
    monkeypatch.setattr(prefilter, "SHORT", 1000)
    made: list[tuple[bytes, ...]] = []
    monkeypatch.setattr(prefilter, "_database", lambda literals: made.append(literals))
    monkeypatch.setattr(prefilter, "Vector", lambda literals, database: EveryLine())
    few, many, long = Late({b"xx"}), Late({b"yy"}), Late({b"zz"})
    assert few.find(b"a\n" * 9, 2, 18) == 2
    for _ in range(prefilter.FEW + 1):
        many.find(b"a\n", 0, 2)
    long.find(b"a\n" * 600, 0, 1200)
    assert made == [(b"yy",), (b"zz",)]


@pytest.mark.parametrize("format", ["json", "terminal"])
def test_a_missing_library_is_told(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Without hyperscan the every-line path finds the same; the report says why it took long."""
    path = tmp_path / "app.log"
    path.write_bytes(LOG * 3)
    command = ["scan", str(path), "--format", format, "--reference-time", "2026-11-25T00:00:00Z"]
    assert cli.run(command) == 0
    with_library = capfdbinary.readouterr().out
    monkeypatch.setattr(prefilter, "available", lambda: False)
    registry.fast.cache_clear()
    assert cli.run(command) == 0
    without = capfdbinary.readouterr().out
    if format == "json":
        (problem,) = loads(without).problems
        assert (problem.kind, "hyperscan" in problem.message) == ("slow", True)
        assert loads(without).incidents == loads(with_library).incidents
        assert loads(with_library).problems == ()
    else:
        assert sum(b"hyperscan" in line for line in without.splitlines()) == 1
        assert b"hyperscan" not in with_library


def test_more_signatures_cost_no_more_to_classify(tmp_path: Path, empty_cache: Path) -> None:
    """At most 1.5 times from 100 to 1,000 signatures, all of which load; a warm load is far from a cold one."""
    rulesets = [load([write(tmp_path / str(count), count)], bundled=False) for count in (100, 1000)]
    assert [rules.count for rules in rulesets] == [100, 1000]
    few, many = classification.measure(rulesets, rounds=5)
    print(f"{few:.0f} and {many:.0f} us a content")
    assert many < 1.5 * few
    cold = classification.loading(tmp_path / "1000", "cold")
    classification.loading(tmp_path / "1000", "cached")
    assert classification.loading(tmp_path / "1000", "cached") < cold / 4


def test_patterns_are_searched_by_effort() -> None:
    """The library with a clock is used for patterns that could take long, and only then."""
    from logscan.literals import effort

    assert [effort(pattern) for pattern in ("abc", "a.*b", "(?:ab)+c?", "x{2}")] == [(1, 1), (2, 1), (2, 2), (1, 1)]
    assert [effort(pattern) for pattern in ("a(?=b)", "a(?!.*b)", "a.*(?<!b)", "(?:(?!b).)*")] == [
        (1, 1),
        (2, 1),
    ] + 2 * [(2, 1)]
    for pattern in (
        "(a+)+",
        "(a|aa)+$",
        "(?i)a",
        "(?:a(?!.*b))+",
        "(a)\\1",
        "(?:foo){e<=1}",
        "[[:alpha:]]",
        "(?r)a",
        "(?i:a)b",
    ):
        assert effort(pattern) is None, pattern
