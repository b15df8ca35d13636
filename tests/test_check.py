"""`logscan check`: expectations beside logs, the gate, baselines, and how it ends."""

import gzip
import resource
import shutil
import subprocess
from pathlib import Path

import pytest
from command import COMMAND, ERROR, INFO, LOG, SAMPLES, TRACE, environment, logscan

KNOWN = SAMPLES / "uvicorn-connection-closed-send-body" / "app.log"
NEW = TRACE.replace(b"apply_discount", b"refund").replace(b"KeyError: 'coupon'", b"ValueError: no refund")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(LOG)
    return path


def test_what_is_written_is_what_is_found(log: Path) -> None:
    """After --update the log is as expected; the file is small, readable, and does not depend on place or day."""
    done = logscan("check", "--update", log)
    assert done.returncode == 0, done.stdout
    text = Path(f"{log}.expected.yaml").read_text()
    assert text.startswith("schema: logscan.expected/1\nevents: 2\nsignatures: {}\nunclassified:\n  fp:")
    assert "KeyError: 'coupon'" in text and len(text.splitlines()) == 6
    moved = log.parent / "moved" / "other.log"
    moved.parent.mkdir()
    shutil.copy(log, moved)
    shutil.copy(f"{log}.expected.yaml", f"{moved}.expected.yaml")
    assert logscan("check", log, moved, env={"TZ": "Asia/Tokyo"}).returncode == 0


def test_a_difference_is_told_with_the_command_that_accepts_it(log: Path) -> None:
    """One event more and one group gone: exit 1, each with both counts; the command that is printed mends it."""
    logscan("check", "--update", log)
    log.write_bytes(INFO + ERROR + ERROR + NEW)
    done = logscan("check", log)
    said = done.stdout.decode()
    assert done.returncode == 1
    assert "events: expected 2, found 3" in said
    assert "expected none, found 1  ValueError: no refund" in said and "expected 1, found none" in said
    command = next(line for line in said.splitlines() if "--update" in line).partition("? logscan ")[2].split()
    assert logscan(*command).returncode == 0
    assert logscan("check", log).returncode == 0


def test_a_log_without_an_expectation_must_be_clean(log: Path) -> None:
    """Exit 1 on an error, 0 on a warning unless --fail-on asks for it; the finding names count, severity and line."""
    done = logscan("check", log)
    assert done.returncode == 1
    assert "1x error  KeyError: 'coupon', first in line 4" in done.stdout.decode()
    log.write_bytes(INFO + ERROR.replace(b"ERROR", b"WARNING"))
    assert logscan("check", log).returncode == 0
    assert logscan("check", log, "--level", "warning").returncode == 0
    assert logscan("check", log, "--level", "warning", "--fail-on", "warning").returncode == 1


def test_the_baseline_lists_what_may_be(log: Path, tmp_path: Path) -> None:
    """Listed incidents pass wherever they stand, and however often; a new one fails, and it alone is told."""
    saved = tmp_path / "old.json"
    saved.write_bytes(logscan(log, "--format", "json").stdout)
    moved = tmp_path / "moved.log"
    moved.write_bytes(INFO * 100 + TRACE.replace(b"line 14", b"line 99") + ERROR * 3)
    assert logscan("check", moved).returncode == 1
    for what in ("error", "unknown", "new"):
        done = logscan("check", moved, "--baseline", saved, "--fail-on", what)
        assert done.returncode == 0, done.stdout
    moved.write_bytes(moved.read_bytes() + NEW)
    done = logscan("check", moved, "--baseline", saved, "--fail-on", "new")
    assert done.returncode == 1
    assert "ValueError: no refund" in done.stdout.decode() and "coupon" not in done.stdout.decode()


def test_an_expectation_stands_for_its_log(log: Path) -> None:
    """A hook passes what was changed: the .expected.yaml alone checks its log, once; without the log it fails."""
    logscan("check", "--update", log)
    beside = Path(f"{log}.expected.yaml")
    done = logscan("check", beside, log)
    assert (done.returncode, done.stdout) == (0, b"1 log checked: 1 as expected\n")
    beside.write_text(beside.read_text().replace("events: 2", "events: 5"))
    assert logscan("check", beside).returncode == 1
    log.unlink()
    done = logscan("check", beside)
    assert done.returncode == 1 and b"remove it too" in done.stdout


def test_standard_input_is_read_only_by_name(log: Path) -> None:
    """Without paths a usage error, with paths the pipe is left alone; `-` reads it."""
    assert logscan("check", stdin=LOG).returncode == 2
    assert logscan("check", "-", stdin=LOG).returncode == 1
    log.write_bytes(INFO)
    held = subprocess.Popen(
        [*COMMAND, "check", str(log)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()
    )
    with held:  # its standard input stays open and empty
        assert held.wait(timeout=60) == 0


def test_a_folder_is_checked_and_updated_where_expectations_stand(log: Path) -> None:
    """--update on a folder rewrites expectations and does not invent any."""
    bare, named = log.parent / "bare.log", Path(f"{log}.expected.yaml")
    bare.write_bytes(ERROR)
    named.write_text("events: 7\nsignatures:\nunclassified: 7\n")
    done = logscan("check", "--update", log.parent)
    assert done.returncode == 1 and "events: 2" in named.read_text()
    assert not Path(f"{bare}.expected.yaml").exists()


@pytest.mark.parametrize("text", ["events: many\n", "events: 1\nsignature: {}\n", "- 1\n", "schema: x\nevents: 1\n"])
def test_a_wrong_expectation_is_told_where(log: Path, text: str) -> None:
    """Exit 2 and file:line:column for what is no expectation."""
    Path(f"{log}.expected.yaml").write_text(text)
    done = logscan("check", log)
    assert done.returncode == 2
    assert f"{log}.expected.yaml:" in done.stderr.decode()


@pytest.mark.parametrize("total", [2, 3])
def test_a_total_may_stand_for_all_groups(log: Path, total: int) -> None:
    """`unclassified: N` compares the sum alone."""
    Path(f"{log}.expected.yaml").write_text(f"events: 2\nsignatures:\nunclassified: {total}\n")
    assert logscan("check", log).returncode == (total != 2)


def test_what_cannot_be_read(log: Path, tmp_path: Path) -> None:
    """2 where nothing could be read, 3 for a cut archive, 1 where something else is wrong too."""
    binary, cut = tmp_path / "binary.log", tmp_path / "cut.log.gz"
    binary.write_bytes(bytes(range(256)) * 50)
    cut.write_bytes(gzip.compress(INFO * 5000)[:-40])
    assert logscan("check", binary).returncode == 2
    assert logscan("check", tmp_path / "missing.log").returncode == 2
    assert logscan("check", cut).returncode == 3
    assert logscan("check", cut, "--allow-incomplete").returncode == 0
    assert logscan("check", cut, log).returncode == 1


def test_twenty_small_logs_take_little() -> None:
    """Nothing changed, nothing slow: 20 samples in under 1.5 s of processor time (the clock's depends on the machine)."""
    logs = sorted(SAMPLES.glob("transports/*/*.expected.yaml"))[:20]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = logscan("check", *logs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0 and b"20 as expected" in done.stdout
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5


def test_a_scan_compares_with_a_baseline(log: Path, tmp_path: Path) -> None:
    """new, more, same and gone, with ratios, in JSON; --fail-on new passes where nothing is new."""
    from logscan.report import loads

    saved = tmp_path / "old.json"
    saved.write_bytes(logscan(log, KNOWN, "--format", "json").stdout)
    log.write_bytes(ERROR * 3 + TRACE)
    done = logscan(log, "--baseline", saved, "--fail-on", "new", "--format", "json")
    assert done.returncode == 0
    report = loads(done.stdout)
    changes = {each.title: each.change for each in report.incidents}
    assert {change.status for change in changes.values() if change} == {"more", "same"}
    assert [change.ratio for change in changes.values() if change and change.status == "more"] == [3.0]
    assert report.baseline is not None
    gone = [each.key for each in report.baseline.gone]
    assert gone and all(key.startswith("uvicorn.") for key in gone)
    log.write_bytes(log.read_bytes() + NEW)
    assert logscan(log, "--baseline", saved, "--fail-on", "new").returncode == 1
    assert logscan(log, "--fail-on", "new").returncode == 2


def test_a_group_that_got_a_signature_is_not_new(tmp_path: Path) -> None:
    """Groups are found by fingerprint across a change of rules, both ways: not new, and not gone."""
    from logscan.report import loads

    bare, known = tmp_path / "bare.json", tmp_path / "known.json"
    bare.write_bytes(logscan(KNOWN, "--no-bundled", "--format", "json").stdout)
    known.write_bytes(logscan(KNOWN, "--format", "json").stdout)
    for options, old in (((), bare), (("--no-bundled",), known)):
        report = loads(logscan(KNOWN, *options, "--baseline", old, "--format", "json").stdout)
        assert [each.change.status for each in report.incidents if each.change] == ["same"] * len(report.incidents)
        assert report.baseline is not None and report.baseline.gone == ()
