"""Signals as flags, looked at between two steps. Imports nothing that takes time, so that a command may have them
before anything else."""

import os
import signal
from types import FrameType


class Stop:
    """The first INT, TERM or HUP asks a command to end, a second one ends at once.

    signal   the number of the one that asked; 0 before
    again    HUP asked to read the signatures again, where `install_all` took it; reset by who does it
    """

    def __init__(self) -> None:
        self.signal = 0
        self.again = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.signal:
            os._exit(128 + number)
        self.signal = number

    def hang_up(self, number: int, frame: FrameType | None) -> None:
        """Asks to read the signatures again."""
        self.again = True

    def install(self) -> None:
        """Take INT and TERM from now on, and HUP unless it is to be ignored (`nohup`): where the terminal goes away, a
        report is kept."""
        signal.signal(signal.SIGINT, self)
        signal.signal(signal.SIGTERM, self)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self)

    def install_all(self) -> None:
        """Take HUP too."""
        self.install()
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self.hang_up)


STARTED = Stop()
"""What a command that follows has been asked since the process started."""
