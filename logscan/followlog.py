"""One log while it is followed: its scanner, the groups that fall silent, and what of it has been accounted for.

Nothing here reads a clock or a file: bytes and times come in.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from logscan.digest import blake2b
from logscan.job import Job, Progress, Seen, account
from logscan.scanstate import State
from logscan.sources import Source
from logscan.summary import Source as SourceTotal
from logscan.summary import SummaryBuilder, add_counts

SILENCE: Final = 1.0
"""Seconds after a stream's last line when its open group closes."""
HEAD: Final = 1024
"""Bytes from a file's start by which it is known again."""
BEFORE: Final = 256
"""Bytes before the offset by which a file is known again."""
MAX_OPEN: Final = 1024
"""Streams with an open group, of all logs together."""
MAX_HELD: Final = 64 * 1024 * 1024
"""Bytes of text that these hold."""


class Mark(msgspec.Struct, frozen=True):
    """Where the reading of a file stands, and by what the file is known again: device and inode alone are not enough,
    since a file system gives them to the next file.

    offset       of the next line
    head, before (bytes, hash): of the file's first bytes, and of those directly before `offset`
    newest       when the log's files, as far as they were read, were last written (ns, by the file system's clock):
                 files written later are unread; 0: not known
    deleted      the file had no name any more and was read to its end
    left         when the file was renamed away from `path` (s since 1970); 0: it was still there
    """

    path: str
    device: int
    inode: int
    offset: int
    head: tuple[int, bytes]
    before: tuple[int, bytes]
    newest: int = 0
    deleted: bool = False
    left: int = 0


MakeLog = Callable[[Source, State | None, bytes], "Log"]
"""A log from a state on, and the text before it."""


def hashed(data: bytes) -> tuple[int, bytes]:
    """How many bytes there were, and their hash."""
    return len(data), blake2b(data, digest_size=16).digest()


class Log:
    """Feed blocks; ask `silent` whenever all that was written has been fed; `account` before a commit."""

    def __init__(
        self,
        source: Source,
        job: Job,
        builder: SummaryBuilder,
        progress: Progress,
        state: State | None = None,
        before: bytes = b"",
    ) -> None:
        self.source = source
        self.scanner = job.scanner(source, state)
        if before:
            self.scanner.look_back(before)
        self.offset = self.scanner.position[0]
        """Bytes fed so far, from the log's start."""
        self._job, self._builder, self._progress = job, builder, progress
        self._seen = Seen(job, builder, progress)
        self._accounted = self.scanner.position
        self._last_lines: dict[str, tuple[int, float]] = {}

    def feed(self, block: bytes) -> None:
        """The log's next bytes, cut anywhere."""
        self.offset += len(block)
        self._progress.stored += len(block)
        self._seen.take(self.scanner.feed(block))

    def silent(self, now: float) -> bool:
        """Close the groups whose stream has been silent for SILENCE; `now` in s, monotonic. True where one was
        closed. A group that was cut by the clock, its traceback not complete, counts as `partial_flushes`."""
        pending = self.scanner.pending()
        known = self._last_lines
        self._last_lines = {
            key: known[key] if key in known and known[key][0] == end else (end, now) for key, end in pending.items()
        }
        due = [key for key, (_, since) in self._last_lines.items() if now - since >= SILENCE]
        for key in due:
            events = self.scanner.flush(key)
            cut = sum(event.incomplete == "end" for event in events)
            if cut:
                add_counts(self._builder.limits, {"partial_flushes": cut})
            self._seen.take(events)
        return bool(due)

    def held(self, now: float) -> list[tuple[float, int, str, int]]:
        """Of each stream with an open group: since when it is silent, as far as that was looked at (s, monotonic; `now`
        where it was not), where the group began, the stream, bytes of text."""
        lines = self._last_lines
        return [
            (lines[key][1] if key in lines else now, start, key, size)
            for key, (start, size) in self.scanner.held().items()
        ]

    def evict(self, stream: str) -> None:
        """Close a stream's open groups as they are: too many are open."""
        events = self.scanner.flush(stream)
        add_counts(self._builder.limits, {"stream_evictions": 1})
        self._seen.take(events)

    def finish(self, complete: bool = True) -> None:
        """The log has ended: its last line counts without a line end, open groups close."""
        self._seen.take(self.scanner.finish())
        self.account(complete)

    def newest(self) -> SourceTotal:
        """The time of the last line so far, as a part of the source's total; of no sum, since the last line of all may
        show an earlier one."""
        return SourceTotal(self.source.name, self.source.name, last=self.scanner.newest())

    def follow_up(self, make_log: "MakeLog") -> "Log":
        """Another log that goes on from the last complete line, with other signatures; what follows that line has to
        be fed to it again."""
        self.account()
        return make_log(self.source, self.scanner.state(), self.scanner.behind())

    def account(self, complete: bool = True) -> None:
        """Add to the summary what was read since the last call, up to the last complete line."""
        (offset, number), (from_offset, from_number) = self.scanner.position, self._accounted
        self._accounted = offset, number
        total = SourceTotal(
            self.source.name,
            self.source.name,  # the files of a rotated log add up under its name
            bytes=offset - from_offset,
            lines=number - from_number,
            first=self.scanner.first,
            last=self.scanner.last,
            complete=complete,
        )
        account(self._builder, self.scanner, self._seen, total)
        self._seen = Seen(self._job, self._builder, self._progress)


def bounded(logs: Iterable[Log], now: float) -> int:
    """Close the groups that were silent longest, where more than MAX_OPEN are open, or where they hold more bytes than
    MAX_HELD. Returns how many are open then."""
    held = [(*each, log) for log in logs for each in log.held(now)]
    count, size = len(held), sum(each[3] for each in held)
    if count <= MAX_OPEN and size <= MAX_HELD:
        return count
    held.sort(key=lambda each: each[:2])
    for _, _, stream, bytes_of_it, log in held:
        if count <= MAX_OPEN and size <= MAX_HELD:
            break
        log.evict(stream)
        count, size = count - 1, size - bytes_of_it
    return count
