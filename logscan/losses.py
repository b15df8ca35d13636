"""What was lost before the log reached us, as the log itself tells it.

A rate limit that drops messages makes every count a lower bound; a line that says "repeated" stands for several.
Both are told in lines of their own, which are read here and counted; the report says so.

Sources of the wordings: journald's rate limiting (`Suppressed N messages from UNIT`,
https://www.freedesktop.org/software/systemd/man/latest/journald.conf.html#RateLimitIntervalSec=), rsyslog's
`$RepeatedMsgReduction` and the rate limits of imuxsock and imjournal
(https://www.rsyslog.com/doc/configuration/modules/imuxsock.html).
"""

import msgspec

from logscan.lazyre import lazy

ANCHORS = frozenset({b"Suppressed ", b"message repeated ", b"due to rate-limiting", b"last message repeated "})

MAX_REPEATS = 10_000
"""Repeats of one message that are made good; more are a lower bound."""

_SUPPRESSED = lazy(rb"Suppressed (\d+) messages from ")
_REPEATED = lazy(rb"message repeated (\d+) times: \[ ?(.*)\]$")
_LAST_REPEATED = lazy(rb"(?:--- )?last message repeated (\d+) times?(?: ---)?$")
_RATE_LIMITED = lazy(
    rb"(?:imuxsock|imjournal|imklog|omfwd|action)\b.*?(?:lost (\d+) messages|(\d+) messages? lost)"
    rb" .*due to rate-limiting"
)


class Loss(msgspec.Struct, frozen=True):
    """`name` of the counter, how many messages, and the repeated message, where the line holds it."""

    name: str
    messages: int
    again: bytes | None = None


def read(text: bytes, unit: str | None) -> Loss | None:
    """The loss that a line tells of, or None. `unit`: who says it; an application that uses the same words is not
    believed."""
    who = unit or ""
    if b"Suppressed " in text and "journald" in who:
        found = _SUPPRESSED.match(text)
        return Loss("journald_suppressed", int(found[1])) if found else None
    if b"due to rate-limiting" in text and "rsyslog" in who:
        found = _RATE_LIMITED.search(text)
        return Loss("rsyslog_rate_limited", int(found[1] or found[2])) if found else None
    if unit is not None and b"message repeated " in text:
        found = _REPEATED.match(text)
        if found:
            return Loss("rsyslog_repeated", int(found[1]), found[2])
        found = _LAST_REPEATED.match(text)
        return Loss("syslogd_repeated", int(found[1])) if found else None
    return None
