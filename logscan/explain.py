"""How a line of a log was read, and why it was classified as it was: `logscan explain FILE[:LINE]`.

The same scanner reads the file; this only watches it and tells. What is said of a line: the transport and its
stream, the header's shape and fields, the anchors in it, the event that it belongs to, and of every signature that
was tried either that it matched or which part did not.
"""

from collections.abc import Iterator
from datetime import tzinfo

import msgspec

from logscan import literals
from logscan.classify import failing
from logscan.fingerprint import shortened
from logscan.group import Group
from logscan.model import Content, Verdict
from logscan.redact import redact
from logscan.registry import Settings
from logscan.reportbuild import rfc3339
from logscan.scanner import Scanner
from logscan.sigmodel import AllOf, AnyOf, ErrorLeaf, IncompleteLeaf, LanguageLeaf, LevelLeaf, Match, Not
from logscan.signature import Ruleset
from logscan.sources import Reader, Source
from logscan.timestamps import Clock

NEAR = 5
"""Signatures that came close, at most so many."""


class Looked(msgspec.Struct, frozen=True):
    """One group that the scanner looked at, and what it made of it."""

    group: Group
    content: Content
    verdict: Verdict


def watch(source: Source, rules: Ruleset, settings: Settings, zone: tzinfo) -> tuple[Scanner, list[Looked]]:
    """Scan a source; returns the scanner as it ended, and every group in order."""
    looked: list[Looked] = []
    scanner = Scanner(rules, settings, Clock(zone, settings.reference), source.name)
    scanner.watch = lambda group, content, verdict: looked.append(Looked(group, content, verdict))
    reader = Reader(source)
    try:
        for block in reader:
            scanner.feed(block)
    finally:
        reader.close()
    scanner.finish()
    return scanner, looked


def overview(scanner: Scanner, looked: list[Looked]) -> Iterator[str]:
    """What was understood of a whole file."""
    yield f"{scanner.source}: {scanner.lines:,} lines, {scanner.bytes:,} bytes"
    yield f"transport   {scanner.transport}"
    yield f"time        {rfc3339(scanner.first) or 'none'} to {rfc3339(scanner.last) or 'none'}"
    shapes: dict[str, int] = {}
    for each in looked:
        name = each.group.header.format if each.group.header else "no header"
        shapes[name] = shapes.get(name, 0) + 1
    streams = {each.group.stream for each in looked}
    yield f"groups      {len(looked):,} in {len(streams):,} stream{'s' if len(streams) != 1 else ''}"
    for name, count in sorted(shapes.items(), key=lambda item: -item[1]):
        yield f"            {count:>7,} with {name if name == 'no header' else 'a header of the form ' + name}"
    for each in looked[:20]:
        lines = each.group.lines
        kept = each.verdict.signature or (f"fp:{each.verdict.fingerprint}" if not each.group.candidate else "no event")
        begin, end = lines[0].number, lines[-1].number
        place = f"line {begin}" if begin == end else f"lines {begin}-{end}"
        yield f"  {place}: {kept}: {shortened(redact(each.verdict.title))}"
    if len(looked) > 20:
        yield f"  and {len(looked) - 20:,} more groups"
    yield "Name a line (FILE:LINE) to see how it was read."


def line(scanner: Scanner, looked: list[Looked], number: int, rules: Ruleset) -> Iterator[str]:
    """How one physical line was read."""
    found = [each for each in looked if any(at.number == number for at in each.group.lines)]
    yield f"{scanner.source}:{number}"
    yield f"transport   {scanner.transport}"
    if not found:
        yield "event       none: no anchor in it or near it opened a group that holds this line"
        return
    for each in found:
        yield from _group(each, number)
        yield from _verdict(each, rules)


def _group(each: Looked, number: int) -> Iterator[str]:
    group, content = each.group, each.content
    yield f"stream      {group.stream or '(the file)'}"
    lines = f"lines {group.lines[0].number} to {group.lines[-1].number}, this is line {number}"
    yield f"group       {lines if len(group.lines) > 1 else 'this line alone'}"
    header = group.header
    if header is not None:
        facts = f"time {header.time or 'none'}, level {header.level or 'none'}, logger {header.logger or 'none'}"
        yield f"header      {header.format}: {facts}"
    else:
        yield f"header      none{f'; level {group.meta.level} from the transport' if group.meta.level else ''}"
    for name, value in content.fields.items():
        yield f"            {name} = {value}"
    if group.trace_at is not None:
        yield f"grammar     {group.grammar}, from line {group.lines[group.trace_at].number}"
    trace = content.traceback
    if trace is not None:
        yield f"exception   {trace.exception or 'cut away'}: {_first(trace.message)}"
        last = f", last {trace.frames[-1].file}:{trace.frames[-1].line}" if trace.frames else ""
        yield f"frames      {len(trace.frames)}{last}"
        for link in trace.chain:
            yield f"{link.link:<11} {link.exception}: {_first(link.message)}"
    if content.incomplete:
        yield f"incomplete  cut at its {content.incomplete}"
    if group.interleaved:
        yield "interleaved other writers' lines stand between; the frames cannot be told apart"
    if group.truncated:
        yield "truncated   too long to keep whole"


def _first(message: str | None) -> str:
    return (message or "").partition("\n")[0]


def _verdict(each: Looked, rules: Ruleset) -> Iterator[str]:
    verdict = each.verdict
    if verdict.signature is not None:
        yield f"signature   {verdict.signature}"
    elif each.group.candidate:
        yield "signature   none, and the level is below the bar: no event"
    else:
        yield f"signature   none: unclassified as fp:{verdict.fingerprint}, {shortened(redact(verdict.title))}"
    for ident in verdict.also:
        winner = verdict.signature or ""
        role = rules.by_id[ident].role
        why = f"{winner} is more specific"
        if ident in rules.beats.get(winner, ()):
            why = f"{winner} is over it"
        elif role != rules.by_id[winner].role:
            why = f"it is {'a' if role == 'wrapper' else 'of the'} {role}{'' if role == 'wrapper' else ' kind'}"
        yield f"also        {ident} ({why})"
    yield from _missed(each, rules)


def _missed(each: Looked, rules: Ruleset) -> Iterator[str]:
    """The signatures that did not match, as far as something of them is in the event, the nearest first."""
    verdict, near, others = each.verdict, [], 0
    shape = each.group.header.format if each.group.header is not None else ""
    for signature in rules.signatures:
        if signature.id == verdict.signature or signature.id in verdict.also:
            continue
        software = signature.id.partition(".")[0]
        score = _held(each.content, signature.match)
        score += software == shape or (score > 0 and software in each.content.text.lower())
        others += 1
        if score:
            near.append((-score, signature.id, failing(each.content, signature.match)))
    for _, ident, reasons in sorted(near)[:NEAR]:
        yield f"not         {ident}: {'; '.join(reasons)}"
    rest = others - min(len(near), NEAR)
    if rest:
        yield f"            and {rest:,} more signatures" if near else f"not         near any of {rest:,} signatures"


def _held(content: Content, match: Match) -> int:
    """How much of a match is in the event. An exception's class, its message and its place count by themselves too, in
    this order; that it is an error, or in this language, says nothing."""
    if isinstance(match, AllOf):
        return sum(_held(content, part) for part in match.parts)
    if isinstance(match, AnyOf):
        return max((_held(content, part) for part in match.parts), default=0)
    if isinstance(match, Not | LevelLeaf | LanguageLeaf | IncompleteLeaf):
        return 0
    if isinstance(match, ErrorLeaf):
        says = match.message if literals.required(match.message or "") else None  # not what only excludes something
        alone = ErrorLeaf(frames=match.frames), ErrorLeaf(message=says), ErrorLeaf(types=match.types)
        return sum(n for n, leaf in enumerate(alone, 1) if leaf != ErrorLeaf() and not failing(content, leaf))
    return 2 * (not failing(content, match))
