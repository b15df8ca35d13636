r"""Lines that somebody showed, searched or quoted: what `grep`, `cat -n`, `less -N`, a mail or a chat puts before each.

    /var/log/shop/app.log:2026-11-24 10:00:01 ERROR message       grep -r, zgrep; the file is the stream
    /var/log/shop/app.log:17:2026-11-24 10:00:01 ERROR message    grep -rn, rg
    app.log-18-Traceback (most recent call last):                 the lines around a match (-A, -B, -C), `--` between
    17:2026-11-24 10:00:01 ERROR message                          grep -n
        17<TAB>2026-11-24 10:00:01 ERROR message                  cat -n, nl
        17 2026-11-24 10:00:01 ERROR message                      less -N, vim
    > 2026-11-24 10:00:01 ERROR message                           quoted, also twice

Any of these can begin an ordinary line, so a source is decided by one before a record. A line of syslog or of the
journal behind a file's name is read as such. Lines that are merely indented are not told from a message's own.
"""

import msgspec

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, begins_record, journal_short

name = "pasted"
claimable = b"> 0123456789/.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
every_line = False

_NAMED = (
    rb"[^\s:\"'\[\](){}<>=,]*?[./](?:log|out|err|txt|jsonl?|stdout|stderr|syslog|messages)(?:\.\d{1,4}|-\d{8})?"
    rb"(?:\.(?:gz|bz2|xz|zst|lz4|log))?"
)
_LINE = lazy(
    rb">(?: ?>){0,7}(?: |$)"
    rb"| {0,6}\d{1,7}\t| {1,6}\d{1,6} "
    rb"|\d{1,9}[:-](?!\d\d[:-]\d\d(?!\d))"
    rb"|(?P<file>" + _NAMED + rb")(?::(?:\d{1,9}:)?(?!\d\d:\d\d(?!\d))|-(?:\d{1,9}-)?)"
)
_LEVEL = lazy(rb"(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL):[ A-Za-z_]")
_BARE_NUMBER = lazy(rb" {1,6}\d{1,7}$")


def anchors(level: Level) -> frozenset[bytes]:
    """Nothing says how bad a line is but its text; what may hide that is the journal's."""
    return journal_short.anchors(level)


def claims(line: bytes) -> bool:
    """Whether a line is quoted or found beyond doubt: a record stands behind what was put before it."""
    first = line[0]
    if 48 <= first <= 57:  # most lines of most logs begin with a time
        at = line.find(b":", 1, 10)
        if at < 0 or not line[:at].isdigit():
            return False
    elif first == 32:
        if not line.lstrip(b" ")[:1].isdigit():
            return False
    elif first != 62:
        head = line[: max(line.find(b":"), 0)]
        if b" " in head or not (b"." in head or b"/" in head):
            return False
    found = _LINE.match(line)
    if found is None or begins_record(line, 0):
        return False
    return begins_record(line, found.end()) or _LEVEL.match(line, found.end()) is not None


def read(line: bytes) -> Entry | None:
    """The line that was quoted or found. What was not is somebody's own words: no line goes on with what was."""
    found = _LINE.match(line) or _BARE_NUMBER.match(line)
    if found is None or begins_record(line, 0):
        return Entry(key="beside", lines=[line], meta=Meta()) if line.strip() and line != b"--" else None
    text = line[found.end() :]
    key = (found.groupdict().get("file") or b"").decode("utf-8", "replace")
    inner = journal_short.read(text)
    if inner is not None:
        return msgspec.structs.replace(inner, key=f"{key} {inner.key}".strip(), prefix=0)
    return Entry(key=key, lines=[text], meta=Meta())


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """grep's mark between what it found, or plain text."""
    return None if line == b"--" else line
