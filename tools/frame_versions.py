#!/usr/bin/env python3
"""Write logscan/versions/<package>.bin: which line stands where in which release of a package.

    python tools/frame_versions.py uvicorn --git uvicorn/.git --wheels wheels/ --known 0.2.0,0.2.1,…

`--git` is a clone with its tags, `--wheels` a folder of wheels for the releases that have no tag, `--known` the
releases that the package index lists: those that neither gives are noted in the table as unread. Only hashes of
lines are written, no source. The format is described in `logscan/versions/__init__.py`.
"""

import argparse
import hashlib
import re
import subprocess
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec
from packaging.version import InvalidVersion, Version

from logscan.versions import HASH_BYTES, FileHistory, Table, line_hash, pack

OUT = Path(__file__).parent.parent / "logscan" / "versions"
ROOTS = ("src/", "lib/", "")
LIVE_S = 2 * 365 * 86400
NOTHING = bytes(HASH_BYTES)
_NO_CODE = re.compile(r"""#[^\n]*|[rRbBuUfF]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""", re.DOTALL)  # fmt: skip  # noqa: E501

Files = dict[str, str]
"""Path below the package to what tells its text: a git blob's name, or a text's key."""


class Release(msgspec.Struct):
    """One release: when it was made (s since 1970), and its files."""

    made: float
    files: Files


def version(tag: str) -> Version | None:
    """The version that a tag names (`v1.2.0`, `rel_1_4_0`); None where it names none."""
    try:
        return Version(re.sub(r"^(rel_|v|release-)", "", tag).replace("_", "."))
    except InvalidVersion:
        return None


def wanted(path: str) -> bool:
    """Whether a file below the package is one that runs in production."""
    return path.endswith(".py") and not {"tests", "testing", "locale"} & set(PurePosixPath(path).parts[:-1])


def from_git(repository: Path, package: str, texts: dict[str, str]) -> dict[Version, Release]:
    """The releases of a clone, by tag."""

    def git(*arguments: str, given: bytes | None = None) -> bytes:
        return subprocess.run(["git", "-C", str(repository), *arguments], input=given, capture_output=True, check=True).stdout  # fmt: skip  # noqa: E501

    found: dict[Version, Release] = {}
    for line in git("for-each-ref", "refs/tags", "--format=%(refname) %(creatordate:unix)").decode().splitlines():
        tag, _, made = line.partition(" ")
        number = version(tag.removeprefix("refs/tags/"))
        if number is None:
            continue
        listed = git("ls-tree", "-r", "-z", tag, "--", *(f"{root}{package}/" for root in ROOTS))
        blobs = {name: info.split()[2] for info, _, name in (row.partition("\t") for row in listed.decode().split("\0") if row)}  # fmt: skip  # noqa: E501
        root = next((f"{root}{package}/" for root in ROOTS if f"{root}{package}/__init__.py" in blobs), None)
        if root is not None:
            below = {name.removeprefix(root): blob for name, blob in blobs.items() if name.startswith(root)}
            found[number] = Release(float(made or 0), {name: blob for name, blob in below.items() if wanted(name)})
    names = sorted({blob for release in found.values() for blob in release.files.values()})
    answer = git("cat-file", "--batch", given="\n".join(names).encode() + b"\n")
    at = 0
    for name in names:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        texts[name] = answer[end + 1 : end + 1 + size].decode("utf-8", "replace")
        at = end + size + 2
    return found


def from_wheels(folder: Path, package: str, texts: dict[str, str]) -> dict[Version, Release]:
    """The releases of the package's wheels in a folder."""
    found: dict[Version, Release] = {}
    for path in sorted(folder.glob("*.whl")):
        name, number = path.name.lower().split("-")[:2]
        if name != package:
            continue
        files: Files = {}
        with zipfile.ZipFile(path) as wheel:
            made = max(time.mktime((*one.date_time, 0, 0, -1)) for one in wheel.infolist())
            for inside in wheel.namelist():
                below = inside.removeprefix(f"{package}/")
                if below != inside and wanted(below):
                    data = wheel.read(inside)
                    files[below] = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()  # as git names it
                    texts[files[below]] = data.decode("utf-8", "replace")
        found[Version(number)] = Release(made, files)
    return found


def hashes(text: str, known: dict[str, bytes]) -> list[bytes]:
    """Every line's hash; zeros for a line that no frame can show (blank, comment, inside of a text)."""
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    hidden: set[int] = set()
    for one in _NO_CODE.finditer(text):
        if "\n" in one[0]:
            first = text.count("\n", 0, one.start())
            last = first + one[0].count("\n")
            hidden.update(range(first + 1, last))
            if one[0].startswith(lines[first].strip()[:3]) and lines[first].strip()[:3]:
                hidden.add(first)
            if one[0].endswith(lines[last].strip()):
                hidden.add(last)
    found = []
    for at, line in enumerate(lines):
        code = line.strip()
        if not code or at in hidden or code.startswith("#"):
            found.append(NOTHING)
            continue
        if code not in known:
            known[code] = line_hash(code)
        found.append(known[code])
    return found


def steps(before: list[bytes], after: list[bytes]) -> tuple[list[int], list[bytes]]:
    """How to make one text of another: (from, copied, new) flat, and the new hashes. Greedy, on runs of three lines."""
    places = {tuple(before[at : at + 3]): at for at in range(len(before) - 2)}
    done: list[int] = []
    fresh: list[bytes] = []
    at = expected = 0
    while at < len(after):
        start = expected
        if before[start : start + 1] != after[at : at + 1]:
            start = places.get(tuple(after[at : at + 3]), -1)
        copied = 0
        while start >= 0 and before[start + copied : start + copied + 1] == after[at + copied : at + copied + 1] != []:
            copied += 1
        if copied:
            done += [start, copied, 0]
            at, expected = at + copied, start + copied
        else:
            if not done:
                done += [0, 0, 0]
            done[-1] += 1
            fresh.append(after[at])
            at, expected = at + 1, expected + 1
    return done, fresh


def history(of: list[str | None], texts: dict[str, str], known: dict[str, bytes]) -> FileHistory:
    """One file's history; `of`: for every release, the key of its text."""
    numbers: dict[str, int] = {}
    runs: list[int] = []
    for at, key in enumerate(of):
        if key is None:
            continue
        number = numbers.setdefault(key, len(numbers))
        if runs and runs[-1] == number and runs[-3] + runs[-2] == at:
            runs[-2] += 1
        else:
            runs += [at, 1, number]
    counts: list[int] = []
    flat: list[int] = []
    fresh: list[bytes] = []
    before: list[bytes] = []
    for key in numbers:
        after = hashes(texts[key], known)
        one, new = steps(before, after)
        counts.append(len(one) // 3)
        flat += one
        fresh += new
        before = after
    return FileHistory(tuple(runs), tuple(counts), tuple(flat), b"".join(fresh))


def table(package: str, releases: dict[Version, Release], texts: dict[str, str], known: Iterable[Version]) -> Table:
    """The table of a package from its releases, and the list of all that are known to exist."""
    order = sorted(releases)
    everything = sorted({*order, *known})
    newest = max(release.made for release in releases.values())
    series: dict[tuple[int, ...], list[int]] = {}
    for at, number in enumerate(order):
        series.setdefault(number.release[:2], []).append(at)
    live = [some[-1] for some in series.values() if max(releases[order[at]].made for at in some) > newest - LIVE_S]
    seen: dict[str, bytes] = {}
    names = sorted({name for release in releases.values() for name in release.files})
    gaps = [one for one in everything if one not in releases and one > order[0]]
    unread = [(sum(one < gap for one in order), str(gap)) for gap in gaps]
    return Table(
        package=package,
        releases=tuple(map(str, order)),
        live=tuple(sorted({*live, len(order) - 1})),
        unread=tuple(unread),
        first=everything[0] == order[0],
        files={name: pack(history([releases[one].files.get(name) for one in order], texts, seen)) for name in names},
    )


def main() -> None:
    """Read the arguments, write the table, say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package")
    parser.add_argument("--git", type=Path)
    parser.add_argument("--wheels", type=Path)
    parser.add_argument("--known", default="")
    parser.add_argument("--since", type=Version, default=Version("0.dev0"), help="leave older releases out")
    given = parser.parse_args()
    texts: dict[str, str] = {}
    releases = from_wheels(given.wheels, given.package, texts) if given.wheels else {}
    if given.git:
        releases = from_git(given.git, given.package, texts) | releases
    known = [Version(one) for one in re.split(r"[,\s]+", given.known) if one]
    known += releases  # those left out are still known to be there
    recent = {number: release for number, release in releases.items() if number >= given.since}
    made = table(given.package, recent, texts, known)
    (OUT / f"{given.package}.bin").write_bytes(msgspec.msgpack.encode(made))
    size = (OUT / f"{given.package}.bin").stat().st_size
    print(f"{given.package}: {len(made.releases)} releases, {len(made.unread)} unread, {size:,} bytes")


if __name__ == "__main__":
    main()
