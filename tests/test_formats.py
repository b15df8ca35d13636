"""Line formats parse the samples that stand in their files, and prose is no header."""

import pytest

from logscan import formats
from logscan.model import LEVELS

SOURCES = formats.sources()
FORMATS = formats.Formats(formats.bundled())


@pytest.mark.parametrize(("name", "text"), SOURCES, ids=[name for name, _ in SOURCES])
def test_a_format_parses_its_samples(name: str, text: str) -> None:
    """Each sample gives the fields that the file says, also when all formats are tried in order."""
    format = formats.load(name, text)
    assert formats.check(name, text, format) == []


@pytest.mark.parametrize(
    "line",
    [
        "the worker got an ERROR from the payment service",
        "Error: nothing in capitals here",
        "  ERROR indented text starts no record",
        "KeyError: 'coupon'",
        "psycopg.errors.UniqueViolation: duplicate key",
        "WARNINGS are not a level",
        "done",
        "",
    ],
)
def test_prose_is_no_header(line: str) -> None:
    """A word in a sentence does not make a record."""
    assert FORMATS.match(line.encode()) is None


def test_prose_with_a_time_has_no_level() -> None:
    """Two words of prose before a level are no header tokens."""
    header = FORMATS.match(b"2026-11-22 10:00:00 worker got ERROR from the payment service")
    assert header is not None
    assert header.level is None


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
def test_every_sample_at_a_level_holds_one_of_its_anchors(level: str) -> None:
    """Law 1: a line whose format says the level, or worse, holds an anchor of that level."""
    import yaml

    anchors = formats.anchors(level)  # type: ignore[arg-type]
    for name, text in SOURCES:
        for sample in yaml.safe_load(text)["samples"]:
            header = FORMATS.match(sample["line"].encode())
            assert header is not None, (name, sample)
            if header.level and LEVELS.index(header.level) >= LEVELS.index(level):  # type: ignore[arg-type]
                assert any(anchor in sample["line"].encode() for anchor in anchors), (name, sample)
