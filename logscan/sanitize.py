r"""Make text from a log safe to show: what a terminal would obey comes out visibly escaped.

A log line can hold escape sequences that move the cursor, rename the window, or repaint what was
printed before (CVE-2021-25743), and bidirectional controls that reorder what the reader sees
(https://trojansource.codes). Every sink that prints text calls `clean` or `clean_line`; whether the
sink is a terminal does not matter, since what is piped today is looked at with `cat` tomorrow.

An escape reads like Python's: `\x1b`, `\u202e`, `\U000e0041`. Machine formats escape by their own
rules and need only `scrub`.
"""

import re

from logscan.lazyre import lazy

_SURROGATES = "\ud800-\udfff"
_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, zero width
    "\U000e0000-\U000e007f"  # invisible tags
)
_TEXT = lazy(f"[{_UNSAFE}{_SURROGATES}]")
_LINE = lazy(f"[{_UNSAFE}{_SURROGATES}\t\n]")
_LONE = lazy(f"[{_SURROGATES}]")


def clean(text: str) -> str:
    """`text` with control, bidi and zero-width characters escaped; newlines and tabs stay."""
    return _TEXT.sub(_escaped, text)


def clean_line(text: str) -> str:
    r"""`text` as one line: as `clean`, and a newline becomes `\n`, a tab a space."""
    return _LINE.sub(_escaped_in_line, text)


def scrub(text: str) -> str:
    """`text` with lone surrogates (undecodable bytes, cut UTF-16) as U+FFFD, so that it encodes as UTF-8."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _escaped_in_line(match: re.Match[str]) -> str:
    if match[0] == "\t":
        return " "
    return "\\n" if match[0] == "\n" else _escaped(match)
