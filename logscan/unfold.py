"""Text that a table's column was too narrow for, as it was before it was folded.

Rich's log handler prints a record as a row of a table without rules: time, level, message, place. What is longer than
the message's column goes on in the next line, cut between words, or inside a word that is longer than the column
(https://github.com/Textualize/rich/blob/master/rich/_log_render.py, `overflow="fold"`). Written to a file or a pipe the
table is 80 wide, so that almost every frame of a library is folded.

A line went on where its next line's first word would not have fitted. Where a frame is cut, its own shape says so.
"""

from collections.abc import Iterable

from logscan.grammars.pythonparse import SUFFIX
from logscan.lazyre import lazy

_FRAME = lazy(r'\s*File "[^"]+", line \d+(?:, in \S.*)?$')
_BEGUN = lazy(r'\s*File(?: ".*)?$')
_HEADER = "Traceback (most recent call last):"
_BOX = "│╭╰└├─|+"
_RULES = _BOX + " "
_FINAL = lazy(r"(?P<type>[^\W\d]\w*(?:\.(?:\w+|<locals>))*)(?::|$)")


def unfolded(lines: Iterable[str], width: int | None) -> list[str]:
    """The lines of a cell (its column's margin removed) before they were folded to `width` characters; None where the
    width is not known: then only frames are put together."""
    out: list[str] = []
    last = ""  # the line before
    told = False  # the exception has been named
    for line in map(str.rstrip, lines):
        told = told and not line.endswith(_HEADER)  # the next exception of a chain
        if last and line and line[0] not in _RULES and last[0] not in _BOX:
            begun = _BEGUN.match(out[-1]) is not None and _FRAME.match(out[-1]) is None
            final = not told and _names(line)
            if begun:
                out[-1] += (
                    "" if out[-1].count('"') == 1 else " "
                ) + line  # in its path, which is one word, or behind it
            elif not final and width is not None and len(last) + 1 + len(line.split(" ", 1)[0]) > width:
                # a word that is longer than the column begins with its indentation: a row of carets
                out[-1] += ("" if len(last) == width and " " not in last.lstrip(" ") else " ") + line
            else:
                told = told or final
                out.append(line)
        else:
            out.append(line)
        last = line
    return out


def _names(line: str) -> bool:
    """Whether a line is a final one, and no rest of a source line."""
    found = _FINAL.match(line)
    return found is not None and (SUFFIX.search(found["type"]) is not None or "." in found["type"])
