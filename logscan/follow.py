"""Following: the same scanner as for a batch, fed as bytes come, and the clock that a batch never has.

One thread: look at every input, commit, tell, wait a little. Signals are flags that are looked at between two steps.
"""

import select
import time
from collections.abc import Callable
from typing import Final

import msgspec

from logscan.followfiles import Files
from logscan.followlog import Log, bounded
from logscan.followpipe import Input, Journal, Pipe
from logscan.followstate import Saved, StateFile
from logscan.job import Job, Progress
from logscan.scanstate import State
from logscan.sources import Source
from logscan.summary import Source as SourceTotal
from logscan.summary import Summary, SummaryBuilder

PAUSE: Final = 0.2
"""Seconds between looks while nothing comes."""
DRAIN: Final = 2.0
"""Seconds in which what is already there is read when it is asked to end."""
COMMIT: Final = 5.0
"""Seconds after which what was counted is on the disk."""


class Plan(msgspec.Struct, frozen=True):
    """What is followed. `paths`: files, folders and patterns; `pipe`: standard input; `units`: None without the
    journal, else the units of it (none: all)."""

    paths: tuple[str, ...] = ()
    pipe: bool = False
    units: tuple[str, ...] | None = None


class Follower:
    """Follows until it is asked to end, or until everything has.

    on_turn   called after every look with the clock (s, monotonic): the place for reports and notifications
    """

    def __init__(self, plan: Plan, job: Job, state: StateFile | None, on_turn: Callable[[float], None]) -> None:
        self.builder = SummaryBuilder()
        self.progress = Progress()
        self._job = job
        self._state = state
        self._on_turn = on_turn
        self._files: Files | None = None
        self._journal: Journal | None = None
        self._inputs: list[Input] = []
        self._newest: list[SourceTotal] = []  # of logs that were let go at the end
        saved = state.load() if state is not None else Saved()
        if saved.summary is not None:
            self.builder.merge(saved.summary)
            self.progress.stored, self.progress.lines = saved.summary.bytes, saved.summary.lines
        self._open(plan, saved)

    def _open(self, plan: Plan, saved: Saved) -> None:
        now = time.monotonic()
        if plan.pipe:
            self._inputs.append(Pipe(0, self._log(Source("stdin", None), None, b"")))
        if plan.units is not None:
            journal = saved.journal
            log = self._log(Source("journal", None), journal.state, journal.before)
            self._journal = Journal(plan.units, log, journal.cursor, self.builder)
            self._inputs.append(self._journal)
        if plan.paths:
            self._files = Files(plan.paths, self._log, self.builder)
            for mark, state in saved.marks:
                self._files.resume(mark, state, now)
            self._inputs.append(self._files)

    def _log(self, source: Source, state: State | None, before: bytes) -> Log:
        return Log(source, self._job, self.builder, self.progress, state, before)

    def run(self) -> None:
        """Follow to the end. What was counted is committed whatever happens, unless the process is killed."""
        due = 0.0  # at once: from then on, files that are rotated while nobody looks are known to be missing
        try:
            while not self._job.ended() and not all(each.ended for each in self._inputs):
                now = time.monotonic()
                got = sum([each.poll(now) for each in self._inputs]) > 0  # each has its turn
                self.progress.pending = bounded(self._logs(), now)
                if now >= due:
                    self.commit()
                    due = now + COMMIT
                self.progress.waiting, self.progress.clock = not got, int(now) // 10
                self._job.tick(self.progress, self.builder)
                self._on_turn(now)
                if not got:
                    self._wait()
        finally:
            self._end()

    def _end(self) -> None:
        """Read what is there, within DRAIN; with a state file, a later run goes on with the groups that are open then,
        without one they count now."""
        end = time.monotonic() + DRAIN
        while (now := time.monotonic()) < end and any(each.poll(now) for each in self._inputs):
            pass
        for each in self._inputs:
            if isinstance(each, Pipe):
                each.close(finish=True)
        self.commit()
        self._newest = [log.newest() for log in self._logs()]
        for each in self._inputs:
            each.close(finish=self._state is None)

    @property
    def standing(self) -> str:
        """What is followed and how it stands: `3 files, 1 rotated away; standard input`."""
        return "; ".join(each.standing for each in self._inputs)

    def _logs(self) -> list[Log]:
        return [log for each in self._inputs for log in each.logs]

    def _wait(self) -> None:
        handles = [handle for each in self._inputs for handle in each.handles()]
        select.select(handles, [], [], PAUSE)

    def reload(self, job: Job) -> None:
        """Go on with other signatures, from the next line on."""
        self._job = job
        for each in self._inputs:
            each.reload(self._log)

    def account(self) -> Summary:
        """The sum of all that was read so far, up to the last line's time."""
        self.settle()
        return self.as_of_now(self.builder.done())

    def as_of_now(self, summary: Summary) -> Summary:
        """A sum that reaches to the last line of each log, not only to its last event: whether it still goes on is told
        from both."""
        sources = dict(summary.sources)
        for part in (*self._newest, *(log.newest() for log in self._logs())):
            if part.id in sources:
                sources[part.id] += part
        return msgspec.structs.replace(summary, sources=sources)

    def settle(self) -> None:
        """Add what was read of each log to the builder."""
        for log in self._logs():
            log.account()

    def commit(self) -> None:
        """Positions and counts, together."""
        self.settle()
        if self._state is None:
            return
        self._state.save(
            self.builder.done(),
            self._files.marks() if self._files is not None else [],
            (self._journal.cursor, self._journal.log.scanner) if self._journal is not None else None,
        )
