"""Which release of a library a traceback's frames come from, by file, line number and source text alone.

Every release of a library moves its lines about. A frame prints where one line stands and what it says, so few
releases can have printed it, and several frames leave fewer still.

`<package>.bin` beside this file holds, for the releases of one package, a hash of every line that can stand in a
frame, by file and line number; no source. `tools/frame_versions.py` makes it from the package's public repository
and published archives. Of each file the first text is kept whole and every later one as a difference, so all lines
of all releases take about as much room as their history. Only the files that frames name are unpacked.

An answer is right or absent. Nothing is said of a package where

- any of its frames fits no release that the others fit (a fork, a distribution's patch, an edited file, two
  releases in one traceback, a release that the table does not know);
- its frames lie in two installations;
- no frame has source text, or the frames rule no release out.

What a table does not hold it cannot rule out: `earlier` and `later` say when a release before its first, or after
the latest of a living series, is as likely. A verdict takes an end of the range as known only where they are false.

Frames count only below `site-packages`, `dist-packages`, an `.egg` or a `.whl`: a checkout is at no release, and a
copy that another package carries (`pip/_vendor/urllib3`) is that package's.
"""

import os
import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import islice

import msgspec

from logscan import cache
from logscan.digest import blake2b
from logscan.lazyre import compiled
from logscan.model import Frame, Link
from logscan.versions.answers import Answers

HASH_BYTES = 3
"""Bytes a line's hash: a line that is not the one printed passes for it once in 16 million."""

CUT = 500
"""Characters of source text that a parsed frame keeps at most; one as long may have been cut, so it proves nothing."""

_FOLDER = os.path.dirname(__file__)
_TABLE = ".bin"
_INSTALLED = compiled(
    r"(?P<root>.*(?:(?:^|/)(?:site|dist)-packages|\.egg|\.whl))/(?P<package>[a-z0-9_]+)/(?P<path>.+\.py)$", re.DOTALL
)


class Pinned(msgspec.Struct, frozen=True):
    """The releases of one package that can have printed its frames.

    oldest, newest   the first and last of them, in the order of versions
    releases         all of them, in that order
    earlier, later   a release before, or after, those that the table knows may fit as well
    """

    oldest: str
    newest: str
    releases: tuple[str, ...]
    earlier: bool = False
    later: bool = False


class FileHistory(msgspec.Struct, frozen=True, array_like=True):
    """One file in all releases. Texts are numbered in the order of the releases that first have them.

    runs      (release, releases, text), flat: from which release on, how many in a row have which text
    counts    for each text, how many steps lead to it from the text before (the first: from nothing)
    steps     (from, copied, new), flat: copy so many hashes of the text before from there, then take so many new ones
    hashes    the new ones, in order
    """

    runs: tuple[int, ...]
    counts: tuple[int, ...]
    steps: tuple[int, ...]
    hashes: bytes


class Table(msgspec.Struct, frozen=True, array_like=True):
    """One package. `files` maps a path below the package to its packed `FileHistory`.

    live      releases (by position) that a later one of their series may follow: the latest of a series in which
              something was released in the two years before the table was made
    unread    releases after the first that exist but could not be read, each with the position before which it belongs
    first     the table begins with the package's first release
    """

    package: str
    releases: tuple[str, ...]
    live: tuple[int, ...]
    unread: tuple[tuple[int, str], ...]
    first: bool
    files: dict[str, bytes]


def line_hash(text: str) -> bytes:
    """The hash of a line of source without the space around it; never all zeros, which stand for no code."""
    found = blake2b(text.strip().encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES).digest()
    return found if any(found) else b"\x01" * HASH_BYTES


def pack(history: FileHistory) -> bytes:
    """A file's history as it stands in the table."""
    return zlib.compress(msgspec.msgpack.encode(history), 9)


def unpack(packed: bytes) -> FileHistory:
    """The reverse of `pack`."""
    return msgspec.msgpack.decode(zlib.decompress(packed), type=FileHistory)


def texts(history: FileHistory) -> list[bytes]:
    """The hashes of every text of a file, end to end, `HASH_BYTES` a line."""
    width, taken, before = HASH_BYTES, 0, b""
    hashes, done = history.hashes, []
    steps = iter(history.steps)
    triples = zip(steps, steps, steps, strict=True)
    for count in history.counts:
        parts = []
        for start, copied, new in islice(triples, count):
            parts.append(before[start * width : (start + copied) * width])
            if new:
                parts.append(hashes[taken : taken + new * width])
                taken += new * width
        before = b"".join(parts)
        done.append(before)
    return done


def pinned(frames: Sequence[Frame], chain: Sequence[Link] = ()) -> dict[str, Pinned]:
    """By package, the releases that can have printed these frames and those of the chain; packages that nothing can be
    said of are absent. Another process's exceptions are left out: its libraries are not this one's."""
    own = (link.frames for link in chain if link.link != "remote")
    found: dict[str, set[tuple[str, str, int, str]]] = {}
    for frame in (*frames, *(frame for some in own for frame in some)):
        place = _INSTALLED.match(frame.file.replace("\\", "/"))
        if place and frame.line is not None and frame.code and len(frame.code) < CUT:
            fact = (place["root"], place["path"], frame.line, frame.code)
            found.setdefault(place["package"], set()).add(fact)
    answers = {}
    for package, facts_of in sorted(found.items()):
        file = os.path.join(_FOLDER, package + _TABLE)
        if len({root for root, *_ in facts_of}) > 1 or not os.path.exists(file):
            continue
        facts = sorted((path, line, code) for _, path, line, code in facts_of)
        answer = KNOWN.get(file, facts, partial(_pinned, package, facts))
        if answer is not None:
            answers[package] = answer
    return answers


KNOWN = Answers(Pinned | None)
cache.later(KNOWN.keep)


def _pinned(package: str, facts: Sequence[tuple[str, int, str]]) -> Pinned | None:
    """The releases of a package that can have printed these lines; None where nothing can be said."""
    table = load(package)
    left = _left(table, facts) if table is not None else set()
    return _answer(table, left) if table is not None and 0 < len(left) < len(table.releases) else None


@lru_cache(maxsize=32)
def load(package: str) -> Table | None:
    """The table of a package; None where there is none."""
    try:
        with open(os.path.join(_FOLDER, package + _TABLE), "rb") as file:
            return msgspec.msgpack.decode(file.read(), type=Table)
    except FileNotFoundError:
        return None


def packages() -> list[str]:
    """The packages that there are tables of."""
    return sorted(name.removesuffix(_TABLE) for name in os.listdir(_FOLDER) if name.endswith(_TABLE))


@lru_cache(maxsize=64)
def _unpacked(package: str, path: str) -> tuple[FileHistory, list[bytes]] | None:
    table = load(package)
    packed = table.files.get(path) if table else None
    if packed is None:
        return None
    history = unpack(packed)
    return history, texts(history)


def _left(table: Table, facts: Iterable[tuple[str, int, str]]) -> set[int]:
    """The positions of the releases in which every line stands where it was printed."""
    left = set(range(len(table.releases)))
    for path, line, code in facts:
        unpacked = _unpacked(table.package, path)
        if unpacked is None or not left:
            return set()
        history, lines = unpacked
        wanted, at = line_hash(code), (line - 1) * HASH_BYTES
        fits = [line > 0 and text[at : at + HASH_BYTES] == wanted for text in lines]
        runs = zip(*[iter(history.runs)] * 3, strict=True)
        left &= {release for first, n, text in runs if fits[text] for release in range(first, first + n)}
    return left


def _answer(table: Table, left: set[int]) -> Pinned:
    """The releases in words. One that could not be read fits where its neighbour does."""
    names: list[str] = []
    for at, name in enumerate((*table.releases, "")):
        names += [other for place, other in table.unread if place == at and {at - 1, at} & left]
        if at in left:
            names.append(name)
    return Pinned(
        oldest=names[0],
        newest=names[-1],
        releases=tuple(names),
        earlier=not table.first and 0 in left,
        later=not left.isdisjoint(table.live),
    )
