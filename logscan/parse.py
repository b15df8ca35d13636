"""The bytes of a group to a `Content`: pure, so that results can be memoised by content.

A storm repeats the same frames with another header, so the traceback is parsed (and remembered) by its own bytes,
apart from the header before it.
"""

import msgspec

from logscan.formats import Header
from logscan.grammars import Grammar
from logscan.group import Group, level_of
from logscan.model import Content, Frame, Traceback

LINE_HEAD, LINE_TAIL = 48 * 1024, 16 * 1024


class Parser:
    """Parses groups with the given grammars, remembering the last few thousand distinct tracebacks."""

    def __init__(self, grammars: dict[str, Grammar], memory: int = 4096) -> None:
        self._grammars = grammars
        self._memory = memory
        self._seen: dict[tuple[str, bool, bytes], Traceback] = {}

    def content(self, group: Group) -> Content:
        """What the group says. Lines over 64 KiB keep their first 48 and last 16 KiB."""
        header = group.header
        lines = [_short(line.text) for line in group.lines]
        traceback = self._traceback(group, lines)
        head = _message_of(header, lines)
        text = "\n".join(_decode(line) for line in [head, *lines[1:]])
        level = level_of(header, group.meta)
        return Content(
            text=text,
            message=_decode(head),
            level=level,
            logger=(header.logger if header else None) or group.meta.fields.get("logger"),
            unit=group.meta.unit,
            fields={**group.meta.fields, **(header.fields if header else {})},
            traceback=traceback,
            incomplete=group.incomplete,
        )

    def _traceback(self, group: Group, lines: list[bytes]) -> Traceback | None:
        if group.trace_at is None or group.grammar is None:
            return _of_header(group.header)
        trace = lines[group.trace_at :]
        if group.said:
            trace[0] = _message_of(group.header, lines)
        if group.margin:
            trace = [line.removeprefix(group.margin) for line in trace]
        if group.interleaved:
            trace = [trace[0], trace[-1]]  # the frames between are anybody's
        key = (group.grammar, group.final, b"\n".join(trace))
        found = self._seen.get(key)
        if found is None:
            found = self._grammars[group.grammar].parse([_decode(line) for line in trace], group.final)
            if len(self._seen) >= self._memory:
                self._seen.clear()
            self._seen[key] = found
        if group.interleaved:
            found = msgspec.structs.replace(found, frames=(), chain=(), interleaved=True)
        return found


def _of_header(header: Header | None) -> Traceback | None:
    """A record whose header names an exception: Python's and Node's warnings do."""
    if header is None or header.exception is None:
        return None
    file, line = header.fields.get("file", ""), header.fields.get("line", "")
    frames = (Frame(file, int(line) if line.isdigit() else None),) if file else ()
    return Traceback(header.format.partition("-")[0], header.exception, _decode(header.message) or None, frames)


def _message_of(header: Header | None, lines: list[bytes]) -> bytes:
    """The first line without the header's prefix (a header is always the first line's)."""
    if header is None or not lines:
        return lines[0] if lines else b""
    return _short(header.message)


def _short(line: bytes) -> bytes:
    if len(line) <= LINE_HEAD + LINE_TAIL:
        return line
    return line[:LINE_HEAD] + b" [...] " + line[-LINE_TAIL:]


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace")
