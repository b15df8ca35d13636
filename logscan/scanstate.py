"""Where a scanner stands: all that goes over a cut, from one process to another, into the state of `follow`.

What an idle stream remembers of the lines before is no more than a saving: it can be read again from the LOOKBACK
before. So two states that differ in that alone lead to the same events (`future`), which lets pieces of a source meet.
"""

import msgspec

from logscan import restarts
from logscan.group import Stream, renumbered
from logscan.model import LOOKBACK
from logscan.transports import Entry


class State(msgspec.Struct):
    """Everything that a scanner's future depends on, at the start of a line. Comparable and picklable.

    offset, number  of the next line (bytes from the source's start; 1-based)
    begin           where the transport took force
    owner           the stream of the nearest claimed line, None where there is none; unknown where `owned` is false
    recent          (stream, signature, offset) of the events that a follow-on may follow
    partial         cut lines that wait for their rest, by stream: the text so far, where it began, in which line
    boot            a boot mark was read, and no entry since
    pids            by unit, which process wrote from where to where
    pending         the physical lines of an entry that is not complete, and where it began
    """

    offset: int = 0
    number: int = 1
    begin: int = 0
    transport: str | None = None
    streams: dict[str, Stream] = {}
    owned: bool = False
    owner: str | None = None
    owner_entry: Entry | None = None
    owner_at: int = 0
    recent: list[tuple[str, str, int]] = []
    partial: dict[str, tuple[bytes, int, int]] = {}
    pending: tuple[bytes, ...] = ()
    pending_at: int = 0
    pids: dict[str, list[restarts.Run]] = {}
    boot: bool = False

    @property
    def begun(self) -> int:
        """The offset of the first line that no stream has seen: before `offset` where an entry waits for its rest."""
        waiting = [begun for _, begun, _ in self.partial.values()]
        return min(self.offset, *waiting, self.pending_at if self.pending else self.offset)

    @property
    def idle(self) -> bool:
        """Nothing is open, and nothing waits for its rest."""
        return all(stream.idle for stream in self.streams.values()) and not (self.boot or self.partial or self.pending)

    def renumbered(self, by: int) -> "State":
        """The same state `by` lines further on: a scanner that started in the middle counts from its own start."""
        return msgspec.structs.replace(
            self,
            number=self.number + by,
            streams={key: renumbered(stream, by) for key, stream in self.streams.items()},
            partial={key: (text, begun, number + by) for key, (text, begun, number) in self.partial.items()},
        )


def copied(state: State) -> State:
    """The same state, which goes its own way."""
    from copy import deepcopy  # with `weakref`: a scan of one source in one piece needs neither

    return deepcopy(state)


def future(s: State) -> tuple[object, ...]:
    """What decides all that comes, apart from the LOOKBACK before here; changes the state, which is to be a copy. While
    idle the look-back will be read again, so nothing that was remembered of it counts. Line numbers are those relative
    to here: two scanners may count from different starts."""
    s = s.renumbered(-s.number)
    floor = s.begun - LOOKBACK
    recent = sorted(r for r in s.recent if r[2] >= floor)  # streams are read ahead of each other
    # what an idle stream remembers of lines out of reach does not count; within reach also one counts that remembers
    # nothing: what stands before its `since` is not read again
    streams = {k: v for k, v in s.streams.items() if not v.idle or v.since >= floor}
    for stream in streams.values():
        for opened in [*stream.owed, *([stream.open] if stream.open is not None else [])]:
            # how lines were bundled is of no account
            first, *others = [single for line in opened.lines for single in line.single()]
            opened.lines = [first, *(msgspec.structs.replace(single, offset=0, end=0) for single in others)]
    owner = (s.owner, s.owner_at) if s.owned and s.owner_at >= floor and not s.idle else None
    return s.offset, s.transport, recent, streams, owner, s.partial, s.pending, s.boot
