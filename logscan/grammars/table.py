"""Languages whose groups a table can describe: states, and in each state rules for the next line.

A rule is (pattern, step, next state). The first rule whose pattern matches decides; a rule without a pattern takes
any line that does not look like a log record's header. Where no rule decides, the state's `otherwise` does.

Most runtimes name the exception first and give no sign before the frames that more is to come, so a group is opened
by the line that is rare in healthy logs (a frame, a closing line), and an opener's `head` finds how many of the lines
before it belong. So a line that merely names an exception opens nothing, and nothing has to be taken back.

A pattern's group `key` is remembered when a group opens (a unit, a process); a rule whose pattern has a `key` too
matches only where it is the same. A group `margin` in an opener is what stands before every line of the group.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from logscan.grammars import Step
from logscan.lazyre import Lazy, lazy
from logscan.model import Traceback

BLANK: Final = lazy(rb"\s*$")
Head = Callable[[Sequence[bytes]], int]
"""From the lines before an opening line, oldest first, to how many of them belong to the traceback."""


class Rule(msgspec.Struct, frozen=True):
    """What a line that matches means, and the state after it (None: the same). `pattern` None: any line."""

    pattern: Lazy[bytes] | None
    step: Step
    to: str | None = None


class State(msgspec.Struct, frozen=True):
    """`final`: the group would be whole if it ended here. `otherwise`: what a line means that no rule knows."""

    rules: tuple[Rule, ...] = ()
    final: bool = True
    otherwise: Step = Step.END


class Opener(msgspec.Struct, frozen=True):
    """A line that starts a group, or shows that one has started.

    head      finds the lines before it that belong; `required`: without any it opens nothing
    torn      without such lines the log was cut: the start is missing
    alone     the group is an event of its own even directly after a record
    in_dump   also opens in a stack that nobody raised
    """

    pattern: Lazy[bytes]
    to: str
    head: Head | None = None
    required: bool = False
    torn: bool = False
    alone: bool = False
    in_dump: bool = False


class TableMachine(msgspec.Struct):
    """An open group of a table's language; see `logscan.grammars.Machine`. Plain data: the table is looked up."""

    language: str
    state: str
    margin: bytes = b""
    key: bytes = b""
    head: int = 0
    alone: bool = False
    cut_start: bool = False
    lead: bool = False
    colon: bool = False

    @property
    def final(self) -> bool:
        return _TABLES[self.language].states[self.state].final

    def step(self, line: bytes, header: bool) -> Step:
        """See `Machine.step`."""
        state = _TABLES[self.language].states[self.state]
        for rule in state.rules:
            if rule.pattern is None:
                if header:
                    continue
            else:
                found = rule.pattern.match(line)
                if found is None or (self.key and found.groupdict().get("key", self.key) != self.key):
                    continue
            self.state = rule.to or self.state
            return rule.step
        return Step.END if header and state.otherwise is Step.TEXT else state.otherwise


class Table:
    """A language's grammar; see `logscan.grammars.Grammar`.

    bare    (pattern, state): a line that is an exception without frames where it stands in a record that is open
    dumps   lines that introduce a stack that nobody raised
    reader  reads a group's lines; pure
    """

    def __init__(
        self,
        language: str,
        *,
        anchors: frozenset[bytes],
        openers: tuple[Opener, ...],
        states: dict[str, State],
        reader: Callable[[list[str]], Traceback],
        bare: tuple[Lazy[bytes], str] | None = None,
        dumps: Lazy[bytes] | None = None,
    ) -> None:
        self.language = language
        self.anchors = anchors
        self.openers = openers
        self.states = states
        self._reader = reader
        self._bare = bare
        self._dumps = dumps
        self.dumping = dumps is not None
        self._seen = lazy(b"|".join(re.escape(anchor) for anchor in sorted(anchors)))
        _TABLES[language] = self

    def open(self, line: bytes, in_dump: bool, before: Sequence[bytes]) -> TableMachine | None:
        """See `Grammar.open`."""
        if self._seen.search(line) is None:
            return None
        for opener in self.openers:
            found = opener.pattern.match(line) if opener.in_dump or not in_dump else None
            if found is None:
                continue
            groups = found.groupdict()
            margin = groups.get("margin") or b""
            head = opener.head([each.removeprefix(margin) for each in before]) if opener.head else 0
            if opener.required and not head:
                continue
            return TableMachine(
                self.language,
                opener.to,
                margin=margin,
                key=groups.get("key") or b"",
                head=head,
                alone=opener.alone,
                cut_start=opener.torn and not head,
            )
        return None

    def dump(self, line: bytes) -> bool:
        """See `Grammar.dump`."""
        return self._dumps is not None and self._dumps.match(line) is not None

    def bare(self, line: bytes, previous: bytes) -> TableMachine | None:
        """See `Grammar.bare`."""
        if self._bare is None or self._bare[0].match(line) is None:
            return None
        return TableMachine(self.language, self._bare[1])

    def prelude(self, line: bytes, before: Sequence[bytes]) -> int:
        """See `Grammar.prelude`: a table's openers count their own lines."""
        return 0

    def announces(self, record: Sequence[bytes]) -> bool:
        """See `Grammar.announces`."""
        return False

    def strong(self, line: bytes) -> bool:
        """See `Grammar.strong`."""
        return any(not opener.torn and opener.pattern.match(line) for opener in self.openers)

    def begins(self, line: bytes) -> bool:
        """See `Grammar.begins`: what a table's runtimes print, others quote."""
        return False

    def final(self, line: bytes) -> bool:
        """See `Grammar.final`: no table's machine leaves a group owed a line."""
        return False

    def torn(self, line: bytes) -> bool:
        """See `Grammar.torn`."""
        return False

    def parse(self, lines: list[str], final: bool) -> Traceback:
        """See `Grammar.parse`."""
        return self._reader(lines)


_TABLES: Final[dict[str, Table]] = {}
"""Every table that was made, by its language: machines name theirs."""


def after(pattern: Lazy[bytes], *, stop: Lazy[bytes] | None = None) -> Head:
    """A head that begins at the nearest line before that matches, whatever stands between (the further lines of a
    message); `stop`: lines that cannot stand between."""

    def head(before: Sequence[bytes]) -> int:
        for count, line in enumerate(reversed(before), 1):
            if pattern.match(line):
                return count
            if stop is not None and stop.match(line):
                return 0
        return 0

    return head


def directly_after(pattern: Lazy[bytes]) -> Head:
    """A head of all the lines directly before that match."""

    def head(before: Sequence[bytes]) -> int:
        return next((n for n, line in enumerate(reversed(before)) if not pattern.match(line)), len(before))

    return head
