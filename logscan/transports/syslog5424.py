r"""RFC 5424: one line a record, `<PRI>1 TIME HOST APP PROCID MSGID STRUCTURED-DATA MESSAGE`, `-` where nothing is
known.

    <11>1 2025-03-14T09:26:53.001234Z web01 shopd 5151 - [shop@32473 order="17"] reservation failed#012Traceback …
    <45>1 2025-03-14T09:26:53Z web01 app web.3 - State changed from starting to up       Heroku: no structured data
    2025-03-14T09:26:53.001234Z web01 shopd 5151 ID47 - message                          templates without the priority

The message may begin with a BOM. A structured value escapes `"`, `\` and `]` with a backslash; values become facts,
named "id.name". Escapes such as `#012` in the message are rsyslog's (see `syslogtext`).
https://www.rfc-editor.org/rfc/rfc5424#section-6
"""

from typing import Final

from logscan.lazyre import lazy
from logscan.levels import TOKENS
from logscan.transports import Entry, Meta, syslogtext

name = "syslog-5424"
claimable = b"<0123456789"
every_line = False

anchors = syslogtext.marks

MAX_FACTS: Final = 32
FACT_LENGTH: Final = 200

_TIME = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
_VALUE = rb'"(?:[^"\\\]]++|\\.|\\)*+"'
_LEVELS = rb"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)"
_DATA = rb"(?:\[(?!(?i:" + _LEVELS + rb")[\]:])[^\s=\]\"]{1,64}(?: [^\s=\]\"]{1,64}=" + _VALUE + rb")*+ ?\])++"
_HEADER = lazy(
    rb"(?:<(?P<priority>\d{1,3})>1 (?P<time>-|" + _TIME + rb")|(?P<bare>" + _TIME + rb"))"
    rb" (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,128}) (?P<pid>[!-~]{1,128}) (?P<id>[!-~]{1,64})"
    rb"(?: (?P<data>-|" + _DATA + rb")(?= |$))?(?: |$)"
)
_PARAMETER = lazy(rb"(?:^|\])\[(?P<id>[^\s=\]\"]+)| (?P<name>[^\s=\]\"]+)=(?P<value>" + _VALUE + rb")")
_TIMED = lazy(r"\d{4}[-/._]\d\d[-/._]\d\d|\d\d?[-/.]\w{2,3}[-/.]\d{4}|\d\d:\d\d:\d\d|\d{10}\.\d")
_NO_HOST = lazy(r"\d*$|.*:$")
_ESCAPE = lazy(rb'\\(["\\\]])')
_BOM = b"\xef\xbb\xbf"


def read(line: bytes) -> Entry | None:
    """The record in a line. Without a priority the rest must be to the letter: host, pid, structured data or `-`. A
    level where host, program or identifier would be makes it an application's own (Spring's
    `ERROR [shop,6f1a,] 12 --- [main]`, Python's ` - shop - ERROR - `), a day that of one behind a collector's time."""
    found = _HEADER.match(line)
    if found is None:
        return None
    number = syslogtext.priority(found["priority"]) if found["priority"] else None
    if found["priority"] and number is None:
        return None
    pid = _known(found["pid"])
    host, app, ident = _known(found["host"]), _known(found["app"]), _known(found["id"])
    if number is None and not (found["data"] and (not pid or pid.isdigit())):
        return None
    if number is None and (_NO_HOST.match(host) or any(_foreign(each) for each in (host, app, ident))):
        return None
    lines = syslogtext.lines(line[found.end() :].removeprefix(_BOM))
    time = found["bare"] or found["time"]
    facts = {"priority": str(number % 8)} if number is not None else {}
    if ident:
        facts["msgid"] = ident
    resource = {"service.name": app, "host.name": host, "process.pid": pid}
    level = syslogtext.level(number, lines) if number is not None else None
    stream = f"{app}[{pid}]" if pid else app
    return Entry(
        key=f"{host} {stream}" if host else stream,
        lines=lines,
        meta=Meta(
            raw_time=None if time == b"-" else time.decode(),
            level=level,
            unit=app or None,
            fields=_facts(found["data"] or b"-") | facts,
            resource={key: value for key, value in resource.items() if value},
        ),
        native=level is not None,
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without a header: text whose line ends nobody escaped."""
    return line


def _foreign(field: str) -> bool:
    """Whether a field is a level, a day or a time: then a record stands where it would be."""
    return field.upper() in TOKENS or _TIMED.match(field) is not None


def _known(field: bytes) -> str:
    return "" if field == b"-" else field.decode("ascii")


def _facts(data: bytes) -> dict[str, str]:
    """The parameters of structured data, by "id.name"."""
    facts: dict[str, str] = {}
    ident = ""
    for found in _PARAMETER.finditer(data):
        if found["id"] is not None:
            ident = found["id"].decode("utf-8", "replace")
        elif len(facts) < MAX_FACTS:
            value = _ESCAPE.sub(rb"\1", found["value"][1:-1])
            key = f"{ident}.{found['name'].decode('utf-8', 'replace')}"
            facts[key] = value.decode("utf-8", "replace")[:FACT_LENGTH]
    return facts
