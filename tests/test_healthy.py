"""Healthy logs: nothing may be reported (samples/healthy/how.md).

A false alarm costs trust faster than a missed event, so every file there is a case of its own, and so is every way in
which a healthy line was once mistaken for an error.
"""

import json
import re
from datetime import UTC
from pathlib import Path

import pytest

from logscan.model import Event, Level
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

HEALTHY = Path(__file__).parent.parent / "samples" / "healthy"
FILES = sorted(path for path in HEALTHY.iterdir() if path.name != "how.md")
RULES = load([], bundled=True)
REFERENCE = 1_795_343_772_000_000

SHAPES = {
    "asctime": "2026-11-24 10:00:00,123 {} shop.audit: ",
    "asctime with dashes": "2026-11-24 10:00:00,123 - shop.audit - {} - ",
    "asctime with brackets": "2026-11-24 10:00:00,123 [{}] shop: ",
    "asctime without a logger": "2026-11-24 10:00:00,123 {} ",
    "level first": "{} 2026-11-24 10:00:00,123 shop 123 4567 ",
    "basicConfig": "{}:shop.audit:",
    "uvicorn": "{}:     ",
    "bare": "{} ",
    "in brackets": "[{}] ",
    "gunicorn": "[2026-11-24 10:00:00 +0000] [12] [{}] ",
    "celery": "[2026-11-24 10:00:00,123: {}/MainProcess] ",
    "loguru": "2026-11-24 10:00:00.123 | {}     | shop.a:b:1 - ",
    "logback": "10:00:00.123 [main] {}  shop.Orders - ",
    "spring": "2026-11-24T10:00:00.123Z  {} 1 --- [main] shop.Orders  : ",
    "flask": "[2026-11-24 10:00:00,123] {} in app: ",
}
FIXED_SHAPES = {
    "glog": "I1124 10:00:00.000000 12 f.go:3] ",
    "nginx": "2026/11/24 10:00:00 [notice] 12#12: ",
    "apache": "[Tue Nov 24 21:18:30.488062 2026] [core:notice] [pid 1:tid 1] ",
    "postgresql": "2026-11-24 10:00:00.000 UTC [12] LOG:  ",
    "structlog": "2026-11-24T10:00:00Z [info     ] ",
    "twisted": "2026-11-24T10:00:00+0000 [shop#info] ",
    "mariadb": "2026-11-24 10:00:00 0 [Note] ",
    "redis": "12:M 24 Nov 2026 10:00:00.000 * ",
    "oslo": "2026-11-24 10:00:00.000 12 INFO shop.compute [-] ",
    "rabbitmq": "2026-11-24 10:00:00.000000+00:00 [info] <0.223.0> ",
    "haproxy": "[NOTICE]   (12) : ",
    "kafka": "[2026-11-24 10:00:00,123] INFO [Log partition=a-0] ",
    "spring": "2026-11-24T10:00:00.123Z  INFO 1 --- [shop] [main] shop.Orders  : ",
    "jboss": "2026-11-24 10:00:00,123 INFO  [shop.Orders] (main) ",
    "nlog": "2026-11-24 10:00:00.1234|INFO|Shop.Orders|",
    "serilog": "2026-11-24 10:00:00.123 +00:00 [Information] ",
    "env_logger": "[2026-11-24T10:00:00Z INFO  shop::orders] ",
    "tracing": "2026-11-24T10:00:00.123456Z  INFO request{id=7}: shop::orders: ",
    "go": "2026/11/24 10:00:00 main.go:4: ",
    "logrus": "INFO[0000] ",
    "tornado": "[I 261124 10:00:00 web:2591] ",
    "ruby": "I, [2026-11-24T10:00:00.402388 #1539]  INFO -- shop: ",
    "monolog": "[2026-11-24 10:00:00] production.INFO: ",
    "php": "[24-Nov-2026 10:00:00 UTC] PHP Notice:  ",
    "mongodb": "2026-11-24T10:00:00.123+0000 I  NETWORK  [conn12] ",
    "kernel": "[    3.141592] ",
    "dmesg": "kern  :info  : [    3.141592] ",
    "pm2": "2026-11-24T10:00:00: message: ",
    "prose": "The text says ",
    "list": "- ",
    "comment": "# ",
    "source": "    print(",
}
TEXTS = (
    "ERROR budget: 99.95 % left",
    "FATAL is a level name",
    "[ERROR] pool exhausted (solved)",
    "[error] is the level",
    "mode: [fatal]",
    "ERROR: is what uvicorn writes",
    "ERROR:root:was the old form",
    "ERROR - none",
    "- CRITICAL - none",
    "2026-11-24 10:00:00 ERROR quoted line",
    "errors=0 error=None severity=ERROR",
    '{"level":"error"}',
    "Exception rules reloaded",
    "KeyError: 'x' was ignored",
    "'Traceback (most recent call last):'",
    'see File "shop.py", line 12, in pay',
    "UPDATE errors SET level = 'ERROR' WHERE id = 1",
    "GET /errors/ERROR/500?q=[error]",
    "panic handler installed, E0102 and F0102 are codes",
    "RVJST1IgRkFUQUwgRXhjZXB0aW9u",
)
LINES = (
    "ERROR = 40",
    "FATAL = 'FATAL'",
    'HEADER = "Traceback (most recent call last):"',
    '127.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "GET /ERROR/fatal?q=[error] HTTP/1.1" 200 2 "-" "Exception/1.0 [ERROR]"',
    "KeyError: 'coupon'",
    "> KeyError: 'coupon', says the ERROR page",
    "0 errors, 0 warnings",
    "12:M 24 Nov 2026 10:00:00.000 * ERROR replies: 0",
    "time=2026-11-24T10:00:00Z level=info msg=checked error= errors=0 fatal=false previous_level=error",
)
RECORDS: tuple[dict[str, object], ...] = (
    {"level": "info", "msg": "error budget ok"},
    {"level": "info", "msg": "checked", "error": None, "errors": 0, "exception": None},
    {"level": "info", "msg": "checked", "error": "", "errors": [], "exc_info": None, "stack": ""},
    {"level": "info", "msg": "checked", "previous_level": "error", "severity_wanted": "ERROR"},
    {"level": "info", "msg": "checked", "body": '{"level":"error"}', "sql": "level = 'ERROR'"},
    {"level": 30, "msg": "request completed", "res": {"statusCode": 200, "url": "/error"}, "err": {}},
    {"severity": "INFO", "message": "Traceback is a word, so is Exception"},
    {"t": {"$date": "2026-11-24T10:00:00.123+00:00"}, "s": "I", "c": "NETWORK", "id": 1, "msg": "E is a letter"},
    {"version": "1.1", "host": "web01", "short_message": "level 3 is an error", "level": 6, "timestamp": 1795343772.1},
    {
        "error_severity": "LOG",
        "message": "statement: select 'ERROR'",
        "detail": "FATAL",
        "timestamp": "2026-11-24 10:00",
    },
    {"level": 3, "msg": "three of what, nobody says"},
)


def scan(data: bytes, level: Level = "error", *, slow: bool = False) -> list[Event]:
    scanner = Scanner(RULES, Settings(level=level, reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "healthy")
    return scanner.feed(data) + scanner.finish()


def shown(events: list[Event]) -> list[tuple[int, str]]:
    return [(event.first_line, event.text) for event in events]


@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_healthy_log_holds_no_event(path: Path, slow: bool) -> None:
    """At the default level nothing is reported, whether the prefilter is used or every line is read."""
    assert shown(scan(path.read_bytes(), slow=slow)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_with_level_warning_only_records_that_say_so_are_events(path: Path) -> None:
    """`--level warning` moves the bar and nothing else: each event is a record at WARNING that names its level."""
    data = path.read_bytes()
    fast, slow = (scan(data, "warning", slow=every) for every in (False, True))
    assert fast == slow
    for event in fast:
        assert event.level == "warning", event.text
        first = event.text.splitlines()[0]
        assert "warn" in first.lower() or re.match(r"\d+:[A-Z] .* # ", first), event.text  # Redis writes it as "#"


def test_there_are_healthy_logs_with_and_without_warnings() -> None:
    """The tests above are not empty, and can see a warning."""
    found = {path.name for path in FILES if scan(path.read_bytes(), "warning")}
    assert len(FILES) > 40
    assert {"flask.log", "celery.log", "journal-short.log"} <= found
    assert "nginx-error.log" not in found


@pytest.mark.parametrize("shape", SHAPES)
def test_words_in_a_message_do_not_raise_its_records_level(shape: str) -> None:
    """The level that stands where the format writes it counts; the same line at ERROR is an event."""
    prefix = SHAPES[shape]
    for text in TEXTS:
        line = f"{prefix.format('INFO')}ok\n{prefix.format('INFO')}{text}\n".encode()
        assert shown(scan(line)) == [], text
        assert shown(scan(line, slow=True)) == [], text
        assert len(scan(f"{prefix.format('ERROR')}{text}\n".encode())) == 1, text


@pytest.mark.parametrize("shape", FIXED_SHAPES)
def test_words_of_error_in_healthy_lines_are_text(shape: str) -> None:
    """The same words in formats that spell their levels in another way, and in prose."""
    prefix = FIXED_SHAPES[shape]
    for text in TEXTS:
        line = f"{prefix}ok\n{prefix}{text}\n".encode()
        assert shown(scan(line)) == [], text
        assert shown(scan(line, slow=True)) == [], text


@pytest.mark.parametrize("line", LINES)
def test_a_healthy_line_is_no_event(line: str) -> None:
    """Source code, access logs, quoted names, counts of nothing."""
    assert shown(scan(f"{line}\n".encode())) == []
    assert shown(scan(f"{line}\n".encode(), slow=True)) == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: json.dumps(record)[:60])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["compact", "spaced"])
def test_a_healthy_record_is_no_event(record: dict[str, object], separators: tuple[str, str]) -> None:
    """Fields that are called error and hold nothing, and levels that are values of other fields."""
    line = json.dumps({"time": "2026-11-24T10:00:00Z", **record}, separators=separators).encode() + b"\n"
    wrapped = json.dumps({"log": line.decode(), "stream": "stdout", "time": "2026-11-24T10:00:00.5Z"}).encode() + b"\n"
    for data in (line, wrapped):
        assert shown(scan(data)) == []
        assert shown(scan(data, slow=True)) == []


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("[Tue Nov 24 21:04:39.647802 2026] [unixd:alert] [pid 1:tid 1] AH02155: no such user", "critical"),
        ("[Tue Nov 24 21:04:39.647802 2026] [proxy_http:error] [pid 1:tid 1] AH01114: failed to connect", "error"),
        ("2026-11-24 10:00:00.000 UTC [12] ERROR:  LOG: is a word", "error"),
        ("2026-11-24 10:00:00,123 shop ERROR failed", "error"),
        ("ERROR = is not the whole line's start here", None),
    ],
)
def test_what_the_healthy_rules_must_not_hide(line: str, level: Level | None) -> None:
    """The other side: records at ERROR in the shapes that these rules touch stay events."""
    assert [event.level for event in scan(f"{line}\n".encode())] == ([level] if level else [])
