"""`@cee:` before a record in JSON, as syslog's messages carry them: `shop[7]: @cee: {"level":"error","msg":"…"}`.

The cookie tells a collector that the rest is JSON (rsyslog's mmjsonparse, syslog-ng's json-parser).
https://www.rsyslog.com/doc/configuration/modules/mmjsonparse.html
"""

from logscan.transports import Entry, jsonlines

_COOKIE = b"@cee:"


def unwrap(text: bytes) -> Entry | None:
    """The record behind the cookie."""
    if not text.startswith(_COOKIE):
        return None
    return jsonlines.read(text[len(_COOKIE) :].lstrip(b" "))
