"""Events that came before but for their time and their last line: counted without being made.

A storm repeats one traceback. Who knows that an event is like an earlier one (`logscan.lane`) hands on a `Repeat`
instead of an `Event`: enough to count it, and able to become the event where somebody asks for it.
"""

from typing import Protocol

from logscan.model import Event, Verdict


class Outcome:
    """What events have in common that differ in place, time and words only: the same object for all of them.
    `signature` and `fingerprint` + `coarse` name their group, `causes` are the signatures that they may follow;
    `verdict` but for its title, which may hold the words."""

    __slots__ = ("causes", "coarse", "fingerprint", "signature", "verdict")

    def __init__(self, verdict: Verdict, causes: tuple[str, ...]) -> None:
        self.verdict, self.causes = verdict, causes
        self.signature, self.fingerprint, self.coarse = verdict.signature, verdict.fingerprint, verdict.coarse


class Maker(Protocol):
    """Who can make the event of a repeat."""

    def event(self, what: object, outcome: Outcome, follows: str | None) -> Event:
        """The whole event of what the maker has put into the repeat."""
        ...


class Repeat:
    """An event like an earlier one. `time` in µs, UTC; `offset` of its first byte; `follows` as `Event.follows`; `what`
    is its maker's."""

    __slots__ = ("follows", "maker", "offset", "outcome", "time", "what")

    def __init__(
        self, maker: Maker, outcome: Outcome, time: int | None, offset: int, follows: str | None, what: object
    ) -> None:
        self.maker, self.outcome, self.time, self.offset, self.follows = maker, outcome, time, offset, follows
        self.what = what

    def event(self) -> Event:
        """The event itself."""
        return self.maker.event(self.what, self.outcome, self.follows)
