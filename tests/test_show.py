"""A second look: reports that were kept, and the commands that show an incident's event."""

import gzip
import shutil
import signal
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from command import COMMAND, LOG, REFERENCE, TRACE, environment, logscan

from logscan.report import loads
from logscan.signals import Stop


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


def test_a_report_whose_reader_went_away_is_kept(tmp_path: Path) -> None:
    """A terminal that is closed, a connection that drops: the report so far is kept for `logscan show`, and 129 is the
    exit code; `nohup` is left alone."""
    state = {"XDG_STATE_HOME": str(tmp_path)}
    process = subprocess.Popen(
        [*COMMAND, "-", *REFERENCE, "--format", "jsonl"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(**state),
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(LOG)
    process.stdin.flush()
    while b'"type":"event"' not in process.stdout.readline():
        pass
    process.stdout.close()
    process.send_signal(signal.SIGHUP)
    process.stdin.close()
    assert process.wait(20) in (0, 129)  # 0: it met the closed pipe first
    assert b"events" in logscan("show", "--top", "0", env=state).stdout

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        for there in (signal.SIG_IGN, signal.SIG_DFL):
            signal.signal(signal.SIGHUP, there)
            stop = Stop()
            stop.install()
            assert (signal.getsignal(signal.SIGHUP) == stop) == (there == signal.SIG_DFL)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
