r"""Exceptions of the JVM and of PHP that a logger took apart, put together again as the runtime prints them.

Quarkus and WildFly: `exceptionType`, `message`, `frames` (`class`, `method`, `line`), `causedBy.exception`
(https://quarkus.io/guides/logging#json-logging); log4j2: `name`, `message`, `extendedStackTrace` (with `file`), `cause`
(https://logging.apache.org/log4j/2.x/manual/json-layout.html); logback: `className`, `message`, `stepArray`
(`className`, `methodName`, `fileName`, `lineNumber`), `cause`
(https://logback.qos.ch/manual/encoders.html#JsonEncoder). Monolog: `class`, `message`, `file` as "path:line",
`trace` (https://github.com/Seldaek/monolog/blob/main/doc/message-structure.md).
"""

from collections.abc import Mapping
from typing import Final

MAX_CHAIN: Final = 32
_FRAMES: Final = ("frames", "extendedStackTrace", "stepArray")


def text(failure: Mapping[str, object]) -> str:
    """The traceback's text; empty where the object is no such exception."""
    if isinstance(failure.get("file"), str) and isinstance(failure.get("class"), str):
        return "\n".join(_php(failure))
    return "\n".join(_java(failure))


def _php(failure: Mapping[str, object]) -> list[str]:
    calls = failure.get("trace")
    out = [f"{failure['class']}: {failure.get('message') or ''} in {failure['file']}", "Stack trace:"]
    places = [each for each in calls if isinstance(each, str)] if isinstance(calls, list) else []
    out += [f"#{n} {place}" for n, place in enumerate(places)]
    return [*out, f"#{len(places)} {{main}}"]


def _java(failure: Mapping[str, object]) -> list[str]:
    out: list[str] = []
    link = ""
    for _ in range(MAX_CHAIN):
        kind = failure.get("exceptionType") or failure.get("name") or failure.get("className")
        frames = next((value for key in _FRAMES if isinstance(value := failure.get(key), list)), None)
        if not isinstance(kind, str) or frames is None:
            break
        said = failure.get("message")
        out.append(f"{link}{kind}: {said}" if said else link + kind)
        out += [_frame(each) for each in frames if isinstance(each, Mapping)]
        link = "Caused by: "
        inner = failure.get("causedBy") or failure.get("cause")
        inner = inner.get("exception", inner) if isinstance(inner, Mapping) else None
        if not isinstance(inner, Mapping):
            break
        failure = inner
    return out


def _frame(frame: Mapping[str, object]) -> str:
    kind, method = (str(frame.get(key) or frame.get(f"{key}Name") or "?") for key in ("class", "method"))
    line, file = frame.get("line") or frame.get("lineNumber"), frame.get("file") or frame.get("fileName")
    if not isinstance(file, str):
        file = f"{kind.rpartition('.')[2].partition('$')[0]}.java"
    return (
        f"\tat {kind}.{method}({file}:{line})"
        if isinstance(line, int) and line > 0
        else f"\tat {kind}.{method}({file})"
    )
