r"""Syslog as it is on the wire, and in files whose template keeps the priority: `<PRI>` before RFC 3164's line.

    <11>Mar 14 09:26:53 web01 python3[4242]: order failed#012Traceback (most recent call last):#012  File …
    <11>2025-03-14T09:26:53.001234+00:00 web01 shopd: message                rsyslog's RSYSLOG_ForwardFormat
    <14>shopd[4242]: message                                                 Python's SysLogHandler, as sent

Without the priority the line is one that `journal_short` reads: journalctl prints what syslogd wrote to files, and a
line cannot tell which of the two it came from. Host and tag (with the pid, which not every tag has) are the
stream, in both. A message is one line; what was a line end or a tab in it is an escape, which `syslogtext` undoes, so
that one physical line may hold a whole traceback. https://www.rfc-editor.org/rfc/rfc3164
"""

import msgspec

from logscan.lazyre import lazy
from logscan.transports import Entry, Meta, journal_short, syslogtext

name = "syslog"
claimable = b"<"
every_line = False

anchors = syslogtext.marks

_PRIORITY = lazy(rb"<(\d{1,3})>(?!1 )")
_TAG = lazy(rb"(?P<ident>[\w./-]{1,48})(?:\[(?P<pid>\d+)\])?: ?")


def read(line: bytes) -> Entry | None:
    """The record in a line."""
    found = _PRIORITY.match(line)
    number = syslogtext.priority(found[1]) if found else None
    if found is None or number is None:
        return None
    entry = journal_short.read(line[found.end() :]) or _tagged(line[found.end() :])
    if entry is None:
        return None
    level = syslogtext.level(number, entry.lines)
    meta = msgspec.structs.replace(
        entry.meta, level=level or entry.meta.level, fields=entry.meta.fields | {"priority": str(number % 8)}
    )
    return msgspec.structs.replace(entry, meta=meta, prefix=0, native=entry.native or level is not None)


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without a priority: text whose line ends nobody escaped."""
    return line


def _tagged(text: bytes) -> Entry | None:
    """A message with neither time nor host."""
    found = _TAG.match(text)
    if found is None:
        return None
    ident, pid = found["ident"].decode("utf-8", "replace"), (found["pid"] or b"").decode()
    resource = {"service.name": ident} | ({"process.pid": pid} if pid else {})
    return Entry(
        key=f"{ident}[{pid}]" if pid else ident,
        lines=syslogtext.lines(text[found.end() :]),
        meta=Meta(unit=ident, resource=resource),
    )
