"""What the header of a line is, which depends on the record before it.

Most lines say it all themselves (`logscan.formats`). Some go on with the record before (`Header.joins`), some leave out
what they share with it, and some writers put the record's header before every line of its traceback.
"""

from collections.abc import Mapping

import msgspec

from logscan.ends import Ends
from logscan.formats import Formats, Header
from logscan.formats.joins import behind, goes_on, resumed, says_nothing
from logscan.grammars import HEAD_LINES, Grammar, Step, twin
from logscan.group import NEAR, Line, Open, Record, Stream, last_texts, level_of

OUTSIDE = (Step.TEXT, Step.END)


class Headers:
    """Asked of lines. Holds no state but its settings."""

    def __init__(self, formats: Formats, grammars: Mapping[str, Grammar], ends: Ends) -> None:
        self._formats = formats
        self._grammars = grammars
        self._ends = ends

    def of(self, before: Record | Open | None, text: bytes) -> Header | None:
        """The header of the record that a line starts; None where it starts none, or goes on with the one before."""
        header = self._formats.match(text)
        if header is None or header.joins is None:
            return header
        if header.joins == "column":
            return _whole(header, before, text)
        if before is None or (isinstance(before, Open) and _anew(before, header)):
            return header
        return None if goes_on(before.header, before.lines[0].text, header, text) else header

    def told(self, stream: Stream, line: Line) -> Header | None:
        """The same in an idle stream."""
        header = self.shape(stream, line)
        return header if header is None or header.joins is None else self.of(stream.record, line.text)

    def shape(self, stream: Stream, line: Line) -> Header | None:
        """The header that a line has the shape of, whatever it goes on with."""
        header = self._formats.match(line.text)
        if header is None or header.joins != "column":
            return header
        before = stream.record or stream.lender
        near = before is not None and before.lines[-1].offset >= line.offset - NEAR  # else lines between are not known
        return _whole(header, before if near else None, line.text)

    def unrepeated(self, opened: Open, line: Line) -> Line | None:
        """A further line of a record whose writer puts the header on each, without it; None where the line has the same
        header and is another record."""
        first = opened.header
        if first is None:
            return line
        if first.joins is None and not first.again:
            return self._logged_alone(opened, first, line)
        if first.joins not in ("same", "blank") and not first.again:
            return line
        header = self._formats.match(line.text)
        if header is None or header.joins is None or not goes_on(first, opened.lines[0].text, header, line.text):
            return line
        if _anew(opened, header):
            return line
        opened.repeated = opened.repeated or header.joins == "blank"
        text = header.message if header.joins in ("same", "blank") else line.text[len(first.again) :]
        return msgspec.structs.replace(line, text=text)

    def _logged_alone(self, opened: Open, first: Header, line: Line) -> Line | None:
        """The same for a traceback that was printed and logged line by line (mod_wsgi, Celery)."""
        if opened.logged_at is None and not opened.begun:
            return line
        header = self._formats.match(line.text)
        text = behind(first, opened.lines[0].text, header, line.text) if header is not None else None
        if header is None or text is None or not self._ends.within_a_second(first, header):
            return line
        machine = opened.machine
        if opened.logged_at is None:
            frame = machine is not None and self._grammars[opened.grammar or ""].torn(text)
            if not frame and not (machine is None and self._announces(first.message, text)):
                return line
        elif machine is not None and machine.final and text.strip():
            strong = self._grammars[opened.grammar or ""].strong(text)
            if strong or (
                twin(machine).step(text, False) in OUTSIDE and not self._ends.at_once(opened.logged_at, header)
            ):
                return None
        opened.logged_at = header.time or ""
        return msgspec.structs.replace(line, text=text)

    def _announces(self, said: bytes, text: bytes) -> bool:
        """Whether a record with this message is the header of the traceback that `text` opens."""
        machines = ((grammar, grammar.open(text, False, [])) for grammar in self._grammars.values())
        return any(machine is not None and not machine.alone and each.announces([said]) for each, machine in machines)


def _anew(opened: Open, header: Header) -> bool:
    """Whether a line that would go on with a record that began with an empty one is no line of it: that one's further
    lines have no headers, or its traceback is open, and this one is empty too."""
    if header.joins != "blank":
        return False
    first = opened.machine is None and not opened.held and len(opened.lines) == 1
    return not (opened.repeated or first) or (opened.machine is not None and says_nothing(header))


def announced(grammar: Grammar, before: Record | Open) -> bool:
    """Whether a record that states no level says that the traceback below it is its own."""
    if before.header is None or level_of(before.header, before.meta) is not None:
        return False
    lines = before.lines if isinstance(before, Record) else [*before.lines, *before.tail, *before.held]
    return len(lines) <= HEAD_LINES and grammar.announces(last_texts(before.header, lines))


def _whole(header: Header, before: Record | Open | None, text: bytes) -> Header | None:
    """The header of a line that leaves out what the record before it says. An open traceback without one of its own
    hangs on the record that lends it its time."""
    first = before.lent or before if isinstance(before, Open) and before.header is None else before
    if first is None:
        return resumed(None, b"", header, text)
    return resumed(first.header, first.lines[0].text, header, text)
