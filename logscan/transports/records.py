"""A structured record (JSON, logfmt) to an entry: which of its fields is the message, the level, the stack, ….

Every logger has names of its own for the same few things, so the names are tables, tried in order; a dotted name is a
key that holds dots, or a path. What the tables know was read off the output of structlog, python-json-logger, loguru,
ecs-logging, logstash-async, pino, bunyan, winston, logfmter, and from the documentation of:

    ECS         https://www.elastic.co/guide/en/ecs/current/ecs-field-reference.html
    logback     https://github.com/logfellow/logstash-logback-encoder#standard-fields
    zap, logrus https://pkg.go.dev/go.uber.org/zap/zapcore#EncoderConfig
    Google      https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry
    CloudWatch  https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_OutputLogEvent.html
    OTLP        https://opentelemetry.io/docs/specs/otel/logs/data-model/
    CLEF        https://clef-json.org/
    log15       https://pkg.go.dev/github.com/inconshreveable/log15 (Grafana, geth)
    .NET        https://learn.microsoft.com/dotnet/core/extensions/console-log-formatter#json
    Serilog     https://github.com/serilog/serilog/blob/dev/src/Serilog/Formatting/Json/JsonFormatter.cs
    GELF        https://go2docs.graylog.org/current/getting_in_log_data/gelf.html
    Lambda      https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
    MongoDB     https://www.mongodb.com/docs/manual/reference/log-messages/
    Nextcloud   https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html
    PostgreSQL  https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG

The entry's lines are the message's lines and then the stack's, as a program without a structured logger would have
printed them, so the ordinary grammars read them. A level counts only in a spelling that a search of the raw line can
see (law 1): each transport says which those are.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from logscan.lazyre import lazy
from logscan.levels import TOKENS
from logscan.model import Level
from logscan.transports import Entry, Meta, collected, pyrender

Record = Mapping[str, object]
Marks = Callable[[str, str | int], tuple[bytes, ...]]
"""Field name and value of a level → the ways in which this transport writes them, of which one stands in the line."""

MESSAGE = ("message", "msg", "event", "short_message", "@m", "@mt", "textPayload", "body", "text",
           "Message", "RenderedMessage", "MessageTemplate", "@message", "formattedMessage", "log",
           "_raw")  # fmt: skip
LEVEL = ("level_name", "levelname", "log.level", "severity", "severityText", "severity_text", "record.level.name",
         "level", "lvl", "loglevel", "log_level", "severityNumber", "@l", "error_severity", "LogLevel", "Level",
         "@level", "Severity", "levelName", "label", "levelno", "s")  # fmt: skip
TIME = ("@timestamp", "timestamp", "time", "ts", "asctime", "datetime", "record.time.timestamp", "timeUnixNano",
        "instant.epochSecond", "observedTimeUnixNano", "datetime.date", "date", "@t", "t.$date", "Timestamp", "Time",
        "t", "_time")  # fmt: skip
STACK = ("exc_info", "exception", "stack_trace", "error.stack_trace", "exception.stacktrace", "errorVerbose",
         "stacktrace", "stack", "exc_text", "traceback", "extra.stack_trace", "full_message",
         "thrown.extendedStackTrace", "@x", "Exception",
         "stackTrace")  # fmt: skip
FURTHER = ("stack_info",)
"""Python's stack of the call itself: stands behind the traceback."""
FAILURE = ("error", "err", "exception", "thrown", "throwable", "context.exception")
"""Objects that describe an exception, or plain texts that name one."""
KIND = ("type", "class", "name", "exc_type", "exceptionType", "className", "Exception")
TEXT = ("message", "msg", "value", "exc_value", "Message")
TRACE = ("stack_trace", "stack", "stacktrace", "traceback", "backtrace")
LOGGER = ("log.logger", "logger", "logger_name", "loggerName", "record.name", "extra.logger_name", "channel",
          "SourceContext", "Category", "@module", "target", "name")  # fmt: skip
RESOURCE = {
    "service.name": collected.SERVICE,
    "host.name": collected.HOST,
    "process.pid": ("process.pid", "pid", "record.process.id", "process"),
    "k8s.pod.name": collected.POD,
    "k8s.namespace.name": collected.NAMESPACE,
    "k8s.container.name": collected.KUBERNETES_CONTAINER,
    "container.name": collected.CONTAINER,
}
FACTS = {
    "logger": LOGGER,
    "trace_id": ("trace_id", "traceId", "trace.id", "dd.trace_id", "logging.googleapis.com/trace", "trace"),
    "span_id": ("span_id", "spanId", "span.id", "dd.span_id", "logging.googleapis.com/spanId"),
    "request_id": ("request_id", "requestId", "correlation_id", "correlationId", "req_id", "req.id"),
    "thread": ("thread", "thread_name", "threadName", "process.thread.name", "record.thread.name"),
    "caller": ("caller",),
    "sqlstate": ("state_code",),
}
REMARKS = ("detail", "hint", "query", "context", "statement")
"""What PostgreSQL says besides of a message, in the order in which it prints these on standard error."""

NAMES: Final[dict[str, Level]] = TOKENS | {
    "VERBOSE": "debug", "SILLY": "trace", "HTTP": "info", "INFORMATION": "info", "INFORMATIONAL": "info",
    "DEFAULT": "info", "EROR": "error",
    "DEBUG1": "debug", "DEBUG2": "debug", "DEBUG3": "trace", "DEBUG4": "trace", "DEBUG5": "trace",
}  # fmt: skip
"""Level names in capitals, and those that only records have (winston, .NET, Google, log15, zap, PostgreSQL)."""
SLOG: Final[dict[str, Level]] = {
    "DEBUG-8": "trace", "DEBUG-4": "trace", "INFO+1": "info", "INFO+2": "notice", "INFO+3": "notice",
    "WARN+1": "warning", "WARN+2": "warning", "WARN+3": "warning",
    "ERROR+1": "error", "ERROR+2": "error", "ERROR+3": "error", "ERROR+4": "critical", "ERROR+8": "critical",
}  # fmt: skip
"""Go's slog spells a program's own levels by the nearest one below (https://pkg.go.dev/log/slog#Level.String)."""
SPELLINGS: Final[dict[str, Level]] = SLOG | {
    spelling: level for token, level in NAMES.items() for spelling in (token, token.lower(), token.title())
}
_STEPS: tuple[Level, ...] = ("trace", "debug", "info", "warning", "error", "critical")
Codes = Mapping[str, Mapping[int | str, Level]]
NUMBERS: Final[Codes] = {
    "level": {10 * step: level for step, level in enumerate(_STEPS, 1)},  # pino, bunyan
    "levelno": {10 * step: level for step, level in enumerate(_STEPS[1:], 1)},  # Python's logging
    "severityNumber": {number: _STEPS[(number - 1) // 4] for number in range(1, 25)},  # OTLP
}
GELF: Final[Codes] = {
    "level": {0: "critical", 1: "critical", 2: "critical", 3: "error", 4: "warning", 5: "notice", 6: "info", 7: "debug"}
}
MONGODB: Final[Codes] = {
    "s": {"F": "critical", "E": "error", "W": "warning", "I": "info", "D": "debug", "D1": "debug", "D2": "debug",
          "D3": "trace", "D4": "trace", "D5": "trace"}
}  # fmt: skip
NEXTCLOUD: Final[Codes] = {"level": {0: "debug", 1: "info", 2: "warning", 3: "error", 4: "critical"}}
CODES: Final = (NUMBERS, GELF, MONGODB, NEXTCLOUD)
"""Levels that only the field's name tells from any other value: those of every record, and of three kinds."""
FACT_LENGTH: Final = 200
_ISO: Final = lazy(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_ONE_LINE: Final = lazy(r" (?=   (?:at \S|--- End of ))")
""".NET's console writes an exception on one line: a blank for each line end."""


def entry(record: Record, line: bytes, marks: Marks) -> Entry | None:
    """The entry in a record; None where it is no log record: no level, no time and no traceback, and no collector's
    names either, or no message beside less than a level and a time.

    A record without a level may be one printed line that a collector wrapped: then it is a line of its stream, and
    the next one may go on with it. So it is with a level that the collector gave. Every other one is whole.
    """
    record, codes = _dialect(record)
    there = _there(tuple(record))
    level = _level(record, there.level, codes, line, marks)
    time, raw_time = _time(record, there.time)
    stack = _stack(record, there.stack)
    name, message = _message(record)
    if level is None and time is None and raw_time is None:
        traced = bool(message) and any("\n" in text for text in stack)
        if not traced and not collected.is_wrapped(record, name):
            return None
    printed = collected.is_printed(record, name)
    if printed and level and not stack and collected.is_given(record, level, _scalar(record, collected.OUTPUT)):
        level = None
    whole = level is not None or bool(stack)
    named = _failure(record)
    if message is None:
        timed = level is not None and (time is not None or raw_time is not None)
        if not (stack or timed or (named and "errorType" in record)):
            return None
        if named and not any(named[1] in each for each in stack):
            message = ""
        else:
            message, stack = (stack[0], stack[1:]) if stack else (_rest(record, there), [])
    lines = message.rstrip("\r\n").split("\n") if message or named is None else []
    if named and not any(named[1] in each for each in (message, *stack)):
        lines.append(f"{named[0]}: {named[1]}" if named[0] else named[1])
    for text in stack:
        if text.strip() not in message:
            lines += text.strip("\r\n").split("\n")
    lines += _remarks(record)
    return Entry(
        key="" if whole else _stream(record, name, line),
        lines=[each.encode("utf-8", "surrogatepass") for each in lines],
        meta=Meta(
            time=time,
            raw_time=raw_time,
            level=level,
            own=level is not None and not printed,
            unit=_first(record, there.service),
            fields={name: value for name, names in there.facts if (value := _first(record, names))},
            resource={name: value for name, names in there.resource if (value := _first(record, names))},
        ),
        native=whole,
        whole=whole,
    )


def _dialect(record: Record) -> tuple[Record, Codes]:
    """The record, with what a few writers name in ways of their own by common names, and its levels' codes."""
    if "short_message" in record and "version" in record:
        return record, GELF
    if "c" in record and "msg" in record and isinstance(record.get("t"), Mapping):
        return {**record, "logger": record["c"], "thread": record.get("ctx")}, MONGODB
    if "reqId" in record and "remoteAddr" in record:
        return record, NEXTCLOUD
    if "exception.class" in record:  # GitLab
        names = ("class", "message", "backtrace")
        return {**record, "exception": {name: record.get(f"exception.{name}") for name in names}}, NUMBERS
    return record, NUMBERS


def slog_mark(value: str) -> bytes:
    """A level of slog's in every spelling: up to its sign, which nothing else has behind a level."""
    return value[: -len(value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) + 1].encode()


def field(record: Record, name: str) -> object:
    """The value of a field; a dotted name is a key with dots, or a path. None where there is none."""
    value = record.get(name)
    if value is not None or "." not in name:
        return value
    head, _, rest = name.partition(".")
    inner = record.get(head)
    return field(inner, rest) if isinstance(inner, Mapping) else None


class _There(msgspec.Struct, frozen=True):
    """What a record with certain keys can have of level, time, stack and service, of facts and resource attributes: the
    fields that may hold it."""

    level: tuple[str, ...]
    time: tuple[str, ...]
    stack: tuple[str, ...]
    service: tuple[str, ...]
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    resource: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=8192)
def _there(keys: tuple[str, ...]) -> _There:
    facts, resource = ([(name, _possible(keys, names)) for name, names in table.items()] for table in (FACTS, RESOURCE))
    level, time, stack, service = (_possible(keys, names) for names in (LEVEL, TIME, STACK, collected.SERVICE))
    known = (tuple(each for each in table if each[1]) for table in (facts, resource))
    return _There(level, time, stack, service, *known)


@lru_cache(maxsize=8192)
def _possible(keys: tuple[str, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that a record with these keys can have. Most records of a log have the same few sets of keys,
    and of all names that loggers use a handful."""
    there = frozenset(keys)
    return tuple(name for name in names if name in there or name.partition(".")[0] in there)


def _scalar(record: Record, names: tuple[str, ...]) -> str | None:
    """The first of these fields that is a non-empty string or a whole number, as text."""
    return _first(record, _possible(tuple(record), names))


def _first(record: Record, names: tuple[str, ...]) -> str | None:
    for name in names:
        value = field(record, name)
        if isinstance(value, str) and value:
            return value[:FACT_LENGTH]
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)[:FACT_LENGTH]
    return None


def _rest(record: Record, there: _There) -> str:
    """What a record says that has a level and a time, but no message: its other fields, as JSON."""
    rest = {name: value for name, value in record.items() if name not in there.level and name not in there.time}
    return msgspec.json.encode(rest).decode("utf-8", "replace")


def _remarks(record: Record) -> list[str]:
    """What PostgreSQL and MongoDB say besides of their message, a line for each."""
    if "error_severity" in record:
        said = [(name, record.get(name)) for name in REMARKS]
        return [f"{name.upper()}:  {text}" for name, text in said if isinstance(text, str) and text]
    attributes = record.get("attr")
    if isinstance(attributes, Mapping) and isinstance(record.get("t"), Mapping):
        return [msgspec.json.encode(attributes).decode("utf-8", "replace")]
    return []


def _level(record: Record, names: tuple[str, ...], codes: Codes, line: bytes, marks: Marks) -> Level | None:
    for name in names:
        value = field(record, name)
        level: Level | None = None
        if name in codes and isinstance(value, int | str):
            level = codes[name].get(value)
        if level is None and isinstance(value, str) and name != "s":
            level = SPELLINGS.get(value)
        if level is not None and isinstance(value, str | int):
            key = name.rpartition(".")[2]
            return level if any(mark in line for mark in marks(key, value)) else None
    return None


def _time(record: Record, names: tuple[str, ...]) -> tuple[int | None, str | None]:
    """The record's time: µs since the epoch, or text for the clock to read."""
    for name in names:
        value = field(record, name)
        if name == "t" and not (isinstance(value, str) and _ISO.match(value)):
            continue  # so short a name means anything
        if isinstance(value, str) and (value := value.strip()):
            digits = value.replace(".", "", 1)
            if not (digits.isascii() and digits.isdigit() and len(value) <= 24):
                return None, value
            value = float(value) if "." in value else int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            micros = epoch(value)
            if micros is not None:
                return micros, None
    return None, None


def epoch(number: float) -> int | None:
    """µs since the epoch from seconds, ms, µs or ns: which, the size says (of any time since 1973)."""
    if not math.isfinite(number) or not 1e8 <= number < 1e20:
        return None
    for limit, factor in ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1)):
        if number < limit:
            return round(number * factor)
    return int(number) // 1_000


def _message(record: Record) -> tuple[str | None, str | None]:
    """The first message that is not empty, else an empty one, and its name. An object or a list becomes its JSON."""
    found: tuple[str | None, str | None] = None, None
    for name in MESSAGE:
        value = record.get(name)
        if isinstance(value, str) and value:
            return name, value
        if isinstance(value, dict | list) and value and name in ("message", "msg", "body"):
            return name, msgspec.json.encode(value).decode("utf-8", "replace")
        found = (name, value) if isinstance(value, str) and found[1] is None else found
    value = record.get("line")
    if found[1] is None and isinstance(value, str) and isinstance(record.get("labels"), Mapping):
        return "line", value
    return found


def _stream(record: Record, name: str | None, line: bytes) -> str:
    """The stream of a printed line: all that is known of who wrote it."""
    parts = [value for names in collected.writer(tuple(record)) if (value := _first(record, names))]
    labels = record.get("labels")
    if name == "line" and isinstance(labels, Mapping):
        parts += [str(value) for value in labels.values() if value]
    return collected.key(parts, line)


def _stack(record: Record, names: tuple[str, ...]) -> list[str]:
    """The record's tracebacks, as text: that of the exception, then that of the call."""
    out: list[str] = []
    texts = [text for name in names if (text := _trace(field(record, name)))]
    if "LogLevel" in record:
        texts = [_ONE_LINE.sub("\n", text) for text in texts]
    if texts:  # eliot's `exception` is a name alone, beside its `traceback`
        out.append(_headed(next((text for text in texts if "\n" in text), texts[0]), record))
    else:
        for name in FAILURE:
            failure = field(record, name)
            if isinstance(failure, Mapping):
                text = next((t for key in TRACE if (t := _trace(failure.get(key)))), "") or _apart(failure)
                if text:
                    out.append(text)
                    break
    return out + [text for name in FURTHER if (text := _trace(record.get(name)))]


def _apart(failure: Record) -> str:
    """The text of an exception of which a logger wrote the frames one by one."""
    if not any(isinstance(failure.get(key), list) for key in ("frames", "extendedStackTrace", "stepArray", "trace")):
        return ""
    from logscan.transports import apart  # rare

    return apart.text(failure)


def _trace(value: object) -> str:
    """A stack's text: a string, a list of lines, or a list of structlog's dictionaries; else empty."""
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, list) and value:
        if all(isinstance(each, str) for each in value):
            return "\n".join(each.rstrip("\n") for each in value)
        return "\n".join(pyrender.lines(value))
    return ""


def _headed(text: str, record: Record) -> str:
    """ecs-logging writes the frames alone, the exception's type and message beside them: put together again."""
    if not text.startswith("  File "):
        return text
    named = _failure(record)
    final = f"\n{named[1]}" if named else ""
    return f"Traceback (most recent call last):\n{text.rstrip()}{final}"


def _failure(record: Record) -> tuple[str, str] | None:
    """What an error field says besides a stack: its name where it is a plain text, and `Type: message`."""
    for name in FAILURE:
        value = field(record, name)
        if isinstance(value, str) and value.strip() and name in ("error", "err"):
            return name, value.strip()
        if isinstance(value, Mapping):
            kind, text = _scalar(value, KIND), _scalar(value, TEXT)
            if kind or text:
                return "", f"{kind}: {text}" if kind and text else kind or text or ""
    if "errorType" in record:  # AWS Lambda's runtimes
        kind, text = _scalar(record, ("errorType",)), _scalar(record, ("errorMessage",))
        return ("", f"{kind}: {text}" if text else kind) if kind else None
    return None
