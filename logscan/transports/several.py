"""Several files shown one after the other by `tail` or `head`, each under its name: bundles, `tail -f a.log b.log`.

    ==> /var/log/shop/app.log <==
    2026-11-24 10:00:01 ERROR message

    ==> /var/log/syslog <==
    Nov 24 10:00:01 web01 shop[7]: message

A name ends whatever stood before it: the files begin and end anywhere. Between names lines are read as in a file of
their own, those of syslog and of the journal too. Which file a line is of is not told: far below its name nobody could.
https://www.gnu.org/software/coreutils/manual/html_node/tail-invocation.html
"""

import msgspec

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, journal_short

name = "tail"
claimable = b"="
every_line = False

_NAME = lazy(rb"==> (?:\S.*\S|\S) <==$")


def anchors(level: Level) -> frozenset[bytes]:
    """Nothing says how bad a line is but its text; what may hide that is the journal's."""
    return journal_short.anchors(level)


def claims(line: bytes) -> bool:
    """Whether a line is a file's name."""
    return _NAME.match(line) is not None


def read(line: bytes) -> Entry | None:
    """A name, which is complete in itself, or a line of a file."""
    if _NAME.match(line):
        return Entry(key="", lines=[line], meta=Meta(), whole=True)
    inner = journal_short.read(line)
    return msgspec.structs.replace(inner, prefix=0) if inner is not None else Entry(key="", lines=[line], meta=Meta())


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """Not asked: every line is one of a file."""
    return line
