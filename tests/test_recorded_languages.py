"""Real failures of many runtimes, recorded with their exact boundaries (samples/languages/how.md).

Every event must be found, from its first line to its last, with its exception, message and chain; nothing else may be
reported. What raw text does not tell is named in KNOWN, with the reason.
"""

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RECORDED = Path(__file__).parent.parent / "samples" / "languages"
RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000
KNOWN = {
    "java/jul": "a record of java.util.logging has its time on a line of its own before the level's",
    "perl/lines": "nothing shows where a message of several lines begins",
    "ruby/logger": "no line format reads the header of Ruby's Logger",
}


def cases() -> Iterator[Any]:
    for truth in sorted(RECORDED.glob("*/recorded/*.json")):
        name = f"{truth.parent.parent.name}/{truth.stem}"
        marks = [pytest.mark.xfail(reason=KNOWN[name], strict=False)] if name in KNOWN else []
        yield pytest.param(truth, id=name, marks=marks)


def scan(data: bytes) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    return scanner.feed(data) + scanner.finish()


def wrong(event: Event, want: dict[str, Any]) -> list[str]:
    """What an event got wrong besides its place."""
    found = []
    for key in ("exception", "message"):
        if key in want and getattr(event, key) != want[key]:
            found.append(f"{key} {getattr(event, key)!r}, not {want[key]!r}")
    for key, members in (("chain", False), ("members", True)):
        got = [link.exception for link in event.chain if (link.link == "group") == members]
        if key in want and got != want[key]:
            found.append(f"{key} {got}, not {want[key]}")
    if "frames" in want and len(event.frames) != want["frames"]:
        found.append(f"{len(event.frames)} frames, not {want['frames']}")
    if event.incomplete is not None:
        found.append(f"incomplete {event.incomplete}")
    return found


@pytest.mark.parametrize("truth", list(cases()))
def test_every_recorded_event_is_found_whole_and_nothing_else(truth: Path) -> None:
    """Boundaries, exception, message, frames and chain of real failures, and no event besides."""
    events = scan(truth.with_suffix(".log").read_bytes())
    left = list(events)
    problems = []
    for want in json.loads(truth.read_text())["events"]:
        hit = next((e for e in left if (e.first_line, e.last_line) == (want["start_line"], want["end_line"])), None)
        if hit is None:
            problems.append(f"missed lines {want['start_line']} to {want['end_line']}")
            continue
        left.remove(hit)
        problems += [f"line {hit.first_line}: {each}" for each in wrong(hit, want)]
    problems += [f"invented lines {e.first_line} to {e.last_line}: {e.title}" for e in left]
    assert not problems, [(e.first_line, e.last_line) for e in events]


def test_there_are_recordings_of_many_runtimes() -> None:
    """The test above is not empty."""
    assert len({param.values[0].parent.parent.name for param in cases()}) >= 8
