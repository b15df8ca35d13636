"""A second look: reports that were kept, and the commands that show an incident's event."""

import gzip
import shutil
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from command import LOG, REFERENCE, TRACE, logscan

from logscan.report import loads


def test_a_report_is_shown_again(tmp_path: Path) -> None:
    """What came through a pipe is shown again, in any format, 1 being the newest; its files are the owner's alone."""
    state = {"XDG_STATE_HOME": str(tmp_path)}
    first = logscan("scan", "-f", "json", *REFERENCE, stdin=LOG, env=state)
    logscan("scan", "-q", *REFERENCE, stdin=TRACE, env=state)
    assert logscan("show", "2", "-f", "json", env=state).stdout == first.stdout
    assert loads(logscan("show", "-f", "json", env=state).stdout).events == 1
    assert logscan("show", "-f", "html", env=state).stdout.lower().startswith(b"<!doctype html>")
    files = list((tmp_path / "logscan").iterdir())
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_where_no_report_is_kept(tmp_path: Path) -> None:
    """`--no-keep` keeps none; asking for one that is not there is exit 2 in words; the oldest make room."""
    state = {"XDG_STATE_HOME": str(tmp_path)}
    assert logscan("scan", "--no-keep", *REFERENCE, stdin=LOG, env=state).returncode == 0
    done = logscan("show", env=state)
    assert (done.returncode, b"none is kept" in done.stderr) == (2, True)
    assert not list((tmp_path / "logscan").iterdir())


def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    """What another user could have put there is neither read nor added to."""
    (tmp_path / "logscan").mkdir()
    (tmp_path / "logscan").chmod(0o777)
    assert logscan("scan", *REFERENCE, stdin=LOG, env={"XDG_STATE_HOME": str(tmp_path)}).returncode == 0
    assert not list((tmp_path / "logscan").iterdir())


@pytest.mark.parametrize("kind", ["plain", "gz", "tar", "zip"])
def test_the_command_that_shows_an_event_works(kind: str, tmp_path: Path) -> None:
    """`locate`, pasted into a shell, prints the event's lines: from a file, a compressed one, an archive's member."""
    (tmp_path / "my app.log").write_bytes(LOG)
    name = {"plain": "my app.log", "gz": "my app.log.gz", "tar": "a.tar.gz", "zip": "a b.zip"}[kind]
    if kind == "gz":
        (tmp_path / name).write_bytes(gzip.compress(LOG))
    elif kind == "tar":
        with tarfile.open(tmp_path / name, "w:gz") as tar:
            tar.add(tmp_path / "my app.log", "my app.log")
    elif kind == "zip":
        if shutil.which("unzip") is None:
            pytest.skip("no unzip here")
        with zipfile.ZipFile(tmp_path / name, "w") as pack:
            pack.write(tmp_path / "my app.log", "my app.log")
    done = logscan("scan", name, *REFERENCE, "-f", "json", cwd=tmp_path)
    commands = [incident.locate for incident in loads(done.stdout).incidents]
    assert None not in commands and len(commands) == 2
    shown = [subprocess.run(one or "", shell=True, cwd=tmp_path, capture_output=True).stdout for one in commands]
    assert TRACE in shown
