"""Which packages are installed, read from what lists them: a lock file, a bill of materials, a folder.

Only what names one version is told: a range, a checkout of a repository and an editable folder say nothing for sure, so
they are left out. Findings are by `verdict.package_of` a package: `pypi/uvicorn`.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from logscan.errors import UsageError
from logscan.revealed import normal_name
from logscan.verdict import Found, package_of

MAX_BYTES = 64 * 1024 * 1024
MAX_FOLDERS = 64
AUTO = "auto"
FORMS = (
    "requirements.txt, pip freeze, uv.lock, poetry.lock, pylock.toml, Pipfile.lock, CycloneDX or SPDX JSON, a folder"
)

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*===?\s*(?P<version>[\w.*+!-]+)\s*\)?\s*(?:;.*)?"
)
_INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)")
_OPTION = re.compile(r"\s--?[a-z].*")
_DIST = re.compile(r"(?P<name>[\w.]+)-(?P<version>\d[\w.+!]*)(?:-py[\d.]+)?\.(?P<kind>dist-info|egg-info)")
_PACKAGES = re.compile(r"(/(?!/).*?/(?:site|dist)-packages)/")

Package = tuple[str, Found]


class Installed:
    """What `--installed` names, and, for `auto`, the folders that an event's frames name."""

    def __init__(self, given: Sequence[str]) -> None:
        """Reads every file and folder. Raises UsageError."""
        self._known: dict[str, list[Found]] = {}
        self._auto = AUTO in given
        self._folders: dict[str, dict[str, list[Found]]] = {}
        self.empty: list[str] = []
        for each in given:
            if each == AUTO:
                continue
            before = sum(map(len, self._known.values()))
            _add(self._known, read(Path(each)))
            if sum(map(len, self._known.values())) == before:
                self.empty.append(each)

    def __call__(self, files: Iterable[str]) -> Mapping[str, Sequence[Found]]:
        """What is known of the process whose frames lie in these files."""
        if not self._auto:
            return self._known
        known = {name: list(found) for name, found in self._known.items()}
        for folder in sorted({match[1] for file in files if (match := _PACKAGES.match(file)) and "/../" not in file}):
            if folder not in self._folders and len(self._folders) < MAX_FOLDERS:
                self._folders[folder] = {}
                _add(self._folders[folder], _folder(Path(folder), "found beside the frames", dated=True))
            for name, found in self._folders.get(folder, {}).items():
                known[name] = [*known.get(name, ()), *found]
        return known


def read(path: Path) -> Iterator[Package]:
    """The packages that a file or folder lists. Raises UsageError where it is none that is known."""
    if path.is_dir():
        yield from _environment(path)
        return
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"--installed: {path} is larger than {MAX_BYTES // 1024 // 1024} MiB")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"--installed: {path}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise UsageError(f"--installed: {path} is no text; name one of: {FORMS}, auto") from None
    by = path.name
    try:
        if path.suffix == ".toml" or re.search(r"^\[\[packages?\]\]", text, re.MULTILINE):
            yield from _lock(tomllib.loads(text), by)
        elif text.lstrip()[:1] in ("{", "["):
            yield from _json(json.loads(text), by, path)
        else:
            yield from _requirements(text, path, by, 0)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"--installed: {path} is damaged: {str(error).splitlines()[0]}") from None


def _add(known: dict[str, list[Found]], packages: Iterable[Package]) -> None:
    for name, found in packages:
        if found not in (some := known.setdefault(name, [])):
            some.append(found)


def _pypi(name: object, version: object, by: str) -> Iterator[Package]:
    if isinstance(name, str) and isinstance(version, str) and version:
        yield f"pypi/{normal_name(name)}", Found(version, by)


def _requirements(text: str, path: Path, by: str, depth: int) -> Iterator[Package]:
    """Pins of a requirements file (https://pip.pypa.io/en/stable/reference/requirements-file-format/) and of the files
    that it includes."""
    for raw in text.replace("\\\n", " ").splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        include = _INCLUDE.fullmatch(line)
        if include and depth < 8:
            other = path.parent / include[1]
            if other.is_file() and other.stat().st_size <= MAX_BYTES:
                yield from _requirements(other.read_text("utf-8", "replace"), other, other.name, depth + 1)
        elif not line.startswith("-") and (pin := _PIN.fullmatch(_OPTION.sub("", line).strip())):
            yield from _pypi(pin["name"], pin["version"], by)


def _lock(data: Mapping[str, Any], by: str) -> Iterator[Package]:
    """uv.lock, poetry.lock, pdm.lock and pylock.toml
    (https://packaging.python.org/en/latest/specifications/pylock-toml/)."""
    elsewhere = {"git", "vcs", "editable", "directory", "virtual", "path", "file", "url", "archive"}
    for one in _dicts(data.get("package")) + _dicts(data.get("packages")):
        source = one["source"] if isinstance(one.get("source"), dict) else {}
        kinds = {source["type"]} if "type" in source else source.keys()
        if not (kinds & elsewhere or one.keys() & elsewhere):
            yield from _pypi(one.get("name"), one.get("version"), by)


def _json(data: Any, by: str, path: Path) -> Iterator[Package]:
    """A bill of materials, `pip list --format json`, or Pipenv's lock file."""
    if isinstance(data, list):
        for one in _dicts(data):
            if "editable_project_location" not in one:
                yield from _pypi(one.get("name"), one.get("version"), by)
        return
    kinds: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
        "bomFormat": _cyclonedx, "spdxVersion": _spdx2, "@graph": _spdx3,
    }  # fmt: skip
    for key, urls in kinds.items():
        if key in data:
            for purl in urls(data):
                version = _version_of(purl)
                if version:
                    yield package_of(purl), Found(version, by)
            return
    if "_meta" not in data:
        raise UsageError(f"--installed: {path} is no list of packages; name one of: {FORMS}, auto")
    for part in ("default", "develop"):
        for name, one in (data.get(part) or {}).items():
            version = one.get("version", "") if isinstance(one, dict) else ""
            if isinstance(version, str) and version.startswith("=="):
                yield from _pypi(name, version.lstrip("="), by)


def _cyclonedx(data: dict[str, Any]) -> Iterator[str]:
    """https://cyclonedx.org/docs/1.6/json/#components: components may hold components."""
    for one in _dicts(data.get("components")):
        if isinstance(one.get("purl"), str):
            yield one["purl"]
        yield from _cyclonedx(one)


def _spdx2(data: dict[str, Any]) -> Iterator[str]:
    """https://spdx.github.io/spdx-spec/v2.3/package-information/#721-external-reference-field"""
    for one in _dicts(data.get("packages")):
        for reference in _dicts(one.get("externalRefs")):
            if reference.get("referenceType") == "purl" and isinstance(reference.get("referenceLocator"), str):
                yield reference["referenceLocator"]


def _spdx3(data: dict[str, Any]) -> Iterator[str]:
    """https://spdx.github.io/spdx-spec/v3.0.1/model/Software/Properties/packageUrl/"""
    for one in _dicts(data.get("@graph")):
        purl = one.get("software_packageUrl")
        if isinstance(purl, str):
            yield purl


def _version_of(purl: str) -> str:
    from urllib.parse import unquote

    name = purl.split("#")[0].split("?")[0].rpartition("/")[2]
    return unquote(name.partition("@")[2])


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _environment(path: Path) -> Iterator[Package]:
    """A folder of packages, or a virtual environment that has one."""
    inside = [*path.glob("lib/python*/site-packages"), *path.glob("Lib/site-packages")]
    for folder in inside or [path]:
        yield from _folder(folder, f"installed in {folder.name}", dated=False)


def _folder(folder: Path, by: str, *, dated: bool) -> Iterator[Package]:
    """The packages that a folder's metadata names
    (https://packaging.python.org/en/latest/specifications/recording-installed-packages/). `dated`: say since when."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        match = _DIST.fullmatch(entry.name)
        if match is not None and not _is_editable(entry):
            for name, found in _pypi(match["name"], match["version"], by):
                since = entry.stat().st_mtime_ns // 1000 if dated else None
                yield name, msgspec.structs.replace(found, since=since)


def _is_editable(entry: Path) -> bool:
    """Whether it comes from a checkout (https://packaging.python.org/en/latest/specifications/direct-url/)."""
    try:
        origin = json.loads((entry / "direct_url.json").read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(origin, dict) and bool(origin.keys() & {"dir_info", "vcs_info"})
