"""Rules of logscan.verdict, revealed and installed: does the fix apply to me, or is it not known?"""

import json
import os
from pathlib import Path

import pytest
from command import REFERENCE, SAMPLES, logscan, report
from hypothesis import given
from hypothesis import strategies as st
from making import at
from packaging.version import Version

from logscan.errors import UsageError
from logscan.installed import Installed, read
from logscan.renderers import story
from logscan.report import VersionVerdict
from logscan.revealed import versions
from logscan.sigmodel import Affected
from logscan.verdict import Found, Release, judge, package_of, together

UVICORN = (Affected("pkg:pypi/uvicorn", "0.2.21", "0.27.1"),)
BACKPORTED = (Affected("pkg:pypi/django", "3.2", "3.2.14"), Affected("pkg:pypi/django", "4.0", "4.0.6"))
ENDLESS = (Affected("pkg:pypi/numpy", "1.24.0"),)
FREEZE = "# by pip freeze\nh11==0.14.0\nuvicorn==0.25.0\n"
H11 = SAMPLES / "uvicorn-h11-keepalive"


def verdict(ranges: tuple[Affected, ...], *found: str, since: int | None = None, last: int | None = None) -> str:
    """`affected 0.27.1`: the status, and where it is fixed."""
    some = {package_of(ranges[0].purl): [Found(version, "here", since) for version in found]}
    told = judge(ranges, some, ("other.one",), last)
    assert told is not None
    assert (told.look_alikes == ("other.one",)) == (told.status == "fixed")
    return f"{told.status} {told.fixed_in}" if told.fixed_in else told.status


@pytest.mark.parametrize(
    ("ranges", "found", "want"),
    [
        (UVICORN, ["0.25.0"], "affected 0.27.1"),
        (UVICORN, ["0.2.21"], "affected 0.27.1"),
        (UVICORN, ["0.27.0.post1"], "affected 0.27.1"),
        (UVICORN, ["0.27.1"], "fixed 0.27.1"),
        (UVICORN, ["0.100"], "fixed 0.27.1"),  # numbers, not text
        (UVICORN, ["0.27.1+local"], "fixed 0.27.1"),
        (UVICORN, ["0.2.20"], "unknown"),  # older than the range, and yet it happened
        (UVICORN, ["0.27.1rc1"], "unknown"),
        (UVICORN, ["0.27.1.dev3"], "unknown"),
        (UVICORN, ["0.26.0rc1"], "affected 0.27.1"),
        (UVICORN, ["0.25.0+shop1"], "unknown"),
        (UVICORN, ["newest"], "unknown"),
        (UVICORN, [], "unknown"),
        (UVICORN, ["0.25.0", "0.27.1"], "unknown"),
        (UVICORN, ["0.25.0", "0.26.0"], "affected 0.27.1"),
        (UVICORN, ["0.25.*"], "affected 0.27.1"),
        (UVICORN, ["0.27.*"], "unknown"),
        (UVICORN, ["0.28.*"], "fixed 0.27.1"),
        (UVICORN, ["0.27.*", "0.27.0"], "affected 0.27.1"),
        (BACKPORTED, ["3.2.13"], "affected 3.2.14"),
        (BACKPORTED, ["3.2.15"], "fixed 3.2.14"),
        (BACKPORTED, ["4.0.5"], "affected 4.0.6"),
        (BACKPORTED, ["4.1"], "fixed 4.0.6"),
        (BACKPORTED, ["2.2"], "unknown"),
        (ENDLESS, ["2.0"], "affected"),
        (ENDLESS, ["1.23.5"], "unknown"),
    ],
)
def test_the_verdict(ranges: tuple[Affected, ...], found: list[str], want: str) -> None:
    """Affected within a range, fixed after it, unknown in doubt."""
    assert verdict(ranges, *found) == want


@pytest.mark.parametrize(
    ("among", "want"),
    [
        (("0.25.0", "0.26.0"), "affected"),
        (("0.27.1", "0.28.0"), "fixed"),
        (("0.26.0", "0.27.0", "0.27.1"), "unknown"),
    ],
)
def test_one_of_several_releases(among: tuple[str, ...], want: str) -> None:
    """What frames leave open is judged where all of it is judged alike; it contradicts nothing that is known better."""
    name = package_of(UVICORN[0].purl)
    span = Found(f"{among[0]} to {among[-1]}", "told by the frames", among=among)
    told = judge(UVICORN, {name: [span]})
    assert told is not None
    assert (told.status, told.found) == (want, None if want == "unknown" else span.version)
    exact = judge(UVICORN, {name: [span, Found(among[-1], "here")]})
    assert exact is not None
    assert exact.status == ("fixed" if want == "unknown" else want)


def test_no_ranges_no_verdict() -> None:
    """A signature that no release is known to mend has none."""
    assert judge((), {"pypi/uvicorn": [Found("1.0", "here")]}) is None


def test_an_upgrade_after_the_events_does_not_acquit() -> None:
    """What was installed after the last event says nothing of the version that failed; an affected one still is."""
    assert verdict(UVICORN, "0.27.1", since=10, last=5) == "unknown"
    assert verdict(UVICORN, "0.27.1", since=5, last=10) == "fixed 0.27.1"
    assert verdict(UVICORN, "0.25.0", since=10, last=5) == "affected 0.27.1"


@pytest.mark.parametrize("splits", [[["0.25.0"], ["0.26.0"]], [["0.25.0"], ["0.27.1"]], [[], ["0.27.1"]], [[], []]])
def test_verdicts_of_pieces_are_the_verdict_of_the_whole(splits: list[list[str]]) -> None:
    """Reports that are added up judge by what each of them found."""
    name = package_of(UVICORN[0].purl)

    def judged(found: list[str]) -> VersionVerdict:
        told = judge(UVICORN, {name: [Found(one, "shown by the log") for one in found]}, ("other.one",))
        assert told is not None
        return told

    assert together([judged(some) for some in splits]) == judged([one for some in splits for one in some])


def test_several_packages_need_all_of_them_to_be_fixed() -> None:
    """Where any of several packages may be the one, one that is not known leaves it open."""
    ranges = (Affected("pkg:pypi/openai", "1.0", "1.55.3"), Affected("pkg:pypi/groq", "0.1", "0.13"))
    fixed = {"pypi/openai": [Found("1.60", "here")]}
    for more, want in (({}, "unknown"), ({"pypi/groq": [Found("0.2", "here")]}, "affected")):
        told = judge(ranges, fixed | more)
        assert told is not None
        assert told.status == want
    told = judge(ranges, fixed | {"pypi/groq": [Found("0.14", "here")]})
    assert told is not None
    assert told.status == "fixed"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ('  File "/usr/lib/python3.11/site-packages/uvicorn/main.py", line 1, in run', {"python": "3.11.*"}),
        (
            "  at /venv/lib/python3.6/site-packages/h11-0.9.0-py3.6.egg/h11/_state.py",
            {"python": "3.6.*", "h11": "0.9.0"},
        ),
        ("/x/.pex/installed_wheels/ab/uvicorn-0.25.0-py3-none-any.whl/uvicorn/main.py", {"uvicorn": "0.25.0"}),
        (
            "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-python3.12-typing-extensions-4.9.0/lib/python3.12/site-packages/t.py",
            {"python": "3.12.*", "typing-extensions": "4.9.0"},
        ),
        ("/opt/conda/pkgs/uvicorn-0.25.0-py311h06a4308_0/lib/x.py", {"uvicorn": "0.25.0"}),
        ("[2026-11-25 19:04:05 +0000] [13979] [INFO] Starting gunicorn 20.1.0", {"gunicorn": "20.1.0"}),
        ("Starting gunicorn 20.1.0", {"gunicorn": "20.1.0"}),
        ("INFO:     uvicorn/0.25.0", {"uvicorn": "0.25.0"}),
        (" -------------- celery@web01 v5.3.4 (emerald-rush)", {"celery": "5.3.4"}),
        ("Django version 4.2.7, using settings 'shop.settings'", {"django": "4.2.7"}),
        ("(Background on this error at: https://sqlalche.me/e/14/gkpj)", {"sqlalchemy": "1.4.*"}),
        ("visit https://errors.pydantic.dev/2.11/u/import-error", {"pydantic": "2.11.*"}),
        ("Starting gunicorn 20.1.0\nStarting gunicorn 21.0.0", {}),
        ("upstream answered with Server: uvicorn/0.25.0", {}),
        ('"GET / HTTP/1.1" 500 "python-requests/2.31.0"', {}),
        ("please install uvicorn-0.25.0 first", {}),
    ],
)
def test_what_a_text_shows(text: str, want: dict[str, str]) -> None:
    """Paths, banners and manuals tell; what another machine may have said does not, nor two that contradict."""
    assert versions(text) == want


LOCK = '[[package]]\nname = "Uvicorn"\nversion = "0.25.0"\n{}\n[[package]]\nname = "h11"\nversion = "0.14.0"\n'
PURL = "pkg:pypi/Uvicorn@0.25.0?arch=any"
LISTS = {
    "requirements.txt": "uvicorn[standard]==0.25.0 ; python_version >= '3.8' \\\n    --hash=sha256:00  # via shop\nh11>=0.9\n",
    "freeze.txt": FREEZE,
    "uv.lock": "version = 1\n" + LOCK.format('source = { registry = "https://index.example/simple" }'),
    "poetry.lock": LOCK.format('[package.source]\ntype = "legacy"\nurl = "https://index.example/simple"'),
    "pylock.toml": 'lock-version = "1.0"\n' + LOCK.format("").replace("package", "packages"),
    "Pipfile.lock": json.dumps({"_meta": {}, "default": {"uvicorn": {"version": "==0.25.0"}}}),
    "list.json": json.dumps([{"name": "uvicorn", "version": "0.25.0"}]),
    "bom.json": json.dumps({"bomFormat": "CycloneDX", "components": [{"name": "a", "components": [{"purl": PURL}]}]}),
    "spdx.json": json.dumps(
        {
            "spdxVersion": "SPDX-2.3",
            "packages": [{"externalRefs": [{"referenceType": "purl", "referenceLocator": PURL}]}],
        }
    ),
    "spdx3.json": json.dumps({"@graph": [{"type": "software_Package", "software_packageUrl": PURL}]}),
}
NOTHING = {
    "requirements.txt": "uvicorn>=0.25.0\nuvicorn @ git+https://example.org/uvicorn@0.25.0\n-e ./uvicorn\n# uvicorn==0.25.0\n",
    "uv.lock": LOCK.format('source = { git = "https://example.org/u?rev=1" }'),
    "poetry.lock": LOCK.format('[package.source]\ntype = "git"'),
    "pylock.toml": LOCK.format('vcs = { type = "git" }').replace("[package]", "[packages]"),
    "Pipfile.lock": json.dumps({"_meta": {}, "default": {"uvicorn": {"version": "*"}}}),
}


@pytest.mark.parametrize("name", LISTS)
def test_what_lists_a_version(name: str, tmp_path: Path) -> None:
    """Every kind of list gives the one version that it names, and says where it was found."""
    (tmp_path / name).write_text(LISTS[name])
    assert dict(read(tmp_path / name))["pypi/uvicorn"] == Found("0.25.0", name)


@pytest.mark.parametrize("name", NOTHING)
def test_what_names_no_single_version(name: str, tmp_path: Path) -> None:
    """A range, a checkout and an editable folder say nothing for sure."""
    (tmp_path / name).write_text(NOTHING[name])
    assert "pypi/uvicorn" not in dict(read(tmp_path / name))


def test_requirements_include_others(tmp_path: Path) -> None:
    """`-r` is followed, from the file's own folder; a circle ends."""
    (tmp_path / "base.txt").write_text("-r all.txt\nuvicorn==0.25.0\n")
    (tmp_path / "all.txt").write_text("-r base.txt\n")
    assert dict(read(tmp_path / "all.txt"))["pypi/uvicorn"] == Found("0.25.0", "base.txt")


def test_a_folder_and_an_environment(tmp_path: Path) -> None:
    """Metadata folders name versions, in the folder itself or in a virtual environment; an editable one does not."""
    folder = tmp_path / "lib" / "python3.11" / "site-packages"
    (folder / "uvicorn-0.25.0.dist-info").mkdir(parents=True)
    (folder / "typing_extensions-4.9.0-py3.11.egg-info").mkdir()
    (folder / "shop-1.0.dist-info").mkdir()
    (folder / "shop-1.0.dist-info" / "direct_url.json").write_text('{"url": "file:///srv", "dir_info": {}}')
    for each in (folder, tmp_path):
        found = dict(read(each))
        assert {name: one.version for name, one in found.items()} == {
            "pypi/typing-extensions": "4.9.0",
            "pypi/uvicorn": "0.25.0",
        }


@pytest.mark.parametrize("text", ["{", '{"a": 1}', "[[package]]\nname = ", "\xff\xfe"])
def test_what_is_no_list_is_refused(text: str, tmp_path: Path) -> None:
    """A file that cannot be read as a list is a usage error that names it."""
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match=r"list\.txt"):
        list(read(path))
    with pytest.raises(UsageError, match=r"gone\.txt: no such file"):
        list(read(tmp_path / "gone.txt"))


def test_auto_reads_the_folders_of_the_frames(tmp_path: Path) -> None:
    """`auto` looks beside the frames on this machine, and not along `..` or a share."""
    folder = tmp_path / "venv" / "lib" / "site-packages"
    (folder / "uvicorn-0.25.0.dist-info").mkdir(parents=True)
    found = Installed(["auto"])([f"{folder}/uvicorn/main.py", "/nowhere/site-packages/a.py", "<frozen os>"])
    assert [one.version for one in found["pypi/uvicorn"]] == ["0.25.0"]
    assert Installed(["auto"])([f"/{folder}/a.py", f"{tmp_path}/x/../venv/lib/site-packages/a.py"]) == {}


def log_of(folder: str) -> bytes:
    """A recorded event of uvicorn.h11-keepalive-send-response, its packages in a folder."""
    text = next(path for path in sorted(H11.glob("*.log"))).read_text()
    return text.replace("/usr/local/lib/python3.6/site-packages", folder).encode()


def test_the_verdict_of_a_scan(tmp_path: Path) -> None:
    """A scan says affected, fixed or unknown in JSON, and tells the first two on a terminal."""
    log = tmp_path / "app.log"
    log.write_bytes(log_of("/srv/site-packages"))
    pins = tmp_path / "requirements.txt"
    for version, want in (("0.11.5", "affected"), ("0.30.0", "fixed"), ("0.1.0", "unknown")):
        pins.write_text(f"uvicorn=={version}\n")
        found = report(log, "--installed", pins)
        told = next(one.verdict for one in found.incidents if one.signature == "uvicorn.h11-keepalive-send-response")
        assert told is not None
        assert (told.status, told.package, told.found, told.found_by) == (want, "uvicorn", version, "requirements.txt")
        shown = logscan("scan", log, *REFERENCE, "--installed", pins).stdout.decode()
        assert f"you run {version} (requirements.txt)" in " ".join(shown.split())
        assert story.version(told) in " ".join(shown.split())


def test_the_verdict_beside_the_frames(tmp_path: Path) -> None:
    """`--installed auto` finds the environment that the traceback ran in."""
    folder = tmp_path / "site-packages"
    (folder / "uvicorn-0.11.5.dist-info").mkdir(parents=True)
    os.utime(folder / "uvicorn-0.11.5.dist-info", (at("2020-01-01 00:00:00") // 10**6,) * 2)
    log = tmp_path / "app.log"
    log.write_bytes(log_of(str(folder)))
    found = report(log, "--installed", "auto")
    told = next(one.verdict for one in found.incidents if one.signature == "uvicorn.h11-keepalive-send-response")
    assert told is not None
    assert (told.status, told.found_by) == ("affected", "found beside the frames")


def test_a_list_without_versions_is_told(tmp_path: Path) -> None:
    """What names no version does not stop a scan, and is said."""
    (tmp_path / "requirements.txt").write_text("uvicorn\n")
    (tmp_path / "app.log").write_bytes(log_of("/srv/site-packages"))
    done = logscan("scan", tmp_path / "app.log", "--installed", tmp_path / "requirements.txt")
    assert done.returncode == 0
    assert b"names no package with one version" in done.stderr


PLAIN = st.builds(
    lambda numbers, post: ".".join(map(str, numbers)) + post,
    st.lists(st.integers(0, 3), min_size=1, max_size=4),
    st.sampled_from(["", "", ".post0", ".post1", ".post12"]),
)


@given(PLAIN, PLAIN)
def test_plain_releases_compare_as_all_versions_do(first: str, second: str) -> None:
    """What is of numbers and dots, and its post-releases, needs no library, and is ordered and printed as it does."""
    want, than = Version(first), Version(second)
    got, like = Release(first), Release(second)
    assert (got < like, got >= like, str(got), str(max(got, like))) == (
        want < than, want >= than, str(want), str(max(want, than)),
    )  # fmt: skip
    assert (got.local, got.is_prerelease, got.base_version) == (want.local, want.is_prerelease, want.base_version)
