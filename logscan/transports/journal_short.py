r"""`journalctl -o short` and its relatives: a timestamp, a host, an identifier with a pid, and the text.

    Aug 20 14:26:40 web01 python3[4242]: message                         short
    Aug 20 14:26:40.002468 web01 python3[4242]: message                  short-precise
    2025-08-20T14:26:40+0000 web01 python3[4242]: message                short-iso (and -iso-precise)
    Wed 2025-08-20 14:26:40 UTC web01 python3[4242]: message             short-full
    Wed 2025-08-20 14:26:40 UTC web01 app.service[4242]: message         with-unit
    1755700000.002468 web01 python3[4242]: message                       short-unix
    [  100.002468] web01 python3[4242]: message                          short-monotonic
    [  100.002468 <    0.001234 >] web01 python3[4242]: message          short-delta
    Aug 20 14:26:40 python3[4242]: message                               --no-hostname
    août 20 14:26:40 web01 python3[4242]: message                        short, where another language is set

A syslog file (RFC 3164) looks the same and is read the same, with a record of several lines in one (`syslogtext`).
One entry is one line of a program's captured output, so a traceback arrives as many entries, interleaved with those
of other processes: the stream is the identifier and
the pid. Lines of one native entry after the first are indented by the width of the prefix; journald has removed
the empty ones among captured lines. A message that is not printable is `[28B blob data]`: its text is lost, and nobody
can tell any more how bad it was, so it counts as a warning (`-o json` keeps the text).

What else begins like this: an application's own log (a level where host or identifier would be) and the kernel's ring
(`[    1.234567] usb 1-1: …`, `[    0.084993] IOAPIC[0]: …`). They are not claimed: seconds need a process's pid, or
`kernel:`, which the ring does not print.
https://www.freedesktop.org/software/systemd/man/latest/journalctl.html
"""

import re
from functools import lru_cache

import msgspec

from logscan.lazyre import lazy
from logscan.levels import TOKENS
from logscan.model import LEVELS, Level
from logscan.transports import Entry, Meta, compose, syslogtext

name = "journal-short"
claimable = b"JFMASONDWTS0123456789[ acdefgijklmnopsw\xd0\xd1"
every_line = False
steady = True

_MON = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_NAMES = """
    jan janv ene gen sty янв|feb févr fev lut фев|mär mar mars mrt mär märz мар|apr avr avril abr kwi апр
    |mai may mag mei maj май мая|jun juin juni giu cze июн|jul juil juli lug lip июл|aug août ago aoû sie авг
    |sep sept set wrz сен|okt oct out ott paź окт|nov noy lis ноя|dez déc dec dic des gru дек"""
"""What the C library calls the months in German, French, Spanish, Italian, Portuguese, Dutch, the Scandinavian
languages, Polish and Russian, some with a dot behind; Chinese, Japanese and Korean count them."""
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {each: english for english, names in zip(_ENGLISH, _NAMES.split("|"), strict=True) for each in names.split()}
_CLOCK = rb"\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?"
_UNIT = rb"[^\s\[\]]{1,256}\.(?:service|scope|socket|mount|automount|timer|slice|device|swap|target|path)(?=\[|: )"
_PREFIX = lazy(
    rb"(?P<time>" + _MON + rb" [ \d]\d " + _CLOCK
    + rb"|\d{4}-\d{2}-\d{2}T" + _CLOCK + rb"(?:[+-]\d{2}:?\d{2}|Z)"
    + rb"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d{2}-\d{2} " + _CLOCK + rb" [A-Z][A-Za-z0-9+-]{1,6}"
    + rb"|(?P<month>[A-Za-z\x80-\xd1]{3,10}\.?|[ \d]?\d(?:\xe6\x9c\x88|\xec\x9b\x94)) [ \d]\d " + _CLOCK
    + rb"|(?P<seconds>\d{10}\.\d{6}|(?P<uptime>\[ {0,11}\d{1,11}\.\d{6}[ <>*\d.]{0,24}\])))"
    rb" (?:(?P<host>[\w.-]+) )?"
    rb"(?P<ident>" + _UNIT + rb"|[^\s\[\]:]+)(?:\[(?P<pid>\d+)\])?: ?"
)  # fmt: skip
_OWN_LINE = lazy(rb"--(?: |$)|\xe2\x96\x91\xe2\x96\x91")
_BLOB = lazy(rb"\[\d+(?:\.\d)?[BKMGT] blob data\]$")
_DATE = lazy(rb"\d{4}-\d\d-\d\d$|\d{2,4}$")
_KNOWN: dict[bytes, Entry] = {}
MEMORY = 256
"""Prefixes remembered: a second's lines share them."""
_LEVELLESS = frozenset({b"kernel", b"systemd"})


def anchors(level: Level) -> frozenset[bytes]:
    """The short form prints no priority, and the text as it is; but for a text that is lost."""
    return syslogtext.ESCAPED | frozenset({b" blob data]"} if LEVELS.index(level) <= LEVELS.index("warning") else ())


def read(line: bytes) -> Entry | None:
    """An entry's first line."""
    size = line.find(b": ") + 2
    head = _KNOWN.get(line[:size])
    if head is None:
        found = _PREFIX.match(line)
        if found is None:
            return None
        head = _head(found[0])
        if head is None:
            return None
        if found.end() == size:  # up to the first of these two characters nothing behind them counts
            if len(_KNOWN) >= MEMORY:
                _KNOWN.clear()
            _KNOWN[found[0]] = head
        size = found.end()
    text = line[size:]
    meta = head.meta
    if text[-1:] == b"]" and _BLOB.match(text):
        meta = msgspec.structs.replace(meta, level="warning")
    entry = Entry(
        key=head.key,
        lines=syslogtext.lines(text) if text.find(b"#0") >= 0 else [text],  # a syslog file: rsyslog's escapes
        meta=meta,
        prefix=size if head.prefix else 0,
        native=head.native,
    )
    return entry if head.prefix else compose.within(entry)


@lru_cache(maxsize=256)
def _head(prefix: bytes) -> Entry | None:
    """What a prefix says of a line without any text; None where the line is no entry. A second's lines share it."""
    found = _PREFIX.match(prefix)
    if found is None or not _ours(found):
        return None
    ident = found["ident"].decode("utf-8", "replace")
    pid = (found["pid"] or b"").decode()
    host = (found["host"] or b"").decode("utf-8", "replace")
    key = f"{ident}[{pid}]" if pid else ident
    resource = {"service.name": ident}
    if host:
        resource["host.name"] = host
    if pid:
        resource["process.pid"] = pid
    return Entry(
        key=f"{host} {key}" if host else key,
        lines=[],
        meta=Meta(raw_time=None if found["uptime"] else _time(found), unit=ident, resource=resource),
        native=found["ident"] in _LEVELLESS,
        prefix=ident not in compose.RUNNERS,  # there the text tells whose it is
    )


def _time(found: re.Match[bytes]) -> str:
    """The time, its month in English."""
    time = found["time"].decode("utf-8", "replace")
    if found["month"] is None:
        return time
    name, _, rest = time.lstrip().partition(" ")
    return f"{_english(name)} {rest}"


def _english(month: str) -> str | None:
    number = month[:-1]
    if number.isdigit():
        return _ENGLISH[int(number) - 1] if 1 <= int(number) <= 12 else "Jan 0"
    return _MONTHS.get(month.rstrip(".").lower())


def mark(key: str) -> bytes | None:
    """The identifier as every line has it, with the pid where there is one."""
    return key.partition(" | ")[0].rpartition(" ")[2].encode() + b":" if key.isascii() and key else None


def _ours(found: re.Match[bytes]) -> bool:
    """Whether a line of this shape is an entry, and not an application's own record or the kernel's ring."""
    host, ident, pid = found["host"], found["ident"], found["pid"]
    if found["month"] and _english(found["month"].decode("utf-8", "replace").strip()) is None:
        return False
    if ident == b"kernel":
        return True
    if found["seconds"] and (pid in (None, b"0") or (host is None and ident.startswith(b"systemd"))):
        return False
    if pid is None and host is None and found["time"][:1].isdigit():
        return False
    if pid is None and (ident.isdigit() or (host is not None and _DATE.match(host))):
        return False  # a collector's time before an application's
    return not any(word is not None and word.upper().decode("utf-8", "replace") in TOKENS
                   for word in (host, ident if pid is None else None))  # fmt: skip


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Text of a native entry of several lines: the prefix's width in spaces, then the text. What is not indented and
    begins as journalctl's own lines do (boots, cursors, the catalog's explanations under `-x`) is nobody's."""
    if _OWN_LINE.match(line):
        return None
    if owner is not None and owner.prefix and not line[: owner.prefix].strip(b" "):
        return line[owner.prefix :]
    return line
