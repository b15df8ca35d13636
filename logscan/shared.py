"""A scan whose tasks a team does: sources to tasks, tasks to results, results to their sum, in order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from logscan import plan
from logscan.job import Job, Progress
from logscan.pieces import Joint, Piece, Pieces, head
from logscan.plan import LARGE, Point, Segment, Task, Whole, cuts, plain_identity, together
from logscan.serial import Counted, scan_source, skip
from logscan.sources import Skip, Source
from logscan.summary import SummaryBuilder
from logscan.workers import Errand, Make, Team, processes

AHEAD: Final = 8
"""Tasks given to each job before the first one's result is needed, so that a long one does not keep others waiting."""

AHEAD_EVENTS: Final = 2
"""The same where results carry events, which have to be held until their turn comes."""


def scan_shared(
    found: list[Source | Skip], job: Job, sink: tuple[SummaryBuilder, Progress], jobs: int, make: Make | None = None
) -> None:
    """Scan what was found by so many jobs of the executor that `make` makes (None: processes on this machine), and add
    it to the sink."""
    builder, progress = sink
    team = Team(job, jobs, make or processes(jobs), lambda: job.tick(progress, builder))
    try:
        _Shared(job, team, builder, progress).scan(found)
    finally:
        team.close()


class _Step(msgspec.Struct, frozen=True):
    """A task that may be done anywhere, and what is done here with its result, in order. None: nothing to wait for."""

    task: Task | None
    take: Callable[[object], None]


class _Shared:
    """A scan whose tasks a team does.

    Files are cut or put together, and given away before they are needed. Results are taken in order. What cannot be
    given away (a pipe; an archive while events are asked for, because nothing bounds what it holds) is read here when
    its turn comes.
    """

    def __init__(self, job: Job, team: Team, builder: SummaryBuilder, progress: Progress) -> None:
        self._job = job
        self._team = team
        self._builder = builder
        self._progress = progress
        self._wanted = job.on_event is not None
        self._joint: Joint | None = None

    def scan(self, found: list[Source | Skip]) -> None:
        """Everything, in order, as far as the scan is not asked to end."""
        steps = self._steps(found)
        waiting: deque[tuple[_Step, Errand | None]] = deque()
        ahead = (AHEAD_EVENTS if self._wanted else AHEAD) * self._team.jobs
        while True:
            while len(waiting) < ahead and not self._job.ended() and (step := next(steps, None)) is not None:
                waiting.append((step, self._team.give(step.task) if step.task is not None else None))
            if not waiting:
                break
            step, errand = waiting.popleft()
            step.take(self._team.take(errand) if errand is not None else None)
            self._job.tick(self._progress, self._builder)
        if self._joint is not None:
            self._joint.end()
        if self._job.ended():
            self._builder.complete = False

    def _steps(self, found: list[Source | Skip]) -> Iterator[_Step]:
        small: list[Source] = []
        for item in found:
            if isinstance(item, Skip):
                skip(self._builder, item)
            elif item.path is not None and item.size is not None and item.size < LARGE and self._bounded(item):
                small.append(item)
            else:
                yield from self._whole(small)
                small = []
                yield from self._large(item)
        yield from self._whole(small)

    def _bounded(self, source: Source) -> bool:
        """Whether the events of a small file, if somebody asks for them, are few enough to be held."""
        return not self._wanted or plain_identity(source) is not None

    def _whole(self, found: Sequence[Source]) -> Iterator[_Step]:
        for task in together(found):
            yield _Step(task, lambda result, task=task: self._add(task, result))  # type: ignore[misc]

    def _large(self, source: Source) -> Iterator[_Step]:
        identity = plain_identity(source)
        if identity is not None and (first := head(self._job, source, identity, self._wanted)) is not None:
            yield from self._cut(source, identity, first)
        elif source.path is None or source.size is None or self._wanted:
            yield _Step(None, lambda _: self._here(source))
        else:
            yield from self._whole([source])

    def _cut(self, source: Source, identity: str, first: Piece) -> Iterator[_Step]:
        joint = Joint(
            self._job,
            source,
            identity,
            first,
            (self._builder, self._progress),
            lambda task: self._team.take(self._team.give(task)),
        )

        def begin(_: object) -> None:
            self._joint = joint
            joint.begin()

        def end(_: object) -> None:
            self._joint = None
            joint.end()

        yield _Step(None, begin)
        point: Point | None = first.end
        most = plan.MAX_TOLD if self._wanted else plan.MAX_SEGMENT
        for start, stop in cuts(first.end.state.offset, source.size or 0, self._team.jobs, most):
            transport = first.end.state.transport or "plain"
            task = Segment(source, identity, transport, start, stop, point)
            yield _Step(task, lambda found: joint.add(found if isinstance(found, Pieces) else None))
            point = None
        yield _Step(None, end)

    def _here(self, source: Source) -> None:
        if self._job.ended():
            self._builder.complete = False
        else:
            scan_source(source, self._job, self._builder, self._progress)

    def _add(self, task: Whole, result: object) -> None:
        if not isinstance(result, Counted):
            self._builder.complete = False
            return
        self._builder.merge(result.summary)
        self._progress.stored += sum(source.size or 0 for source in task.sources)
        self._progress.events += result.summary.matched + result.summary.unclassified
        if self._job.on_event is not None:
            for event in result.events:
                self._job.on_event(event)
