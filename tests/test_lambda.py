"""Python on AWS Lambda: an unhandled error names its exception above the traceback, which has no final line."""

import json
from datetime import UTC

import pytest

from logscan.model import Event
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

RULES = load([], bundled=True)
REFERENCE = 1_795_560_000_000_000
FRAMES = ['  File "/var/task/app.py", line 3, in handler', "    return PRICES[sku]", "           ~~~~~~^^^^^"]
ERROR = ["[ERROR] KeyError: 'sku'", "Traceback (most recent call last):", *FRAMES]
START, END = "START RequestId: 6f7f0961 Version: $LATEST", "END RequestId: 6f7f0961"
INFO = "[INFO]\t2026-11-24T10:00:00.123Z\t6f7f0961\tdone"


def scan(text: str, slow: bool = False, block: int = 1 << 20) -> list[Event]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    data = text.encode()
    events = [event for at in range(0, len(data), block) for event in scanner.feed(data[at : at + block])]
    return events + scanner.finish()


def returned(lines: list[str]) -> str:
    """The lines as they come from Lambda: in one, and indented by no-break spaces."""
    blanks = [line.replace("  ", "\N{NO-BREAK SPACE}" * 2) if line.startswith("  ") else line for line in lines]
    return "\r".join(blanks)


@pytest.mark.parametrize("after", [[END], [INFO], [START], []], ids=["end", "record", "start", "nothing"])
@pytest.mark.parametrize("spell", ["\n".join, returned], ids=["lines", "returns"])
def test_an_error_without_a_final_line_is_whole(spell: object, after: list[str]) -> None:
    """What stands above the traceback is its exception; it ends where anything else begins."""
    text = "\n".join([START, spell(ERROR), *after, spell(ERROR), *after])  # type: ignore[operator]
    events = scan(text)
    assert [(e.exception, e.message, e.level, e.incomplete) for e in events] == [
        ("KeyError", "'sku'", "error", None)
    ] * 2
    assert [[(f.file, f.line, f.function, f.code) for f in e.frames] for e in events] == [
        [("/var/task/app.py", 3, "handler", "return PRICES[sku]")]
    ] * 2
    assert events == scan(text, slow=True) == scan(text, block=1)
    assert events[0].text == "\n".join(ERROR)


def test_a_line_of_returns_is_found_inside_a_record() -> None:
    """CloudWatch's export holds it as JSON's text."""
    message = {"timestamp": 1_795_560_000_000, "message": returned(ERROR), "logStreamName": "2026/11/24/[$LATEST]a"}
    events = scan(json.dumps(message | {"message": END}) + "\n" + json.dumps(message) + "\n")
    assert [(e.exception, e.message, len(e.frames), e.first_line) for e in events] == [("KeyError", "'sku'", 1, 2)]


@pytest.mark.parametrize(
    ("above", "exception", "message"),
    [
        (
            ["[ERROR] Runtime.ImportModuleError: No module named 'x'"],
            "Runtime.ImportModuleError",
            "No module named 'x'",
        ),
        (["[ERROR] OutOfStock"], "OutOfStock", None),
        (["[ERROR] ValueError: one", "two"], "ValueError", "one\ntwo"),
    ],
)
def test_any_exception_may_be_named(above: list[str], exception: str, message: str | None) -> None:
    """With a module, without a message, with a message of several lines; and without a frame."""
    for frames in (FRAMES, []):
        events = scan("\n".join([START, *above, ERROR[1], *frames, END]))
        assert [(e.exception, e.message, e.incomplete) for e in events] == [(exception, message, None)]


def test_elsewhere_a_traceback_without_a_final_line_is_cut() -> None:
    """A final line counts where there is one, and a record of another kind names nothing."""
    whole = scan("\n".join([*ERROR, "LookupError: sku", INFO]))
    assert [(e.exception, e.message) for e in whole] == [("LookupError", "sku")]
    for above in ("[ERROR] cannot pay", "2026-11-24 10:00:00,123 ERROR KeyError: 'sku'"):
        cut = scan("\n".join([above, *ERROR[1:], END]))
        assert [(e.exception, e.incomplete) for e in cut] == [(None, "end")]
