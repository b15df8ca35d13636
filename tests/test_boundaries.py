"""Both sides of the boundaries that signatures state, run and recorded: samples/boundaries/how.md.

The logs, boundary.yaml and the signature's `affected` say the same, each through the code that a user meets: logs are
scanned, releases are judged.
"""

import importlib.util
import itertools
from types import ModuleType

import pytest
from command import SAMPLES
from packaging.version import Version

from logscan.sigmodel import Affected
from logscan.signature import load
from logscan.verdict import Found, judge, package_of

FOLDER = SAMPLES / "boundaries"
FIRST = "0"
"""`introduced` where the package's first release is affected."""
PROVEN = 53
"""Signatures of which both an introduction and a fix were run, at least."""


def recorder() -> ModuleType:
    """samples/boundaries/record.py, which is in no package."""
    spec = importlib.util.spec_from_file_location("record_boundaries", FOLDER / "record.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD = recorder()
BOUNDARIES = {path.parent.name: RECORD.read(path.parent) for path in sorted(FOLDER.glob("*/boundary.yaml"))}
SIGNATURES = load(()).by_id
each_boundary = pytest.mark.parametrize("ident", BOUNDARIES)


def ranges(ident: str) -> list[Affected]:
    """What the signature says of the package that was run."""
    package = package_of(f"pkg:pypi/{BOUNDARIES[ident].package}")
    return [one for one in SIGNATURES[ident].affected if package_of(one.purl) == package]


def sides(ident: str) -> list[tuple[set[Version], bool]]:
    """Where one release has the incident and the one before it has not, or the other way round: what that boundary may be
    called, and whether the incident happens from there on. Releases that no pip installs may have begun it."""
    boundary = BOUNDARIES[ident]
    found = []
    for before, at in itertools.pairwise(boundary.runs):
        low, high = Version(before.release), Version(at.release)
        if before.happens != at.happens:
            between = {Version(each) for each in boundary.broken if low < Version(each) < high}
            found.append(({high} | (between if at.happens else set()), at.happens))
    return found


@each_boundary
def test_the_logs_show_it_where_it_happens(ident: str) -> None:
    """A log of a release in which the incident happens holds the signature, every other one says something else (what
    `instead` says, where it fails); there is a log for each run and no other."""
    folder, runs = FOLDER / ident, BOUNDARIES[ident].runs
    assert {path.stem for path in folder.glob("*.log")} == {run.release for run in runs}
    for run in runs:
        log = (folder / f"{run.release}.log").read_bytes()
        assert log.strip(), run.release
        assert run.instead is None or (not run.happens and run.instead in log.decode()), run.release
        assert RECORD.happened(RECORD.scanned(log), ident) == run.happens, run.release


@each_boundary
def test_the_ranges_are_where_the_runs_say(ident: str) -> None:
    """Every `introduced` and `fixed` lies between two runs, and every two runs that differ make one of them."""
    runs = BOUNDARIES[ident].runs
    assert [run.release for run in runs] == [
        each.release for each in sorted(runs, key=lambda run: Version(run.release))
    ]
    found = ranges(ident)
    assert found, "the signature says nothing of this package"
    stated = {(Version(one.introduced), True) for one in found if one.introduced != FIRST}
    stated |= {(Version(one.fixed), False) for one in found if one.fixed is not None}
    found_sides = sides(ident)
    assert len(stated) == len(found_sides)
    for names, happens in found_sides:
        assert sum((name, happens) in stated for name in names) == 1
    assert runs[0].happens == any(one.introduced == FIRST for one in found)


@each_boundary
def test_the_verdict_on_each_release_is_what_happened(ident: str) -> None:
    """Whoever runs a release is told that it is affected where the incident happens, and only there."""
    found = ranges(ident)
    package = package_of(found[0].purl)
    for run in BOUNDARIES[ident].runs:
        verdict = judge(found, {package: [Found(run.release, "here")]})
        assert verdict is not None
        assert (verdict.status == "affected") == run.happens, run.release
        before = all(Version(run.release) < Version(one.introduced) for one in found)
        assert run.happens or verdict.status == ("unknown" if before else "fixed"), run.release


@each_boundary
def test_the_signature_names_its_proof(ident: str) -> None:
    """Its page leads to the folder, and says proven only there."""
    reproduced = SIGNATURES[ident].reproduced
    assert reproduced is not None and reproduced.how == f"samples/boundaries/{ident}"


def test_what_is_called_proven_was_run() -> None:
    """Whatever signature names a folder of runs has one, for each package that it has a range of."""
    for signature in SIGNATURES.values():
        if signature.reproduced is not None and signature.reproduced.how.startswith("samples/boundaries/"):
            assert signature.id in BOUNDARIES
            assert list(signature.affected) == ranges(signature.id), signature.id


def test_so_many_are_proven_on_both_sides() -> None:
    """Signatures whose incident was seen to begin and to end, or to end where the first release has it."""
    proven = [ident for ident in BOUNDARIES if any(one.fixed for one in ranges(ident))]
    assert len(proven) >= PROVEN, proven
