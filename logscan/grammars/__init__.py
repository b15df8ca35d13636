"""Grammars: what the multi-line groups of a language look like. One language a file.

A grammar is a pure state machine, in h11's way: lines in, steps out. It knows neither streams nor offsets nor log
headers; the grouper (`logscan.grouper`) does. Where a step says TEXT, only the grouper can tell whether the line
still belongs to the group, because that depends on how the log around it is written.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final, Protocol, TypeVar

import msgspec

from logscan.model import Traceback

HEAD_LINES: Final = 32
"""Lines before an opening one that may be part of its traceback."""
COLUMN: Final = 9
"""Bytes of margin from which on a group is the cell of a table, in which long lines are folded (rich's handler)."""


def in_column(margin: bytes) -> bool:
    """Whether this margin is the space left of a table's cell, not the tags of a log before each line."""
    return len(margin) >= COLUMN and not margin.strip()


class Step(IntEnum):
    """What a machine says of a line."""

    TAKE = 1  # the line belongs to the group, and so does everything held before it
    FINAL = 2  # the same, and the group is whole if nothing follows
    TEXT = 3  # the group is whole; the line may be more of its message, or unrelated
    END = 4  # the line cannot belong; the group is whole
    BREAK = 5  # the line cannot belong, and the group is not whole: cut, or another writer came between
    CUT = 6  # the line says that the text was cut here ("... (truncated) ..."); it does not belong
    ROLLBACK = 7  # the lines so far were no group at all


class Machine(Protocol):
    """An open group of one language. Instances are plain data: comparable, copyable, picklable."""

    margin: bytes
    """What stands before every line of the group (an indentation, a quote mark)."""
    lead: bool
    """Whether only a prelude has been taken so far ("Exception in callback …"), no traceback yet."""
    colon: bool
    """Whether the final line ended in a colon: more of the message, even a traceback, follows."""
    cut_start: bool
    """Whether the group was found in the middle: its start is missing."""

    @property
    def head(self) -> int:
        """How many lines directly before the opening one are part of the traceback."""
        ...

    @property
    def alone(self) -> bool:
        """At the opening line: whether the group is an event of its own even directly after a record."""
        ...

    @property
    def final(self) -> bool:
        """Whether the group would be whole if it ended here."""
        ...

    def step(self, line: bytes, header: bool) -> Step:
        """Feed the next line (without `margin`). `header`: the line has the shape of a log record's header."""
        ...


M = TypeVar("M", bound=Machine)


def twin(machine: M) -> M:
    """A machine in the same state, which goes its own way."""
    return msgspec.structs.replace(machine)  # type: ignore[type-var]


def unfounded(machine: Machine) -> bool:
    """Whether what was found in the middle would be no group if a record began here."""
    return machine.cut_start and not machine.final and twin(machine).step(b"-", True) is Step.ROLLBACK


class Grammar(Protocol):
    """A language's groups."""

    language: str
    dumping: bool
    """Whether `dump` is true of any line."""
    anchors: frozenset[bytes]
    """Literals of which one stands in every line that `open` accepts."""

    def open(self, line: bytes, in_dump: bool, before: Sequence[bytes]) -> Machine | None:
        """A machine that has taken `line`, where the line starts a group, or shows that the lines before it did
        (`Machine.head`). `in_dump`: the line is part of a stack that is no exception (`dump` was true of a line, and
        only indented lines came since). `before`: the lines of the same record directly before it, oldest first, a
        header's prefix removed; at most HEAD_LINES."""
        ...

    def dump(self, line: bytes) -> bool:
        """Whether the line introduces a stack that is no exception ("Stack (most recent call last):")."""
        ...

    def bare(self, line: bytes, previous: bytes) -> Machine | None:
        """A machine that has taken `line`, where it is a final line without a traceback, which only the line before
        it shows."""
        ...

    def prelude(self, line: bytes, before: Sequence[bytes]) -> int:
        """How many of the lines directly before an opening line belong to the group."""
        ...

    def announces(self, record: Sequence[bytes]) -> bool:
        """Whether a record (its header's prefix removed) says that the traceback directly below it is its own: only of
        interest where it states no level."""
        ...

    def strong(self, line: bytes) -> bool:
        """Whether the line starts a new group even directly after another one."""
        ...

    def begins(self, line: bytes) -> bool:
        """Whether the line starts a new group even below the further lines of another one's message."""
        ...

    def final(self, line: bytes) -> bool:
        """Whether the line could be the last line of a group whose other lines were torn away."""
        ...

    def torn(self, line: bytes) -> bool:
        """Whether the line must be a piece of some group: where no group is being read, writers interleave."""
        ...

    def parse(self, lines: list[str], final: bool) -> Traceback:
        """Read a group's lines (from its opening line on, margins removed). Pure."""
        ...
