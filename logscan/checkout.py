"""The releases of a git checkout, and the source files in each: read with `git`, offline, from tags.

Nothing is checked out and nothing of the repository is run: `for-each-ref`, `ls-tree` and `cat-file` only read objects
(https://git-scm.com/docs/git-cat-file).
"""

import os
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from logscan.errors import UsageError

HEAD = "HEAD"
MAX_FILE = 4 * 1024 * 1024
_TAG = re.compile(
    r"(?:[A-Za-z][A-Za-z-]*[_-])*v?(?P<number>\d+(?:[._]\d+)+)(?P<rest>(?:[-_.]?(?:stable|final|post\d+))?)"
)
_CODE = frozenset(
    ("py", "pyx", "pxd", "pxi", "c", "h", "cc", "cpp", "hpp", "rs", "go", "js", "ts", "java", "rb", "php", "erl", "hrl")
)
_ASIDE = frozenset(
    (
        "t",
        "test",
        "tests",
        "testing",
        "testsuite",
        "doc",
        "docs",
        "example",
        "examples",
        "benchmarks",
        ".github",
    )
)
"""Folders of what does not run in production."""


class Release(msgspec.Struct, frozen=True):
    """One release and its source files: (path, name of the blob), without tests and documents."""

    version: str
    files: tuple[tuple[str, str], ...]


def releases(folder: Path) -> list[Release]:
    """The releases of a working tree or a bare git directory, oldest version first: its tags that are version numbers
    (no alpha, beta, candidate), and last the commit that is checked out, "HEAD", for what is not released yet. Raises
    UsageError where git cannot read it."""
    tags: dict[tuple[tuple[int, ...], str], str] = {}
    for tag in _git(folder, "for-each-ref", "refs/tags", "--format=%(refname:strip=2)").decode().splitlines():
        match = _TAG.fullmatch(tag)
        if match is not None:
            number = tuple(map(int, re.split(r"[._]", match["number"])))
            tags.setdefault((number, match["rest"]), tag)
    named = [(".".join(map(str, number)) + rest, tag) for (number, rest), tag in sorted(tags.items())]
    return [Release(version, _files(folder, tag)) for version, tag in (*named, (HEAD, HEAD))]


def blobs(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The texts of blobs by their names, one after the other; those that the checkout lacks or that are too large are
    left out."""
    with tempfile.TemporaryFile() as asked:
        asked.write("".join(f"{name}\n" for name in names).encode())
        asked.seek(0)
        with subprocess.Popen(_command(folder, "cat-file", "--batch"), stdin=asked, stdout=subprocess.PIPE, env=_environment()) as git:  # fmt: skip  # noqa: E501
            assert git.stdout is not None
            while head := git.stdout.readline().split():
                if len(head) != 3:  # "<name> missing"
                    continue
                size = int(head[2])
                data = git.stdout.read(size + 1)
                if size <= MAX_FILE:
                    yield head[0].decode(), data[:size].decode("utf-8", "replace")


def library() -> tuple[list[Release], Iterator[tuple[str, str]]]:
    """Python's own library on this machine, as one release and its texts: it speaks in many a log."""
    home = Path(os.__file__).parent
    found = [path for path in sorted(home.rglob("*.py")) if _wanted(path.relative_to(home).as_posix())]
    found = [path for path in found if "site-packages" not in path.parts]
    files = tuple((path.relative_to(home).as_posix(), str(path)) for path in found)
    texts = ((str(path), path.read_text("utf-8", "replace")) for path in found)
    return [Release(platform.python_version(), files)], texts


def _files(folder: Path, tag: str) -> tuple[tuple[str, str], ...]:
    listed = _git(folder, "ls-tree", "-r", "-z", tag).decode("utf-8", "surrogateescape")
    found = []
    for row in listed.split("\0"):
        info, _, path = row.partition("\t")
        if path and info.split()[1] == "blob" and _wanted(path):
            found.append((path, info.split()[2]))
    return tuple(found)


def _wanted(path: str) -> bool:
    parts = PurePosixPath(path)
    return parts.suffix[1:] in _CODE and not _ASIDE.intersection(parts.parts[:-1])


def _git(folder: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(_command(folder, *arguments), capture_output=True, env=_environment(), check=False)
    except OSError as error:
        raise UsageError(f"git cannot be run: {(error.strerror or str(error)).lower()}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UsageError(f"{folder}: not a git checkout that can be read: {said}")
    return done.stdout


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(folder), *arguments]


def _environment() -> dict[str, str]:
    """What is missing is not fetched, and the user's settings say nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_NO_LAZY_FETCH": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C.UTF-8"}
