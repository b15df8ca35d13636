r"""What syslog's formats have in common: the priority, and how a text of several lines gets into one.

A priority is facility * 8 + severity (RFC 5424 section 6.2.1). What a program prints is captured under a fixed one: by
systemd as daemon.info, by logger(1) as user.notice. It then says nothing of the line.

rsyslog writes a control character as `#` and three octal digits, `#012` a line end, `#011` a tab, `#000` the NUL that
Python's SysLogHandler sends last; where asked to, also every byte beyond ASCII.
https://www.rsyslog.com/doc/configuration/input_directives/rsconf1_escapecontrolcharactersonreceive.html
A `#012` may be a number as well ("order #012 failed", the colour #012345): a text in which all escapes could be
numbers is left as it is.
"""

from collections.abc import Sequence
from typing import Final

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import journal

FACILITIES: Final = 24
CAPTURED: Final = frozenset({13, 30})
"""user.notice and daemon.info."""

ESCAPED: Final = frozenset({b"#033"})
"""An escape sequence for colours can part a literal in two: its escape is an anchor."""

_CONTROL = lazy(rb"#(0[0-3][0-7]|177)")
_HIGH = lazy(rb"(?:#[23][0-7][0-7]){2,}")
_NUMBER = lazy(rb"(?<![^\s(\[{,;=\"'])#\d{3}(?!\w)|#0[0-3][0-7][0-9A-Fa-f]{3}(?![0-9A-Za-z])")


def priority(digits: bytes) -> int | None:
    """The number between `<` and `>`; None where there is none that RFC 5424 knows (0 to 191)."""
    number = int(digits) if digits.isdigit() and len(digits) <= 3 else -1
    return number if 0 <= number < 8 * FACILITIES else None


def level(number: int, lines: Sequence[bytes]) -> Level | None:
    """What a priority says of a message; None for those of captured output, and of nothing but an empty line."""
    return None if number in CAPTURED or not any(map(bytes.strip, lines)) else journal.PRIORITIES[number % 8]


def marks(level: Level) -> frozenset[bytes]:
    """`<N>` for every priority that means `level` or worse, and what hides text."""
    bad = [n for n in range(8 * FACILITIES) if n % 8 in journal.priorities(level)]
    return ESCAPED | frozenset(b"<%d>" % n for n in bad)


def lines(text: bytes) -> list[bytes]:
    """The lines of a message, unescaped; without the empty ones at its end."""
    if b"#" in text:
        text = _unescape(text)
    if b"\0" in text:
        text = text.rstrip(b"\0\n")
    return text.rstrip(b"\n").split(b"\n")


def _unescape(text: bytes) -> bytes:
    sure = _CONTROL.search(_NUMBER.sub(b"", text))
    if sure is not None:
        text = _CONTROL.sub(lambda found: bytes([int(found[1], 8)]), text)
    return _HIGH.sub(lambda found: bytes(int(each, 8) for each in found[0].split(b"#")[1:]), text)
