"""Regular expressions that are compiled when they are first used, and whose compiled form is kept from run to run.

A short scan meets a few of the several hundred patterns of all transports, grammars and redaction rules; compiling all
of them would cost it more time than reading does, and compiling those that it meets more than all the rest: 1 to 10 ms
each. `re` has no way to keep what it compiled, but what it makes is a list of numbers, which CPython's own engine takes
(and checks: `_validate` in https://github.com/python/cpython/blob/3.11/Modules/_sre/sre.c). Where that door is closed,
patterns are compiled.
"""

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, AnyStr, Final, Generic

import msgspec

from logscan import cache
from logscan.digest import blake2b

_ENTRY: Final = "patterns"
Key = tuple[str | bytes, int]
_CLOSED: Final = (ImportError, AttributeError, RuntimeError, TypeError, ValueError, OverflowError)
MAX_KEPT: Final = 1024 * 1024
"""Bytes of programs beyond which only those of the last run are kept."""


class Program(msgspec.Struct, frozen=True, array_like=True):
    """A compiled pattern: what `re` hands to its engine. `source` is the pattern, in UTF-8 where it is a `text`;
    `given` are the flags asked for, `names` the numbers of the named groups, `of` a digest of what the pattern was
    made from, where that is what it is asked for by."""

    source: bytes
    text: bool
    given: int
    flags: int
    groups: int
    names: dict[str, int]
    code: bytes
    of: bytes = b""

    @property
    def key(self) -> Key:
        """What it is asked for by."""
        return self.of or (self.source.decode() if self.text else self.source), self.given


class _Kept:
    """The programs of earlier runs and of this one (None: not read yet), and those that this one used."""

    programs: dict[Key, Program] | None = None
    used: list[Program] = []  # noqa: RUF012
    grown = False


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, from the cache where there is one."""
    if not cache.started():
        return re.compile(pattern, flags)
    try:
        return _loaded(pattern, _kept((pattern, flags), lambda: _program(pattern, flags)))
    except _CLOSED:
        return re.compile(pattern, flags)  # another interpreter; or a pattern that is wrong, which this says


def derived(make: Callable[[Sequence[bytes]], bytes], parts: Sequence[bytes]) -> re.Pattern[bytes]:
    """The pattern that `make` makes of `parts`, compiled. A cached one is found by the parts: for many of them, making
    the pattern takes longer than loading what was compiled of it."""
    if not cache.started():
        return re.compile(make(parts))
    digest = b"\0" + blake2b(b"\0".join((make.__qualname__.encode(), *parts)), digest_size=16).digest()
    try:
        program = _kept((digest, 0), lambda: _program(make(parts), 0, digest))
        return _loaded(program.source, program)
    except _CLOSED:
        return re.compile(make(parts))


def _kept(key: Key, make: Callable[[], Program]) -> Program:
    """The program of that key, of an earlier run or made now."""
    if _Kept.programs is None:
        _Kept.programs = _read()
    program = _Kept.programs.get(key)
    if program is None:
        program = _Kept.programs[key] = make()
        _Kept.grown = True
    _Kept.used.append(program)
    return program


def keep() -> None:
    """Write what this run compiled to the cache, for the next one."""
    if _Kept.programs is None or not _Kept.grown:
        return
    programs = list(_Kept.programs.values())
    if sum(len(program.code) for program in programs) > MAX_KEPT:
        programs = _Kept.used
    cache.put(_ENTRY, msgspec.msgpack.encode(programs))
    _Kept.grown = False


cache.later(keep)


def _read() -> dict[Key, Program]:
    body = cache.get(_ENTRY)
    if body is None:
        return {}
    try:
        programs = msgspec.msgpack.decode(body, type=list[Program])
        return {program.key: program for program in programs}
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}


def _program(pattern: str | bytes, flags: int, of: bytes = b"") -> Program:
    """Parse and compile, in the steps of `re._compiler.compile`."""
    source = pattern.encode() if isinstance(pattern, str) else pattern  # a lone surrogate cannot be kept
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    tree = re._parser.parse(pattern, flags)  # type: ignore[attr-defined]
    state = tree.state
    code = array("I", compiler._code(tree, flags))
    return Program(
        source=source,
        text=isinstance(pattern, str),
        given=flags,
        flags=flags | state.flags,
        groups=state.groups - 1,
        names=dict(state.groupdict),
        code=code.tobytes(),
        of=of,
    )


def _loaded(pattern: AnyStr, program: Program) -> re.Pattern[AnyStr]:
    import _sre  # type: ignore[import-not-found]

    code = array("I")
    code.frombytes(program.code)
    names: list[str | None] = [None] * (program.groups + 1)
    for name, number in program.names.items():
        names[number] = name
    make: Callable[..., re.Pattern[AnyStr]] = _sre.compile
    return make(pattern, program.flags, code.tolist(), program.groups, program.names, tuple(names))


class Lazy(Generic[AnyStr]):
    """As much of `re.Pattern` as is used here; the methods mean the same, and from the first use on are its own: a
    method between costs as much as a short match."""

    __slots__ = ("findall", "finditer", "flags", "fullmatch", "match", "pattern", "search", "split", "sub")

    match: Callable[..., re.Match[AnyStr] | None]
    fullmatch: Callable[..., re.Match[AnyStr] | None]
    search: Callable[..., re.Match[AnyStr] | None]
    finditer: Callable[..., Iterator[re.Match[AnyStr]]]
    findall: Callable[..., list[AnyStr]]
    split: Callable[..., list[AnyStr]]
    sub: Callable[..., AnyStr]

    def __init__(self, pattern: AnyStr, flags: int = 0) -> None:
        self.pattern: AnyStr = pattern
        self.flags = flags

    def compiled(self) -> re.Pattern[AnyStr]:
        """The pattern itself."""
        return compiled(self.pattern, int(self.flags))

    def __getattr__(self, name: str) -> Any:
        """The first use of a method."""
        if name not in Lazy.__slots__:
            raise AttributeError(name)
        program = self.compiled()
        for each in Lazy.__slots__:
            if each not in ("flags", "pattern"):
                setattr(self, each, getattr(program, each))
        return getattr(self, name)


def lazy(pattern: AnyStr, flags: int = 0) -> Lazy[AnyStr]:
    """Instead of `re.compile` at a module's top level."""
    return Lazy(pattern, flags)
