"""Rules of what is read: standard input, files, folders, archives, encodings; and what is left out, with the reason."""

import gzip
import os
import random
import socket
import subprocess
import time
from pathlib import Path

import pytest
from command import COMMAND, ERROR, INFO, LOG, REFERENCE, SHOP, environment, logscan, report

from logscan.report import Report, loads

RANDOM = random.Random(7)
BINARY = b"\x7fELF" + RANDOM.randbytes(60_000)


def what(found: Report) -> list[tuple[str, int, str | None, str | None]]:
    """What a report says happened, without the name of the source."""
    return [(each.key, each.count, each.first, each.last) for each in found.incidents]


# -- standard input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["scan"], ["-"], ["scan", "-"], ["/dev/stdin"]])
def test_a_pipe_is_read_with_or_without_a_dash(arguments: list[str]) -> None:
    """`… | logscan` in each of its spellings."""
    done = logscan(*arguments, *REFERENCE, "--format", "json", stdin=LOG)
    found = loads(done.stdout)
    assert (done.returncode, found.events, found.input.sources[0].name) == (0, 2, "stdin")


def test_scan_may_be_left_out(tmp_path: Path) -> None:
    """`logscan FILE` is `logscan scan FILE`, also for a file that is called like a command."""
    (tmp_path / "app.log").write_bytes(LOG)
    (tmp_path / "scan").write_bytes(LOG)
    short = logscan("app.log", *REFERENCE, cwd=tmp_path)
    assert short.stdout == logscan("scan", "app.log", *REFERENCE, cwd=tmp_path).stdout
    assert b"2 events" in logscan("scan", "scan", *REFERENCE, cwd=tmp_path).stdout


def test_a_redirected_file_is_a_pipe(tmp_path: Path) -> None:
    """`logscan < FILE`."""
    (tmp_path / "app.log").write_bytes(LOG)
    with (tmp_path / "app.log").open("rb") as file:
        done = subprocess.run([*COMMAND, *REFERENCE], stdin=file, capture_output=True, env=environment(), timeout=20)
    assert done.returncode == 0 and b"2 events" in done.stdout


@pytest.mark.parametrize("stdin", [b"", None])
def test_empty_input_is_a_failed_command(stdin: bytes | None) -> None:
    """2, and the question whether the command before the pipe failed."""
    done = logscan(stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"") and b"empty" in done.stderr


def test_a_byte_at_a_time_is_a_file(tmp_path: Path) -> None:
    """The pieces in which a pipe delivers change nothing."""
    (tmp_path / "app.log").write_bytes(LOG)
    process = subprocess.Popen(
        [*COMMAND, "-", *REFERENCE, "--format", "json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdin is not None
    for number in range(len(LOG)):
        process.stdin.write(LOG[number : number + 1])
        process.stdin.flush()
        if not number % 16:
            time.sleep(0.001)
    out, _ = process.communicate(timeout=20)
    dripped, whole = loads(out), report(tmp_path / "app.log")
    assert what(dripped) == what(whole)
    assert (dripped.input.bytes, dripped.input.lines) == (whole.input.bytes, whole.input.lines) == (len(LOG), 9)


# -- files ------------------------------------------------------------------------------------------------------------


def test_an_empty_file_is_a_log_without_lines(tmp_path: Path) -> None:
    """0, no events, the file is listed."""
    (tmp_path / "app.log").touch()
    found = report(tmp_path / "app.log")
    assert (found.events, found.complete, [each.bytes for each in found.input.sources]) == (0, True, [0])


@pytest.mark.parametrize("name", ["missing.log", "loop", "nowhere/app.log"])
def test_a_missing_file_alone_is_nothing_to_scan(tmp_path: Path, name: str) -> None:
    """2, the name and the reason, nothing on standard output."""
    (tmp_path / "loop").symlink_to("loop")
    done = logscan(name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"") and done.stderr.startswith(f"logscan: {name}: ".encode())


def test_a_missing_file_costs_nothing_of_a_good_one(tmp_path: Path) -> None:
    """The good one's counts, the problem with its name, 3; in whichever order they stand."""
    (tmp_path / "good.log").write_bytes(LOG)
    for names in (["good.log", "gone.log"], ["gone.log", "good.log"]):
        found = report(*(tmp_path / name for name in names), code=(3,))
        assert (found.events, found.complete) == (2, False)
        assert [Path(each.source).name for each in found.problems] == ["gone.log"]
    text = logscan("good.log", "gone.log", *REFERENCE, cwd=tmp_path).stdout.decode()
    assert "gone.log" in text and "2 events" in text


def test_a_binary_file_is_left_out(tmp_path: Path) -> None:
    """Alone: 2. Beside a log: its bytes are counted as skipped, with the reason."""
    (tmp_path / "core").write_bytes(BINARY)
    (tmp_path / "app.log").write_bytes(LOG)
    assert logscan(tmp_path / "core").returncode == 2
    found = report(tmp_path / "core", tmp_path / "app.log", code=(0, 3))
    assert (found.events, found.input.skipped) == (2, {"binary data": len(BINARY)})


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    """3 beside a good one, with the reason."""
    (tmp_path / "good.log").write_bytes(LOG)
    (tmp_path / "secret.log").write_bytes(LOG)
    (tmp_path / "secret.log").chmod(0)
    found = report(tmp_path / "good.log", tmp_path / "secret.log", code=(3,))
    assert found.events == 2 and "permission denied" in found.problems[0].message


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """By whatever name it is met: twice on the command line, a hard link, a link."""
    (tmp_path / "app.log").write_bytes(LOG)
    os.link(tmp_path / "app.log", tmp_path / "hard.log")
    (tmp_path / "soft.log").symlink_to("app.log")
    for names in (["app.log", "app.log"], ["app.log", "hard.log", "soft.log"], ["."], [".", "app.log"]):
        found = report(*(tmp_path / name for name in names))
        assert (found.events, len(found.input.sources)) == (2, 1), names


# -- folders ----------------------------------------------------------------------------------------------------------


def test_a_folder_is_walked_and_every_omission_has_a_reason(tmp_path: Path) -> None:
    """Files in folders below, by name; documents, programs, pipes, sockets, devices, loops are left out, none blocks."""
    deep = tmp_path / "2026" / "11"
    deep.mkdir(parents=True)
    (deep / "b.log").write_bytes(LOG)
    (deep / "a.log.1").write_bytes(ERROR)
    (tmp_path / "syslog").write_bytes(ERROR)
    (tmp_path / "old.log.gz").write_bytes(gzip.compress(ERROR))
    (tmp_path / "notes.md").write_bytes(ERROR)
    (tmp_path / "core").write_bytes(BINARY)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "packed.log").write_bytes(ERROR)
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "zero").symlink_to("/dev/zero")
    (tmp_path / "up").symlink_to("..")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "gone").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        there = Path.cwd()
        os.chdir(tmp_path)  # a socket's path must be short
        try:
            listener.bind("socket")
        finally:
            os.chdir(there)
        found = report(tmp_path, code=(0, 3))
    names = [Path(each.name).name for each in found.input.sources]
    assert (found.events, sorted(names)) == (5, ["a.log.1", "b.log", "old.log.gz", "syslog"])
    reasons = " | ".join(found.input.skipped)
    for reason in ("a pipe", "a socket", "a device", "not a log by its name (.md)", "binary data", "no such file"):
        assert reason in reasons
    assert "too many levels of symbolic links" in reasons


def test_a_folder_without_logs_is_nothing_to_scan(tmp_path: Path) -> None:
    """2: a misspelt folder in a nightly job must not look clean."""
    done = logscan(tmp_path)
    assert done.returncode == 2 and b"no logs in this folder" in done.stderr


def test_a_pipe_that_nobody_writes_to_does_not_block(tmp_path: Path) -> None:
    """A named pipe is given a second; then it is named as skipped. One that is written to is read."""
    os.mkfifo(tmp_path / "fifo")
    started = time.monotonic()
    assert logscan(tmp_path / "fifo").returncode == 2 and time.monotonic() - started < 15
    process = subprocess.Popen(
        [*COMMAND, str(tmp_path / "fifo"), *REFERENCE, "-q"], stdout=subprocess.PIPE, env=environment()
    )
    with (tmp_path / "fifo").open("wb") as writer:
        writer.write(LOG)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and out.startswith(b"2 events")


def test_devices_that_are_named_are_refused() -> None:
    """/dev/zero would never end."""
    done = logscan("/dev/zero")
    assert done.returncode == 2 and b"a device, not a file" in done.stderr


# -- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("piped", [False, True], ids=["file", "pipe"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str, piped: bool) -> None:
    """What Windows tools write reads like UTF-8."""
    text = LOG.decode().replace("order 17", "Bestellung für 17 €")
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    data = (mark + text).encode(encoding)
    (tmp_path / "app.log").write_bytes(data)
    found = report("-", stdin=data) if piped else report(tmp_path / "app.log")
    assert found.events == 2
    assert any("Bestellung für 17 €" in each.example.text for each in found.incidents)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("piped", [False, True], ids=["file", "pipe"])
def test_utf_16_without_a_mark_is_told_by_its_nuls(tmp_path: Path, encoding: str, piped: bool) -> None:
    """A second run of a Windows tool appends without a mark, and rotation cuts the mark off."""
    data = LOG.decode().encode(encoding)
    (tmp_path / "app.log").write_bytes(data)
    found = report("-", stdin=data) if piped else report(tmp_path / "app.log")
    assert found.events == 2


@pytest.mark.parametrize("place", ["start", "middle"])
def test_a_hole_of_nuls_is_no_binary_file(tmp_path: Path, place: str) -> None:
    """What copytruncate leaves: the events around it are counted."""
    hole = bytes(70_000)
    data = hole + LOG if place == "start" else LOG + hole + b"\n" + LOG
    (tmp_path / "app.log").write_bytes(data)
    assert report(tmp_path / "app.log").events == (2 if place == "start" else 4)


@pytest.mark.parametrize("ending", [b"\r\n", b"\n"])
def test_line_ends_of_windows(ending: bytes) -> None:
    """CR LF is a line's end; the message does not keep the CR."""
    found = report("-", stdin=LOG.replace(b"\n", ending))
    assert found.events == 2 and not any("\r" in (each.message or "") for each in found.incidents)


def test_bytes_that_are_no_text_are_kept_readable() -> None:
    """Undecodable bytes neither stop the scan nor break the JSON."""
    found = report("-", stdin=INFO + ERROR.replace(b"17", b"\xff\xfe\x80") + INFO)
    assert found.events == 1


def test_the_last_line_needs_no_end() -> None:
    """A log that ends in the middle of a line."""
    assert report("-", stdin=LOG + ERROR.rstrip()).events == 3


def test_what_is_read_again_is_the_same() -> None:
    """Two scans of one file give the same bytes."""
    first, second = (logscan(SHOP, *REFERENCE, "--format", "json").stdout for _ in range(2))
    assert first == second


# -- lines that nobody knows -------------------------------------------------------------------------------------------

FOREIGN = b"alpha 17 | beta 4711 E no such thing\n" * 3
UNSEEN = b"! lines in no known format, so levels were not seen: "


def test_nothing_found_among_lines_of_no_known_format_is_told(tmp_path: Path) -> None:
    """Where no format and no transport knows a source's lines its levels cannot be seen: "nothing wrong found" says so,
    in every form, with the source's name, and with any number of jobs."""
    for name, content in {
        "odd.log": FOREIGN,
        "big.log": FOREIGN * 80_000,
        "app.log": INFO * 3,
        "empty.log": b"\n\n",
    }.items():
        (tmp_path / name).write_bytes(content)
    shown = logscan("odd.log", cwd=tmp_path).stdout
    assert shown.startswith(b"odd.log\nnothing wrong found") and UNSEEN + b"odd.log\n" in shown
    assert UNSEEN.removeprefix(b"! ") in logscan("odd.log", "--format", "markdown", cwd=tmp_path).stdout
    for jobs in ("1", "2"):
        found = report(*(tmp_path / f"{name}.log" for name in ("odd", "big", "app", "empty")), "--jobs", jobs)
        assert [Path(each.name).name for each in found.input.sources if each.foreign] == ["big.log", "odd.log"]
    assert UNSEEN not in logscan("app.log", "empty.log", cwd=tmp_path).stdout


def test_known_lines_among_others_are_enough(tmp_path: Path) -> None:
    """One line that a format or a transport knows among the first ones is enough, whatever its time; so are events."""
    for known in (INFO, b"INFO:     started\n", b'{"level": "info", "msg": "started"}\n'):
        (tmp_path / "app.log").write_bytes(FOREIGN + known + FOREIGN)
        assert not report(tmp_path / "app.log").input.sources[0].foreign
    (tmp_path / "app.log").write_bytes(
        FOREIGN + b'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x\n'
    )
    assert report(tmp_path / "app.log").input.sources[0].foreign
    assert UNSEEN not in logscan("app.log", cwd=tmp_path).stdout


def test_what_was_found_among_lines_of_no_known_format_may_not_be_all(tmp_path: Path) -> None:
    """Such a source is named where something was found in it too, in words of its own and in every form for people;
    not where what was found is most of it, as in the last words of a program."""
    trace = b'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x\n'
    told = b"lines in no known format, so more may have happened than was found: "
    for name, content in {
        "odd.log": FOREIGN * 3 + trace,
        "much.log": (FOREIGN * 3 + trace) * 3,
        "bare.log": trace * 3,
        "app.log": INFO * 9 + trace,
    }.items():
        (tmp_path / name).write_bytes(content)
    for form in ("terminal", "markdown", "html"):
        shown = b" ".join(logscan("odd.log", "--format", form, cwd=tmp_path).stdout.split())
        assert told + b"odd.log" in shown and UNSEEN.removeprefix(b"! ") not in shown, form
    every = logscan(*(f"{name}.log" for name in ("odd", "much", "bare", "app")), cwd=tmp_path).stdout
    assert told + b"much.log, odd.log " in b" ".join(every.split())
    for name in ("bare.log", "app.log"):
        assert b"in no known format" not in logscan(name, cwd=tmp_path).stdout


def test_quiet_says_why_it_is_not_whole(tmp_path: Path) -> None:
    """Exit code 3 never comes alone: what could not be read is named beside the counts of `--quiet` too."""
    (tmp_path / "app.log").write_bytes(LOG)
    done = logscan("app.log", "gone.log", "-q", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, b"logscan: gone.log: no such file or directory\n")
