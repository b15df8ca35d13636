"""Does the fix apply to me? The releases that a signature affects, against the versions that were found.

Pure. Ranges are OSV's (https://ossf.github.io/osv-schema/#affectedrangesevents-fields): from `introduced` to before
`fixed`, several where a fix was carried back to older series; versions are compared as PEP 440 says
(https://peps.python.org/pep-0440/). Three answers: affected, fixed (so the event is a look-alike), unknown. A wrong
answer is worse than none, so it is unknown where
  nothing was found, or what was found is no version;
  the version is older than every range: the range, or what was found, is wrong, because the event did happen;
  it is an early release of the fix (`0.27.1rc1`), or a build of its own (`0.25.0+shop1`), which may carry the fix;
  only a series is known (`2.0.*`) and it lies on both sides of a boundary;
  the fixed version was installed after the last of the events;
  two findings lead to two answers, or one of several packages was not found.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from logscan.lazyre import lazy
from logscan.report import VersionVerdict
from logscan.revealed import normal_name
from logscan.sigmodel import Affected

if TYPE_CHECKING:
    from packaging.version import Version

_PLAIN = lazy(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))*(?:\.post(?:0|[1-9]\d*))?", re.ASCII)
_ENDLESS = "999999999"
"""The last part of a series' newest release that nobody made yet."""


class Found(msgspec.Struct, frozen=True):
    """A version in use, and how it is known. `since`: when it was installed (µs, UTC), where that is known; `among`:
    the releases of which it is one, where `version` only names their span."""

    version: str
    by: str
    since: int | None = None
    among: tuple[str, ...] = ()


class Release:
    """A version of numbers and dots, as nearly all are, or a post-release of one. It compares and prints as
    `packaging.version.Version` does, whose import takes 3 ms and serves where a version says more."""

    local = None
    is_prerelease = False

    def __init__(self, text: str) -> None:
        self._text = text
        self.base_version, _, post = text.partition(".post")
        numbers = [int(part) for part in self.base_version.split(".")]
        while numbers and not numbers[-1]:
            numbers.pop()
        self._key = tuple(numbers), int(post) if post else -1

    def __lt__(self, other: "Release") -> bool:
        return self._key < other._key

    def __ge__(self, other: "Release") -> bool:
        return self._key >= other._key

    def __str__(self) -> str:
        return self._text


def _maker(texts: Iterable[str]) -> "Callable[[str], Release | Version]":
    """What makes these texts comparable with each other."""
    if all(_PLAIN.fullmatch(text) for text in texts):
        return Release
    from packaging.version import Version

    return Version


class _Answer(msgspec.Struct, frozen=True):
    status: str
    fixed_in: str | None = None
    why: str | None = None


def judge(
    affected: Sequence[Affected],
    found: Mapping[str, Iterable[Found]],
    look_alikes: Sequence[str] = (),
    last: int | None = None,
) -> VersionVerdict | None:
    """The verdict on a signature's ranges; None where it has none.

    `found` is by `package_of` a range; `last` is the time of the last event (µs, UTC); `look_alikes` are named where
    the fix is there.
    """
    ranges: dict[str, list[Affected]] = {}
    for one in affected:
        ranges.setdefault(package_of(one.purl), []).append(one)
    if not ranges:
        return None
    verdicts = [_package(name, some, list(found.get(name, ())), last) for name, some in ranges.items()]
    hit = next((verdict for verdict in verdicts if verdict.status == "affected"), None)
    open_ones = [verdict for verdict in verdicts if verdict.status == "unknown"]
    if hit is not None:
        return hit
    if open_ones:
        return next((verdict for verdict in open_ones if verdict.found), open_ones[0])
    return msgspec.structs.replace(verdicts[0], look_alikes=tuple(look_alikes))


def together(verdicts: Sequence[VersionVerdict]) -> VersionVerdict | None:
    """The verdict on one signature where several reports hold one each: what each found counts."""
    told = [one for one in verdicts if one.found] or list(verdicts[:1])
    if not told:
        return None
    found = " and ".join(dict.fromkeys(each for one in told for each in (one.found or "").split(" and ") if each))
    by = ", ".join(dict.fromkeys(each for one in told for each in (one.found_by or "").split(", ") if each))
    first = told[0]
    if len({(one.status, one.package) for one in told}) > 1:
        why = f"different versions were found: {found}"
        return VersionVerdict("unknown", first.package, found, by, why=why)
    return msgspec.structs.replace(first, found=found or None, found_by=by or None)


def package_of(purl: str) -> str:
    """`pypi/uvicorn` of `pkg:pypi/Uvicorn@0.25.0?x=y`: type, namespace and name, PyPI's as PEP 503 writes them
    (https://github.com/package-url/purl-spec)."""
    path = purl.removeprefix("pkg:").strip("/").split("#")[0].split("?")[0]
    head, slash, name = path.rpartition("/")
    path = f"{head}{slash}{name.partition('@')[0]}"
    if "%" in path:
        from urllib.parse import unquote

        path = unquote(path)
    kind, _, name = path.partition("/")
    return f"pypi/{normal_name(name)}" if kind.lower() == "pypi" else f"{kind.lower()}/{name}"


def _package(name: str, ranges: list[Affected], found: list[Found], last: int | None) -> VersionVerdict:
    """The verdict on one package."""
    short = name.partition("/")[2]
    # a span of releases that is not judged alike tells nobody anything
    found = [one for one in found if not one.among or _answer(one, ranges, last).status != "unknown"]
    if not found:
        return VersionVerdict("unknown", short)
    answers = [_answer(one, ranges, last) for one in found]
    versions = list(dict.fromkeys(one.version for one in found))
    shown, by = " and ".join(versions[:3]), ", ".join(dict.fromkeys(one.by for one in found))
    statuses = {answer.status for answer in answers}
    answer = answers[0]
    # what a log shows of a series may be too coarse; it does not contradict what is known to the last digit
    clear = [(one, each) for one, each in zip(found, answers, strict=True) if not _is_vague(one, each)]
    if clear and len({each.status for _, each in clear}) == 1:
        answer, statuses = clear[0][1], {clear[0][1].status}
        shown = " and ".join(list(dict.fromkeys(one.version for one, _ in clear))[:3])
        by = ", ".join(dict.fromkeys(one.by for one, _ in clear))
    if len(statuses) > 1:
        return VersionVerdict("unknown", short, shown, by, why=f"different versions were found: {shown}")
    return VersionVerdict(answer.status, short, shown, by, answer.fixed_in, why=answer.why)


def _is_vague(found: Found, answer: _Answer) -> bool:
    return answer.status == "unknown" and found.version.endswith(".*")


def _answer(found: Found, ranges: list[Affected], last: int | None) -> _Answer:
    """The answer for one version found."""
    if found.among:
        return _answer_among(found, ranges, last)
    series = found.version.endswith(".*")
    base = found.version.removesuffix(".*")
    make = _maker([base, *(text for one in ranges for text in (one.introduced, one.fixed) if text is not None)])
    try:
        ends = (make(base), make(f"{base}.{_ENDLESS}" if series else base))
        low, high = (_place(end, ranges, make) for end in ends)
    except ValueError:  # InvalidVersion
        return _Answer("unknown", why=f"{found.version} cannot be compared")
    if low != high and {low.status, high.status} != {"unknown"}:
        return _Answer("unknown", why=f"{found.version} has releases with and without the fix")
    if low.status == "fixed" and found.since is not None and last is not None and found.since > last:
        return _Answer("unknown", why=f"{found.version} was installed after the last of these events")
    return low


def _answer_among(found: Found, ranges: list[Affected], last: int | None) -> _Answer:
    """The answer for one of several releases: theirs, where it is the same for all."""
    answers = [_answer(msgspec.structs.replace(found, version=each, among=()), ranges, last) for each in found.among]
    if len({each.status for each in answers}) > 1:
        return _Answer("unknown", why=f"{found.version} has releases with and without the fix")
    return answers[-1]


def _place(version: Any, ranges: list[Affected], make: Callable[[str], Any]) -> _Answer:
    """Where one exact version lies among the ranges."""
    passed: list[Any] = []
    started = False
    for one in ranges:
        begin = make(one.introduced)
        end = make(one.fixed) if one.fixed is not None else None
        if version < begin:
            continue
        started = True
        if end is not None and version >= end:
            passed.append(end)
        elif version.local:
            return _Answer("unknown", why=f"{version} is a build of its own, which may carry the fix")
        elif end is not None and version.is_prerelease and version.base_version == end.base_version:
            return _Answer("unknown", why=f"{version} came before {end} and may carry the fix")
        else:
            return _Answer("affected", one.fixed)
    if not started:
        return _Answer("unknown", why=f"{version} is older than the first release known to be affected")
    return _Answer("fixed", str(max(passed)))
