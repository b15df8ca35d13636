"""JSON on one line: reading it leniently, and what a search of raw lines has to know of its spelling.

A search of the raw bytes finds literals (law 1), and JSON spells some characters in more than one way. Text in which
that can hide a literal carries a mark: an escape `\\u00XX` of an ASCII character. What remains are quotes, backslashes,
line ends and characters beyond ASCII inside the literals themselves: `visible` gives the part of a literal that
stands in the raw line however deep JSON is nested in JSON. https://www.rfc-editor.org/rfc/rfc8259#section-7
"""

from collections.abc import Iterable, Iterator

import msgspec

from logscan.lazyre import lazy

MARKS = frozenset({rb"\u000", rb"\u001", rb"\u002", rb"\u003", rb"\u007"})
"""Escapes of ASCII characters: control characters (journald), `<`, `>`, `&` (Go) and quotes (PHP) need not be
escaped so, and are."""

_decode = msgspec.json.Decoder(dict[str, object]).decode
_TAILS = {b'"': b'\\"', b"\t": b"\\t", b"\n": b"\\n", b"\r": b"\\r", b"\f": b"\\f", b"\b": b"\\b"}
"""How an escape ends, however deep: with one backslash and a character; a mark tells of the others."""
_HIDES = lazy(rb'[\x00-\x1f"\\/\x7f-\xff\']+')  # Python's repr escapes the last one


def decode(line: bytes) -> dict[str, object] | None:
    """The object in a line; None where it is none. Lenient where writers are sloppy: NaN, invalid UTF-8, lone
    surrogates."""
    try:
        return _decode(line)
    except RecursionError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        text = line.strip(b" \t\r")
        if text[:1] != b"{" or text[-1:] != b"}":  # cut: plain text
            return None
    try:
        import json  # only for what msgspec refuses

        value = json.loads(text.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def visible(literals: Iterable[bytes]) -> frozenset[bytes]:
    """For each literal that JSON would spell otherwise, its longest part that JSON does not. An escape ends in a
    backslash and a letter, which stand directly before what follows (`\\tfrom`), and so does a quote."""
    return frozenset(max(_parts(each), key=len) for each in literals if _HIDES.search(each)) - {b""}


def _parts(literal: bytes) -> Iterator[bytes]:
    at = 0
    for hidden in _HIDES.finditer(literal):
        yield _TAILS.get(literal[at - 1 : at], b"") + literal[at : hidden.start()]
        at = hidden.end()
    yield _TAILS.get(literal[at - 1 : at], b"") + literal[at:] if at < len(literal) else b""
