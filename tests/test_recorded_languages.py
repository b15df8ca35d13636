"""Real failures of many runtimes, recorded with their exact boundaries (samples/languages/how.md).

Every event must be found, from its first line to its last, with its exception, message and chain; nothing else may be
reported. What raw text does not tell is named in KNOWN, with the reason.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from recorded import problems, scan

from logscan.model import Event

RECORDED = Path(__file__).parent.parent / "samples" / "languages"
KNOWN = {
    "perl/lines": "nothing shows where a message of several lines begins",
    "ruby/logger": "no line format reads the header of Ruby's Logger",
}


def cases() -> Iterator[Any]:
    for truth in sorted(RECORDED.glob("*/recorded/*.json")):
        name = f"{truth.parent.parent.name}/{truth.stem}"
        marks = [pytest.mark.xfail(reason=KNOWN[name], strict=False)] if name in KNOWN else []
        yield pytest.param(truth, id=name, marks=marks)


def stands(event: Event, want: dict[str, Any]) -> bool:
    """From its first line to its last."""
    return (event.first_line, event.last_line) == (want["start_line"], want["end_line"])


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
    events = scan(truth.with_suffix(".log"))
    found = problems(events, json.loads(truth.read_text())["events"], stands, wrong)
    assert not found, [(e.first_line, e.last_line) for e in events]


def test_there_are_recordings_of_many_runtimes() -> None:
    """The test above is not empty."""
    assert len({param.values[0].parent.parent.name for param in cases()}) >= 8
