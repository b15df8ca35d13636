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


def inert(line: str) -> str:
    """`line` (cleaned) so that no build service takes it for a command: GitHub's runner obeys what starts with `::`
    after spaces, and `##[…]` anywhere in a line.

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    if line.lstrip().startswith("::"):
        line = line.replace(":", r"\x3a", 1)
    return line.replace("##[", r"#\x23[")


def scrub(text: str) -> str:
    """`text` with lone surrogates (undecodable bytes, cut UTF-16) as U+FFFD, so that it encodes as UTF-8."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def json_escaped(text: str) -> str:
    """JSON text with the characters that `clean` escapes written as JSON's own escapes; its value is the same."""
    return _TEXT.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


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
