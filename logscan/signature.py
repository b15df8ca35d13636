"""Signatures: YAML files → a `Ruleset`, or a list of everything that is wrong with them.

A signature is one file, `signatures/<software>/<name>.yaml`; sigread.py reads it. The whole set is read before anything
is refused, so that one run shows all problems. A set that was read before comes from the cache.

A ruleset also says where the scanner must look. `anchors` are literals of which at least one stands in
a raw line of every record WITHOUT a traceback and below the error level that some signature matches
(all other events are found by grammar and level). `by_type`, `by_literal` and `always` narrow the
signatures that `classify` must try on one event, in the same manner.
"""

import gc
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import msgspec

from . import cache, literals
from .digest import blake2b
from .errors import RulesError
from .sigmodel import (
    AllOf,
    AnyOf,
    ErrorLeaf,
    Example,
    GlobLeaf,
    IncompleteLeaf,
    LanguageLeaf,
    Leaf,
    Match,
    Signature,
    TextLeaf,
    fields_of,
    leaves_of,
    patterns_of,
)

if TYPE_CHECKING:
    from pathlib import Path

MAX_SIGNATURES = 5_000
_MADE_BY = ("signature.py", "sigmodel.py", "sigread.py", "sigmany.py", "yamlread.py", "literals.py", "steps.py")
"""The code that decides what a ruleset is: a checkout changes without a new version."""


_Packed = tuple[Signature, dict[str, literals.Facts]]


def _pack(signature: Signature) -> bytes:
    return msgspec.msgpack.encode((signature, literals.facts_of(patterns_of(signature.match))))


class Shelf(Mapping[str, Signature]):
    """Signatures by id, each unpacked when it is first asked for, with what is known of its patterns: a scan meets few
    of them."""

    def __init__(self, packed: dict[str, bytes]) -> None:
        self._packed = packed
        self._unpacked: dict[str, Signature] = {}

    def __getitem__(self, ident: str) -> Signature:
        signature = self._unpacked.get(ident)
        if signature is None:
            signature, facts = msgspec.msgpack.decode(self._packed[ident], type=_Packed)
            literals.remember(facts)
            self._unpacked[ident] = signature
        return signature

    def __contains__(self, ident: object) -> bool:
        return ident in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class Ruleset(msgspec.Struct, frozen=True):
    """A checked set of signatures.

    by_id       the signatures, sorted by id
    digest      16 hex digits over their content, whatever file or order they came in
    packs       the names of the folders and files they came from, "bundled" first
    anchors     see the module; `every_line`: some signature has none, so every line must be looked at
    unanchored  the ids of those signatures
    by_type     last component of an exception's name → ids that need it
    by_literal  literal of the text or a message → ids that need it; `always`: ids that need neither
    beats       id → ids that it wins over, through any number of steps
    fields      the names of the fields that some signature asks for, sorted; `of_unit`: one asks for the unit
    """

    by_id: Mapping[str, Signature]
    digest: str
    count: int
    packs: tuple[str, ...]
    anchors: frozenset[bytes]
    every_line: bool
    unanchored: tuple[str, ...]
    by_type: dict[str, tuple[str, ...]]
    by_literal: dict[str, tuple[str, ...]]
    always: tuple[str, ...]
    beats: dict[str, frozenset[str]]
    fields: tuple[str, ...] = ()
    of_unit: bool = False

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """All of them, sorted by id."""
        return tuple(self.by_id.values())


class _Saved(msgspec.Struct, frozen=True):
    """A ruleset as the cache keeps it: without its signatures, which are `packed` each by itself."""

    rules: Ruleset
    packed: dict[str, bytes]


def bundled_folder() -> "Path":
    """The signatures that come with logscan: the checkout's folder, else the installed one."""
    from pathlib import Path

    return Path(_bundled_folder())


def _bundled_folder() -> str:
    here = os.path.dirname(os.path.realpath(__file__))
    above = os.path.dirname(here)
    checkout = os.path.join(above, "signatures")
    is_checkout = os.path.isdir(checkout) and os.path.isfile(os.path.join(above, "pyproject.toml"))
    return checkout if is_checkout else os.path.join(here, "_signatures")


def load(paths: "Sequence[str | Path]", *, bundled: bool = True) -> Ruleset:
    """Read packs: folders of `<software>/<name>.yaml`, or single files.

    Raises RulesError with every problem of every file.
    """
    packs = [("bundled", _bundled_folder())] if bundled else []
    packs += [(os.path.basename(path) or path, path) for path in map(str, paths)]
    files = [(name, file) for name, pack in packs for file in _files(pack)]
    here = os.path.dirname(__file__)
    made_of = [*(os.path.join(here, name) for name in _MADE_BY), *(file for _, file in files)]
    entry = cache.name_of("rules", packs, [os.path.abspath(pack) for _, pack in packs])
    with _without_collector():
        saved = cache.kept(entry, made_of, _Saved, lambda: _read(packs, files))
    return msgspec.structs.replace(saved.rules, by_id=Shelf(saved.packed))


@contextmanager
def _without_collector() -> Iterator[None]:
    """For what makes many objects and no circles among them: the garbage collector pauses."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read(packs: list[tuple[str, str]], files: list[tuple[str, str]]) -> _Saved:
    """The set as it is kept. Raises RulesError."""
    from .sigmany import read_files  # with the YAML parser; a cached set needs neither

    there = {pack for _, pack in packs if os.path.isfile(pack) or os.path.isdir(pack)}
    missing = [pack for _, pack in packs if pack not in there]
    problems = [f"{pack}:1:1: file: no such file or folder; check the path" for pack in missing]
    found: dict[str, Signature] = {}
    seen: set[tuple[int, int]] = set()
    distinct: list[tuple[str, bool]] = []
    for name, file in files:
        identity = _identity(file)
        if identity in seen:
            continue
        seen.add(identity)
        if len(seen) > MAX_SIGNATURES:
            raise RulesError([*problems, f"{file}:1:1: file: more than {MAX_SIGNATURES} signatures"])
        distinct.append((file, name != "bundled"))
    for (file, _), (signature, wrong) in zip(distinct, read_files(distinct), strict=True):
        problems += wrong
        if signature is None:
            continue
        if (other := found.get(signature.id)) is not None:
            problems.append(f"{file}:1:1: id: {signature.id} is also in {other.path}; rename one of the two")
        found.setdefault(signature.id, signature)
    try:
        rules = assemble(found.values(), tuple(dict.fromkeys(name for name, _ in packs)))
    except RulesError as error:
        problems.extend(error.problems)
    if problems:
        raise RulesError(problems)
    packed = {ident: _pack(signature) for ident, signature in rules.by_id.items()}
    return _Saved(msgspec.structs.replace(rules, by_id={}), packed)


def base_of(signature: Signature) -> "Path":
    """The folder above the signature's pack: files of examples and samples are relative to it."""
    from pathlib import Path

    return Path(signature.path).resolve().parent.parent.parent


def recorded_in(signature: Signature) -> "Path | None":
    """The folder of the logs in which the signature was reproduced; None where it names none, or none is there."""
    how = signature.reproduced.how if signature.reproduced is not None else ""
    folder = base_of(signature) / how
    return folder if how.startswith("samples/") and folder.is_dir() else None


def examples_of(signature: Signature) -> Iterator[tuple[Literal["match", "no_match"], bytes]]:
    """The signature's examples as bytes to scan; files are read.

    Raises RulesError where a file cannot be read.
    """
    base = base_of(signature)
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
    index: dict[str, list[str]] = defaultdict(list)
    always: list[str] = []
    digest = blake2b(digest_size=8)
    for signature in signatures:
        lines = required(signature.match, types=False)
        if lines is None:
            unanchored.append(signature.id)
        else:
            anchors.update(literal.encode() for literal in lines)
        keys = required(signature.match, types=True)
        if keys is None:
            always.append(signature.id)
        for key in sorted(keys or ()):
            index[key].append(signature.id)
        digest.update(msgspec.json.encode(msgspec.structs.replace(signature, path=""), order="sorted") + b"\n")
    return Ruleset(
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
        fields=tuple(sorted(frozenset().union(*(fields_of(signature.match) for signature in signatures)))),
        of_unit=any(_asks_unit(leaf) for signature in signatures for leaf in leaves_of(signature.match)),
    )


def _asks_unit(leaf: Leaf) -> bool:
    return isinstance(leaf, GlobLeaf) and leaf.of == "unit"


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


def _identity(file: str) -> tuple[int, int]:
    """Device and inode: the same file under two names is read once."""
    try:
        found = os.stat(file)
    except OSError:  # reading it will say why
        return 0, hash(file)
    return found.st_dev, found.st_ino


def _files(pack: str) -> list[str]:
    """A pack's files, in one order on every machine."""
    if os.path.isfile(pack):
        return [pack]
    return sorted(_below(pack), key=lambda path: path.split(os.sep))


def _below(folder: str) -> Iterator[str]:
    """Signatures' files at any depth. What cannot be listed is passed over, links to folders are not followed."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _below(entry.path)
        elif entry.name.endswith(".yaml"):
            yield entry.path
