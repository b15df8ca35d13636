"""Rules of logscan.packs: signatures of one's own are found, none is replaced unseen, and ignoring hides no count."""

from pathlib import Path

import pytest
from command import ERROR, LOG, ROOT, logscan

from logscan.errors import RulesError, UsageError
from logscan.packs import homes, rules
from logscan.report import loads

OWN = "own.order-failed"
ORIGINAL = ROOT / "signatures" / "uvicorn" / "h11-state-error.yaml"


def draft(home: Path, tmp_path: Path) -> None:
    """A signature of the record in LOG, in the pack of a folder."""
    (tmp_path / "app.log").write_bytes(LOG)
    made = logscan("signatures", "new", f"{tmp_path / 'app.log'}:2", env={"XDG_CONFIG_HOME": ""}).stdout.decode()
    path = home / "signatures" / "own" / "order-failed.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(made.replace(made.split("\n")[1], f"id: {OWN}"), "utf-8")


def found(tmp_path: Path, *options: str, cwd: Path | None = None, config: Path | None = None) -> dict[str, str]:
    """{incident's signature or "": action} of a scan of LOG."""
    env = {"XDG_CONFIG_HOME": str(config)} if config else {}
    done = logscan("scan", tmp_path / "app.log", "-f", "json", *options, cwd=cwd or tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    report = loads(done.stdout)
    assert report.events == 2
    return {one.signature or "": one.action for one in report.incidents}


def test_the_users_and_the_projects_folder(tmp_path: Path) -> None:
    """A pack in either folder is in force; the project's from below it too; without them it is not."""
    draft(tmp_path / "config" / "logscan", tmp_path)
    draft(tmp_path / "project" / ".logscan", tmp_path)
    below = tmp_path / "project" / "src" / "shop"
    below.mkdir(parents=True)
    assert OWN in found(tmp_path, config=tmp_path / "config")
    assert OWN in found(tmp_path, cwd=below)
    assert OWN not in found(tmp_path)


def test_what_is_ignored_is_counted(tmp_path: Path) -> None:
    """`--ignore` and the list take the action away, and with it `--fail-on`; the events stay."""
    home = tmp_path / ".logscan"
    draft(home, tmp_path)
    assert found(tmp_path)[OWN] == "ticket"
    assert found(tmp_path, "--ignore", OWN)[OWN] == "ignore"
    assert found(tmp_path, "--ignore", OWN, "--jobs", "2")[OWN] == "ignore"
    (home / "ignore").write_text(f"# not ours\n{OWN}  # since May\n")
    assert found(tmp_path)[OWN] == "ignore"
    (tmp_path / "one.log").write_bytes(ERROR)
    fails = ("scan", tmp_path / "one.log", "--fail-on", "error")
    assert logscan(*fails, cwd=tmp_path).returncode == 0
    (home / "ignore").unlink()
    assert logscan(*fails, cwd=tmp_path).returncode == 1


def test_the_digest_tells_that_something_is_ignored() -> None:
    """Two reports whose signatures act differently have different digests."""
    plain = rules((), bundled=True, ignored=(), homes=())
    quiet = rules((), bundled=True, ignored=("uvicorn.h11-state-error",), homes=())
    assert plain.digest != quiet.digest
    assert plain.count == quiet.count


def test_an_id_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """A slip in an ignored id is told, with the place that it stands at."""
    with pytest.raises(UsageError, match=r"--ignore: no signature is called a\.b"):
        rules((), bundled=True, ignored=("a.b",), homes=())
    (tmp_path / "ignore").write_text("a.b\n")
    with pytest.raises(UsageError, match=r"ignore: no signature is called a\.b"):
        rules((), bundled=True, ignored=(), homes=(tmp_path,))


def test_two_of_one_id_are_refused(tmp_path: Path) -> None:
    """An own signature never takes a bundled one's place silently."""
    path = tmp_path / "signatures" / "uvicorn" / ORIGINAL.name
    path.parent.mkdir(parents=True)
    path.write_bytes(ORIGINAL.read_bytes())
    with pytest.raises(RulesError, match=r"uvicorn\.h11-state-error is also in"):
        rules((), bundled=True, ignored=(), homes=(tmp_path,))


def test_where_the_folders_are(tmp_path: Path) -> None:
    """$XDG_CONFIG_HOME, else ~/.config; a relative one does not count; the nearest .logscan wins."""
    for name in ("x/logscan", "h/.config/logscan", "p/.logscan", "p/q/.logscan"):
        (tmp_path / name).mkdir(parents=True)
    h = str(tmp_path / "h")
    assert homes({"XDG_CONFIG_HOME": str(tmp_path / "x"), "HOME": h}, str(tmp_path)) == [str(tmp_path / "x/logscan")]
    assert homes({"XDG_CONFIG_HOME": "x", "HOME": h}, str(tmp_path)) == [str(tmp_path / "h/.config/logscan")]
    assert homes({}, str(tmp_path / "p/q/r")) == [str(tmp_path / "p/q/.logscan")]
    assert homes({}, str(tmp_path)) == []
