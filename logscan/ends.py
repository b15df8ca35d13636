"""What ends an open group that its grammar would let go on: the next record's header, an entry of another time, a
record among the lines that are held.

Questions, which `logscan.grouper` asks and acts upon. What ends a group without being read, MAX_SPAN and a SILENCE of
the stream, it sees for itself.
"""

from logscan.formats import Formats, Header
from logscan.group import WARNING, Before, Open, Stream, meta_time
from logscan.lazyre import lazy
from logscan.model import LEVELS, LOOKBACK
from logscan.timestamps import Clock
from logscan.transports import Meta

MAX_QUOTED = 10
"""Records with times long past that one message may quote; more are a log whose files were joined out of order."""
STRONG_FORMATS = frozenset({"access", "python-warning"})
SECOND = 1_000_000
AT_ONCE = 20
"""Microseconds between the lines that mod_wsgi cuts one text into; a statement that logs takes longer."""
FENCES = (b"```", b"~~~")
"""How a line begins that opens or closes a block of code in Markdown."""
_FENCE = lazy(rb"(?:`{3,}|~{3,})[ \t]*")
_FENCED = lazy(rb"(?m)^(?:```|~~~)")
_MICROSECONDS = lazy(r"[.,]\d{6}")


class Ends:
    """Asked of an open group. Holds no state but its settings."""

    def __init__(self, formats: Formats, clock: Clock) -> None:
        self._formats = formats
        self._clock = clock

    def at_header(self, stream: Stream, opened: Open, header: Header, before: Before | None) -> bool:
        """Whether a line with a header's shape ends the traceback's message: it does in a shape that the stream uses,
        and in another one where its time fits. A time long before the event's is quoted text, not the next record; how
        many of those there were is noted."""
        own = opened.header
        if own is None or header.format in STRONG_FORMATS:
            return True
        used = header.format == own.format or _uses(stream, opened, header.format, before)
        if header.time is None or own.time is None:
            return used or header.time is not None
        earlier, later = self._clock.parse(own.time), self._clock.parse(header.time)
        if earlier is None or later is None:
            return True
        if not used:
            return 0 <= later - earlier <= 3600 * SECOND
        if later - earlier >= -2 * 3600 * SECOND:
            return True
        opened.quoted += 1
        return opened.quoted > MAX_QUOTED

    def at_entry(self, opened: Open, meta: Meta) -> bool:
        """Entries that carry their own time belong together only within a second."""
        if meta is opened.meta:
            return False
        earlier, later = meta_time(opened.meta, self._clock), meta_time(meta, self._clock)
        return earlier is not None and later is not None and not -SECOND <= later - earlier <= SECOND

    def within_a_second(self, first: Header, header: Header) -> bool:
        """Whether two records may have been logged by one statement; without times they may."""
        earlier, later = (self._clock.parse(each.time) if each.time else None for each in (first, header))
        return earlier is None or later is None or 0 <= later - earlier <= SECOND

    def at_once(self, time: str, header: Header) -> bool:
        """Whether a record follows one of this `time` so closely that nothing but a loop over lines wrote both."""
        if header.time is None or _MICROSECONDS.search(header.time) is None:
            return False
        earlier, later = self._clock.parse(time), self._clock.parse(header.time)
        return earlier is not None and later is not None and 0 <= later - earlier <= AT_ONCE

    def at_held(self, opened: Open) -> int | None:
        """Where a record begins among the lines that are held, as a traceback below them shows: a record in a shape not
        seen before, and its traceback, are an event of their own."""
        said = opened.said_last
        shape = self._formats.match(said.text) if said is not None else None
        if (
            said is None
            or shape is None
            or shape.joins == "column"
            or not shape.level
            or LEVELS.index(shape.level) < WARNING
        ):
            return None
        return opened.said_at

    def at_fence(self, stream: Stream, opened: Open, text: bytes | None) -> bool:
        """Whether the last line that is held closes the block of code in which somebody pasted the log into Markdown:
        nothing, or a line that is empty or markup, follows it, and the group has no fence before that one. `text` of
        that line; None at the end. A message that has fences of its own opened the first one, so text follows that."""
        if stream.several or _FENCE.fullmatch(opened.held[-1].text) is None:
            return False
        if text is not None and text.strip() and not text.startswith(b"</"):
            return False
        return not any(_FENCED.search(each.text) for each in (*opened.lines, *opened.tail, *opened.held[:-1]))

    def unquote(self, opened: Open) -> bool:
        """Whether what looked like quoted records were records: then only those are held, from the first one on."""
        if opened.quoted <= MAX_QUOTED:
            return False
        at = next((i for i, held in enumerate(opened.held) if self._formats.match(held.text) is not None), 0)
        held = opened.release(at)
        opened.accept_held()
        for each in held:
            opened.hold(*each)
        return True


def _uses(stream: Stream, opened: Open, format: str, before: Before | None) -> bool:
    """Whether the stream writes records of this shape, as far as it is known near the group."""
    seen = stream.learned.get(format)
    if seen is not None and seen >= opened.start - LOOKBACK:
        return True
    return before is not None and before.uses(stream, opened, format)
