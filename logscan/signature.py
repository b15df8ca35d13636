"""Signatures: YAML files → a `Ruleset`, or a list of everything that is wrong with them.

A signature is one file, `signatures/<software>/<name>.yaml`, and data only: no includes, no code, no
network. The whole set is read before anything is refused, so that one run shows all problems. Patterns
of the bundled set are compiled at their first use, not here; those of other packs are tried here once,
because nobody else has tested them.

A ruleset also says where the scanner must look. `anchors` are literals of which at least one stands in
a raw line of every record WITHOUT a traceback and below the error level that some signature matches
(all other events are found by grammar and level). `by_type`, `by_literal` and `always` narrow the
signatures that `classify` must try on one event, in the same manner.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from . import literals, yamlread
from .errors import RulesError
from .model import LEVELS
from .sigmodel import (
    AllOf,
    AnyOf,
    ErrorLeaf,
    Example,
    Examples,
    Fix,
    GlobLeaf,
    IncompleteLeaf,
    LanguageLeaf,
    LevelLeaf,
    Match,
    Not,
    Reproduced,
    Signature,
    TextLeaf,
)
from .yamlread import Items, Mapping, Node, Reader, Scalar

SCHEMA = "logscan.signature/1"
MAX_SIGNATURES = 5_000

S = TypeVar("S", bound=msgspec.Struct)

_ID = (re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+"), "an id like software.short-name")
_URL = (re.compile(r"https?://[^\s<>\"'`\\]+"), "an http or https link")
_DAY = (re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "a day as YYYY-MM-DD")
_PURL = (re.compile(r"pkg:[a-z0-9.+-]+/\S+"), "a package URL like pkg:pypi/name")
_FORMS = {"url": _URL, "link": _URL, "last_verified": _DAY, "purl": _PURL}
_FORMS |= dict.fromkeys(("id", "superseded_by", "over", "follow_on_of"), _ID)
_FILE = re.compile(r"(?!/)(?!.*(^|/)\.\.(/|$))[^\\:]+")
_WHERE = ("any", "root", "outermost")
_LINKS = ("cause", "context", "group", "remote")
_LATER = ("occurs", "sequence", "unless")
_KNOWN = ("schema", *(entry.name for entry in msgspec.structs.fields(Signature) if entry.name != "path"))
_NEED = ("schema", *(e.name for e in msgspec.structs.fields(Signature) if e.required and e.name != "path"))
_LEAVES = ("error", "text", "message", "level", "logger", "unit", "field", "incomplete", "language")
_TREE = ("all", "any", "not", *_LEAVES)


class Ruleset(msgspec.Struct, frozen=True):
    """A checked set of signatures.

    signatures  sorted by id
    digest      16 hex digits over their content, whatever file or order they came in
    packs       the names of the folders and files they came from, "bundled" first
    anchors     see the module; `every_line`: some signature has none, so every line must be looked at
    unanchored  the ids of those signatures
    by_type     last component of an exception's name → positions in `signatures` that need it
    by_literal  literal of the text or a message → positions that need it; `always`: positions that need neither
    beats       id → ids that it wins over, through any number of steps
    """

    signatures: tuple[Signature, ...]
    by_id: dict[str, Signature]
    digest: str
    count: int
    packs: tuple[str, ...]
    anchors: frozenset[bytes]
    every_line: bool
    unanchored: tuple[str, ...]
    by_type: dict[str, tuple[int, ...]]
    by_literal: dict[str, tuple[int, ...]]
    always: tuple[int, ...]
    beats: dict[str, frozenset[str]]


def bundled_folder() -> Path:
    """The signatures that come with logscan: the checkout's folder, else the installed one."""
    here = Path(__file__).resolve().parent
    checkout = here.parent / "signatures"
    return checkout if checkout.is_dir() and (here.parent / "pyproject.toml").is_file() else here / "_signatures"


def load(paths: Sequence[Path], *, bundled: bool = True) -> Ruleset:
    """Read packs: folders of `<software>/<name>.yaml`, or single files.

    Raises RulesError with every problem of every file.
    """
    problems: list[str] = []
    found: dict[str, Signature] = {}
    sources = [("bundled", bundled_folder())] if bundled else []
    sources += [(path.name or str(path), path) for path in paths]
    seen: set[Path] = set()
    for name, source in sources:
        for path in _files(source, problems):
            if path.resolve() in seen:
                continue
            seen.add(path.resolve())
            if len(seen) > MAX_SIGNATURES:
                raise RulesError([*problems, f"{source}:1:1: file: more than {MAX_SIGNATURES} signatures"])
            signature = _read_file(path, name != "bundled", problems)
            if signature is None:
                continue
            if (other := found.get(signature.id)) is not None:
                problems.append(f"{path}:1:1: id: {signature.id} is also in {other.path}; rename one of the two")
            found.setdefault(signature.id, signature)
    packs = tuple(dict.fromkeys(name for name, _ in sources))
    try:
        rules = assemble(found.values(), packs)
    except RulesError as error:
        problems.extend(error.problems)
    if problems:
        raise RulesError(problems)
    return rules


def examples_of(signature: Signature) -> Iterator[tuple[Literal["match", "no_match"], bytes]]:
    """The signature's examples as bytes to scan; files are read.

    Raises RulesError where a file cannot be read.
    """
    base = Path(signature.path).resolve().parent.parent.parent
    kinds: tuple[tuple[Literal["match", "no_match"], tuple[Example, ...]], ...] = (
        ("match", signature.examples.match),
        ("no_match", signature.examples.no_match),
    )
    for kind, examples in kinds:
        for example in examples:
            if example.file is None:
                yield kind, f"{example.text}\n".encode()
                continue
            try:
                yield kind, (base / example.file).read_bytes()
            except OSError as error:
                what = f"{signature.path}:1:1: examples.{kind}: {example.file}: {error.strerror}"
                raise RulesError([what]) from None


def required(match: Match, *, types: bool) -> frozenset[str] | None:
    """Strings of which an event must hold at least one to satisfy a match; None where none can be told,
    an empty set where nothing can satisfy it.

    With `types` the event is any, and the strings are literals of its text or its exceptions' messages or,
    after `type:`, last components of its exceptions' names; without, it is a record without a traceback.
    """
    if isinstance(match, AllOf):
        parts = [required(part, types=types) for part in match.parts]
        return literals.best([part for part in parts if part is not None])
    if isinstance(match, AnyOf):
        parts = [required(part, types=types) for part in match.parts]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    if isinstance(match, TextLeaf):
        choices = [literals.required(match.regex) if match.regex is not None else None]
        choices += [literals.of_text(text) for text in match.contains]
        return literals.best([choice for choice in choices if choice is not None])
    if isinstance(match, ErrorLeaf | IncompleteLeaf | LanguageLeaf):
        if not types:
            return frozenset()
        names = [name.rpartition(".")[2] for name in getattr(match, "types", ())]
        if names and not any(char in name for name in names for char in "*?["):
            return frozenset(f"type:{name}" for name in names)
        message = getattr(match, "message", None)
        return literals.required(message) if message is not None else None
    return None


def assemble(found: Iterable[Signature], packs: tuple[str, ...]) -> Ruleset:
    """A ruleset of signatures whose ids are distinct.

    Raises RulesError where signatures win over each other in a circle.
    """
    signatures = tuple(sorted(found, key=lambda signature: signature.id))
    beats = _beats(signatures)
    anchors: set[bytes] = set()
    unanchored: list[str] = []
    index: dict[str, list[int]] = defaultdict(list)
    always: list[int] = []
    digest = hashlib.blake2b(digest_size=8)
    for position, signature in enumerate(signatures):
        lines = required(signature.match, types=False)
        if lines is None:
            unanchored.append(signature.id)
        else:
            anchors.update(literal.encode() for literal in lines)
        keys = required(signature.match, types=True)
        if keys is None:
            always.append(position)
        for key in sorted(keys or ()):
            index[key].append(position)
        digest.update(msgspec.json.encode(msgspec.structs.replace(signature, path=""), order="sorted") + b"\n")
    return Ruleset(
        signatures=signatures,
        by_id={signature.id: signature for signature in signatures},
        digest=digest.hexdigest(),
        count=len(signatures),
        packs=packs,
        anchors=frozenset(anchors),
        every_line=bool(unanchored),
        unanchored=tuple(unanchored),
        by_type={key[5:]: tuple(value) for key, value in index.items() if key.startswith("type:")},
        by_literal={key: tuple(value) for key, value in index.items() if not key.startswith("type:")},
        always=tuple(always),
        beats=beats,
    )


def _beats(signatures: Iterable[Signature]) -> dict[str, frozenset[str]]:
    """The transitive closure of `over`; whatever supersedes a signature wins over it as well."""
    direct: dict[str, set[str]] = defaultdict(set)
    paths: dict[str, str] = {}
    for signature in signatures:
        paths[signature.id] = signature.path
        direct[signature.id].update(signature.over)
        if signature.superseded_by:
            direct[signature.superseded_by].add(signature.id)
    closed: dict[str, frozenset[str]] = {}
    problems: list[str] = []
    for start in sorted(direct):
        reached: set[str] = set()
        todo = list(direct[start])
        while todo:
            ident = todo.pop()
            if ident not in reached:
                reached.add(ident)
                todo.extend(direct.get(ident, ()))
        if start in reached and start in paths:
            problems.append(f"{paths[start]}:1:1: over: {start} wins over itself in a circle; break it")
        if reached:
            closed[start] = frozenset(reached)
    if problems:
        raise RulesError(problems)
    return closed


def _files(source: Path, problems: list[str]) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        problems.append(f"{source}:1:1: file: no such file or folder; check the path")
        return []
    return sorted(source.rglob("*.yaml"))


def _read_file(path: Path, compile_patterns: bool, problems: list[str]) -> Signature | None:
    try:
        with path.open("rb") as file:
            text = file.read(yamlread.MAX_BYTES + 1)
        node = yamlread.read(text, str(path))
    except OSError as error:
        problems.append(f"{path}:1:1: file: cannot be read: {error.strerror}")
        return None
    except RulesError as error:
        problems.extend(error.problems)
        return None
    reader = Reader(str(path))
    signature = _signature(reader, node, path)
    if compile_patterns and not reader.problems:
        check_patterns(reader, node, signature.match)
    problems.extend(reader.problems)
    return None if reader.problems else signature


def patterns_of(match: Match) -> Iterator[str]:
    """Every regex of a match tree."""
    if isinstance(match, AllOf | AnyOf):
        for part in match.parts:
            yield from patterns_of(part)
    elif isinstance(match, Not):
        yield from patterns_of(match.part)
    elif isinstance(match, ErrorLeaf) and match.message is not None:
        yield match.message
    elif isinstance(match, TextLeaf) and match.regex is not None:
        yield match.regex


def fields_of(match: Match) -> frozenset[str]:
    """The names of the fields that a match tree asks for."""
    if isinstance(match, AllOf | AnyOf):
        return frozenset().union(*map(fields_of, match.parts))
    if isinstance(match, Not):
        return fields_of(match.part)
    if isinstance(match, GlobLeaf) and match.of.startswith("field:"):
        return frozenset({match.of.removeprefix("field:")})
    return frozenset()


def check_patterns(reader: Reader, node: Node, match: Match) -> None:
    """Compile every regex of a signature; those that cannot be are noted at their place."""
    import regex  # only for packs that are not ours

    patterns = set(patterns_of(match))
    for field, scalar in yamlread.scalars(node):
        if field.startswith("match.") and scalar.value.strip() in patterns:
            try:
                regex.compile(scalar.value.strip())
            except regex.error as error:
                reader.wrong(scalar, field, f"not a regular expression: {error}")


def _signature(reader: Reader, node: Node, path: Path) -> Signature:
    top = reader.mapping(node, "", _KNOWN, _NEED)
    reader.choice(top.pop("schema", None), "schema", (SCHEMA,))
    values: dict[str, Any] = {
        "match": _match(reader, top.pop("match", None), "match"),
        "examples": _examples(reader, top.pop("examples", None)),
        "path": str(path),
    }
    if (reproduced := top.pop("reproduced", None)) is not None:
        values["reproduced"] = _reproduced(reader, reproduced)
    for entry in _layout(Signature)[0]:
        if entry.name in top:
            values[entry.name] = _value(reader, top[entry.name], entry.name, entry.name, entry.type)
        elif entry.required:
            values.setdefault(entry.name, "")
    expected = f"{path.parent.name}.{path.stem}"
    if "id" in top and values["id"] != expected:
        reader.wrong(top["id"], "id", f"{values['id']} does not fit the file, which is for {expected}; rename one")
    if (values["status"] == "deprecated") != ("superseded_by" in top):
        reader.wrong(node, "status", "deprecated and superseded_by go together; give both or none")
    return Signature(**values)


def _match(reader: Reader, node: Node | None, field: str) -> Match:
    """A mapping; several keys mean that all of them hold."""
    if node is None:
        return AllOf(())
    if isinstance(node, Mapping):
        for key, _ in node.pairs:
            if key.value in _LATER:
                reader.wrong(key, f"{field}.{key.value}", "reserved for a later version; remove it")
                return AllOf(())
    found = reader.mapping(node, field, _TREE)
    if isinstance(node, Mapping) and not node.pairs:
        reader.wrong(node, field, f"is empty; give one of {', '.join(_TREE)}")
    parts = tuple(_part(reader, key, value, f"{field}.{key}") for key, value in found.items())
    return parts[0] if len(parts) == 1 else AllOf(parts)


def _part(reader: Reader, key: str, node: Node, field: str) -> Match:
    if key in ("all", "any"):
        parts = reader.many(node, field, partial(_match, reader))
        if isinstance(node, Items) and not parts:
            reader.wrong(node, field, "is empty; give at least one condition")
        return AllOf(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(_match(reader, node, field))
    if key == "error":
        return _error(reader, node, field)
    if key in ("text", "message"):
        return _text(reader, key, node, field)
    if key == "field":
        return _fields(reader, node, field)
    if key == "incomplete":
        return IncompleteLeaf(reader.choice(node, field, ("start", "end")))  # type: ignore[arg-type]
    if key == "level":
        values = node.items if isinstance(node, Items) else (node,)
        return LevelLeaf(tuple(reader.choice(value, field, LEVELS) for value in values))  # type: ignore[misc]
    values_of = reader.one_or_many(node, field)
    return LanguageLeaf(values_of) if key == "language" else GlobLeaf(key, values_of)


def _error(reader: Reader, node: Node, field: str) -> ErrorLeaf:
    known = ("type", "message", "frame", "where", "link")
    found = reader.mapping(node, field, known)
    if isinstance(node, Mapping) and not {"type", "message", "frame"} & found.keys():
        reader.wrong(node, field, "needs a type, a message or a frame")
    return ErrorLeaf(
        types=reader.one_or_many(found.get("type"), f"{field}.type"),
        message=reader.maybe(found.get("message"), f"{field}.message"),
        frames=reader.one_or_many(found.get("frame"), f"{field}.frame"),
        where=reader.choice(found.get("where"), f"{field}.where", _WHERE),  # type: ignore[arg-type]
        link=reader.choice(found["link"], f"{field}.link", _LINKS) if "link" in found else None,  # type: ignore[arg-type]
    )


def _text(reader: Reader, key: str, node: Node, field: str) -> TextLeaf:
    over: Literal["text", "message"] = "text" if key == "text" else "message"
    if isinstance(node, Scalar):
        return TextLeaf(over, regex=reader.text(node, field))
    known = ("regex", "contains", "multiline") if over == "text" else ("regex", "contains")
    found = reader.mapping(node, field, known)
    if isinstance(node, Mapping) and not {"regex", "contains"} & found.keys():
        reader.wrong(node, field, "needs a regex or contains")
    return TextLeaf(
        over,
        regex=reader.maybe(found.get("regex"), f"{field}.regex"),
        contains=reader.one_or_many(found.get("contains"), f"{field}.contains"),
        multiline=reader.choice(found.get("multiline"), f"{field}.multiline", ("false", "true")) == "true",
    )


def _fields(reader: Reader, node: Node, field: str) -> Match:
    if not isinstance(node, Mapping) or not node.pairs:
        reader.wrong(node, field, "must be a mapping of a field's name to a glob")
        return AllOf(())
    parts = [
        GlobLeaf(f"field:{key.value}", reader.one_or_many(value, f"{field}.{key.value}")) for key, value in node.pairs
    ]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


@cache
def _layout(kind: type[msgspec.Struct]) -> tuple[tuple[Any, ...], tuple[str, ...], tuple[str, ...]]:
    """The fields of a kind, their names, and the names of those that must be given."""
    fields = msgspec.structs.fields(kind)
    return fields, tuple(entry.name for entry in fields), tuple(e.name for e in fields if e.required)


def _struct(reader: Reader, node: Node, field: str, kind: type[S]) -> S:
    """A value of `kind`, its fields read by their annotations."""
    fields, known, need = _layout(kind)
    found = reader.mapping(node, field, known, need)
    values: dict[str, Any] = {}
    for entry in fields:
        place = f"{field}.{entry.name}"
        if entry.name in found:
            values[entry.name] = _value(reader, found[entry.name], place, entry.name, entry.type)
        elif entry.required:
            values[entry.name] = ""
    if kind is Fix and values["do"] == "upgrade" and not {"package", "fixed_in"} <= found.keys():
        reader.wrong(node, field, "an upgrade needs package and fixed_in")
    return kind(**values)


def _value(reader: Reader, node: Node, field: str, name: str, annotation: Any) -> Any:
    """One value by its field's name (forms) and annotation: text, choice, list or mapping."""
    kind, options = get_origin(annotation), get_args(annotation)
    if kind is UnionType:  # only `X | None` stands in the model, and the key is there
        return _value(reader, node, field, name, options[0])
    if kind is tuple:
        return reader.many(node, field, lambda item, place: _value(reader, item, place, name, options[0]))
    if kind is Literal:
        return reader.choice(node, field, options)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return _struct(reader, node, field, annotation)
    if name in _FORMS:
        return reader.matching(node, field, *_FORMS[name])
    return reader.text(node, field)


def _reproduced(reader: Reader, node: Node) -> Reproduced:
    found = reader.mapping(node, "reproduced", ("how", "with"), ("how",))
    versions = found.get("with")
    pairs = versions.pairs if isinstance(versions, Mapping) else ()
    if versions is not None and not isinstance(versions, Mapping):
        reader.wrong(versions, "reproduced.with", "must be a mapping of a package to its version")
    return Reproduced(
        how=reader.text(found.get("how"), "reproduced.how"),
        versions={key.value: reader.text(value, f"reproduced.with.{key.value}") for key, value in pairs},
    )


def _examples(reader: Reader, node: Node | None) -> Examples:
    if node is None:
        return Examples()
    found = reader.mapping(node, "examples", ("match", "no_match"), ("match", "no_match"))
    one = partial(_example, reader)
    for key, value in found.items():
        if isinstance(value, Items) and not value.items:
            reader.wrong(value, f"examples.{key}", "is empty; give at least one example")
    return Examples(
        match=reader.many(found.get("match"), "examples.match", one),
        no_match=reader.many(found.get("no_match"), "examples.no_match", one),
    )


def _example(reader: Reader, node: Node, field: str) -> Example:
    if isinstance(node, Scalar):
        reader.text(node, field)
        return Example(text=node.value.rstrip())
    found = reader.mapping(node, field, ("file",), ("file",))
    what = "a path below the folder that holds the pack"
    return Example(file=reader.matching(found.get("file"), f"{field}.file", _FILE, what))
