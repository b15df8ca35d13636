"""Tasks done by other processes, in any number, and what becomes of them when one of these dies.

The seam is `concurrent.futures.Executor`: `Team` gives tasks to one and takes results in order; `processes` makes the
one for this machine's cores. A pool that breaks (a worker was killed, for instance for want of memory) is replaced, and
what it had not finished is done again; after RENEWALS pools the rest is done in this process. A task is a function of
its input alone, so that doing it twice changes nothing.
"""

import multiprocessing
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from functools import lru_cache
from multiprocessing.connection import wait as wait_for
from typing import Any, Final

import msgspec

from logscan import cache
from logscan.job import Job
from logscan.pieces import Pieces, scan_segment
from logscan.plan import Segment, Task
from logscan.serial import TICK, Counted, scan_sources

RENEWALS: Final = 2
"""Pools that are made anew after one has broken."""

Result = Pieces | Counted
Make = Callable[[Any], Executor]
"""Makes an executor. Its argument is a shared flag (`.value`) that workers on this machine look at: whether to end."""

_flag: Any = None
"""In a worker: the flag of its team."""


class Errand(msgspec.Struct):
    """A task under way. `future` None: nobody else does it."""

    task: Task
    future: "Future[Result] | None" = None


class Team:
    """Gives tasks away and takes results, in the order of giving.

    jobs   how many work at once
    make   makes an executor; called when the first task is given, and after a death
    tick   called while a result is waited for
    """

    def __init__(self, job: Job, jobs: int, make: Make, tick: Callable[[], None] = lambda: None) -> None:
        self.jobs = jobs
        self._job = job
        self._make = make
        self._tick = tick
        self._wanted = job.on_event is not None
        self._told = pickle.dumps((job.without_functions(), self._wanted), protocol=5)
        self._open: list[Errand] = []
        self._executor: Executor | None = None
        self._pools = 1 + RENEWALS
        self._stop = multiprocessing.RawValue("b", 0)

    def give(self, task: Task) -> Errand:
        """Have a task done."""
        errand = Errand(task)
        self._open.append(errand)
        if self._executor is None:
            self._renew()
        else:
            self._submit(errand)
        return errand

    def take(self, errand: Errand) -> Result | None:
        """Its result; None where the scan is to end and nobody has begun with it."""
        try:
            while errand.future is not None:
                if self._job.ended():
                    self._hurry()
                if not wait([errand.future], timeout=TICK).done:
                    self._tick()
                    continue
                try:
                    return errand.future.result()
                except CancelledError:
                    return None
                except BrokenExecutor:
                    self._renew()
            return None if self._job.ended() else perform(self._job, errand.task, self._wanted)
        finally:
            self._open.remove(errand)

    def close(self) -> None:
        """Wait for the workers to end."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _hurry(self) -> None:
        """Let workers return what they have counted, and begin nothing."""
        self._stop.value = 1
        self._pools = 0
        for errand in self._open:
            if errand.future is not None:
                errand.future.cancel()

    def _renew(self) -> None:
        """A new pool, and all that the old one left undone; without one, everything is left to this process."""
        self.close()
        undone = [errand for errand in self._open if errand.future is None or _failed(errand.future)]
        for errand in undone:
            errand.future = None
        self._pools -= 1
        if self._pools < 0:
            return
        try:
            self._executor = self._make(self._stop)
        except (OSError, NotImplementedError, ImportError):  # no semaphores, or no more processes
            self._pools = 0
            return
        for errand in undone:
            self._submit(errand)

    def _submit(self, errand: Errand) -> None:
        assert self._executor is not None
        try:
            errand.future = self._executor.submit(_work, self._told, errand.task)
        except BrokenExecutor as error:
            errand.future = Future()
            errand.future.set_exception(error)


def _failed(future: "Future[Result]") -> bool:
    return not future.done() or future.cancelled() or isinstance(future.exception(), BrokenExecutor)


def perform(job: Job, task: Task, wanted: bool) -> Result:
    """Do a task, in this process."""
    if isinstance(task, Segment):
        return scan_segment(job, task, wanted)
    return scan_sources(task.sources, job, wanted)


# -- in a worker ------------------------------------------------------------------------------------------------------


def _work(told: bytes, task: Task) -> Result:
    job, wanted = _read(told)
    return perform(job, task, wanted)


@lru_cache(maxsize=1)
def _read(told: bytes) -> tuple[Job, bool]:
    """The job, read once in each worker: whatever the executor, nobody but the task tells it."""
    job, wanted = pickle.loads(told)
    return msgspec.structs.replace(job, stopped=_hurried), wanted


def _hurried() -> bool:
    return _flag is not None and bool(_flag.value)


def processes(jobs: int) -> Make:
    """Executors of `jobs` processes on this machine."""

    def make(flag: Any) -> Executor:
        return ProcessPoolExecutor(jobs, mp_context=context(), initializer=_begin, initargs=(flag, cache.started()))

    return make


def context() -> multiprocessing.context.BaseContext:
    """How workers start. A fork takes 12 ms for two, and what is compiled already comes with it; it is safe only while
    this process has one thread. A fork server takes 250 ms, because it imports everything anew."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["logscan.workers"])
    return server


def _begin(flag: Any, cached: bool) -> None:
    """A worker's start: signals of the terminal are its parent's business, and without a parent it has none."""
    global _flag
    _flag = flag
    if cached:
        cache.start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    """End with the parent, however that ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        signal.raise_signal(signal.SIGKILL)
