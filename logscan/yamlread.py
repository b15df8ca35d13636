"""YAML with positions, read so that a hostile file costs little and a wrong one is told where.

`yaml.safe_load` is not enough: aliases expand without bound, merges and duplicate keys change values
silently, deep nesting overflows the C stack of the composer, and `0.10` becomes the number 0.1. So the
parser's flat event stream is walked here with an explicit stack: scalars stay strings, every key and
value keeps its place, and whatever has no use in a data file (anchors, aliases, merges, tags, several
documents) is refused on the way, before anything is built from it.

`Reader` turns such a tree into typed values and collects every problem instead of stopping at the
first. The YAML syntax: https://yaml.org/spec/1.2.2/
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec
import yaml

from logscan.lazyre import Lazy, lazy

from .errors import RulesError

T = TypeVar("T")

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 50_000

_CONTROL = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_CONTROL_BYTES = bytes({*range(32), 127} - {9, 10, 13})
_SCALAR, _MAPPING, _LIST = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Placed(msgspec.Struct, frozen=True, gc=False):
    """What stands at a place of a file. `mark` is the parser's own, counted from 0."""

    mark: Any

    @property
    def line(self) -> int:
        """From 1 on."""
        return int(self.mark.line) + 1

    @property
    def column(self) -> int:
        """From 1 on."""
        return int(self.mark.column) + 1


class Scalar(_Placed, frozen=True, gc=False):
    """A string."""

    value: str


class Items(_Placed, frozen=True, gc=False):
    """A list."""

    items: tuple["Node", ...]


class Mapping(_Placed, frozen=True, gc=False):
    """Key and value pairs in the order written; keys are scalars and distinct."""

    pairs: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Items | Mapping
"""No cycles among them, so the garbage collector need not look."""


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("children", "key", "keys", "mapping", "mark")

    def __init__(self, mapping: bool, mark: Any) -> None:
        self.mapping, self.mark = mapping, mark
        self.children: list[Any] = []
        self.keys: dict[str, Scalar] = {}
        self.key: Scalar | None = None


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refuse(name: str, line: int, column: int, what: str) -> RulesError:
    return RulesError([f"{name}:{line}:{column}: {what}"])


def _decode(text: bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        raise _refuse(name, 1, 1, f"the file is larger than {MAX_BYTES // 1024} KiB; split it")
    if text.isascii() and len(text.translate(None, _CONTROL_BYTES)) == len(text):
        return text.decode("ascii")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        column = error.start - text.rfind(b"\n", 0, error.start)
        raise _refuse(name, line, column, "not UTF-8; save the file as UTF-8") from None
    if found := _CONTROL.search(decoded):
        line = decoded.count("\n", 0, found.start()) + 1
        column = found.start() - decoded.rfind("\n", 0, found.start())
        raise _refuse(name, line, column, f"control character U+{ord(found[0]):04X}; remove it")
    return decoded


def read(text: bytes, name: str) -> Node:
    """The one document of a file. `name` stands in messages.

    Raises RulesError with one line `name:line:column: what and how to mend it`.
    """
    decoded = _decode(text, name)
    try:
        return _build(iter(_LOADER(decoded).get_event, None), name)  # `yaml.parse` asks for each event twice
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _refuse(name, line, column, f"not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise _refuse(name, 1, 1, f"not valid YAML: {str(error).splitlines()[0]}") from None


def _build(events: Iterable[Any], name: str) -> Node:
    """The tree of the events of one document: the innermost list or mapping that is open is on top of the stack."""
    stack: list[_Open] = []
    top: _Open | None = None
    root: Node | None = None
    documents = nodes = 0
    for event in events:
        kind = type(event)
        done: Node
        if kind is _SCALAR:
            if event.anchor is not None or event.tag is not None:
                _check_event(event, name)
            done = Scalar(event.start_mark, event.value)
            if event.style == '"' and not done.value.isprintable() and _CONTROL.search(done.value):
                raise _refuse(name, done.line, done.column, "an escape makes a control character; remove it")
        elif kind is _MAPPING or kind is _LIST:
            _check_event(event, name)
            if len(stack) >= MAX_DEPTH:
                raise _refuse(name, *_place(event), f"nested deeper than {MAX_DEPTH}; flatten it")
            if top is not None and top.mapping and top.key is None:
                raise _refuse(name, *_place(event), "a key must be a plain word")
            top = _Open(kind is _MAPPING, event.start_mark)
            stack.append(top)
            continue
        elif kind in _ENDS:
            ended = stack.pop()
            top = stack[-1] if stack else None
            done = (Mapping if ended.mapping else Items)(ended.mark, tuple(ended.children))
        else:
            documents += kind is yaml.DocumentStartEvent
            _check_between(event, name, documents)
            continue
        nodes += 1
        if nodes > MAX_NODES:
            raise _refuse(name, done.line, done.column, f"more than {MAX_NODES} values; split the file")
        if top is None:
            root = done
        elif not top.mapping:
            top.children.append(done)
        elif top.key is not None:
            top.children.append((top.key, done))
            top.key = None
        else:
            assert isinstance(done, Scalar)  # lists and mappings were refused when they began
            if done.value in top.keys or done.value == "<<":
                _check_key(done, top.keys.get(done.value), name, event)
            top.key = top.keys[done.value] = done
    if root is None:
        raise _refuse(name, 1, 1, "the file is empty")
    return root


def _check_between(event: Any, name: str, documents: int) -> None:
    """What is neither a value nor the end of one: aliases, and the beginning of the file's `documents`-th document."""
    if type(event) is yaml.AliasEvent:
        raise _refuse(name, *_place(event), f"alias *{event.anchor}; write the value out")
    if type(event) is yaml.DocumentStartEvent:
        if documents > 1:
            raise _refuse(name, *_place(event), "a second document; keep one a file")
        if event.tags or event.version:
            raise _refuse(name, *_place(event), "directives are not used here; remove the % line")


def _check_event(event: Any, name: str) -> None:
    if event.anchor is not None:
        raise _refuse(name, *_place(event), f"anchor &{event.anchor}; write the value out where it is used")
    if event.tag is not None:
        raise _refuse(name, *_place(event), f"tag {event.tag}; remove it, quotes make a string")


def _check_key(key: Scalar, same: Scalar | None, name: str, event: Any) -> None:
    if key.value == "<<" and event.implicit[0]:
        raise _refuse(name, key.line, key.column, "merge key <<; write the keys out")
    if same is not None:
        raise _refuse(name, key.line, key.column, f"{key.value}: given twice, first in line {same.line}")


def plain(node: Node) -> Any:
    """The same as dict, list and str, without places."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key.value: plain(value) for key, value in node.pairs}


def scalars(node: Node, field: str = "") -> Iterator[tuple[str, Scalar]]:
    """Every scalar with its field, as `remediation.fixes[0].link`, in the order written."""
    if isinstance(node, Scalar):
        yield field, node
    elif isinstance(node, Items):
        for index, item in enumerate(node.items):
            yield from scalars(item, f"{field}[{index}]")
    else:
        for key, value in node.pairs:
            yield from scalars(value, f"{field}.{key.value}" if field else key.value)


class Reader:
    """Typed values out of a tree. Each method returns a usable value even where the file is wrong, and
    notes the problem: `file:line:column: field: what, and how to mend it`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[str] = []

    def wrong(self, node: Node, field: str, what: str) -> None:
        self.problems.append(f"{self.name}:{node.line}:{node.column}: {field or 'file'}: {what}")

    def mapping(self, node: Node, field: str, known: tuple[str, ...], need: tuple[str, ...] = ()) -> dict[str, Node]:
        """The known keys of a mapping; unknown and missing ones are problems."""
        if not isinstance(node, Mapping):
            self.wrong(node, field, f"must be a mapping with {', '.join(need or known)}")
            return {}
        found: dict[str, Node] = {}
        for key, value in node.pairs:
            if key.value in known:
                found[key.value] = value
            else:
                from difflib import get_close_matches

                close = get_close_matches(key.value, known, 1)
                hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
                self.wrong(key, f"{field}.{key.value}" if field else key.value, f"unknown key; {hint}")
        for key_name in need:
            if key_name not in found:
                self.wrong(node, f"{field}.{key_name}" if field else key_name, "missing; add it")
        return found

    def text(self, node: Node | None, field: str) -> str:
        """A string that is not empty. None reads as "" (the missing key was reported already)."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.wrong(node, field, "must be one text; put quotes around it")
            return ""
        value = node.value.strip()
        if not value:
            self.wrong(node, field, "is empty; fill it in or remove the key")
        return value

    def maybe(self, node: Node | None, field: str) -> str | None:
        return None if node is None else self.text(node, field)

    def choice(self, node: Node | None, field: str, options: tuple[str, ...]) -> str:
        """One of `options`; the first where the file is wrong."""
        if node is None:
            return options[0]
        value = self.text(node, field)
        if value and value not in options:
            self.wrong(node, field, f"{value!r} is not one of {', '.join(options)}")
        return value if value in options else options[0]

    def matching(self, node: Node | None, field: str, form: Lazy[str], what: str) -> str:
        """A string of the given form; `what` names the form in the message."""
        value = self.text(node, field)
        if node is not None and value and not form.fullmatch(value):
            self.wrong(node, field, f"{value!r} is not {what}")
        return value

    def many(self, node: Node | None, field: str, one: Callable[[Node, str], T]) -> tuple[T, ...]:
        """A list, each item read by `one(node, field)`."""
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.wrong(node, field, "must be a list")
            return ()
        return tuple(one(item, f"{field}[{index}]") for index, item in enumerate(node.items))

    def one_or_many(self, node: Node | None, field: str) -> tuple[str, ...]:
        """A string or a list of strings."""
        if isinstance(node, Items):
            return self.many(node, field, self.text)
        return () if node is None else (self.text(node, field),)
