"""Python tracebacks that a logger took apart, put together again as CPython prints them.

structlog's `dict_tracebacks` writes a list of dictionaries, the exception raised last first: `exc_type`, `exc_value`,
`exc_notes`, `syntax_error`, `is_cause`, `frames` (`filename`, `lineno`, `name`) and, for a group, `exceptions`: a list
of such lists. https://www.structlog.org/en/stable/api.html#structlog.tracebacks.ExceptionDictTransformer
"""

from collections.abc import Mapping, Sequence
from typing import Final

CAUSE: Final = "The above exception was the direct cause of the following exception:"
CONTEXT: Final = "During handling of the above exception, another exception occurred:"
HEADER: Final = "Traceback (most recent call last):"
MAX_DEPTH: Final = 10
"""CPython's own limit for groups in groups."""


def lines(stacks: Sequence[object], depth: int = 0) -> list[str]:
    """The text lines of a chain; `depth` is that of the group that it stands in. Empty where it is no such list."""
    out: list[str] = []
    known = [each for each in stacks if isinstance(each, Mapping) and isinstance(each.get("exc_type"), str)]
    if depth > MAX_DEPTH:
        return out
    for index, stack in enumerate(reversed(known)):
        members = stack.get("exceptions")
        grouped = isinstance(members, list) and bool(members)
        inner = max(depth, 1) if grouped else depth
        margin = "  " * inner + "| " if inner else ""
        if index:
            sentence = CAUSE if known[len(known) - index].get("is_cause") else CONTEXT
            out += [margin, margin + sentence, margin]
        if grouped:
            out.append(("  + " if not depth else margin) + "Exception Group " + HEADER)
        elif not depth or stack.get("frames"):
            out.append(margin + HEADER)
        out += [margin + each for each in _body(stack)]
        if isinstance(members, list) and grouped:
            out += _members(members, inner)
    return out


def _members(members: Sequence[object], depth: int) -> list[str]:
    out: list[str] = []
    for number, member in enumerate(members, 1):
        lead = "+-" if number == 1 else "  "
        out.append("  " * depth + lead + f"+---------------- {number} ----------------")
        out += lines(member if isinstance(member, list) else [member], depth + 1)
    out.append("  " * (depth + 1) + "+" + "-" * 36)
    return out


def _body(stack: Mapping[str, object]) -> list[str]:
    """Frames and final line of one exception."""
    out: list[str] = []
    frames = stack.get("frames")
    for frame in frames if isinstance(frames, list) else ():
        if isinstance(frame, Mapping):
            out.append(f'  File "{frame.get("filename")}", line {frame.get("lineno")}, in {frame.get("name")}')
            out += [f"    {frame['line']}"] if isinstance(frame.get("line"), str) and frame["line"] else []
    message = str(stack.get("exc_value") or "")
    wrong = stack.get("syntax_error")
    if isinstance(wrong, Mapping):
        out += [f'  File "{wrong.get("filename")}", line {wrong.get("lineno")}', f"    {wrong.get('line')}"]
        message = str(wrong.get("msg") or message)
    out += (f"{stack['exc_type']}: {message}" if message else str(stack["exc_type"])).split("\n")
    notes = stack.get("exc_notes")
    for note in notes if isinstance(notes, list) else ():
        out += str(note).split("\n")
    return out
