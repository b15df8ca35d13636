"""Transports: how log lines arrive. One file each; a transport is a module-like object that satisfies `Transport`.

A transport takes physical lines apart: which stream a line belongs to (a unit and its pid, a container and
its output), what of it is the program's own text, and what the transport knows besides (time, priority, host).
It keeps no state of its own: what came before travels as `owner`, the entry that the line may continue.

The first complete line that a transport claims decides the transport of a source; lines before it, and lines
that it does not claim, are plain text. An unclaimed line continues the nearest claimed line before it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from logscan.late import attribute
from logscan.lazyre import lazy
from logscan.model import Level
from logscan.timestamps import DATED

_RECORD = lazy(
    rb"[\[(]?(?:" + DATED.encode() + rb")|Traceback \(most recent call last\):|  File \""
    rb"|(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[ ]{2,}\S|\{\""
    rb"|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL)\]?[ \t|:-]{1,8}\[?(?:" + DATED.encode() + rb")"
)


class Meta(msgspec.Struct, frozen=True):
    """What a transport knows of an entry besides its text.

    time      µs since the epoch, UTC, where the transport states it so; else None and `raw_time` holds the text
    level     from a priority field; None where it says nothing of the line (a captured standard output)
    own       the record itself states the level: a word in its message does not raise it
    unit      systemd unit, syslog identifier, container
    fields    facts by name ("priority", "pid", "host")
    resource  OpenTelemetry attribute names
    """

    time: int | None = None
    raw_time: str | None = None
    level: Level | None = None
    own: bool = False
    unit: str | None = None
    fields: dict[str, str] = {}
    resource: dict[str, str] = {}


class Entry(msgspec.Struct, frozen=True):
    """One claimed line. `lines` is the program's text, at least one line, without line ends.

    key      identifies the stream within the source
    prefix   bytes before the text in the physical line (a continuation may be indented by as much)
    native   the transport hands over whole records: each entry starts a new one
    partial  the writer cut the line here: the stream's next entry goes on with it, with nothing between
    rows     for an entry that spans several physical lines: the row of each of `lines`, counted from the physical
             line that ended it (0, then -1, …); empty where all stand in that one
    whole    a record complete in itself however few lines it has: what stands before and after is none of its own
    more     further entries in the same physical line (a batch), in order
    """

    key: str
    lines: list[bytes]
    meta: Meta
    prefix: int = 0
    native: bool = False
    partial: bool = False
    rows: tuple[int, ...] = ()
    whole: bool = False
    more: tuple["Entry", ...] = ()


class Transport(Protocol):
    """What the scanner asks of a transport. Lines come without their line end."""

    name: str
    claimable: bytes
    """The first bytes that a line may begin with for `read` to be worth calling; empty: any."""
    every_line: bool
    """Text can be hidden from a search of the raw lines (an entry of several lines, an unmarked cut): read all."""

    def anchors(self, level: Level) -> frozenset[bytes]:
        """Literals of which one stands in every raw line whose meta says `level` or worse, or whose text is
        spelt so that an anchor inside it could not be seen."""
        ...

    def read(self, line: bytes) -> Entry | None:
        """The entry in a line, or None where the line is not this transport's."""
        ...

    def continuation(self, line: bytes, owner: Entry | None) -> bytes | None:
        """The program's text in an unclaimed line. `owner` is the entry before it, None where none is near.
        None drops the line: it is the transport's own (a boot mark, a cursor)."""
        ...


class Framed(Protocol):
    """A transport whose entries span several physical lines has this besides; `read` then only claims a first line."""

    def gather(self, pending: tuple[bytes, ...], line: bytes) -> tuple[tuple[bytes, ...], Entry | None]:
        """`pending` are the lines of the entry so far; returns what is pending now, and the entry that `line` ends.
        Pure: everything it remembers is in `pending`. Lines come raw, without the newline only; the source's end
        comes as a newline, which no line can be. Where an entry comes back and something is pending, `line` is the
        first line of the next entry."""
        ...


class Nested(Protocol):
    """A transport that may stand inside another one's text (JSON in a container's log) has this besides."""

    def unwrap(self, text: bytes) -> Entry | None:
        """The record in a text, or None. Its meta wins over the outer one, field by field."""
        ...


class Cutting(Protocol):
    """A steady transport that cuts long lines (`Entry.partial`) has this besides."""

    cuts: bool
    """True."""


class Completed(Protocol):
    """A transport that cuts lines without a mark, but marks the others, has this besides."""

    complete: tuple[bytes, ...]
    """Texts one of which stands in every raw line that is not cut. Lines without one are read."""


class Marked(Protocol):
    """A transport whose streams can be told from each other in the raw lines has this besides."""

    def mark(self, key: str) -> bytes | None:
        """A literal that stands in every raw line of the stream `key`, line ends excluded; None where there is none, as
        for unclaimed lines that nobody owns (an empty key)."""
        ...


class Steady(Protocol):
    """A transport of which what stands before a line's text (`Entry.prefix`, from the time on) tells all but that text
    has this besides: no digit of the time decides whether a line is claimed, nor anything of the text what stands
    before it. Where a line is otherwise, its prefix is 0."""

    steady: bool
    """True."""


class Choosy(Protocol):
    """A transport whose lines look like other text has this besides: only a line beyond doubt decides a source."""

    def claims(self, line: bytes) -> bool:
        """Whether `line` decides the source. `read` reads it then, and lines that are less clear."""
        ...


def begins_record(line: bytes, at: int) -> bool:
    """Whether what stands behind a prefix begins as records do, or with a traceback: then it is one beyond doubt."""
    return _RECORD.match(line, at) is not None


def merge(outer: Meta, inner: Meta) -> Meta:
    """What is known of a nested record: the inner transport's word first, the outer one's for the rest."""
    timed = inner.time is not None or inner.raw_time is not None
    return Meta(
        time=inner.time if timed else outer.time,
        raw_time=inner.raw_time if timed else outer.raw_time,
        level=inner.level or outer.level,
        own=inner.own,
        unit=outer.unit or inner.unit,
        fields={**outer.fields, **inner.fields},
        resource={**inner.resource, **outer.resource},
    )


class LateTransport:
    """A transport's module, imported when something is asked for besides its name and how its lines may begin."""

    def __init__(self, module: str, name: str, claimable: bytes) -> None:
        self._module = module
        self.name, self.claimable = name, claimable

    def __getattr__(self, name: str) -> Any:
        """The first use: raises AttributeError where the module has none."""
        value = attribute(self._module, name)
        setattr(self, name, value)
        return value


class Candidates(dict[int, tuple[tuple[Transport, Callable[[bytes], object]], ...]]):
    """For each first byte of a line the transports that may claim it, in order, with what says whether they do: `read`,
    or where a transport's lines look like other text (a table's row) its stricter `claims`. Found when a byte is first
    met: a short log meets few."""

    def __init__(self, transports: Sequence[Transport]) -> None:
        self._transports = transports

    def __missing__(self, byte: int) -> tuple[tuple[Transport, Callable[[bytes], object]], ...]:
        found = [each for each in self._transports if not each.claimable or byte in each.claimable]
        return self.setdefault(byte, tuple((each, getattr(each, "claims", None) or each.read) for each in found))


def detect(line: bytes, candidates: Candidates) -> Transport | None:
    """The first of the transports that claims a complete line, or None."""
    for transport, claims in candidates[line[0]] if line else ():
        if claims(line):
            return transport
    return None
