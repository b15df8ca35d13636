"""Real tracebacks of CPython 2.7 to 3.13, recorded with their exact boundaries (samples/python/how.md).

Every event must be found, from its first line to its last, with its exception, message, frames and chain; nothing else
may be reported. What cannot be decided in raw text is named in KNOWN, with the reason.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from recorded import REFERENCE, RULES, problems, scan

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.timestamps import Clock

RECORDED = Path(__file__).parent.parent / "samples" / "python" / "recorded"
KNOWN = {
    "unittest_report-bare": "a test report holds tracebacks that nobody raised in earnest: undecided by the recording",
    "message_traceback-bare": "without headers, a traceback inside a message looks like the next event",
    "message_log_lines-asctime": "a bare traceback among records: a log line inside its message looks like the next one",
    "message_log_lines-gunicorn": "the same",
    "message_log_lines-bare": "without headers, a log line inside a message looks like the next record",
}
_SGR = re.compile(r"\x1b\[[0-9;]*m")
LOCATED = ("SyntaxError", "IndentationError", "TabError")


def cases() -> Iterator[Any]:
    for truth in sorted(RECORDED.rglob("*.json")):
        name = f"{truth.parent.name}/{truth.stem}"
        known = KNOWN.get(truth.stem)
        marks = [pytest.mark.xfail(reason=known, strict=False)] if known else []
        yield pytest.param(truth, id=name, marks=marks)


def wrong(event: Event, want: dict[str, Any]) -> list[str]:
    """What an event got wrong besides its place."""
    found = []
    if event.exception != want["exception"]:
        found.append(f"exception {event.exception!r}, not {want['exception']!r}")
    if want["exception"] and not want["message_undecidable"]:
        said = _SGR.sub("", "\n".join([want["message"] or "", *want["notes"]])).strip()
        alone = _SGR.sub("", want["message"] or "").strip()
        if (event.message or "").strip() not in (said, alone):
            found.append(f"message {event.message!r}, not {said!r}")
    if want["frames"] is not None and not want["incomplete"]:
        located = (event.exception or "").split(".")[-1] in LOCATED  # the place in the source is a frame to us
        if len(event.frames) not in (want["frames"], want["frames"] + located):
            found.append(f"{len(event.frames)} frames, not {want['frames']}")
    chain = [link.exception for link in event.chain if link.link not in ("group", "remote")]
    if chain != want["chain"] and not (want["incomplete"] == "start" and want["chain"][: len(chain)] == chain):
        found.append(f"chain {chain}, not {want['chain']}")
    if event.incomplete != want["incomplete"]:
        found.append(f"incomplete {event.incomplete!r}, not {want['incomplete']!r}")
    return found


def stands(event: Event, want: dict[str, Any]) -> bool:
    """A bare traceback's message of several lines may end at any of its lines: raw text does not say."""
    if event.first_line != want["start_line"]:
        return False
    if want["message_undecidable"]:
        return bool(want["trace_start"] <= event.last_line <= want["end_line"])
    return bool(event.last_line == want["end_line"])


@pytest.mark.parametrize("truth", list(cases()))
def test_every_recorded_event_is_found_whole_and_nothing_else(truth: Path) -> None:
    """Boundaries, exception, message, frames, chain and cuts of real tracebacks, and no event besides."""
    wanted = json.loads(truth.read_text())["events"]
    events = scan(truth.with_suffix(".log"))
    found = problems(events, wanted, stands, wrong)
    assert not found, [(e.first_line, e.last_line) for e in events]


def test_grouper_and_parser_agree_on_a_final_line_without_indentation() -> None:
    """Pasted text has lost its indentation: what ends the group is the exception, and no frame's source text."""
    text = b'Traceback (most recent call last):\nFile "/srv/app/jobs.py", line 3, in next_job\nqueue.Empty\n'
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    events = scanner.feed(text) + scanner.finish()
    assert [(e.exception, e.frames[-1].code, e.incomplete) for e in events] == [("queue.Empty", None, None)]
