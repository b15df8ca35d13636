"""Pipes that are followed: standard input, and a journalctl that is started here."""

import os
import re
import select
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

from logscan.errors import UsageError
from logscan.feeder import MAX_LINE
from logscan.followlog import Log, MakeLog
from logscan.sources import BLOCK
from logscan.summary import SummaryBuilder

TURN: Final = 16
"""Blocks read at a time before the other inputs have their turn."""
AGAIN: Final = 2.0
"""Seconds before a journalctl that has ended is started again."""
_CURSOR: Final = re.compile(rb'"__CURSOR"\s*:\s*"([^"\\]{1,512})"')


class Input(Protocol):
    """What is followed."""

    @property
    def ended(self) -> bool:
        """Nothing more will come."""
        ...

    @property
    def logs(self) -> list[Log]:
        """The logs that are read and have not ended."""
        ...

    @property
    def standing(self) -> str:
        """What it is and how it stands, in a few words."""
        ...

    def handles(self) -> list[int]:
        """What becomes readable when there is something new."""
        ...

    def poll(self, now: float) -> bool:
        """Feed what there is, without waiting. True where there was something; `now` in s, monotonic."""
        ...

    def reload(self, make_log: MakeLog) -> None:
        """Go on with other signatures."""
        ...

    def close(self, finish: bool) -> None:
        """Let go. `finish`: open groups count now."""
        ...


class Pipe:
    """A pipe from its present place to its end."""

    def __init__(self, handle: int, log: Log) -> None:
        self.log = log
        self._handle = handle
        self._rest = b""
        self.ended = False

    @property
    def logs(self) -> list[Log]:
        return [] if self.ended else [self.log]

    @property
    def standing(self) -> str:
        return "standard input has ended" if self.ended else "standard input"

    def handles(self) -> list[int]:
        return [] if self.ended else [self._handle]

    def poll(self, now: float) -> bool:
        for turn in range(TURN):
            if self.ended or not select.select([self._handle], [], [], 0)[0]:
                return self.log.silent(now) or bool(turn)
            block = os.read(self._handle, BLOCK)
            if not block:
                self.ended = True
                self._finish()
                return True
            data = self._rest + block
            end = data.rfind(b"\n") + 1 or (len(data) if len(data) > MAX_LINE else 0)
            self._rest = data[end:]
            self.log.feed(data[:end])
        return True

    def reload(self, make_log: MakeLog) -> None:
        """Whole lines alone are fed, but for those longer than MAX_LINE: their end would be a line of its own."""
        if self.log.offset == self.log.scanner.position[0]:
            self.log = self.log.follow_up(make_log)

    def close(self, finish: bool) -> None:
        """What was read counts in any case: no later run could go on here."""
        if not self.ended:
            self.ended = True
            self._finish()

    def _finish(self) -> None:
        self.log.feed(self._rest)
        self.log.finish()


class Journal:
    """The journal, through a journalctl of our own (https://man7.org/linux/man-pages/man1/journalctl.1.html).

    cursor  of the last entry that was fed, by which journalctl goes on where it stood, after a restart as well
    """

    def __init__(self, units: Sequence[str], log: Log, cursor: str, builder: SummaryBuilder) -> None:
        program = shutil.which("journalctl")
        if program is None:
            raise UsageError("--journal: journalctl is not installed here")
        self._command = [program, "--follow", "--output=json", "--all", "--no-pager", "--quiet"]
        self._command += [f"--unit={unit}" for unit in units]
        self._builder = builder
        self._rest = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._start_at = float("-inf")
        self.cursor = cursor
        self.log = log

    @property
    def ended(self) -> bool:
        """A journal never ends."""
        return False

    @property
    def logs(self) -> list[Log]:
        return [self.log]

    @property
    def standing(self) -> str:
        return "journal, to be started again" if self._process is None else "journal"

    def handles(self) -> list[int]:
        return [] if self._process is None or self._process.stdout is None else [self._process.stdout.fileno()]

    def poll(self, now: float) -> bool:
        if self._process is None:
            if now < self._start_at:
                return False
            since = [f"--after-cursor={self.cursor}"] if self.cursor else []
            self._process = subprocess.Popen(
                [*self._command, "--no-tail", *since],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for us, and we end it
            )
        (handle,) = self.handles()
        for turn in range(TURN):
            if not select.select([handle], [], [], 0)[0]:
                return self.log.silent(now) or bool(turn)
            block = os.read(handle, BLOCK)
            if not block:
                self._gone(now)
                return True
            self._take(block)
        return True

    def _take(self, block: bytes) -> None:
        """Feed whole lines alone, so that the cursor is that of the last line fed."""
        data = self._rest + block
        end = data.rfind(b"\n") + 1
        self._rest = data[end:]
        if not end:
            return
        self.log.feed(data[:end])
        last = data.rfind(b"\n", 0, end - 1) + 1
        found = _CURSOR.search(data, last, end)
        if found is not None:
            self.cursor = found[1].decode("ascii", "replace")

    def reload(self, make_log: MakeLog) -> None:
        self.log = self.log.follow_up(make_log)

    def _gone(self, now: float) -> None:
        assert self._process is not None
        code = self._process.wait()
        self._process = None
        self._rest = b""
        self._start_at = now + AGAIN
        self._builder.problem("journal", "restarted", f"journalctl ended with {code}; started again after its cursor")

    def close(self, finish: bool) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._process.terminate()
            try:
                self._process.wait(1.0)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if finish:
            self.log.finish()
