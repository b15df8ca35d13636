"""The bytes of a group to a `Content`: pure, so that results can be memoised by content.

A storm repeats the same frames with another header, so the traceback is parsed (and remembered) by its own bytes,
apart from the header before it.
"""

import msgspec

from logscan.formats import Header
from logscan.grammars import Grammar
from logscan.group import Group, Line, level_of
from logscan.model import Content, Frame, Traceback

LINE_HEAD, LINE_TAIL = 48 * 1024, 16 * 1024


class Parser:
    """Parses groups with the given grammars, remembering the last few thousand distinct tracebacks."""

    def __init__(self, grammars: dict[str, Grammar], memory: int = 4096) -> None:
        self._grammars = grammars
        self._memory = memory
        self._seen: dict[tuple[object, ...], Traceback] = {}

    def content(self, group: Group) -> Content:
        """What the group says. Lines over 64 KiB keep their first 48 and last 16 KiB."""
        header = group.header
        at = group.trace_at or 0
        trace = _joined(group.lines[at:])
        lines = _decode(trace).split("\n")
        traceback = self._traceback(group, trace, lines)
        if at:
            lines = _decode(_joined(group.lines[:at])).split("\n") + lines
        if header is not None:  # a header is always the first line's
            lines[0] = _decode(_short(header.message))
        return Content(
            text="\n".join(lines),
            message=lines[0],
            level=level_of(header, group.meta),
            logger=(header.logger if header else None) or group.meta.fields.get("logger"),
            unit=group.meta.unit,
            fields={**group.meta.fields, **(header.fields if header else {})},
            traceback=traceback,
            incomplete=group.incomplete,
        )

    def _traceback(self, group: Group, raw: bytes, trace: list[str]) -> Traceback | None:
        if group.trace_at is None or group.grammar is None:
            return _of_header(group.header)
        key = (group.grammar, group.final, group.margin, group.interleaved, raw)
        found = self._seen.get(key)
        if found is None:
            if group.margin:
                margin = _decode(group.margin)
                trace = [line.removeprefix(margin) for line in trace]
            if group.interleaved:
                trace = [trace[0], trace[-1]]  # the frames between are anybody's
            found = self._grammars[group.grammar].parse(trace, group.final)
            if group.interleaved:
                found = msgspec.structs.replace(found, frames=(), chain=(), interleaved=True)
            if len(self._seen) >= self._memory:
                self._seen.clear()
            self._seen[key] = found
        return found


def _of_header(header: Header | None) -> Traceback | None:
    """A record whose header names an exception: Python's warnings do."""
    if header is None or header.exception is None:
        return None
    file, line = header.fields.get("file", ""), header.fields.get("line", "")
    frames = (Frame(file, int(line) if line.isdigit() else None),) if file else ()
    return Traceback("python", header.exception, _decode(header.message) or None, frames)


def _joined(lines: tuple[Line, ...]) -> bytes:
    """Their text, no line of it over 64 KiB."""
    raw = b"\n".join([line.text for line in lines])
    return raw if len(raw) <= LINE_HEAD + LINE_TAIL else b"\n".join([_short(text) for text in raw.split(b"\n")])


def _short(line: bytes) -> bytes:
    if len(line) <= LINE_HEAD + LINE_TAIL:
        return line
    return line[:LINE_HEAD] + b" [...] " + line[-LINE_TAIL:]


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace")
