"""What logscan reads: every grammar and every transport, in one line each, and what follows from the list.

A new language or transport is a new file and one name here. The order of TRANSPORTS is the order in which they may
claim a source: the most specific first.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import msgspec

from logscan import formats as line_formats
from logscan import losses, restarts
from logscan.formats import Formats
from logscan.grammars import (
    Grammar,
    ansible,
    c,
    dart,
    dotnet,
    elixir,
    erlang,
    go,
    java,
    kernel,
    lua,
    node,
    perl,
    php,
    r,
    ruby,
    rust,
    stacktrace,
    systemd,
)
from logscan.grammars import python as python_grammar
from logscan.grouper import Grouper
from logscan.model import Level
from logscan.prefilter import EveryLine, Lacking, Late, Literals, Prefilter
from logscan.signature import Ruleset
from logscan.timestamps import Clock
from logscan.transports import Entry, LateTransport, Nested, Transport, jsontext, merge, plain

GRAMMARS: tuple[Grammar, ...] = (
    python_grammar,
    java.grammar,
    node.grammar,
    go.grammar,
    ruby.grammar,
    php.grammar,
    rust.grammar,
    c.grammar,
    erlang.grammar,
    elixir.grammar,
    dotnet.grammar,
    dart.grammar,
    kernel.grammar,
    systemd.grammar,
    perl.grammar,
    lua.grammar,
    r.grammar,
    stacktrace.grammar,
    ansible.grammar,
)
_DIGITS = b"0123456789"
_CAPITALS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = b"abcdefghijklmnopqrstuvwxyz"


def _late(module: str, name: str = "", claimable: bytes = b"") -> Any:
    """A transport that is imported when a line may be its; `name` and `claimable` are its own (a test holds that)."""
    return LateTransport(f"logscan.transports.{module}", name, claimable)


TRANSPORTS: tuple[Transport, ...] = (
    _late("events", "logscan", b"{"),
    _late("journal_json", "journal-json", b"{\x1ed"),
    _late("docker", "docker", b"{"),
    _late("journal_export", "journal-export", b"_"),
    _late("journal_verbose", "journal-verbose", b"MTWFS"),
    _late("journal_pretty", "journal-json-pretty", b"\t"),
    _late("exported", "exported", b" \t"),
    _late("syslog5424", "syslog-5424", _DIGITS + b"<"),
    _late("syslog_framed", "syslog-framed", b"123456789"),
    _late("syslog", "syslog", b"<"),
    _late("cri", "cri", _DIGITS),
    _late("pm2", "pm2", _DIGITS + b"P\x1b"),
    _late("compose", "compose", _LETTERS + _CAPITALS + _DIGITS + b"\x1b"),
    _late("kubernetes", "kubectl", _DIGITS + b"["),
    _late("heroku", "heroku", _DIGITS),
    _late("logcat", "logcat", _DIGITS + b"VDIWEFA"),
    _late("stamped", "stamped", _DIGITS + b"@[JFMASOND"),
    _late("journal_short", "journal-short", _DIGITS + b"JFMASONDWTS[ acdefgijklmnopsw\xd0\xd1"),
    _late("stern", "stern", _LETTERS + _DIGITS + b"[\x1b"),
    _late("jsonlines", "jsonl", b"{"),
    _late("logfmt", "logfmt", _LETTERS + _CAPITALS + b"_@"),
    _late("several", "tail", b"="),
    _late("bleached", "bleached", b"["),
    _late("pasted", "pasted", _LETTERS + _CAPITALS + _DIGITS + b"> /._"),
)
_BY_NAME = {transport.name: transport for transport in TRANSPORTS}
NESTED: tuple[Nested, ...] = (_BY_NAME["journal-json"], _BY_NAME["jsonl"], _BY_NAME["logfmt"], _late("lambdas"))  # type: ignore[assignment]
MAX_NESTING: Final = 4
_OPENINGS: Final = frozenset({b"{", b"@"})


class Settings(msgspec.Struct, frozen=True):
    """What decides events besides bytes and rules. Picklable. `transport` None: the first claimed line decides."""

    level: Level = "error"
    reference: int = 0
    transport: str | None = None
    slow: bool = False


def nested_in(text: bytes) -> Entry | None:
    """The record that a program's text is, where it is one: an object, pairs, or lines that end in carriage returns."""
    if text[:1] not in _OPENINGS and text.find(b"=", 0, 101) < 0 and text.find(b"\r") < 0:
        return None
    return next((found for nested in NESTED if (found := nested.unwrap(text)) is not None), None)


def any_nested(texts: Iterable[bytes]) -> bool:
    """Whether one of several texts without carriage returns is such a record. What `nested_in` looks for first, without
    a call for each."""
    maybe = [text for text in texts if text[:1] in _OPENINGS or text.find(b"=", 0, 101) >= 0]
    return any(nested_in(text) is not None for text in maybe)


def unwrap(entry: Entry, depth: int) -> list[Entry]:
    """The innermost records of an entry: itself and the further ones beside it, or those nested in one line's text."""
    if entry.more:
        first = msgspec.structs.replace(entry, more=())
        return [found for each in (first, *entry.more) for found in unwrap(each, depth)]
    if len(entry.lines) != 1 or not depth:
        return [entry]
    inner = nested_in(entry.lines[0])
    if inner is None:
        return [entry]
    out = []
    for each in (inner, *inner.more):
        rows = entry.rows * len(each.lines)
        meta = merge(entry.meta, each.meta)
        out += unwrap(msgspec.structs.replace(each, key=entry.key, meta=meta, rows=rows, more=()), depth - 1)
    return out


def transport_names() -> tuple[str, ...]:
    """What `--transport` may name."""
    return ("plain", *(transport.name for transport in TRANSPORTS))


def named(name: str | None) -> Transport:
    """The transport of that name; plain where there is none."""
    if name is not None and name.startswith("indented-"):
        from logscan.transports import indented  # rare: a start without it is quicker

        return indented.named(name)
    return next((t for t in TRANSPORTS if t.name == name), plain)


@lru_cache(maxsize=64)
def literals(anchors: frozenset[bytes]) -> Literals:
    """Compiled once for a set: scanners come and go with sources."""
    return Literals(anchors)


@lru_cache(maxsize=64)
def fast(anchors: frozenset[bytes]) -> Prefilter:
    """The engine for whole buffers, compiled once for a set."""
    return Late(anchors)


def own_anchors(rules: Ruleset, level: Level) -> frozenset[bytes]:
    """What can open a group, in the text of a line."""
    return _own_anchors(rules.anchors, level)


@lru_cache(maxsize=64)
def _own_anchors(ruled: frozenset[bytes], level: Level) -> frozenset[bytes]:
    own = line_formats.anchors(level) | ruled | losses.ANCHORS | restarts.ANCHORS | {b"\x1b"}
    return own | grammar_anchors()


@lru_cache(maxsize=1)
def grammar_anchors() -> frozenset[bytes]:
    """What can open a traceback."""
    return frozenset().union(*(grammar.anchors for grammar in GRAMMARS))


def prefilter_for(rules: Ruleset, settings: Settings, transport: Transport) -> Prefilter:
    """Where to look in the raw lines of a transport: each has only its own marks to look for."""
    if settings.slow or looks_everywhere(rules, settings) or transport.every_line:
        return EveryLine()
    own = own_anchors(rules, settings.level)
    nested = [each.anchors(settings.level) for each in TRANSPORTS if hasattr(each, "unwrap")]
    found = fast(own.union(jsontext.visible(own), transport.anchors(settings.level), *nested))
    complete: tuple[bytes, ...] = getattr(transport, "complete", ())
    return Lacking(found, complete) if complete else found


def looks_everywhere(rules: Ruleset, settings: Settings) -> bool:
    """Some line could matter that holds no literal."""
    return rules.every_line or settings.level in ("trace", "debug", "info", "notice")


def grouper_for(rules: Ruleset, settings: Settings, clock: Clock) -> Grouper:
    """The grouper for these rules and this level."""
    matched = EveryLine() if rules.every_line else literals(rules.anchors)
    anchors = EveryLine() if looks_everywhere(rules, settings) else literals(own_anchors(rules, settings.level))
    openers = literals(grammar_anchors())
    telling = rules.anchors | grammar_anchors() | losses.ANCHORS | restarts.ANCHORS
    stops = EveryLine() if rules.every_line else literals(telling)
    return Grouper(_formats(), GRAMMARS, settings.level, matched, anchors, openers, stops, clock)


@lru_cache(maxsize=1)
def _formats() -> Formats:
    """One for all groupers: what a line's header is depends on the line alone."""
    return Formats(line_formats.bundled())
