"""Line formats: how applications write the first line of a log record.

A format is data: one YAML file here, with a regular expression, and samples that must parse. The loader
refuses a file whose samples do not (as lnav's formats do). No format is ever decided for a file: real files mix
them, so every known shape is tried at a line that might start a record.

A file holds

    id, title    what it is called
    starts       the characters a line may begin with (a cheap test before the pattern)
    needs        a text that stands in every such line (another one)
    pattern      a verbose regular expression over the line's bytes, anchored at its start, with the groups
                 time, level, logger, message, before (header tokens: a logger's name, a pid) and any others
                 (they become fields); the macros {dated}, {any} and {level} stand for a timestamp with a day,
                 any timestamp, a level in capitals
                 {level} (also {level2}, {lower}, where a pattern has several places for it); {token}, {word} and
                 {gap} for a header's token that is no ordinary word, an ordinary word, and what stands between two:
                 each in one way only, or a line full of colons takes seconds
    level        fixed level, where the shape itself says it
    levels       how this format spells levels, where it is not as in TOKENS
    anchors      by level, the literals of which one stands in every line at it, where the pattern spells levels
                 otherwise than {level} and {lower} do. Rare ones: the scanner looks wherever one of them stands
    joins        how such a line joins the lines around it. `back`: it is part of the record before it (PostgreSQL's
                 DETAIL). `same`: it is, where that one's header is the same, byte for byte (RabbitMQ repeats it on
                 every line of a record). `again`: it is, where that one's format says with `again` how such lines
                 begin (OpenStack). `next`: the next line states level or message (java.util.logging, .NET).
                 `column`: it stands in the columns of the record before it, whose time is its own (rich). `blank`: it
                 is, where that one's first line says nothing, if both are critical, of one process and second (Rails)
    again        how further lines of a record begin, made of its groups (one may be called so); where one of these is
                 not there, there are none
    csv          true where the message is a quoted field, in which a quotation mark is doubled
    exception    the group that names an exception (Python's warnings do)
    samples      lines, each with the fields it must give
"""

import os
import re
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any, Literal

import msgspec

from logscan import cache, timestamps
from logscan.errors import RulesError
from logscan.formats.choice import ZEROS, Choice
from logscan.identity import ByIdentity
from logscan.lazyre import Lazy, compiled, lazy
from logscan.levels import TOKENS
from logscan.model import LEVELS, Level
from logscan.prefilter import distinct

_LOWER = ("trace", "debug", "info", "notice", "warn", "warning", "error", "err", "crit", "critical", "alert",
          "emerg", "fatal", "panic", "exception")  # fmt: skip
_CAPITALS = "|".join(sorted((t for t in TOKENS if t != "LOG"), key=len, reverse=True))
_REMARK = "(?:LOG|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION):"
MACROS = {
    # atomic: a line that is in another format fails at once, instead of after a try at every shorter timestamp
    "dated": f"(?P<time>(?>{timestamps.DATED}))",
    "any": f"(?P<time>(?>{timestamps.ANY}))",
    "like": f"(?P<time>{timestamps.LIKE})",
    "level": f"(?P<level>{_CAPITALS})",
    "level2": f"(?P<level2>{_CAPITALS})",
    "lower": f"(?P<level3>{'|'.join(sorted(_LOWER, key=len, reverse=True))})",
    "word": rf"(?!{_REMARK})[A-Za-z]++",
    "token": rf"(?!{_REMARK}|(?:lvl|level|severity)=)(?>\[[^\]]{{0,80}}\](?=[ \t|:;\[-])|[({{][^)}}]{{0,80}}[)}}]"
    r"|UTC|GMT|(?=[A-Za-z<]{0,80}+[\d.:/_@#$>=(\[-])(?:[\w./@<>#$=()\[\]]|::(?=\w)|:(?=[a-z\d])|-(?=[\w\[<])){1,120})",
    "gap": r"(?:(?<=\])(?=\[)|(?:[ \t|;]|[:-](?![a-z\d]))[ \t|:;-]*+)",
}


Joins = Literal["back", "same", "next", "again", "column", "blank"]


class Header(msgspec.Struct, frozen=True):
    """The first line of a record, read. `time` is raw text; `message` goes on to the line's end, `said` is the message
    alone where more follows it; `fields` holds the format's other groups; `rows` counts the lines that the header takes
    up (2: the next line states the level or the message); `again` is how further lines of the record begin, which are
    part of it without that."""

    format: str
    time: str | None
    level: Level | None
    logger: str | None
    message: bytes
    said: bytes | None = None
    exception: str | None = None
    fields: dict[str, str] = {}
    joins: Joins | None = None
    rows: int = 1
    again: bytes = b""


class Shape(msgspec.Struct, frozen=True):
    """What a format file says, macros filled in."""

    id: str
    starts: str | None
    pattern: bytes
    level: Level | None
    levels: dict[str, Level]
    exception: str | None
    needs: bytes
    anchors: dict[Level, tuple[bytes, ...]]
    joins: Joins | None
    again: str
    csv: bool


class Format(msgspec.Struct, frozen=True):
    """One compiled format file."""

    id: str
    starts: frozenset[int] | None
    pattern: Lazy[bytes]
    level: Level | None
    levels: dict[str, Level]
    exception: str | None
    needs: bytes = b""
    joins: Joins | None = None
    again: str = ""
    csv: bool = False

    def read(self, line: bytes) -> Header | None:
        """The header in `line` (no line end, no colours), or None."""
        found = self.pattern.match(line)
        return self.header(line, found) if found is not None else None

    def header(self, line: bytes, found: re.Match[bytes]) -> Header:
        """The header that the pattern has found in `line`."""
        raw = found.groupdict()
        start, end = found.span("message") if raw.pop("message", None) is not None else (found.end(), len(line))
        message, said = line[start:], line[start:end] if end < len(line) else None
        if self.csv:
            message, said = message.replace(b'""', b'"'), said and said.replace(b'""', b'"')
        groups = {k: v.decode("utf-8", "replace") for k, v in raw.items() if v is not None}
        level = self._level(groups.pop("level", "") or groups.pop("level2", "") or groups.pop("level3", ""))
        if "before" in groups:
            _read_tokens(groups)
        again = self._again(groups, level) if self.again else b""
        # a single-line form of a two-line shape says all itself
        joins = None if self.joins == "next" and message.strip() else self.joins
        joins = None if joins == "blank" and level != "critical" else joins
        return Header(
            format=self.id,
            time=groups.pop("time", None),
            level=level,
            logger=groups.pop("logger", None),
            message=message,
            said=said,
            exception=groups.get(self.exception) if self.exception else None,
            fields=groups,
            joins=joins,
            rows=2 if joins == "next" else 1,
            again=again,
        )

    def rank(self, line: bytes, found: re.Match[bytes], raw: dict[str, bytes | None]) -> int:
        """Of the level of such a header: -1 where none is stated, JOINS where the record may be part of another one.
        `raw`: the groups of what was found."""
        if self.joins is not None:
            return rank(self.header(line, found))
        token = raw.get("level") or raw.get("level2") or raw.get("level3") or b""
        level = self._level(token.decode("utf-8", "replace"))
        return LEVELS.index(level) if level is not None else -1

    def _level(self, token: str) -> Level | None:
        return (self.levels.get(token) or TOKENS.get(token.upper())) if token else self.level

    def _again(self, groups: dict[str, str], level: Level | None) -> bytes:
        """See `again`. A traceback below a record that is no bad one is one of its own, as it is everywhere."""
        try:
            again = self.again.format_map(groups).encode()
        except KeyError:
            again = b""
        groups.pop("again", None)
        return again if level is None or LEVELS.index(level) >= LEVELS.index("warning") else b""


JOINS = len(LEVELS)
"""Above every level's rank."""


def rank(header: Header | None) -> int:
    """The rank of a record's level in LEVELS; see `Format.rank`. -1 where there is no header."""
    if header is None or (header.level is None and header.joins is None):
        return -1
    return LEVELS.index(header.level) if header.level is not None and header.joins is None else JOINS


_NAMED = lazy(r"([A-Za-z_][\w.$-]*)?\[(\d+)\]$")
_LOGGER = lazy(r"[A-Za-z_][\w.$-]*$")


def _read_tokens(groups: dict[str, str]) -> None:
    """The tokens between timestamp and level: "asyncio[9133]", "[12]", "shop.db": a logger's name and a pid."""
    for each in groups.pop("before", "").replace("|", " ").split():
        token = each.rstrip(":")
        named = _NAMED.match(token)
        if named:
            groups.setdefault("pid", named[2])
            token = named[1] or ""
        if _LOGGER.match(token) and token not in ("UTC", "GMT"):
            groups.setdefault("logger", token)


Asked = tuple[tuple[bytes, Format], ...]
"""Formats, each behind a text that its lines hold."""
STAMP = compiled(rb"\d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d:\d\d(?:[.,]\d{1,9}(?!\d))?")
MEMORY = 4096
"""Headers remembered until all are forgotten."""
SHORT = 512
"""Bytes of a line whose header is worth remembering."""
COLUMN = compiled(rb" {6,40}[A-Z][A-Z ]{7} ")
_LEVEL = rb"(?:TRACE|DEBUG|INFO|WARN|ERR(?:OR)?)"
_INDENTED = compiled(
    rb" {2}(?: {2})?\d{4}[-/]\d\d[-/]\d\d[T ][\d:.]{8,18}(?:Z|[+-]\d\d:?\d\d)? {1,2}(?:"
    + _LEVEL + rb" \w+(?:::\w+)*: |\[" + _LEVEL + rb"\] )| (?:TRACE|DEBUG|INFO|WARN|ERROR) {1,2}\w+(?:::\w+)* *> "
)  # fmt: skip


def first_of(head: bytes, asked: Asked) -> tuple[Format, re.Match[bytes]] | None:
    """The first of some formats that a line is in, and what its pattern has found."""
    for needs, format in asked:
        # not `in`: with bytes it tries a number first, and makes an error of it, which takes half a microsecond
        if not needs or head.find(needs) >= 0:
            found = format.pattern.match(head)
            if found is not None:
                return format, found
    return None


def keyed(line: bytes) -> tuple[bytes, tuple[bytes, bytes]]:
    """The stamp that a line begins with (empty where there is none), and what is remembered of it by: the stamp's shape
    and what follows."""
    found = STAMP.match(line)
    stamp = found[0] if found is not None else b""
    return stamp, (stamp.translate(ZEROS), line[len(stamp) :])


class Formats:
    """The formats in force; `match` tries those that a line's first byte allows, in the files' order.

    A storm's headers are the same but for the time. No format asks which digits stand in a timestamp of ISO's shape at
    a line's start (a test holds that), so what a line's header is depends on the shape of the stamp and on what
    follows it, and is remembered by both.
    """

    def __init__(self, formats: Iterable[Format]) -> None:
        self.all = tuple(formats)
        self._by_byte = _by_byte(self.all)
        self._last: tuple[bytes, Header | None] = (b"", None)
        self._peeked: tuple[bytes, Header | None] = (b"", None)
        self._known: dict[tuple[bytes, bytes], Header | None] = {}
        self._ranks: dict[tuple[bytes, bytes], int] = {}

    def match(self, line: bytes) -> Header | None:
        """The header that `line` starts, or None. Lines that begin with white space start no record, but for those that
        `indented` knows."""
        if self._last[0] == line:
            return self._last[1]
        if self._peeked[0] == line:
            self._last = self._peeked
            return self._last[1]
        if len(line) < SHORT and (stamp := STAMP.match(line)) is not None:
            header = self._stamped(line, stamp[0])
        elif len(line) < SHORT:
            key = b"", line
            header = self._known[key] if key in self._known else self._keep(key, self._match(line))
        else:
            header = self._match(line)
        self._last = (line, header)
        return header

    def plainly(self, line: bytes) -> Header | None:
        """The same for a line that will hardly come again, but may be asked for next: only one is remembered."""
        if self._peeked[0] != line:
            self._peeked = self._last if self._last[0] == line else (line, self._match(line))
        return self._peeked[1]

    def _stamped(self, line: bytes, stamp: bytes) -> Header | None:
        key = stamp.translate(ZEROS), line[len(stamp) :]
        if key not in self._known:
            header = self._match(line)
            time = stamp.decode()
            if header is None:
                return self._keep(key, None)
            if header.time is not None and header.time.startswith(time):
                rest = header.time[len(time) :], header.again.removeprefix(stamp)
                self._keep(key, msgspec.structs.replace(header, time=rest[0], again=rest[1]))
            return header
        known = self._known[key]
        return known and Header(
            known.format, stamp.decode() + (known.time or ""), known.level, known.logger, known.message, known.said,
            known.exception, known.fields, known.joins, known.rows, stamp + known.again if known.again else b"",
        )  # fmt: skip

    def _keep(self, key: tuple[bytes, bytes], header: Header | None) -> Header | None:
        if len(self._known) >= MEMORY:
            self._known.clear()
        self._known[key] = header
        return header

    def below(self, line: bytes, bar: int) -> bool:
        """Whether a line begins no record whose level's rank is `bar` or more, and none that may be part of another:
        most lines that are looked at do not, so no header is made of them."""
        if len(line) >= SHORT or self._last[0] == line:
            return rank(self.match(line)) < bar
        stamp, key = keyed(line)
        found = self._ranks.get(key)
        return (found if found is not None else self._rank(line, stamp, key, bar)) < bar

    def _rank(self, line: bytes, stamp: bytes, key: tuple[bytes, bytes], bar: int) -> int:
        first, found, lasting = self._first(line), -1, True
        if first is not None:
            format, match = first
            raw = match.groupdict()
            found = format.rank(line, match, raw)
            lasting = not stamp or (raw.get("time") or b"").startswith(stamp)
            if found >= bar:
                self._last = line, format.header(line, match)  # it will be asked for next
        if lasting:
            if len(self._ranks) >= MEMORY:
                self._ranks.clear()
            self._ranks[key] = found
        return found

    def _match(self, line: bytes) -> Header | None:
        head = line[:4096]  # headers are short; a pattern never walks a long line
        first = self._first(head)
        header = first[0].header(head, first[1]) if first is not None else None
        if header is not None and len(line) > 4096:
            return msgspec.structs.replace(header, message=header.message + line[4096:])
        return header

    def _first(self, head: bytes) -> tuple[Format, re.Match[bytes]] | None:
        """The format that a line is in, and what its pattern has found."""
        if not head or (head[0] in b" \t" and not indented(head)):
            return None
        choice = self._by_byte.get(head[0]) or self._starting(head[0])
        return first_of(head, choice.of(head))

    def after(self, beginning: bytes) -> Asked | None:
        """What comes into question for every line that begins so (not with blanks), None where it is not known yet: see
        `first_of`."""
        choice = self._by_byte.get(beginning[0]) if beginning[:1].strip() else None
        return choice.after(beginning) if choice is not None else None

    def _starting(self, byte: int) -> Choice[tuple[bytes, Format]]:
        """The formats that this byte allows, found when it is first met: a text of a few lines meets few."""
        found = [f for f in self.all if f.starts is None or byte in f.starts]
        values = tuple([(f.needs, f) for f in found])
        same = next((choice for choice in self._by_byte.values() if choice.all == values), None)
        return self._by_byte.setdefault(byte, same or Choice(values, partial(map, _loosely, found)))


_by_byte = ByIdentity[tuple[Format, ...], dict[int, Choice[tuple[bytes, Format]]]](lambda formats: {}, memory=8)
"""By a line's first byte, the formats that may match it: what is learnt of them is every source's."""


def _loosely(format: Format) -> tuple[bytes, int]:
    """A format's pattern and its flags, with all that looks like a time for a time."""
    pattern = format.pattern.pattern
    for macro in ("dated", "any"):
        pattern = pattern.replace(MACROS[macro].encode(), MACROS["like"].encode())
    return pattern, int(format.pattern.flags)


def indented(line: bytes) -> bool:
    """Whether a line that begins with blanks may start a record all the same: `joins: column`, and what Rust and Consul
    indent."""
    if line[:6] == b"      ":
        return COLUMN.match(line) is not None
    return (line[2:3].isdigit() or line[4:5].isdigit() or line[1:2].isupper()) and _INDENTED.match(line) is not None


def anchors(level: Level) -> frozenset[bytes]:
    """The literals one of which stands in every line whose format says `level` or worse."""
    return _bundled().anchors[level]


def _anchors(shapes: Iterable[Shape], level: Level) -> frozenset[bytes]:
    bar = LEVELS.index(level)
    found = {token for token, means in TOKENS.items() if LEVELS.index(means) >= bar}
    lower = {token for token in _LOWER if LEVELS.index(TOKENS[token.upper()]) >= bar}
    found |= {bracket + token for token in lower for bracket in "[ #"}  # "[error]", "[  error ]", "#error]"
    found |= {f":{token}]" for token in lower}  # "[core:error]": Apache
    own = {a for shape in shapes for at, each in shape.anchors.items() if LEVELS.index(at) >= bar for a in each}
    return frozenset(distinct(own.union(token.encode() for token in found)))


def load(name: str, text: str) -> Format:
    """Compile one format file; raises RulesError where it is wrong."""
    return _format(_shape(name, text))


def _shape(name: str, text: str) -> Shape:
    import yaml  # formats that were read before come from the cache

    try:
        rules = text.partition("\nsamples:")[0]  # the samples are for `check`; half of the loading time
        data = yaml.load(rules, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        pattern = data["pattern"]
        for macro, source in MACROS.items():
            pattern = pattern.replace("{" + macro + "}", source)
        return Shape(
            id=data["id"],
            starts=data.get("starts"),
            pattern=pattern.encode(),
            level=data.get("level"),
            levels=data.get("levels", {}),
            exception=data.get("exception"),
            needs=data.get("needs", "").encode(),
            anchors={at: tuple(a.encode() for a in each) for at, each in data.get("anchors", {}).items()},
            joins=data.get("joins"),
            again=data.get("again", ""),
            csv=data.get("csv", False),
        )
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise RulesError([f"{name}: not a format: {error}"]) from error


def _format(shape: Shape) -> Format:
    return Format(
        id=shape.id,
        starts=frozenset(shape.starts.encode()) if shape.starts else None,
        pattern=Lazy(shape.pattern, re.VERBOSE),
        level=shape.level,
        levels=shape.levels,
        exception=shape.exception,
        needs=shape.needs,
        joins=shape.joins,
        again=shape.again,
        csv=shape.csv,
    )


def check(name: str, text: str, format: Format) -> list[str]:
    """What is wrong with the samples of a format file; an empty list where every one parses as it says."""
    import yaml

    problems = []
    data: dict[str, Any] = yaml.safe_load(text)
    if not data.get("samples"):
        problems.append(f"{name}: samples: none; a format carries the lines it is for")
    for number, sample in enumerate(data.get("samples", ()), 1):
        header = format.read(sample["line"].encode())
        for field, want in sample.items():
            if field == "line":
                continue
            got: Any = None
            if header is not None:
                said = header.message if header.said is None else header.said
                got = said.decode() if field == "message" else getattr(header, field, None)
                got = got.decode() if isinstance(got, bytes) else got
                got = header.fields.get(field) if got is None else got
            if got != want:
                problems.append(f"{name}: samples[{number}].{field}: want {want!r}, got {got!r}")
    return problems


def sources() -> list[tuple[str, str]]:
    """(file name, text) of the bundled formats, in the order in which they are tried."""
    out = []
    for path in _files():
        with open(path, encoding="utf-8") as file:
            out.append((os.path.basename(path), file.read()))
    return out


def _files() -> list[str]:
    here = os.path.dirname(__file__)
    return sorted(os.path.join(here, name) for name in os.listdir(here) if name.endswith(".yaml"))


class _Bundled(msgspec.Struct, frozen=True):
    """The formats that ship with logscan, and by level the anchors that follow from them."""

    shapes: tuple[Shape, ...]
    anchors: dict[Level, frozenset[bytes]]


@lru_cache(maxsize=1)
def _bundled() -> _Bundled:
    above = os.path.dirname(os.path.dirname(__file__))
    code = [__file__, *(os.path.join(above, name) for name in ("timestamps.py", "levels.py"))]
    return cache.kept("formats", [*code, *_files()], _Bundled, _read)


def _read() -> _Bundled:
    shapes = tuple(_shape(*each) for each in sources())
    return _Bundled(shapes, {level: _anchors(shapes, level) for level in LEVELS})


@lru_cache(maxsize=1)
def bundled() -> tuple[Format, ...]:
    """The formats that ship with logscan, compiled once."""
    return tuple(map(_format, _bundled().shapes))
