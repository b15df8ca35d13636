"""The template of a message: what stays the same where the program says it again.

Every value in it is masked: numbers, hex, ids, addresses, paths, quoted text and times. One pattern tells what these
are; most messages are masked word by word, as most of their words never change and few of the values hold a blank.
"""

import re
from functools import lru_cache
from typing import Final

from logscan.lazyre import lazy

LONGEST: Final = 1_000
"""Characters of a message that count."""
MEMORY: Final = 4096
"""Words without a value in them, and templates, that are remembered."""

_VALUES = lazy(
    r"""(?<!\w)'[^'\n]*'(?!\w) | (?<!\w)"[^"\n]*"(?!\w) | (?<!\w)`[^`\n]*`(?!\w)
      | \b[a-zA-Z][\w+.-]*://\S+ | [\w.+-]+@[\w-]+\.[\w.-]+
      | (?<![\w.])(?:~|\.{1,2})?/[^\s,;:'")\]]+ | \b[A-Za-z]:\\[^\s,;'")\]]+
      | \b(?:text|application|image|audio|video|multipart)/[\w.+-]+
      | \b\d{4}-\d\d-\d\d[T\ ]\d\d:\d\d(:\d\d)?([.,]\d+)?(Z|[+-]\d\d:?\d\d)?
      | \[?[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*\]?
      | (?<![\w.-])[\w.-]++(?:
            (?:/[\w.+-]++){2,}
          | (?<=\.com|\.org|\.net|\.dev|\.lan|\.svc|.\.io)(?::\d+)?
          | (?<=\.whl|\.zip|\.csv|\.txt|\.log|\.pid|\.yml|\.xml|\.tmp|.\.gz|.\.py|.\.so)
          | [=~>]=\d[\w.]*+ )
      | (?<![a-zA-Z_])[a-zA-Z_]*+\d\w*+(?:[.+%~-]\w*\d\w*+)* """,
    re.VERBOSE,
)
"""What differs from one event to the next: quoted text, addresses, paths, times, hosts, and every word with a digit in
it (ids, versions, hex, sizes)."""
_QUOTED = lazy(r"""(?<!\w)(?:'[^'\n]*'|"[^"\n]*"|`[^`\n]*`)(?!\w)""")
_DATE = lazy(r"\d{4}-\d\d-\d\d$")
_SERIES = lazy(r"\*(?:[\s,;:._=<>~+-]*\*)+")
_WORD = lazy(r"[^\W\d_]{2}")

_constant: dict[str, str] = {}


def template(message: str) -> str:
    """The first line of a message with every value masked: numbers, hex, ids, addresses, paths, quoted
    text and times become `*`, and a series of them becomes one.
    """
    line = first_line(message)[:LONGEST]
    masked = _masked(line)
    return _serial(masked if masked is not None else _VALUES.sub("*", line))


@lru_cache(maxsize=MEMORY)
def _serial(masked: str) -> str:
    words = _SERIES.sub("*", masked)
    return words if _WORD.search(words) else masked


def _masked(line: str) -> str | None:
    """A line with its values masked word by word, which takes a third of the time: only quoted text and times go on
    behind a blank. None where it is not that simple."""
    parts: list[str] = []
    at = 0
    if "'" in line or '"' in line or "`" in line:
        for quoted in _QUOTED.finditer(line):
            before = line[at : quoted.start()]
            glued = before[before.rfind(" ") + 1 :]
            words = _words(before) if "/" not in glued and "\\" not in glued else None  # an address takes the quote
            if words is None:
                return None
            parts += words, "*"
            at = quoted.end()
    words = _words(line[at:])
    return None if words is None else "".join([*parts, words])


def _words(text: str) -> str | None:
    out: list[str] = []
    for word in text.split(" "):
        if word.isalpha():
            out.append(word)
            continue
        masked = _constant.get(word)
        if masked is None:
            if word[-3:-2] == "-" and _DATE.search(word):
                return None  # the next word may be its time
            masked = _VALUES.sub("*", word)
            if "*" not in masked:
                if len(_constant) >= MEMORY:
                    _constant.clear()
                _constant[word] = masked
        out.append(masked)
    return " ".join(out)


def first_line(text: str) -> str:
    """The first line that holds something."""
    return text.lstrip().partition("\n")[0].strip()
