"""Rules of logscan.sanitize."""

import json
import re

import pytest

from logscan.sanitize import clean, clean_line, inert, json_escaped, scrub


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\x7fb\x00c\rd\x08", r"a\x7fb\x00c\x0dd\x08"),
        ("pay\u202egnp.exe", r"pay\u202egnp.exe"),
        ("\u2066x\u2069\u200f\u061c", r"\u2066x\u2069\u200f\u061c"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("cut \ud83d here", "cut \ufffd here"),
    ],
)
def test_what_a_terminal_obeys_is_escaped(text: str, shown: str) -> None:
    """C0, DEL, C1, bidi controls and zero-width characters come out visibly; lone surrogates as U+FFFD."""
    assert clean(text) == shown
    assert clean_line(text) == shown


@pytest.mark.parametrize("text", ["plain", "[/red] {x} 100 %", "größer 日本語 🎉", "C:\\new", "list[int]"])
def test_ordinary_text_is_untouched(text: str) -> None:
    """Nothing but controls changes: no markup is read, no character is lost."""
    assert clean(text) == clean_line(text) == scrub(text) == text


def test_every_control_but_tab_and_newline() -> None:
    """No code point of C0 and C1 other than tab and newline survives."""
    controls = [*range(0x20), *range(0x7F, 0xA0)]
    kept = [code for code in controls if chr(code) in clean(chr(code))]
    assert kept == [0x09, 0x0A]
    assert not [code for code in controls if chr(code) in clean_line(chr(code))]


def test_one_line_stays_one_line() -> None:
    """In a one-line context a newline is shown as such, a tab as a space, and separators are escaped."""
    assert clean_line("a\n\tb\u2028c") == "a\\n b\\u2028c"
    assert clean("a\n\tb") == "a\n\tb"


def test_scrubbed_text_encodes() -> None:
    """Lone surrogates, as undecodable bytes give them, do not stop an encoder."""
    assert scrub("\udcff日").encode() == "\ufffd日".encode()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("   ::add-mask::x", r"   \x3a:add-mask::x"),
        ("a ##[add-matcher]x", r"a #\x23[add-matcher]x"),
        ("at shop::cart in a[0]", "at shop::cart in a[0]"),
        ("# [x]", "# [x]"),
    ],
)
def test_no_line_is_a_command(line: str, shown: str) -> None:
    """What GitHub's runner would obey reads the same and is none; other lines stay as they are."""
    assert inert(line) == shown


@pytest.mark.parametrize("text", ["\x9b31m", "\x7f", "\u202e", "\U000e0041", "é日本\U0001f600", '"\\\n\x1b'])
def test_json_is_safe_to_look_at_and_the_same(text: str) -> None:
    """JSON's own escapes: the value stays, and no character that a terminal obeys is left."""
    written = json_escaped(json.dumps(text, ensure_ascii=False))
    assert json.loads(written) == text
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\U000e0041]", written)
