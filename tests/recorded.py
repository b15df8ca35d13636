"""Comparing what is found in a recording with what was written beside it when it was made."""

from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000
Truth = dict[str, Any]


def scan(log: Path) -> list[Event]:
    """The events of a recording."""
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), log.name)
    return scanner.feed(log.read_bytes()) + scanner.finish()


def problems(
    events: Sequence[Event],
    wanted: Sequence[Truth],
    fits: Callable[[Event, Truth], bool],
    wrong: Callable[[Event, Truth], list[str]],
) -> list[str]:
    """What was missed, read wrongly, and invented. `fits`: an event stands where it should; `wrong`: what it says
    otherwise. A warning is an event besides where a signature knows it: recordings say nothing of signatures."""
    left = list(events)
    found = []
    for want in wanted:
        hit = next((event for event in left if fits(event, want)), None)
        if hit is None:
            found.append(f"missed lines {want['start_line']} to {want['end_line']}")
            continue
        left.remove(hit)
        found += [f"line {hit.first_line}: {each}" for each in wrong(hit, want)]
    invented = [event for event in left if not (event.level == "warning" and event.signature)]
    return found + [f"invented lines {event.first_line} to {event.last_line}: {event.title}" for event in invented]
