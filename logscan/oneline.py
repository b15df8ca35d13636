"""Known events of one line: a record without a traceback, right below which the next record of its stream begins.

Most errors that a log tells are such records. What decides about one is what its header says and the template of its
message (`logscan.known`); the next record ends it, whatever that one is.
"""

from logscan.event import EventMaker
from logscan.group import Record, Stream, meta_time, whole_group
from logscan.grouper import Grouper
from logscan.known import Counted, Known
from logscan.repeat import Repeat
from logscan.traces import Follows, Head, catch_up, settle


class OneLine:
    """The way of one scanner to them."""

    def __init__(self, grouper: Grouper, known: Known, maker: EventMaker, follows: Follows) -> None:
        self._grouper = grouper
        self._known = known
        self._maker = maker
        self._follows = follows

    def take(self, stream: Stream, head: Head, record: Record, counted: Counted) -> tuple[Repeat, ...] | None:
        """The event that an idle stream's record is; none where it is a candidate that no signature matches; None where
        it has to be looked at. The line behind it is a record's (`Traces.begun`), and near enough to be fed to this
        one."""
        line, meta = head.line, record.meta
        group = whole_group(stream.key, (line,), record.header, meta, None, None, None)
        outcome = self._known.of_record(record.header, line.text, meta, counted, lambda: group)
        if outcome is None or not catch_up(self._grouper, stream, head, meta, None):
            return None
        if head.opening.candidate and outcome.signature is None:
            settle(stream, record, head.opening.format or "", line.end + 1)
            return ()
        time = head.time if head.time is not None else meta_time(meta, self._grouper.clock)
        follows = self._follows(stream.key, outcome.signature, line.offset, outcome.causes)
        settle(stream, record, head.opening.format or "", line.end + 1)
        return (Repeat(self._maker, outcome, time, line.offset, follows, group),)
