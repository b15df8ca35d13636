"""The skeleton of a signature, from an event that has none: `logscan signatures new`, and a page's unknown groups.

What the event tells is filled in, redacted; what only a person knows is left to write, at places marked TODO.
"""

import json
import re
from collections.abc import Callable

from logscan.frames import pattern_of
from logscan.model import Frame

TODO = "TODO"
_MAX_LINES = 400
"""Of an example; of a longer one the head and the tail, where the exception stands."""
_VARIABLE = re.compile(r"""'[^']*'|"[^"]*"|0x[0-9a-fA-F]+|(?<![A-Za-z_])\d+|<[a-z]+>|\[[a-z ]+\]""")


def draft(
    exception: str | None, message: str | None, frame: Frame | None, raw: str, day: str, redact: Callable[[str], str]
) -> str:
    """A YAML file with an event's match and example. `message` is the exception's, where there is one; `frame`:
    the one to know it by; `raw`: the event's lines as the log has them; `day` as 2026-11-25."""
    said = redact(message or "").partition("\n")[0]
    ident = f"{_software(exception)}.{_short_name(exception, said)}"
    title = f"{exception.rpartition('.')[2]}: {said}" if exception else said
    lines = [
        "schema: logscan.signature/1",
        f"id: {ident}",
        f"title: {json.dumps(title[:100] or TODO, ensure_ascii=False)}",
        "severity: error",
        "action: ticket",
        "status: experimental",
        "match:",
        *_match(exception, said, frame),
        f"cause: {TODO} why it happens",
        f"impact: {TODO} what users notice",
        "remediation:",
        f"  summary: {TODO} how it is mended",
        "evidence: []",
        "evidence_level: reported",
        f"last_verified: {day}",
        "examples:",
        "  match:",
        *_block(_shortened(redact(raw))),
        "  no_match:",
        *_block(f"{TODO} the nearest event that is something else"),
    ]
    return "\n".join(lines) + "\n"


def _match(exception: str | None, said: str, frame: Frame | None) -> list[str]:
    pattern = _pattern(said)
    if exception is None:
        return [f"  message: {json.dumps(pattern, ensure_ascii=False)}"]
    leaf = ["  error:", f"    type: {exception}"]
    if re.search(r"(?<!\\)[A-Za-z]{2}", pattern):  # else it would match anything
        leaf.append(f"    message: {json.dumps(pattern, ensure_ascii=False)}")
    if frame is not None:
        leaf.append(f"    frame: {json.dumps(pattern_of(frame), ensure_ascii=False)}")
    return leaf


def _pattern(said: str) -> str:
    """A regex for a message: names, numbers and what was redacted stand for any."""
    parts, at = [], 0
    for variable in _VARIABLE.finditer(said[:200]):
        parts += [re.escape(said[at : variable.start()]), ".*?" if not variable[0].isdigit() else r"\d+"]
        at = variable.end()
    pattern = "".join([*parts, re.escape(said[at:200])])
    return pattern.replace(r"\ ", " ")


def _software(exception: str | None) -> str:
    top = exception.partition(".")[0].lower().strip("_") if exception and "." in exception else "own"
    return re.sub(r"[^a-z0-9]+", "-", top).strip("-") or "own"


def _short_name(exception: str | None, said: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", exception.rpartition(".")[2]) if exception else said
    name = "-".join(re.findall(r"[a-z0-9]+", words.lower())[:6])
    return name or "unnamed"


def _shortened(text: str) -> str:
    lines = text.split("\n")
    half = _MAX_LINES // 2
    return text if len(lines) <= _MAX_LINES else "\n".join([*lines[:half], *lines[-half:]])


def _block(text: str) -> list[str]:
    """A block scalar of a list; an indentation indicator keeps a first line that is indented."""
    body = "".join(char if char in "\n\t" or char.isprintable() else "\ufffd" for char in text).split("\n")
    return ["    - |2", *(f"      {line}" if line else "" for line in body)]
