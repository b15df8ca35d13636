"""Lint: each check finds its fault, at its place, and nothing in a good signature."""

import datetime
from pathlib import Path

import pytest
import regex
from making import event
from test_signature import GOOD, write

from logscan import lint as lint_module
from logscan import literals
from logscan.lint import Problem, ScanText, lint, test
from logscan.model import Event
from logscan.signature import load

ID = "shop.no-stock"


def scan(text: bytes) -> list[Event]:
    """As a scanner would: the right signature for the one phrase, none for the rest."""
    return [event(signature=ID if b"no stock" in text else None)]


def problems(folder: Path, text: str, scan_text: ScanText = scan, today: datetime.date | None = None) -> list[Problem]:
    write(folder / "signatures", text)
    return lint([folder / "signatures"], scan_text, today)


def test_a_good_signature(tmp_path: Path) -> None:
    """Nothing is said of a signature that is as it should be."""
    assert problems(tmp_path, GOOD, today=datetime.date(2026, 12, 1)) == []


FAULTS: dict[str, tuple[str, str, int, str, str]] = {
    "nested repeat": ("no stock left for item", "no stock (?:a+)+$", 8, "match.message", "a repeat inside a repeat"),
    "slow": ("no stock left for item", "no stock.*.*.*x", 8, "match.message", "slow on a long line"),
    "slow look ahead": ("no stock left for item", "no stock(?!.*.*.*x)y", 8, "match.message", "slow on a long line"),
    "no literal": ("no stock left for item", "[0-9]+", 8, "match.message", "no literal"),
    "match fails": ("ERROR no stock left for item 7", "ERROR nothing", 20, "examples.match[0]", "gives no signature in 1 events"),
    "no_match matches": ("ERROR no time left", "ERROR no stock", 21, "examples.no_match[0]", "matches shop.no-stock"),
    "unknown id": ("evidence_level", "over: [shop.other]\nevidence_level", 17, "over[0]", "no signature is called shop.other"),
    "itself": ("evidence_level", "follow_on_of: [shop.no-stock]\nevidence_level", 17, "follow_on_of[0]", "this signature itself"),
    "look-alike": ("evidence_level", "look_alikes: [{id: a.b, tell_apart: x}]\nevidence_level", 17, "look_alikes[0].id", "no signature is called a.b"),
    "ignore an error": ("severity: warning\naction: watch", "severity: error\naction: ignore", 5, "action", "ignore does not go with"),
    "page for a warning": ("action: watch", "action: page", 5, "action", "nobody gets up"),
    "private link": ("https://shop.test/1", "http://10.1.2.3/x", 16, "evidence[0].url", "a private address"),
    "no evidence": ('evidence:\n  - {url: "https://shop.test/1", shows: it}', "evidence: []", 1, "evidence", "at least one page"),
    "no such day": ("2026-11-24", "2026-02-31", 18, "last_verified", "no such day"),
    "stale": ("2026-11-24", "2020-11-24", 18, "last_verified", "older than"),
    "future": ("2026-11-24", "2031-11-24", 18, "last_verified", "future"),
    "quoted twice": ('"shop: out of stock"', "'\"shop: out of stock\"'", 3, "title", 'readers would see; write title: "shop'),
    "schema": ("action: watch", "action: wach", 5, "action", "'wach' is not one of"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tmp_path: Path, name: str) -> None:
    """Each fault is told once, at the line and field where it stands."""
    old, new, line, field, what = FAULTS[name]
    assert old in GOOD
    found = problems(tmp_path, GOOD.replace(old, new, 1), today=datetime.date(2026, 12, 1))
    assert [(p.line, p.field) for p in found] == [(line, field)], found
    assert what in found[0].what


@pytest.mark.parametrize(
    ("pattern", "power"),
    [
        ("plain words", 1),
        (r"a \S+ b", 2),
        (r"a.*b(?!.*c)", 3),
        (r"(?:a|b) .{0,300}(?<=x)", 2),
        (r"a{2,3}[bc]?", 1),
        (r"(?:\.\w+)*", None),
        (r"(?:a|aa)+", None),
        (r"(.)\1", None),
        ("(?:word){e<=1}", None),
        ("(", None),
    ],
)
def test_how_a_search_grows(pattern: str, power: int | None) -> None:
    """A repeat without bound adds one to the power, wherever it stands; where repeats nest, no power is known."""
    assert literals.growth(pattern) == power


@pytest.mark.parametrize(
    ("pattern", "seconds", "long"), [("a b", 1e-5, False), ("a b", 0.01, True), ("(a|ab)+", 0.0, True)]
)
def test_the_long_run_is_tried_where_the_short_one_does_not_decide(
    pattern: str, seconds: float, long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short run that is quick proves the long one quick only where the growth is known."""
    tried = []

    def measured(compiled: object, head: str, unit: str, chars: int) -> float:
        tried.append(chars)
        return seconds

    monkeypatch.setattr(lint_module, "_seconds", measured)
    assert lint_module._is_slow(regex.compile(pattern), pattern) is False
    assert (lint_module._PROBE_CHARS in tried) is long


def test_overlap(tmp_path: Path) -> None:
    """An example that two signatures match needs an order between them; `over` gives one."""

    def both(text: bytes) -> list[Event]:
        found = scan(text)
        return [event(signature=ID, also=("shop.b",))] if found[0].signature else found

    write(tmp_path / "signatures", GOOD.replace(ID, "shop.b"), "shop/b")
    found = problems(tmp_path, GOOD, both)
    assert any(p.what.startswith("shop.b matches an example of this one") for p in found)
    found = problems(tmp_path, GOOD + "over: [shop.b]\n", both)
    assert not any("matches an example" in p.what for p in found)


def test_missing_example_file(tmp_path: Path) -> None:
    """A file that an example names and that is not there is a problem, not a crash."""
    found = problems(tmp_path, GOOD.replace('["ERROR no time left"]', "[{file: logs/a.log}]"))
    assert {p.what for p in found} == {"logs/a.log: No such file or directory"}


def test_the_report_of_examples(tmp_path: Path) -> None:
    """`test` scans every example and says what was expected and what came."""
    write(tmp_path / "signatures", GOOD.replace("ERROR no time left", "no stock here"))
    report = test(load([tmp_path / "signatures"], bundled=False), scan)
    assert [(r.kind, r.number, r.got, r.passed) for r in report.results] == [
        ("match", 1, (ID,), True),
        ("no_match", 1, (ID,), False),
    ]
    assert report.failed == report.results[1:]
