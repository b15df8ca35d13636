r"""A time before every line of a program's output, put there by whoever collected it, and at most a name behind it.

    2026-11-24T10:00:01.1234567Z message                        GitHub Actions
    2026-11-24T10:00:01.123456Z 01O message                     GitLab's runners: number and stream, `+` where cut
    [2026-11-24T10:00:01.123Z] message                          Jenkins' timestamper
    Nov 24 10:00:01 message                                     ts (moreutils)
    2026-11-24_10:00:01.12345 message                           svlogd -tt
    @400000006743a0ab0754d4c0 message                           multilog t, svlogd -t, s6-log T
    2026-11-24T10:00:01.123000+00:00 group/stream message       aws logs tail
    2026-11-24T10:00:01Z app[3287] fra [info] message           fly logs
    2026-11-24T10:00:01Z {app="web"} message                    logcli query

A time alone is also how programs begin records of their own, and then the lines below one have none. So only what no
program writes decides a source: a form of a collector's own, or a record behind the time that begins as records do, or
with a traceback. The TAI64N label's seconds count from 2^62 + 10 (https://cr.yp.to/libtai/tai64.html).
https://docs.gitlab.com/ci/jobs/job_logs/, https://fly.io/docs/flyctl/logs/,
https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta, begins_record

name = "stamped"
claimable = b"0123456789@[JFMASOND"
every_line = False

_ISO = rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)"
_LINE = lazy(
    rb"(?:@(?P<tai>4[0-9a-f]{23})"
    rb"|(?P<runit>\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d\.\d{5})"
    rb"|\[(?P<jenkins>" + _ISO + rb")\]"
    rb"|(?P<ts>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d)"
    rb"|(?P<iso>" + _ISO + rb")"
    rb"(?: (?P<gitlab>\d\d[OE])\+?(?= |$)| (?P<fly>\w+\[[\w-]+\] [a-z]{3}(?= \[[a-z]+\])) \[[a-z]+\]"
    rb"| (?P<labels>\{(?:\w+=\"[^\"]*\"(?:, ?)?)+\})(?= |$)"
    rb"| (?P<stream>[^\s/\[{\"'][^\s/]*/\S+)(?= ))?)"
    rb"(?: |$)"
)
_SURE = lazy(
    rb"@4[0-9a-f]{23}(?: |$)|\d{4}-\d\d-\d\d_"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{7}Z (?!\[)|\.\d{6}Z \d\d[OE]\+?(?: |$)"
    rb"|(?:\.\d+)?Z \w+\[[\w-]+\] [a-z]{3} \[[a-z]+\]|(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) \{\w+=\")"
)
_EPOCH = (1 << 62) + 10


def anchors(level: Level) -> frozenset[bytes]:
    """Nothing says how bad a line is but its text."""
    return frozenset()


def claims(line: bytes) -> bool:
    """Whether a line is a collector's beyond doubt."""
    found = _LINE.match(line)
    return found is not None and (_SURE.match(line) is not None or begins_record(line, found.end()))


def read(line: bytes) -> Entry | None:
    """A program's line."""
    found = _LINE.match(line)
    if found is None:
        return None
    part = found.groupdict()
    time = next((part[each] for each in ("runit", "jenkins", "ts", "iso") if part[each]), None)
    stream = next((part[each] for each in ("gitlab", "fly", "labels", "stream") if part[each]), b"")
    return Entry(
        key=stream.decode("utf-8", "replace"),
        lines=[line[found.end() :]],
        meta=Meta(time=_tai(part["tai"]) if part["tai"] else None, raw_time=time.decode() if time else None),
    )


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without a time: plain text."""
    return line


def _tai(label: bytes) -> int:
    """A TAI64N label as µs since the epoch: seconds, nanoseconds."""
    return (int(label[:16], 16) - _EPOCH) * 1_000_000 + int(label[16:], 16) // 1000
