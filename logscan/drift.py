"""Do the words that a signature looks for stand in the software's source, and in which releases?

Messages change without notice. Every run of plain text that a signature's patterns demand, every exception class and
every function of its frames is looked for in the sources of all releases. What a program fills in while it runs
(numbers, the name of an exception that a traceback prints before its message) is not looked for as text. Pure: texts
come in, findings go out.
"""

import errno
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from logscan.checkout import Release
from logscan.literals import wordings
from logscan.sigmodel import AllOf, AnyOf, ErrorLeaf, Match, Signature, TextLeaf

Kind = Literal["text", "class", "function"]
Status = Literal["found", "elsewhere", "recorded", "platform", "unchecked", "missing"]
STATUSES: tuple[Status, ...] = ("found", "elsewhere", "recorded", "platform", "unchecked", "missing")

_SHORTEST = 8
"""Characters of a single word that says something; of two words together fewer do."""
_JOINED = re.compile(r"""(?<!\\)["']\s*\+?\s*\\?\n?\s*[rbfuRBFU]{0,2}["'](?!["'])|\\\n\s*""")
_HEAD = re.compile(r"(?P<module>(?:[A-Za-z_]\w*\.)*)(?P<name>[A-Z]\w*[a-z]\w*)(?:: ?|\(|$)")
_FILLED = re.compile(r"\d+|\\n|=\w+|(?<![\w.])[a-z_]\w*(?:\.[a-z_]\w*)+")
"""Numbers, values, dotted names."""
_WORD = re.compile(r"[A-Za-z]{4,}")
_INNER = re.compile(r"(?<=[^A-Za-z])[A-Za-z]{4,}(?=[^A-Za-z])")
"""A word that no cut can have made."""
_PLATFORM = "\n".join(
    [
        *map(os.strerror, errno.errorcode),
        *("[Errno ", "[WinError ", "getaddrinfo failed", "Name or service not known", "timed out"),
        *("Temporary failure in name resolution", "No address associated with hostname"),
        *("nodename nor servname provided, or not known", "object has no attribute"),
    ]
).lower()
"""What operating systems and Python's C code put into messages."""


_DEFINED: dict[Kind, str] = {"class": "class", "function": "def"}


class Sought(msgspec.Struct, frozen=True, order=True):
    """One thing to look for. `module`: a glob of the dotted module that a class or function is in; `owner`: the
    package whose source should hold it, "" for the signature's own."""

    kind: Kind
    text: str
    module: str = "*"
    owner: str = ""


class Span(msgspec.Struct, frozen=True):
    """Releases one after the other that hold it: from `first`, to before `gone` (None: to the newest)."""

    first: str
    gone: str | None


class Row(msgspec.Struct, frozen=True):
    """What came of one thing that a signature looks for.

    found      in the signature's own software: `source`, in the releases of `spans`
    elsewhere  in another source, which is named: given, or Python's own library
    recorded   put together while the software runs: no source holds it, a sample log that gives the signature does
    platform   the operating system or Python says it
    unchecked  of a package (`source`, "" where its name is not known) whose checkout was not given
    missing    in no release of any given source
    """

    id: str
    kind: Kind
    text: str
    status: Status
    source: str
    spans: tuple[Span, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """A checkout that was searched: its releases, oldest first, and for each thing which of them hold it."""

    name: str
    releases: tuple[str, ...]
    holds: dict[Sought, tuple[bool, ...]]


def sought(signature: Signature) -> tuple[Sought, ...]:
    """Everything that a signature demands, sorted. What it excludes is not demanded."""
    return tuple(sorted(set(_of_match(signature.match))))


def _of_match(match: Match) -> Iterator[Sought]:
    if isinstance(match, AllOf | AnyOf):
        for part in match.parts:
            yield from _of_match(part)
    elif isinstance(match, ErrorLeaf):
        tops = {name.partition(".")[0] for name in match.types if "." in name}
        owner = tops.pop() if len(tops) == 1 else ""
        for name in match.types:
            module, _, last = name.rpartition(".")
            if module and not set("*?[") & set(last):
                yield Sought("class", last, module, module.partition(".")[0])
        for frame in match.frames:
            module, _, function = frame.rpartition(":")
            if not set("*?[") & set(function) and function.isidentifier():
                yield Sought("function", function, module, module.partition(".")[0])
        yield from _of_pattern(match.message or "", owner)
    elif isinstance(match, TextLeaf):
        yield from _of_pattern(match.regex or "", "")
        for text in match.contains:
            yield from _of_text(text, "")


def _of_pattern(pattern: str, owner: str) -> Iterator[Sought]:
    for run in wordings(pattern):
        yield from _of_text(run, owner)


def _of_text(run: str, owner: str) -> Iterator[Sought]:
    """A run without the exception's name before it and without what is filled in."""
    text = run.replace("\\'", "'").replace('\\"', '"')
    head = _HEAD.match(text)
    if head is not None and head["name"] + text[head.end() :] != text:
        module = head["module"].rstrip(".")
        owner = module.partition(".")[0] or owner
        yield Sought("class", head["name"], "*", owner)
        text = text[head.end() :]
    for part in _FILLED.split(text):
        part = part.strip(" \t'\"\\,;:.()[]<>/-")
        if _WORD.search(part) and (" " in part or len(part) >= _SHORTEST):
            yield Sought("text", part, "*", owner)


def search(
    name: str, releases: Sequence[Release], texts: Iterable[tuple[str, str]], wanted: Sequence[Sought]
) -> Source:
    """Look for everything in every release. `texts`: the blobs of their files, each once, in any order."""
    names: dict[Kind, dict[str, frozenset[str]]] = {"text": {}, "class": {}, "function": {}}
    for one in wanted:
        names[one.kind][one.text] = frozenset(_INNER.findall(one.text))
    hits: dict[str, set[tuple[Kind, str]]] = {}
    for blob, text in texts:
        found = _hits(text, names)
        if found:
            hits[blob] = found
    by_hit: dict[tuple[Kind, str], list[Sought]] = defaultdict(list)
    for one in wanted:
        by_hit[one.kind, one.text].append(one)
    holds = {one: [False] * len(releases) for one in wanted}
    for at, release in enumerate(releases):
        for path, blob in release.files:
            for hit in hits.get(blob, ()):
                for one in by_hit[hit]:
                    if one.module == "*" or _in_module(path, one.module):
                        holds[one][at] = True
    return Source(name, tuple(release.version for release in releases), {one: tuple(h) for one, h in holds.items()})


def _hits(text: str, names: Mapping[Kind, Mapping[str, frozenset[str]]]) -> set[tuple[Kind, str]]:
    """What stands in one file: texts as its literals say them when they are joined, and what it defines."""
    words = set(_WORD.findall(text))
    likely = [each for each, inner in names["text"].items() if inner <= words]
    found: set[tuple[Kind, str]] = {("text", each) for each in likely if each in text}
    split = (each for each in likely if " " in each and ("text", each) not in found)
    found.update(("text", each) for each in split if _put_together(text, each))
    for kind, word in _DEFINED.items():
        defined = [each for each in names[kind] if each in text]
        found.update((kind, each) for each in defined if re.search(rf"\b{word}\s+{each}\b", text))
    return found


def _put_together(text: str, sought: str) -> bool:
    """Whether several literals side by side say it. Joined only where its longest word stands: that is slow."""
    reach = 2 * len(sought) + 200
    parts = _WORD.findall(sought)
    for at in re.finditer(max(parts, key=len), text):
        around = text[max(0, at.start() - reach) : at.end() + reach]
        if not all(part in around for part in parts):
            continue
        said = _JOINED.sub("", around)
        if sought in said.replace("\\'", "'").replace('\\"', '"').replace("%%", "%"):
            return True
    return False


def _in_module(path: str, glob: str) -> bool:
    """Whether a file is the module of a dotted glob, or below it, wherever the package lies in the checkout."""
    dotted = re.sub(r"(?:/__init__)?\.\w+$", "", path).replace("/", ".")
    return fnmatchcase(dotted, glob) or fnmatchcase(dotted, f"*.{glob}")


def drift(signatures: Sequence[Signature], sources: Sequence[Source], recorded: Mapping[str, str]) -> list[Row]:
    """What came of everything that the signatures of the given software look for, by signature. `recorded`: ids to the
    text of sample logs that give them."""
    by_name = {source.name: source for source in sources}
    rows = []
    for signature in signatures:
        own = by_name.get(signature.id.partition(".")[0])
        if own is not None:
            log = recorded.get(signature.id, "")
            rows += [_row(signature.id, one, own, sources, log) for one in sought(signature)]
    return list(dict.fromkeys(rows))


def _row(ident: str, one: Sought, own: Source, sources: Sequence[Source], log: str) -> Row:
    text = one.text if one.module == "*" else f"{one.module}:{one.text}"
    first = sorted(sources, key=lambda source: (source.name != (one.owner or own.name), source is not own))
    for source in first:
        spans = _spans(source.releases, source.holds.get(one, ()))
        if spans:
            return Row(ident, one.kind, text, "found" if source is own else "elsewhere", source.name, spans)
    if one.kind == "text" and one.text.lower() in _PLATFORM:
        return Row(ident, one.kind, text, "platform", "")
    if (one.text if one.module == "*" else f"{one.module}.{one.text}") in log:
        return Row(ident, one.kind, text, "recorded", "")
    if (one.kind == "class" and not one.owner) or one.owner not in {"", *(source.name for source in sources)}:
        return Row(ident, one.kind, text, "unchecked", one.owner)
    return Row(ident, one.kind, text, "missing", own.name)


def _spans(releases: Sequence[str], holds: Sequence[bool]) -> tuple[Span, ...]:
    spans = []
    first: str | None = None
    for release, here in zip(releases, holds, strict=False):
        if here and first is None:
            first = release
        elif not here and first is not None:
            spans.append(Span(first, release))
            first = None
    return (*spans, Span(first, None)) if first is not None else tuple(spans)
