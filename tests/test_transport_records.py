"""Records in JSON and logfmt: which fields count, in whose spelling; what a search of the raw lines must see."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan import scanner as scanner_module
from logscan.model import LEVELS, Event, Level
from logscan.prefilter import Literals
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock
from logscan.transports import jsonlines, jsontext, logfmt, pyrender, records

RULES = load([], bundled=True)
REFERENCE = 1_795_560_000_000_000
SAMPLES = Path(__file__).parent.parent / "samples" / "transports"
LOGS = [*sorted((SAMPLES / "jsonl").glob("*.log")), *sorted((SAMPLES / "logfmt").glob("*.log"))]
AT = "2026-11-24T20:53:47.125Z"
MICROS = int(datetime(2026, 11, 24, 20, 53, 47, 125_000, UTC).timestamp() * 1_000_000)
TRACE = "Traceback (most recent call last):\n  File \"/srv/app/x.py\", line 1, in f\n    g()\nKeyError: 'x'"
FRAMES = '  File "/srv/app/x.py", line 1, in f\n    g()\n'
JAVA = "java.lang.IllegalStateException: closed\n\tat shop.Cart.total(Cart.java:17)"
NODE = "TypeError: no such coupon\n    at fail (/srv/app/shop.js:2:25)"

DOTNET = "System.InvalidOperationException: closed\r\n   at Shop.Cart.Total() in C:\\src\\Cart.cs:line 17"


def scan(data: bytes, block: int = 1 << 20, slow: bool = False, level: Level = "error") -> tuple[Scanner, list[Event]]:
    scanner = Scanner(RULES, Settings(level=level, reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    scanner.bytes = scanner_module.LOOKBACK + 1  # a scanner begins to skip only then
    events = [event for at in range(0, len(data), block) for event in scanner.feed(data[at : at + block])]
    return scanner, events + scanner.finish()


def lines(*objects: object) -> bytes:
    return b"".join(json.dumps(each, separators=(",", ":")).encode() + b"\n" for each in objects)


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_real_loggers_obey_the_laws(log: Path) -> None:
    """Fast is slow, and whole is any chopping; each error is one event on its own line, with its time and level."""
    data = log.read_bytes()
    whole, events = scan(data)
    assert whole.transport == log.parent.name
    for other, found in (scan(data, slow=True), scan(data, block=97), scan(data, block=1)):
        assert (found, other.lines) == (events, whole.lines)
    assert all(e.first_line == e.last_line and e.level == "error" and e.time for e in events)
    assert events[-1].text.endswith("gateway refused")


@pytest.mark.parametrize("log", [log for log in LOGS if "records.py" in log.read_text()], ids=lambda log: log.stem)
def test_real_python_loggers_give_their_exceptions(log: Path) -> None:
    """Text, a list of dictionaries, or bare frames beside a type: the exception, its frames, the group's members."""
    first, second, _ = scan(log.read_bytes())[1]
    assert (first.exception, first.message) == ("RuntimeError", "no such coupon")
    assert [frame.function for frame in first.frames] == ["<module>", "fail"]
    assert (second.exception, second.message) == ("ExceptionGroup", "two failed (2 sub-exceptions)")
    if log.stem != "ecs-logging":  # it writes no chain and no members
        assert [link.exception for link in first.chain] == ["KeyError"]
        assert [link.exception for link in second.chain] == ["ValueError", "TypeError"]


# logger, record, and what must be said of it: level, logger's name, text
DIALECTS: list[tuple[str, dict[str, Any], Level, str | None, str]] = [
    ("structlog", {"event": "failed", "level": "error", "logger": "shop", "timestamp": AT, "exception": TRACE}, "error",
     "shop", f"failed\n{TRACE}"),
    ("python-json-logger", {"asctime": "2026-11-24 20:53:47,125", "levelname": "CRITICAL", "name": "shop",
     "message": "failed", "exc_info": TRACE}, "critical", "shop", f"failed\n{TRACE}"),
    ("python-json-logger, levelno", {"levelno": 50, "name": "shop", "message": "failed", "timestamp": AT}, "critical", "shop",
     "failed"),
    ("loguru", {"text": f"failed\n{TRACE}\n", "record": {"level": {"name": "ERROR", "no": 40}, "name": "shop",
     "time": {"repr": "", "timestamp": MICROS / 1e6}, "message": "failed"}}, "error", "shop", f"failed\n{TRACE}"),
    ("logstash-logback-encoder", {"@timestamp": AT, "@version": "1", "message": "failed", "logger_name": "shop.Cart",
     "thread_name": "main", "level": "ERROR", "level_value": 40000, "stack_trace": JAVA}, "error", "shop.Cart",
     f"failed\n{JAVA}"),
    ("ECS, dotted", {"@timestamp": AT, "log.level": "ERROR", "message": "failed", "log.logger": "shop",
     "error.type": "X", "error.message": "closed", "error.stack_trace": JAVA}, "error", "shop", f"failed\n{JAVA}"),
    ("ECS, nested, frames alone", {"@timestamp": AT, "log": {"level": "error", "logger": "shop"}, "message": "failed",
     "error": {"type": "KeyError", "message": "'x'", "stack_trace": FRAMES}}, "error", "shop", f"failed\n{TRACE}"),
    ("pino", {"level": 50, "time": MICROS // 1000, "pid": 7, "hostname": "web01", "name": "shop", "msg": "failed",
     "err": {"type": "TypeError", "message": "no such coupon", "stack": NODE}}, "error", "shop", f"failed\n{NODE}"),
    ("bunyan", {"name": "shop", "level": 60, "msg": "failed", "time": AT, "v": 0}, "critical", "shop", "failed"),
    ("winston", {"level": "error", "message": "failed", "stack": NODE, "timestamp": AT}, "error", None,
     f"failed\n{NODE}"),
    ("zap", {"level": "error", "ts": MICROS / 1e6, "logger": "shop", "caller": "cart.go:17", "msg": "failed",
     "error": "dial tcp: refused", "stacktrace": "main.f\n\t/srv/app/cart.go:17"}, "error", "shop",
     "failed\nerror: dial tcp: refused\nmain.f\n\t/srv/app/cart.go:17"),
    ("zap, dpanic", {"level": "dpanic", "ts": MICROS / 1e6, "msg": "failed"}, "critical", None, "failed"),
    ("zerolog", {"level": "fatal", "time": MICROS // 1_000_000 + 0.125, "error": "EOF", "message": "failed"},
     "critical", None, "failed\nerror: EOF"),
    ("slog", {"time": AT, "level": "ERROR", "msg": "failed", "err": "EOF"}, "error", None, "failed\nerr: EOF"),
    ("monolog", {"message": "failed", "level": 400, "level_name": "ERROR", "channel": "shop", "datetime": AT}, "error",
     "shop", "failed"),
    ("log4j2", {"instant": {"epochSecond": MICROS // 1_000_000, "nanoOfSecond": 0}, "level": "ERROR",
     "loggerName": "shop", "message": "failed", "thrown": {"extendedStackTrace": JAVA}}, "error", "shop",
     f"failed\n{JAVA}"),
    ("CLEF", {"@t": AT, "@mt": "failed", "@l": "Fatal", "@x": "System.Exception: x\n   at F()", "SourceContext": "shop"},
     "critical", "shop", "failed\nSystem.Exception: x\n   at F()"),
    (".NET's console", {"EventId": 7, "LogLevel": "Error", "Category": "Shop.Cart", "Message": "failed", "Exception": DOTNET,
     "Timestamp": AT, "State": {"Message": "failed", "{OriginalFormat}": "failed"}}, "error", "Shop.Cart",
     f"failed\n{DOTNET}"),
    ("Serilog's JsonFormatter", {"Timestamp": AT, "Level": "Fatal", "MessageTemplate": "{What}", "RenderedMessage": "failed",
     "Exception": DOTNET, "Properties": {"What": "failed"}}, "critical", None, f"failed\n{DOTNET}"),
    ("tracing-subscriber", {"timestamp": AT, "level": "ERROR", "fields": {"message": "failed", "error": "refused"},
     "target": "shop", "span": {"name": "pay"}}, "error", "shop", "failed\nerror: refused"),
    ("tracing-subscriber, fields alone", {"timestamp": AT, "level": "ERROR", "fields": {"code": 7}, "target": "shop"},
     "error", "shop", '{"code":7}'),
    ("Lambda", {"timestamp": AT, "level": "ERROR", "message": "failed", "logger": "shop", "stackTrace": [FRAMES],
     "errorType": "KeyError", "errorMessage": "'x'", "requestId": "a"}, "error", "shop", f"failed\n{TRACE}"),
    ("Lambda, unhandled", {"timestamp": AT, "log_level": "ERROR", "errorType": "KeyError", "errorMessage": "'x'",
     "requestId": "a", "stackTrace": [FRAMES]}, "error", None, TRACE),
    ("Lambda, no import", {"timestamp": AT, "log_level": "ERROR", "errorType": "Runtime.ImportModuleError",
     "errorMessage": "no", "stackTrace": []}, "error", None, "Runtime.ImportModuleError: no"),
    ("Google, text", {"severity": "ERROR", "timestamp": AT, "textPayload": f"failed\n{TRACE}", "insertId": "a",
     "resource": {"type": "k8s_container", "labels": {"pod_name": "shop-1"}}}, "error", None, f"failed\n{TRACE}"),
    ("hclog", {"@level": "error", "@message": "failed", "@module": "core.raft", "@timestamp": AT, "error": "EOF"}, "error",
     "core.raft", "failed\nerror: EOF"),
    ("zerolog, no message", {"level": "error", "error": "no rows", "time": AT}, "error", None, "error: no rows"),
    ("neither message nor error", {"level": "error", "status": 500, "time": AT}, "error", None, '{"status":500}'),
    ("a list of messages", {"level": "error", "message": ["a", "b"], "time": AT}, "error", None, '["a","b"]'),
    ("slog, a level of one's own", {"time": AT, "level": "ERROR+4", "msg": "failed"}, "critical", None, "failed"),
    ("MySQL", {"prio": 1, "err_code": 10119, "subsystem": "Server", "msg": "failed", "time": AT, "label": "Error"}, "error",
     None, "failed"),
    ("monolog, an exception", {"message": "failed", "level": 400, "level_name": "ERROR", "channel": "shop", "datetime":
     {"date": "2026-11-24 20:53:47.125000", "timezone_type": 3, "timezone": "UTC"}, "context": {"exception": {"class": "E",
     "message": "bad", "code": 0, "file": "/srv/x.php:3", "trace": ["/srv/y.php:4"]}}}, "error", "shop",
     "failed\nE: bad in /srv/x.php:3\nStack trace:\n#0 /srv/y.php:4\n#1 {main}"),
    ("Quarkus", {"timestamp": AT, "loggerName": "shop", "level": "ERROR", "message": "failed", "exception": {"refId": 1,
     "exceptionType": "java.lang.E", "message": "bad", "frames": [{"class": "shop.Cart", "method": "pay", "line": 7}],
     "causedBy": {"exception": {"refId": 2, "exceptionType": "java.lang.F", "frames": []}}}}, "error", "shop",
     "failed\njava.lang.E: bad\n\tat shop.Cart.pay(Cart.java:7)\nCaused by: java.lang.F"),
    ("log4j2, frames one by one", {"instant": {"epochSecond": MICROS // 1_000_000}, "level": "ERROR", "loggerName": "shop",
     "message": "failed", "thrown": {"name": "java.lang.E", "message": "bad", "extendedStackTrace": [{"class": "shop.Cart$1",
     "method": "pay", "file": "Cart.kt", "line": 7}]}}, "error", "shop",
     "failed\njava.lang.E: bad\n\tat shop.Cart$1.pay(Cart.kt:7)"),
    ("logback's own", {"sequenceNumber": 0, "timestamp": MICROS // 1000, "level": "ERROR", "threadName": "main", "loggerName":
     "shop", "message": "failed", "throwable": {"className": "java.lang.E", "message": "bad", "stepArray": [{"className":
     "shop.Cart", "methodName": "pay", "fileName": "Cart.kt", "lineNumber": 7}]}}, "error", "shop",
     "failed\njava.lang.E: bad\n\tat shop.Cart.pay(Cart.kt:7)"),
    ("Nextcloud", {"reqId": "a", "level": 4, "time": AT, "remoteAddr": "10.0.0.1", "user": "ann", "app": "core", "method": "GET",
     "url": "/", "message": "failed", "exception": {"Exception": "E", "Message": "bad", "Code": 0, "File": "/srv/x.php",
     "Line": 3}}, "critical", None, "failed\nE: bad"),
    ("GitLab", {"severity": "ERROR", "time": AT, "exception.class": "E", "exception.message": "bad", "exception.backtrace":
     ["a.rb:1:in `x'", "b.rb:2:in `y'"]}, "error", None, "E: bad\na.rb:1:in `x'\nb.rb:2:in `y'"),
    (".NET's console, on one line", {"Timestamp": f"{AT} ", "LogLevel": "Error", "Category": "Shop", "Message": "failed",
     "Exception": "System.Exception: x    at Shop.F() in /srv/S.cs:line 3    at Shop.G()"}, "error", "Shop",
     "failed\nSystem.Exception: x\n   at Shop.F() in /srv/S.cs:line 3\n   at Shop.G()"),
    ("a severity in lower case", {"severity": "error", "timestamp": AT, "message": "failed"}, "error", None, "failed"),
    ("Google, JSON", {"severity": "CRITICAL", "timestamp": AT, "insertId": "a",
     "jsonPayload": {"message": "failed", "logger": "shop", "stack_trace": TRACE}}, "critical", "shop",
     f"failed\n{TRACE}"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("record", "level", "logger", "text"), [each[1:] for each in DIALECTS], ids=[d[0] for d in DIALECTS]
)
def test_each_loggers_fields_are_known(record: dict[str, Any], level: Level, logger: str | None, text: str) -> None:
    """Message, stack, level, logger and time, from each logger's own names."""
    entry = jsonlines.read(lines(record).rstrip())
    assert entry is not None
    assert b"\n".join(entry.lines).decode() == text
    assert (entry.meta.level, entry.meta.fields.get("logger")) == (level, logger)
    assert entry.whole
    time = entry.meta.time or Clock(UTC, REFERENCE).parse(entry.meta.raw_time or "")
    assert time is not None and abs(time - MICROS) <= 125_000


DOTNET = (
    "System.InvalidOperationException: closed\n ---> System.IO.IOException: reset\n   at Shop.Net.Read() in /srv/N.cs:line 3"
    "\n   --- End of inner exception stack trace ---\n   at Shop.Cart.Total() in /srv/C.cs:line 9"
)
STACKS = {
    "java": (f"{JAVA}\nCaused by: java.io.IOException: reset\n\tat shop.Net.read(Net.java:8)\n\t... 1 more",
             "java.lang.IllegalStateException", "closed", ["java.io.IOException"]),
    "node": (NODE, "TypeError", "no such coupon", []),
    "pino": (f"{NODE}\ncaused by: PayError: card declined\nby the bank\n    at pay (/srv/app/pay.js:4:9)\n"
             "caused by: Error: gateway 502\n    at ask (/srv/app/pay.js:9:9)", "TypeError", "no such coupon",
             ["PayError", "Error"]),
    "bunyan": (f"{NODE}\nCaused by: Error: gateway 502\n    at ask (/srv/app/pay.js:9:9)", "TypeError", "no such coupon",
               ["Error"]),
    "dotnet": (DOTNET, "System.InvalidOperationException", "closed", ["System.IO.IOException"]),
    "python": (TRACE, "KeyError", "'x'", []),
    "ruby": ("shop.rb:34:in `load': no order (ShopError)\n\tfrom shop.rb:50:in `<main>'", "ShopError", "no order", []),
    "php": ("ShopException: bad in /srv/shop.php:22\nStack trace:\n#0 {main}", "ShopException", "bad", []),
}  # fmt: skip
UNIT = {"_PID": "7", "SYSLOG_IDENTIFIER": "shop", "_TRANSPORT": "stdout", "__REALTIME_TIMESTAMP": str(MICROS)}


@pytest.mark.parametrize("language", list(STACKS))
@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARN", "ERROR", None])
def test_a_records_level_says_nothing_about_its_exception(language: str, level: str | None) -> None:
    """A stack inside a record is read whole whatever the record's level: the line that names the exception is one of the
    record's own, before the frames that open the group, also where it stands in the message. Fast is slow, and nothing
    is taken from the records around it."""
    stack, exception, message, chain = STACKS[language]
    fine = {"timestamp": AT, "level": "INFO", "message": "java.lang.Error: was yesterday"}
    stated = {"level": level} if level else {}
    for record in (
        {"timestamp": AT, **stated, "message": "retrying", "stack_trace": stack},
        {"timestamp": AT, **stated, "message": f"retrying\n{stack}"},
        {"timestamp": AT, **stated, "message": stack},
        {**UNIT, "PRIORITY": "6", "MESSAGE": stack},
        {**UNIT, "PRIORITY": "4", "MESSAGE": f"retrying\n{stack}"},
    ):
        around = {**UNIT, "PRIORITY": "6", "MESSAGE": "ok"} if "MESSAGE" in record else fine
        data = lines(around, record, around)
        events = scan(data)[1]
        assert [(event.first_line, event.last_line, event.incomplete) for event in events] == [(2, 2, None)]
        assert (events[0].exception, events[0].message) == (exception, message)
        assert [link.exception for link in events[0].chain] == chain
        for other in (scan(data, slow=True), scan(data, block=1)):
            assert other[1] == events


@pytest.mark.parametrize("record", [each[1] for each in DIALECTS], ids=[each[0] for each in DIALECTS])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
@pytest.mark.parametrize("spaced", [False, True])
def test_an_error_is_found_however_deep(record: dict[str, Any], depth: int, spaced: bool) -> None:
    """Law 1: its level, or its stack, stands in the raw line in a spelling that the search knows, also as text in other
    JSON."""
    separators = (", ", ": ") if spaced else (",", ":")
    text = json.dumps(record, separators=separators)
    for _ in range(depth):
        text = json.dumps({"timestamp": AT, "message": text}, separators=separators)
    data = lines({"timestamp": AT, "message": "ok"}) + text.encode() + b"\n" + lines({"timestamp": AT, "message": "ok"})
    events = scan(data)[1]
    assert len(events) == 1 and events[0].first_line == 2
    assert events == scan(data, slow=True)[1]


def test_a_time_may_be_called_t() -> None:
    """log15's and Grafana's (`t=… lvl=eror`, `logger=… t=… level=error`), in logfmt and JSON; where it is no time, such a
    field says nothing."""
    at = AT.replace("Z", "+0000")
    pairs = (
        f"t={at} lvl=eror msg=failed logger=shop\nlogger=shop t={AT} level=error msg=failed\nlevel=error msg=m t=x\n"
    )
    first, second, third = scan(pairs.encode())[1]
    assert (first.time, second.time, third.time) == (MICROS, MICROS, None)
    (event,) = scan(lines({"t": AT, "lvl": "eror", "msg": "failed"}))[1]
    assert event.time == MICROS
    assert jsonlines.read(lines({"t": 1_795_560_000, "msg": "17 degrees"}).rstrip()) is None


@pytest.mark.parametrize("level", LEVELS)
def test_anchors_stand_in_every_line_of_their_level(level: Level) -> None:
    """Every spelling of every level, in JSON and logfmt: read as what it is, and found where it is bad enough."""
    bar = LEVELS.index(level)
    search, find = Literals(jsonlines.anchors(level)), Literals(logfmt.anchors(level))
    for spelling, means in records.SPELLINGS.items():
        line = lines({"time": AT, "level": spelling, "msg": "m"}).rstrip()
        entry = jsonlines.read(line)
        pairs = f"level={spelling} msg=m".encode()
        other = logfmt.read(pairs)
        assert entry is not None and other is not None
        assert entry.meta.level == other.meta.level == means
        if LEVELS.index(means) >= bar:
            assert search.found(line) and find.found(pairs)
    for key, numbers in records.NUMBERS.items():
        for number, means in numbers.items():
            line = lines({"time": AT, key: number, "msg": "m"}).rstrip()
            assert search.found(line) or LEVELS.index(means) < bar


@pytest.mark.parametrize("level", ["eRRor", "high", 17, None, True, ["error"]])
@pytest.mark.parametrize("key", ["level", "severity"])
def test_a_level_in_no_known_spelling_is_none(key: str, level: object) -> None:
    """What a search could not see does not count either: fast is slow."""
    entry = jsonlines.read(lines({"time": AT, key: level, "msg": "m"}).rstrip())
    assert entry is not None and entry.meta.level is None


def test_healthy_records_stay_on_the_fast_path() -> None:
    """Nothing in an ordinary record is an anchor: neither an empty error field nor a level below the bar."""
    search, find = Literals(jsonlines.anchors("error")), Literals(logfmt.anchors("error"))
    healthy = [
        {"level": 30, "time": 1795549718590, "pid": 5050, "hostname": "vm", "msg": "no error", "durationMs": 501},
        {"event": "ok", "level": "info", "error": None, "errors": 0, "status": 500, "stack": "blue", "timestamp": AT},
        {"severity": "INFO", "severityNumber": 9, "message": 'said "fine"', "timestamp": AT, "name": "café"},
        {"level": "warn", "msg": "slow", "err": "", "time": AT},
    ]
    assert [record for record in healthy if search.found(lines(record))] == []
    assert not find.found(b'ts=1 level=info msg="no error" error="" status=500')


@pytest.mark.parametrize(
    "line",
    [
        b'{"price":17,"currency":"EUR"}',
        b'{"level":"error"}',
        b'{"timestamp":"2026-11-24T20:53:47Z"}',
        b'{"message":"hello"}',
        b'{"level":"error","message":"cut he',
        b'["level","error"]',
        b"{}",
        b'{"message":17,"level":"error"}',
        b'{"message":"hello","stack":"blue","exc_info":null,"exception":"ValueError"}',
        b'{"exc_info":"Traceback (most recent call last):\\n  File"}',
        b'{"events":[{"timestamp":1795549718590,"message":"x"}]}',
    ],
)
def test_other_json_is_no_record(line: bytes) -> None:
    """A record has a message, and a level, a time or a traceback, or both level and time; a cut one is text."""
    assert jsonlines.read(line) is None


@pytest.mark.parametrize(
    ("value", "micros"),
    [
        (1795553627, 1795553627_000000),
        (1795553627.125, 1795553627_125000),
        (1795553627125, 1795553627_125000),
        (1795553627125000, 1795553627_125000),
        (1795553627125000000, 1795553627_125000),
        ("1795553627125", 1795553627_125000),
        ("1795553627.125", 1795553627_125000),
        (0, None),
        (12.5, None),
        (1e300, None),
        (True, None),
    ],
)
def test_a_number_is_a_time_by_its_size(value: object, micros: int | None) -> None:
    """Seconds, milliseconds, microseconds, nanoseconds; a duration or a flag is no time."""
    entry = jsonlines.read(lines({"time": value, "level": "info", "msg": "m"}).rstrip())
    assert entry is not None and entry.meta.time == micros


def test_sloppy_json_is_read() -> None:
    """NaN, invalid UTF-8, lone surrogates, a carriage return at the end."""
    for value in (b"NaN", b'"caf\xe9"', rb'"\ud800"', b"1e999"):
        entry = jsonlines.read(b'{"level":"error","msg":"m","x":' + value + b"}\r")
        assert entry is not None and entry.meta.level == "error", value
    assert jsontext.decode(b'{"a":' * 100_000) is None
    assert jsontext.decode(b"[1]") is None


def test_facts_and_resources_are_named_alike() -> None:
    """Traces, spans, threads, service, host, pid and pod, whatever they are called."""
    record = {"level": "error", "message": "m", "service": {"name": "shop"}, "host": {"name": "web01"},
              "process": {"pid": 7, "thread": {"name": "main"}}, "trace": {"id": "4bf9"}, "spanId": "00f0",
              "kubernetes": {"pod_name": "shop-1", "namespace_name": "prod"}, "requestId": "r1"}  # fmt: skip
    event = scan(lines(record))[1][0]
    assert event.facts == {"trace_id": "4bf9", "span_id": "00f0", "request_id": "r1", "thread": "main"}
    assert event.resource == {"service.name": "shop", "host.name": "web01", "process.pid": "7",
                              "k8s.pod.name": "shop-1", "k8s.namespace.name": "prod"}  # fmt: skip


def otlp(*logs: dict[str, Any]) -> dict[str, Any]:
    """A line of the OpenTelemetry collector's file exporter."""
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    scope = {"scope": {"name": "shop.cart"}, "logRecords": list(logs)}
    return {"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]}


def logged(number: int, body: str, trace: str = "") -> dict[str, Any]:
    attributes = [{"key": "exception.stacktrace", "value": {"stringValue": trace}}] if trace else []
    return {"timeUnixNano": f"{MICROS}000", "severityNumber": number, "body": {"stringValue": body},
            "attributes": attributes, "traceId": "4bf9"}  # fmt: skip


@pytest.mark.parametrize("nested", [False, True])
def test_a_batch_gives_every_record(nested: bool) -> None:
    """Several records a line: each error is an event, at its own time, with the batch's resource."""
    batch = otlp(logged(9, "ok"), logged(17, "failed", TRACE), logged(9, "ok"), logged(21, "giving up"))
    line = {"timestamp": AT, "message": json.dumps(batch)} if nested else batch
    _, events = scan(lines(line, otlp(logged(9, "ok"))))
    assert [(e.exception, e.level, e.text.split("\n")[0]) for e in events] == [
        ("KeyError", "error", "failed"), (None, "critical", "giving up"),
    ]  # fmt: skip
    assert all(e.first_line == e.last_line == 1 and e.time == MICROS for e in events)
    assert {(e.resource["service.name"], e.facts["trace_id"], e.facts["logger"]) for e in events} == {
        ("shop", "4bf9", "shop.cart")
    }


@pytest.mark.parametrize(
    "record",
    [
        {"message": "failed", "exc_info": TRACE},
        {"event": "failed", "exception": TRACE},
        {"event": "failed", "exception": [{"exc_type": "KeyError", "exc_value": "'x'", "frames": [
            {"filename": "/srv/app/x.py", "lineno": 1, "name": "f"}]}]},
        {"reason": "'x'", "traceback": TRACE + "\n", "exception": "builtins.KeyError", "message_type": "eliot:traceback",
         "task_uuid": "4bf9", "task_level": [2], "timestamp": MICROS / 1e6},
    ],
    ids=["python-json-logger", "structlog, text", "structlog, dictionaries", "eliot"],
)  # fmt: skip
def test_a_traceback_makes_a_record_of_what_has_neither_level_nor_time(record: dict[str, Any]) -> None:
    """A message and a traceback are enough: python-json-logger's default writes no more. A stack of several lines wins
    over a type's name."""
    data = lines({"message": "ok"}, record, {"message": "ok"}, record)
    events = scan(data)[1]
    assert [(e.exception, e.message, len(e.frames), e.first_line, e.last_line) for e in events] == [
        ("KeyError", "'x'", 1, 2, 2), ("KeyError", "'x'", 1, 4, 4),
    ]  # fmt: skip
    assert events == scan(data, slow=True)[1] == scan(data, block=1)[1]
    entry = jsonlines.read(lines(record).rstrip())
    assert entry is not None and entry.whole


def test_cloudwatchs_lines_are_a_stream_each() -> None:
    """An exported event without a level may be one printed line: the lines of a log stream belong together, those of
    another one do not."""
    data = b"".join(
        lines({"timestamp": MICROS // 1000, "message": text + "\n", "logStreamName": name})
        for text in TRACE.split("\n")
        for name in ("a", "b")
    )
    assert [(e.stream, e.exception, len(e.frames)) for e in scan(data)[1]] == [
        ("a", "KeyError", 1),
        ("b", "KeyError", 1),
    ]


POD = {"pod_name": "{who}-1", "container_name": "app", "namespace_name": "prod"}
WRITERS: list[tuple[str, dict[str, Any]]] = [
    ("fluent-bit", {"date": MICROS / 1e6, "log": "{text}", "stream": "stderr", "kubernetes": POD}),
    ("fluent-bit, a level by output", {"date": MICROS / 1e6, "log": "{text}", "stream": "stderr", "level": "error",
     "kubernetes": POD}),
    ("Vector", {"timestamp": AT, "message": "{text}", "stream": "stderr", "source_type": "kubernetes_logs",
     "kubernetes": {"pod_name": "shop-1", "container_name": "app", "pod_namespace": "{who}"}}),
    ("Vector, files", {"timestamp": AT, "message": "{text}", "source_type": "file", "file": "/var/log/{who}.log"}),
    ("Filebeat, pods", {"@timestamp": AT, "message": "{text}", "stream": "stderr", "kubernetes": {"namespace": "prod",
     "pod": {"name": "shop-1"}, "container": {"name": "{who}"}}}),
    ("Filebeat, files", {"@timestamp": AT, "message": "{text}", "log": {"offset": 7, "file": {"path": "/log/{who}"}}}),
    ("Logstash", {"@timestamp": AT, "@version": "1", "message": "{text}", "host": "{who}", "path": "/var/log/a.log"}),
    ("Google", {"textPayload": "{text}\n", "timestamp": AT, "severity": "ERROR", "insertId": "a",
     "logName": "projects/p/logs/stderr", "resource": {"type": "k8s_container", "labels": POD}}),
    ("Google, Cloud Run", {"textPayload": "{text}", "timestamp": AT, "severity": "DEFAULT", "labels": {"instanceId": "{who}"},
     "logName": "projects/p/logs/run.googleapis.com%2Fstderr"}),
    ("Datadog", {"timestamp": AT, "message": "{text}", "service": "{who}", "host": "web01", "status": "error"}),
    ("docker's GELF driver", {"version": "1.1", "host": "web01", "short_message": "{text}", "timestamp": MICROS / 1e6,
     "level": 3, "_container_id": "c{who}", "_container_name": "{who}"}),
    ("FireLens", {"container_id": "c{who}", "container_name": "/ecs-{who}", "log": "{text}", "source": "stderr"}),
    ("stern", {"message": "{text}", "nodeName": "n", "namespace": "prod", "podName": "{who}-1", "containerName": "app"}),
    ("logcli", {"labels": {"app": "{who}"}, "line": "{text}", "timestamp": AT}),
    ("pm2", {"message": "{text}\n", "timestamp": AT, "type": "err", "process_id": 0, "app_name": "{who}"}),
    ("OTLP", {"resourceLogs": [{"resource": {"attributes": [{"key": "k8s.pod.name", "value": {"stringValue": "{who}"}}]},
     "scopeLogs": [{"logRecords": [{"timeUnixNano": f"{MICROS}000", "body": {"stringValue": "{text}"}}]}]}]}),
]  # fmt: skip


def printed(record: Any, who: str, text: str) -> Any:
    """The record of a line that one of the writers printed."""
    if isinstance(record, dict):
        return {key: printed(value, who, text) for key, value in record.items()}
    if isinstance(record, list):
        return [printed(each, who, text) for each in record]
    return record.replace("{who}", who).replace("{text}", text) if isinstance(record, str) else record


@pytest.mark.parametrize("record", [each[1] for each in WRITERS], ids=[each[0] for each in WRITERS])
def test_a_collectors_records_are_printed_lines_of_their_writers(record: dict[str, Any]) -> None:
    """A harmless line is none of the errors that the collector calls all of its output; two writers that interleave give
    two whole tracebacks, however the log is cut."""
    text = ["loading the model", "2026-11-24 20:53:47,125 INFO shop: ok", "", *TRACE.split("\n"), "done"]
    data = lines(*(printed(record, who, each) for each in text for who in ("a", "bank")))
    events = scan(data)[1]
    assert sorted((e.exception, len(e.frames), e.incomplete, e.lines) for e in events) == [
        ("KeyError", 1, None, (7, 9, 11, 13)), ("KeyError", 1, None, (8, 10, 12, 14)),
    ]  # fmt: skip
    assert len({e.stream for e in events}) == 2
    assert events == scan(data, slow=True)[1] == scan(data, block=1)[1]
    quiet = lines(*(printed(record, who, text[0]) for who in ("a", "b") for _ in range(9)))
    middle = lines(*(printed(record, "a", each) for each in TRACE.split("\n")))
    assert len(scan(quiet + middle + quiet)[1]) == 1
    assert scan(quiet + middle + quiet)[1] == scan(quiet + middle + quiet, slow=True)[1]


@pytest.mark.parametrize(
    ("record", "level"),
    [
        ({"textPayload": "failed", "severity": "ERROR", "logName": "projects/p/logs/stdout", "timestamp": AT}, "error"),
        ({"textPayload": "failed", "severity": "CRITICAL", "logName": "projects/p/logs/stderr", "timestamp": AT}, "critical"),
        ({"textPayload": "failed", "severity": "ERROR", "logName": "projects/p/logs/python", "timestamp": AT}, "error"),
        ({"log": "failed", "level": "error", "time": AT}, "error"),
        ({"version": "1.1", "host": "h", "short_message": "failed", "level": 3, "timestamp": 1.5}, "error"),
        ({"message": "failed", "level": "error", "stream": "stderr", "time": AT}, "error"),
    ],
)  # fmt: skip
def test_a_level_that_no_collector_gives_is_the_programs(record: dict[str, Any], level: Level) -> None:
    """Only what an output is called as a whole says nothing of a line."""
    entry = jsonlines.read(lines(record).rstrip())
    assert entry is not None and entry.whole and entry.meta.level == level


def test_a_writer_whose_name_is_spelt_with_escapes_is_one_as_well() -> None:
    """Law 1: between the lines of an open traceback others are passed over by the writer's name in the raw line."""
    records = [{"time": AT, "msg": text, "service": "café"} for text in TRACE.split("\n")]
    data = b"".join(lines(each, {"time": AT, "msg": "ok", "service": "web"}) for each in records)
    events = scan(data)[1]
    assert [(e.exception, len(e.frames), e.resource["service.name"]) for e in events] == [("KeyError", 1, "café")]
    assert events == scan(data, slow=True)[1]
    assert [jsonlines.mark(key) for key in ("", events[0].stream or "", "web-1 prod")] == [None, None, b"web-1"]


@pytest.mark.parametrize(
    "record",
    [
        {"log": "hello"}, {"message": "hello", "containerName": "app"}, {"line": "hello", "labels": {"app": "web"}},
        {"container_name": "web", "log": {"text": "hello"}}, {"line": "hello", "timestamp": AT},
    ],
)  # fmt: skip
def test_without_a_collectors_names_a_text_is_no_printed_line(record: dict[str, Any]) -> None:
    """Objects that merely have such a field are data."""
    assert jsonlines.read(lines(record).rstrip()) is None


def test_what_went_past_the_logger_is_no_part_of_a_record() -> None:
    """A bare traceback between records is an event of its own: it borrows a time, never a header or a level."""
    error = {"level": "error", "message": "failed", "timestamp": AT}
    data = lines(error) + TRACE.encode() + b"\nstray line\n" + lines({**error, "level": "warning"}) + TRACE.encode()
    events = scan(data)[1]
    assert [(e.exception, e.level, e.text.split("\n")[0]) for e in events] == [
        (None, "error", "failed"), ("KeyError", None, TRACE.split("\n")[0]), ("KeyError", None, TRACE.split("\n")[0]),
    ]  # fmt: skip
    assert events == scan(data, slow=True)[1]
    assert [e.time for e in events] == [MICROS] * 3


RECORD = {"level": "error", "message": "cannot load", "logger": "shop.orders"}
EXPORTS: dict[str, tuple[int | None, object, list[object]]] = {
    "aws": (4, {"events": "HERE", "searchedLogStreams": []},
            [{"logStreamName": "web/1", "timestamp": MICROS // 1000, "message": line, "eventId": "3", "ingestionTime": 1}
             for line in [json.dumps(RECORD), *TRACE.split("\n")]]),
    "gcloud": (2, "HERE",
               [{"insertId": "1", "jsonPayload": RECORD, "resource": {"labels": {"pod_name": "web-1"}}, "timestamp": AT},
                *[{"insertId": "2", "labels": {}, "logName": "projects/p/logs/stderr", "textPayload": line,
                   "severity": "ERROR", "timestamp": AT} for line in TRACE.split("\n")]]),
    "elasticsearch": (2, {"took": 3, "hits": {"total": {"value": 2}, "hits": "HERE"}},
                      [{"_index": "logs", "_id": "1", "_source": {"@timestamp": AT, **RECORD}},
                       {"_index": "logs", "_id": "2", "_source": {"@timestamp": AT, "log.level": "error", "message": TRACE}}]),
    "kibana": (None, None, [{"_index": "logs", "_source": {"@timestamp": AT, **RECORD}},
                            {"_index": "logs", "_source": {"@timestamp": AT, "log.level": "error", "message": TRACE}}]),
    "splunk": (None, None, [{"result": {"_raw": line, "_time": AT, "host": "web01", "source": "/var/log/app.log"}}
                            for line in [json.dumps(RECORD), *TRACE.split("\n")]]),
}  # fmt: skip
"""What command lines and searches hand out: how far indented (None: one object a line), in what, which objects."""


@pytest.mark.parametrize("name", EXPORTS)
def test_what_was_exported_is_what_was_logged(name: str) -> None:
    """Objects of an array, one field a line, and objects around a record: records and printed lines as their writers
    wrote them, at the lines where their text stands; also from the middle on, in Windows' line ends, byte by byte."""
    indent, around, objects = EXPORTS[name]
    if indent is None:
        data = lines(*objects)
    else:
        data = json.dumps(around, indent=indent).replace('"HERE"', json.dumps(objects, indent=indent)).encode() + b"\n"
    one, events = scan(data)
    assert [(e.exception, e.message, e.time) for e in events] == [
        (None, "cannot load", MICROS),
        ("KeyError", "'x'", MICROS),
    ]
    shown = data.splitlines()
    assert all(b"cannot load" in shown[e.first_line - 1] or b"KeyError" in shown[e.last_line - 1] for e in events)
    for other, found in (scan(data, slow=True), scan(data, block=1)):
        assert (found, other.lines) == (events, one.lines)
    windows, torn = scan(data.replace(b"\n", b"\r\n"))[1], scan(data[: -len(data) // 3])[1]
    assert [e.fingerprint for e in windows] == [e.fingerprint for e in events] and torn[0].message == "cannot load"


def test_json_among_plain_lines_is_read() -> None:
    """A source whose first lines are another kind of text, past where a transport is decided."""
    plain = b"2026-11-22 10:27:35,144 INFO shop: ok\n"
    data = plain * 30_000 + lines({"level": "error", "message": "failed", "timestamp": AT}) + plain
    scanner, events = scan(data)
    assert scanner.transport == "plain"
    assert [(e.level, e.text, e.first_line) for e in events] == [("error", "failed", 30_001)]


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        (b'level=error msg="order \\"7\\" failed" ts=2026-11-24T20:53:47Z', "error", 'order "7" failed'),
        (b"t=2026-11-24T20:53:47Z lvl=eror msg=failed err=EOF", "error", "failed\nerr: EOF"),
        (b'time="2026-11-24T20:53:47Z" level=fatal msg="a\\nb\\tc\\\\d \\u00e9" a.b/c=', "critical", "a\nb\tc\\d é"),
        (b"severity=CRITICAL event=failed", "critical", "failed"),
        (b'level=error error="no such host"', "error", None),
        (b'level=error msg="cut he', "error", "cut he"),
        (b'level=error msg="cut \\', "error", "cut "),
        (b"event='it\\'s \"gone\"' n=1 level='error' why=\"can't\"", "error", 'it\'s "gone"'),
        (b"level='critical' order={'a': 1, 'b': (2)} event='failed'", "critical", None),
        (
            b"timestamp='2026-11-24 20:53:47' level='critical' order={'a': 1} who=<Shop 7> event='failed'",
            "critical",
            "failed",
        ),
    ],
)
def test_logfmt_is_taken_apart(line: bytes, level: Level, text: str | None) -> None:
    """Quotes, escapes, dialects, and a value that was cut; a record without a message is none."""
    entry = logfmt.read(line)
    if text is None:
        assert entry is None
        return
    assert entry is not None
    assert (entry.meta.level, b"\n".join(entry.lines).decode()) == (level, text)


@pytest.mark.parametrize(
    "line",
    [
        b"level=error",
        b"msg=failed ts=1",
        b"the level=error msg=failed",
        b"level=error msg=not quoted",
        b"level=error msg=a=b",
        b"2026-11-24 20:53:47 level=error msg=x",
        b'level=error msg="a" "b"',
        b"<level=error msg=x>",
        b"x" * 200 + b"=1",
        b"",
    ],
)
def test_other_text_is_no_logfmt(line: bytes) -> None:
    """Pairs from the first byte to the last, with a level and a message."""
    assert logfmt.read(line) is None


def test_a_traceback_in_logfmt_is_parsed() -> None:
    """Its line ends and quotes are escaped in one physical line."""
    quoted = TRACE.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    data = f'level=info msg=ok\nlevel=error msg=failed exception="{quoted}"\n'.encode()
    for text in (data, lines({"time": AT, "message": "ok"}, {"time": AT, "message": data.decode().split("\n")[1]})):
        assert [(e.exception, e.level, len(e.frames), e.last_line) for e in scan(text)[1]] == [
            ("KeyError", "error", 1, 2)
        ]


def test_tracebacks_taken_apart_are_put_together() -> None:
    """CPython's own text: chains with both sentences, notes, groups in groups, a syntax error, no frames."""
    frame = {"filename": "x.py", "lineno": 1, "name": "f"}
    stack = {"exc_type": "B", "exc_value": "b", "is_cause": False, "frames": [frame], "exc_notes": ["a note"]}
    cause = {"exc_type": "A", "exc_value": "", "is_cause": True, "frames": [frame | {"line": "g()"}]}
    lead = "Traceback (most recent call last):"
    place = '  File "x.py", line 1, in f'
    assert pyrender.lines([stack, cause]) == [
        lead, place, "    g()", "A", "", pyrender.CAUSE, "", lead, place, "B: b", "a note",
    ]  # fmt: skip
    assert pyrender.CONTEXT in pyrender.lines([stack, cause | {"is_cause": False}])
    group = stack | {"exceptions": [[cause], [stack | {"exceptions": [[cause]]}]], "exc_notes": []}
    out = pyrender.lines([group])
    assert out[0] == "  + Exception Group " + lead
    assert "  +-+---------------- 1 ----------------" in out and "    +---------------- 2 ----------------" in out
    assert "    +-+---------------- 1 ----------------" in out and out[-1] == "    +" + "-" * 36
    wrong = {"filename": "y.py", "lineno": 3, "line": "x = = 1", "msg": "invalid syntax", "offset": 5}
    assert pyrender.lines([{"exc_type": "SyntaxError", "exc_value": "", "syntax_error": wrong}])[-3:] == [
        '  File "y.py", line 3', "    x = = 1", "SyntaxError: invalid syntax",
    ]  # fmt: skip
    assert pyrender.lines([1, None, {}, {"exc_type": 3}]) == []


def test_groups_without_end_are_cut() -> None:
    """Groups in groups go no deeper than CPython's own limit."""
    stack: dict[str, Any] = {"exc_type": "A", "exc_value": "a"}
    for _ in range(200):
        stack = {"exc_type": "G", "exc_value": "g", "exceptions": [[stack]]}
    assert len(pyrender.lines([stack])) < 100


FIELDS = st.sampled_from([*records.MESSAGE, *records.LEVEL, *records.TIME, *records.STACK, *records.FAILURE, "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["error", AT, TRACE, NODE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | st.just("exc_type"), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize="LOGSCAN_LAWS" not in os.environ)
@given(st.lists(st.dictionaries(FIELDS, VALUES, max_size=6), min_size=1, max_size=4), st.sampled_from(LEVELS[3:]))
def test_any_record_is_read_alike_fast_and_slow(objects: list[dict[str, Any]], level: Level) -> None:
    """Whatever values stand in the known fields: nothing raises, and law 1 holds."""
    data = lines({"level": "info", "message": "ok", "timestamp": AT}, *objects)
    assert scan(data, level=level)[1] == scan(data, level=level, slow=True)[1]


@settings(max_examples=150, deadline=None, derandomize="LOGSCAN_LAWS" not in os.environ)
@given(st.lists(st.text(st.sampled_from('abl=" \\n{},:é\x00')), max_size=6).map(" ".join))
def test_any_line_is_no_record_or_a_sane_one(text: str) -> None:
    """Quotes, escapes and braces in any order."""
    for line in (
        text.encode(),
        b"level=error msg=" + text.encode(),
        b'{"level":"error","msg":"' + text.encode() + b'"}',
    ):
        for transport in (jsonlines, logfmt):
            entry = transport.read(line)
            assert entry is None or (entry.lines and all(b"\n" not in each for each in entry.lines))


def test_the_visible_part_of_a_literal_is_in_every_spelling() -> None:
    """Line ends and characters beyond ASCII are spelled otherwise in JSON, and a quote has a backslash before it; what
    is between them stands as it is."""
    literals = [b'said "no way" to', b"a/b/longest", "naïve approach".encode(), b"plain", b'", line ']
    for literal, part in zip(literals, [b'\\"no way', b"longest", b"ve approach", b"", b'\\", line '], strict=True):
        found = jsontext.visible([literal])
        assert found == ({part} if part else frozenset())
        spelled = json.dumps(json.dumps(literal.decode()))
        assert all(each.decode() in spelled for each in found)
