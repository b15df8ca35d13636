"""Heroku's router and dynos, as `heroku logs` prints them: a timestamp, a source, a process in brackets.

    2026-11-22T10:36:12.005123+00:00 app[web.1]: message
    2026-11-22T10:36:12.005123+00:00 heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/"

The stream is source and process. https://devcenter.heroku.com/articles/logging#log-format
"""

from logscan.lazyre import lazy
from logscan.model import Level
from logscan.transports import Entry, Meta

name = "heroku"
claimable = b"0123456789"
every_line = False
steady = True

_LINE = lazy(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+\d\d:\d\d) (?P<source>app|heroku)\[(?P<process>[\w.-]+)\]: ?"
)


def anchors(level: Level) -> frozenset[bytes]:
    """The text stands in the line as it is."""
    return frozenset()


def read(line: bytes) -> Entry | None:
    """One line of one process."""
    found = _LINE.match(line)
    if found is None:
        return None
    process = found["process"].decode()
    return Entry(
        key=f"{found['source'].decode()}[{process}]",
        lines=[line[found.end() :]],
        meta=Meta(raw_time=found["time"].decode(), unit=process, resource={"service.name": process}),
        prefix=found.end(),
        native=found["source"] == b"heroku",
    )


def mark(key: str) -> bytes | None:
    """Source and process, as every line has them."""
    return f" {key}:".encode() if key else None


def continuation(line: bytes, owner: Entry | None) -> bytes | None:
    """A line without the prefix is plain text."""
    return line
