"""One signature's YAML → a `Signature`, or everything that is wrong with the file.

A file is data only: no includes, no code, no network. Patterns of the bundled set are compiled at their first use, not
here; those of other packs are tried here once, because nobody else has tested them.
"""

import os
from collections.abc import Callable
from functools import cache, partial
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from . import literals, yamlread
from .errors import RulesError
from .lazyre import lazy
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
    patterns_of,
)
from .yamlread import Items, Mapping, Node, Reader, Scalar

SCHEMA = "logscan.signature/1"

S = TypeVar("S", bound=msgspec.Struct)

_ID = (lazy(r"[a-z0-9-]+(\.[a-z0-9-]+)+"), "an id like software.short-name")
_URL = (lazy(r"https?://[^\s<>\"'`\\]+"), "an http or https link")
_DAY = (lazy(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"), "a day as YYYY-MM-DD")
_PURL = (lazy(r"pkg:[a-z0-9.+-]+/\S+"), "a package URL like pkg:pypi/name")
_FORMS = {"url": _URL, "link": _URL, "last_verified": _DAY, "purl": _PURL}
_FORMS |= dict.fromkeys(("id", "superseded_by", "over", "follow_on_of"), _ID)
_FILE = lazy(r"(?!/)(?!.*(^|/)\.\.(/|$))[^\\:]+")
_USUAL = 64 * 1024
_WHERE = ("any", "root", "outermost")
_LINKS = ("cause", "context", "group", "remote")
_LATER = ("occurs", "sequence", "unless")
_KNOWN = ("schema", *(entry.name for entry in msgspec.structs.fields(Signature) if entry.name != "path"))
_NEED = ("schema", *(e.name for e in msgspec.structs.fields(Signature) if e.required and e.name != "path"))
_LEAVES = ("error", "text", "message", "level", "logger", "unit", "field", "incomplete", "language")
_TREE = ("all", "any", "not", *_LEAVES)


def read_file(path: str, compile_patterns: bool, problems: list[str]) -> Signature | None:
    """The signature in a file; None, and what is wrong with it among `problems`, where it has defects."""
    try:
        with open(path, "rb") as file:
            text = file.read(_USUAL)
            if len(text) == _USUAL:  # room for the largest of all, made for every file, takes longer than reading it
                text += file.read(yamlread.MAX_BYTES + 1 - _USUAL)
        node = yamlread.read(text, path)
    except OSError as error:
        problems.append(f"{path}:1:1: file: cannot be read: {error.strerror}")
        return None
    except RulesError as error:
        problems.extend(error.problems)
        return None
    reader = Reader(path)
    signature = _signature(reader, node, path)
    if compile_patterns and not reader.problems:
        check_patterns(reader, node, signature.match)
    problems.extend(reader.problems)
    return None if reader.problems else signature


def check_patterns(reader: Reader, node: Node, match: Match) -> None:
    """Compile every regex of a signature; those that cannot be are noted at their place."""
    patterns = {pattern for pattern in patterns_of(match) if literals.facts(pattern)[1] is None}  # the others are right
    if not patterns:
        return
    import regex  # only for packs that are not ours

    for field, scalar in yamlread.scalars(node):
        if field.startswith("match.") and scalar.value.strip() in patterns:
            try:
                regex.compile(scalar.value.strip())
            except regex.error as error:
                reader.wrong(scalar, field, f"not a regular expression: {error}")


def _signature(reader: Reader, node: Node, path: str) -> Signature:
    top = reader.mapping(node, "", _KNOWN, _NEED)
    reader.choice(top.pop("schema", None), "schema", (SCHEMA,))
    values: dict[str, Any] = {
        "match": _match(reader, top.pop("match", None), "match"),
        "examples": _examples(reader, top.pop("examples", None)),
        "path": path,
    }
    if (reproduced := top.pop("reproduced", None)) is not None:
        values["reproduced"] = _reproduced(reader, reproduced)
    readings, _, need = _layout(Signature)
    for name in need:
        values.setdefault(name, "")
    for name, value in top.items():
        values[name] = readings[name](reader, value, name)
    folder, name = os.path.split(path)
    expected = f"{os.path.basename(folder)}.{os.path.splitext(name)[0]}"
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


Reading = Callable[[Reader, Node, str], Any]
"""Takes one value from a node; the text is the field's name, for messages."""


@cache
def _layout(kind: type[msgspec.Struct]) -> tuple[dict[str, Reading], tuple[str, ...], tuple[str, ...]]:
    """How the fields of a kind are read, by name; their names; and the names of those that must be given."""
    fields = msgspec.structs.fields(kind)
    readings = {entry.name: _reading(entry.name, entry.type) for entry in fields}
    return readings, tuple(readings), tuple(entry.name for entry in fields if entry.required)


def _struct(reader: Reader, node: Node, field: str, kind: type[S]) -> S:
    """A value of `kind`, its fields read by their annotations."""
    readings, known, need = _layout(kind)
    found = reader.mapping(node, field, known, need)
    values: dict[str, Any] = dict.fromkeys(need, "")
    for name, value in found.items():
        values[name] = readings[name](reader, value, f"{field}.{name}")
    if kind is Fix and values["do"] == "upgrade" and not {"package", "fixed_in"} <= found.keys():
        reader.wrong(node, field, "an upgrade needs package and fixed_in")
    return kind(**values)


def _reading(name: str, annotation: Any) -> Reading:
    """How a field is read, by its name (forms) and its annotation: text, choice, list or mapping."""
    kind, options = get_origin(annotation), get_args(annotation)
    if kind is UnionType:  # only `X | None` stands in the model, and the key is there
        return _reading(name, options[0])
    if kind is tuple:
        one = _reading(name, options[0])
        return lambda reader, node, field: reader.many(node, field, partial(one, reader))
    if kind is Literal:
        return lambda reader, node, field: reader.choice(node, field, options)
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return lambda reader, node, field: _struct(reader, node, field, annotation)
    if name in _FORMS:
        form, what = _FORMS[name]
        return lambda reader, node, field: reader.matching(node, field, form, what)
    return Reader.text


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
