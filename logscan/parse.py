"""The bytes of a group to a `Content`: pure, so that results can be memoised by content.

A storm repeats the same frames with another header, so the traceback is parsed (and remembered) by its own bytes,
apart from the header before it.
"""

import msgspec

from logscan.formats import Header
from logscan.formats.joins import says_nothing
from logscan.grammars import Grammar, in_column
from logscan.group import Group, Line, level_of, named
from logscan.model import Content, Frame, Traceback

RICH = "rich"
"""The format whose records are rows of a table."""


class Parser:
    """Parses groups with the given grammars, remembering the last thousand distinct tracebacks."""

    def __init__(self, grammars: dict[str, Grammar], memory: int = 512) -> None:
        self._grammars = grammars
        self._memory = memory
        self._seen: dict[tuple[object, ...], Traceback] = {}

    def content(self, group: Group) -> Content:
        """What the group says."""
        header = group.header
        at = group.trace_at or 0
        trace = _joined(group.lines[at:])
        lines = _decode(trace).split("\n")
        cell = _cell(group)
        traceback = self._traceback(group, trace, lines if cell is None else cell.whole(lines), cell)
        if at:
            lines = _decode(_joined(group.lines[:at])).split("\n") + lines
        message = lines[0]
        if header is not None:
            head = _message_of(header, lines)
            lines[: header.rows] = [head]
            message = head if header.said is None else _decode(header.said)
            if header.rows == 1 and traceback is None and says_nothing(header):
                message = next((line for line in lines[1:] if any(map(str.isalnum, line))), message)
        if cell is not None:
            lines = cell.whole([message, *lines[1:]])
            message = lines[0]
        return Content(
            text="\n".join(lines),
            message=message,
            level=level_of(header, group.meta),
            logger=(header.logger if header else None) or group.meta.fields.get("logger"),
            unit=group.meta.unit,
            fields={**group.meta.fields, **(header.fields if header else {})},
            traceback=traceback,
            incomplete=group.incomplete,
        )

    def _traceback(self, group: Group, raw: bytes, trace: list[str], cell: "_Cell | None") -> Traceback | None:
        if group.trace_at is None or group.grammar is None:
            return _of_header(group.header)
        if group.said and group.header is not None:
            trace[0] = _message_of(group.header, trace)
        key = (group.grammar, group.final, group.margin, group.interleaved, group.said, raw, cell)
        found = self._seen.get(key)
        if found is None:
            if group.margin and cell is None:
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
        above = named(group.lines, group.trace_at) if not group.final and group.header is not None else None
        if above is not None and found.exception is None and found.language == "python":
            found = msgspec.structs.replace(found, exception=above[0], message=above[1])
        return found


class _Cell(msgspec.Struct, frozen=True):
    """A group that stands in a column of a table: what is left of it, and how many characters fit in it."""

    margin: str
    width: int | None

    def whole(self, lines: list[str]) -> list[str]:
        """The lines as they were before."""
        from logscan.unfold import unfolded  # tables are rare

        return unfolded([line.removeprefix(self.margin) for line in lines], self.width)


def _cell(group: Group) -> _Cell | None:
    """The cell that a group stands in: rich's handler writes tables."""
    header = group.header
    if header is None or header.format != RICH:
        return _Cell(_decode(group.margin), None) if in_column(group.margin) else None
    line = _decode(group.lines[0].text)
    begin = len(line) - len(_decode(header.message))
    place = header.fields.get("place")
    end = line.rindex(place) - 1 if place is not None else len(line)
    return _Cell(" " * begin, end - begin)


def _of_header(header: Header | None) -> Traceback | None:
    """A record whose header names an exception: Python's and Node's warnings do."""
    if header is None or header.exception is None:
        return None
    file, line = header.fields.get("file", ""), header.fields.get("line", "")
    frames = (Frame(file, int(line) if line.isdigit() else None),) if file else ()
    return Traceback(header.format.partition("-")[0], header.exception, _decode(header.message) or None, frames)


def _joined(lines: tuple[Line, ...]) -> bytes:
    return b"\n".join([line.text for line in lines])


def _message_of(header: Header, lines: list[str]) -> str:
    """The first line without the header's prefix; the second one's text where the header takes up both."""
    if header.rows > 1 and not header.message:
        return lines[1].strip() if len(lines) > 1 else lines[0]
    return _decode(header.message)


def _decode(line: bytes) -> str:
    return line.decode("utf-8", "replace")
