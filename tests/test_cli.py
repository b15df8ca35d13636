"""Rules of the command line: exit codes, options, signals, and what it may write where."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import IO

import pytest
from command import COMMAND, ERROR, INFO, LOG, REFERENCE, SHOP, TRACE, environment, logscan, report
from rich.cells import cell_len

ANSI = re.compile(rb"\x1b")
PAGE = b"2026-11-24 10:00:00,000 CRITICAL shop: the till is on fire\n"
KNOWN = Path(SHOP).parent.parent / "uvicorn-h11-keepalive" / "app.log"

BAD_SIGNATURE = "schema: logscan.signature/1\nid: shop.broken\ntitle: broken\nmatch: {text: 'failed'\n"
BAD_REGEX = """\
schema: logscan.signature/1
id: shop.broken
title: broken
severity: error
action: ticket
status: experimental
match: {text: "order (17"}
cause: an order that fails
impact: one customer waits
remediation: {summary: look at the order}
evidence: [{url: "https://shop.example/orders", shows: what the shop logs}]
evidence_level: reported
last_verified: 2026-11-24
examples:
  match: ["ERROR shop: order 17 failed"]
  no_match: ["ERROR shop: all is lost"]
"""


# -- exit codes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("log", "fail_on", "code"),
    [
        (LOG, None, 0),
        (LOG, "info", 1),
        (LOG, "error", 1),
        (LOG, "critical", 0),
        (LOG, "unknown", 1),
        (LOG, "page", 0),
        (PAGE, "page", 1),
        (PAGE, "critical", 1),
        (INFO, "info", 0),
    ],
)
def test_findings_fail_only_where_asked(log: bytes, fail_on: str | None, code: int) -> None:
    """0 with findings, 1 where --fail-on names them or something less bad."""
    asked = () if fail_on is None else ("--fail-on", fail_on)
    assert logscan("-", *REFERENCE, *asked, stdin=log).returncode == code


def test_known_incidents_are_not_unknown() -> None:
    """--fail-on unknown passes where every event has a signature."""
    assert logscan(KNOWN, "--fail-on", "unknown").returncode == 0
    done = logscan(KNOWN, "--fail-on", "error", "-q")
    assert done.returncode == 1
    said = b"logscan: --fail-on error: 1 incident, 9 events; the first is 9x uvicorn: keep-alive timer fires while"
    assert done.stderr.startswith(said) and done.stderr.count(b"\n") == 1


def test_incomplete_is_three_unless_allowed_and_findings_win(tmp_path: Path) -> None:
    """3 where an input was missing; --allow-incomplete makes it 0; 1 beats 3."""
    good, missing = tmp_path / "good.log", tmp_path / "missing.log"
    good.write_bytes(LOG)
    assert logscan(good, missing, *REFERENCE).returncode == 3
    assert logscan(good, missing, *REFERENCE, "--allow-incomplete").returncode == 0
    assert logscan(good, missing, *REFERENCE, "--fail-on", "error").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--level", "loud"], "--level"),
        (["--since", "whenever"], "--since"),
        (["--until", "25:61"], "--until"),
        (["--format", "pdf"], "--format"),
        (["--bucket", "often"], "--bucket"),
        (["--bucket", "0"], "--bucket"),
        (["--tz", "Mars/Olympus"], "--tz"),
        (["--reference-time", "then"], "--reference-time"),
        (["--transport", "pigeon"], "--transport"),
        (["--mark", "deploy"], "--mark"),
        (["--fail-on", "terrible"], "--fail-on"),
        (["--signatures", "/nowhere/at/all"], "/nowhere/at/all"),
        (["--color", "mauve"], "--color"),
        (["--no-such-option"], "--no-such-option"),
        (["--level"], "--level"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_option(arguments: list[str], says: str) -> None:
    """2, nothing on standard output, no traceback, and the option's name."""
    done = logscan("-", *arguments, stdin=LOG)
    assert (done.returncode, done.stdout) == (2, b"")
    assert says in done.stderr.decode() and done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["signatures", "nonsense"], ["signatures", "list", "--format", "pdf"]])
def test_a_bad_command_is_usage(arguments: list[str]) -> None:
    """2 for what is no command or no value of one."""
    done = logscan(*arguments)
    assert done.returncode == 2 and b"Traceback" not in done.stderr


@pytest.mark.parametrize(("text", "place"), [(BAD_SIGNATURE, ":5:"), (BAD_REGEX, ":7:")])
def test_a_bad_signature_is_told_by_file_and_line(tmp_path: Path, text: str, place: str) -> None:
    """2 and `file:line:column: …` for YAML that does not parse and for a pattern that does not compile."""
    file = tmp_path / "shop" / "broken.yaml"
    file.parent.mkdir()
    file.write_text(text)
    done = logscan("-", "--signatures", file, stdin=LOG)
    assert (done.returncode, done.stdout) == (2, b"")
    assert re.search(rf"broken\.yaml{place}\d+: ", done.stderr.decode() or ""), done.stderr


def test_a_defect_of_logscan_is_four(tmp_path: Path) -> None:
    """4, one line of what happened, and how to get the details; no traceback unless asked for."""
    (tmp_path / "sitecustomize.py").write_text(
        "import logscan.run\n\ndef broken(*_):\n    raise ZeroDivisionError('oops')\n\nlogscan.run.scan = broken\n"
    )
    path = f"{tmp_path}{os.pathsep}{environment()['PYTHONPATH']}"
    done = logscan("-", stdin=LOG, env={"PYTHONPATH": path})
    assert done.returncode == 4 and b"ZeroDivisionError: oops" in done.stderr
    assert b"Traceback" not in done.stderr and b"LOGSCAN_DEBUG" in done.stderr
    assert b"Traceback" in logscan("-", stdin=LOG, env={"PYTHONPATH": path, "LOGSCAN_DEBUG": "1"}).stderr


@pytest.mark.parametrize("arguments", [["-h"], ["--help"], ["scan", "-h"], ["explain", "-h"], ["signatures", "-h"]])
def test_help_is_asked_for_with_either_flag(arguments: list[str]) -> None:
    """0 and a usage line on standard output."""
    done = logscan(*arguments)
    assert done.returncode == 0 and done.stdout.startswith(b"Usage: logscan")


# -- signals ----------------------------------------------------------------------------------------------------------


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """A scan of a pipe that stays open."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *arguments, *REFERENCE], stdin=pipe, stdout=pipe, stderr=pipe, env=environment())


def feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    """Write, and wait until the other side has taken all of it."""
    assert process.stdin is not None
    process.stdin.write(data)
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, b"\0" * 4))[0]:
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_with_the_report_so_far(number: signal.Signals, code: int) -> None:
    """130 and 143, the counts of what was read, `complete: false`."""
    process = started("scan", "--format", "json")
    feed(process, LOG)
    time.sleep(0.3)  # taken from the pipe is not counted yet
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    found = json.loads(out)
    assert (process.returncode, found["events"], found["complete"]) == (code, 2, False)
    assert b"Traceback" not in err


def test_a_killed_stream_does_not_look_finished() -> None:
    """Events come while the pipe is open; after a signal the last line says incomplete, after a kill it is absent."""
    process = started("scan", "--format", "jsonl")
    assert process.stdout is not None
    feed(process, LOG)
    lines = [process.stdout.readline() for _ in range(3)]
    assert [json.loads(line)["type"] for line in lines] == ["begin", "event", "event"]
    process.send_signal(signal.SIGINT)
    last = json.loads(process.communicate(timeout=20)[0])
    assert (last["type"], last["complete"], process.returncode) == ("end", False, 130)


def test_the_second_signal_ends_at_once() -> None:
    """Two signals before the report: no report, the second one's code."""
    process = started("scan")
    feed(process, LOG)
    process.send_signal(signal.SIGSTOP)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (143, b"")


def test_a_reader_that_goes_away_is_no_error() -> None:
    """`| head -1`: quiet, whatever the format."""
    for form in ("terminal", "json", "jsonl"):
        process = subprocess.Popen(
            [*COMMAND, str(SHOP), "--format", form], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        )
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(20) != 4
        process.stderr.close()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("piped", [False, True], ids=["file", "pipe"])
def test_a_reader_that_goes_away_is_no_fault_of_the_log(tmp_path: Path, piped: bool, jobs: str) -> None:
    """`| head -1` in the middle of a stream of events: quiet, 0, and no word of the input, however it is read."""
    (tmp_path / "app.log").write_bytes(ERROR * 3000)
    with (tmp_path / "app.log").open("rb") as log:
        source = "-" if piped else "app.log"
        process = subprocess.Popen(
            [*COMMAND, "scan", source, "--format", "jsonl", "--jobs", jobs],
            stdin=log, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path,
        )  # fmt: skip
        assert process.stdout is not None
        assert b'"begin"' in process.stdout.readline()
        process.stdout.close()
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")


# -- streams that are full or closed -----------------------------------------------------------------------------------


def in_a_shell(command: str, log: Path) -> tuple[int, str, str]:
    """How `command` ends, `$L` being the command and `$P` the log: its code and what it wrote."""
    env = environment(L=" ".join(COMMAND), P=str(log))
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of two events."""
    (tmp_path / "app.log").write_bytes(LOG)
    return tmp_path / "app.log"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    "command",
    ["scan $P", "scan $P -f json", "scan $P -f jsonl", "--help", "scan -h", "check $P", "triage $P", "explain $P",
     "config", "signatures list", "follow - <$P"],
)  # fmt: skip
def test_output_that_cannot_be_written_is_one_plain_line(command: str, log: Path) -> None:
    """A full disk, and standard output that is closed: 2 and one line that says so, never a defect of logscan."""
    said = "logscan: standard output cannot be written: "
    assert in_a_shell(f"$L {command} >/dev/full", log) == (2, "", f"{said}No space left on device\n")
    assert in_a_shell(f"$L {command} >&-", log) == (2, "", f"{said}it is closed\n")


@pytest.mark.parametrize(
    ("command", "code", "out", "said"),
    [
        ("scan $P -q 2>&-", 0, "2 events", ""),
        ("scan $P.gone 2>&-", 2, "", ""),
        ("scan $P.gone 2>/dev/full", 2, "", ""),
        ("scan $P -q <&-", 0, "2 events", ""),
        ("scan - <&-", 2, "", "logscan: stdin: closed"),
        ("scan - $P -q <&-", 3, "2 events", "logscan: stdin: closed"),
        ("check - <&-", 2, "stdin: closed", ""),
        ("triage - <&-", 2, "", "logscan: -: standard input is closed"),
        ("follow - <&-", 2, "", "logscan: -: standard input is closed"),
        ("scan $P <&- >&- 2>&-", 2, "", ""),
    ],
)
def test_a_closed_stream_is_no_defect(command: str, code: int, out: str, said: str, log: Path) -> None:
    """Without standard error the messages alone are lost, without standard input what is read from it; the rest is as
    ever."""
    found = in_a_shell(f"$L {command}", log)
    assert found[0] == code
    for text, begin in zip(found[1:], (out, said), strict=True):
        assert text.startswith(begin) and bool(text) == bool(begin)


def test_a_reader_that_goes_away_changes_no_answer(log: Path) -> None:
    """The exit code of what was found stays; a spelling that takes the whole option parser ends as quietly."""
    for command, code in (("scan $P -q", 0), ("scan $P -q -j1", 0), ("scan $P -q --fail-on error", 1)):
        process = subprocess.Popen(
            ["sh", "-c", f"exec $L {command}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(L=" ".join(COMMAND), P=str(log)),
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.close()
        _, said = process.communicate(timeout=60)
        assert (process.returncode, said.startswith(b"logscan: --fail-on error: 2 incidents")) == (code, code == 1)
        assert said == b"" or said.count(b"\n") == 1


# -- options ----------------------------------------------------------------------------------------------------------

HOURS = b"".join(b"2026-11-24 %02d:30:00,000 ERROR shop: hour %d\n" % (hour, hour) for hour in range(6))


@pytest.mark.parametrize(
    ("arguments", "events"),
    [
        ([], 6),
        (["--since", "2026-11-24 02:30"], 4),
        (["--since", "2026-11-24T02:30:01Z"], 3),
        (["--until", "2026-11-24 02:30"], 3),
        (["--since", "2026-11-24 01:00", "--until", "2026-11-24 04:00"], 3),
        (["--since", "2026-11-25"], 0),
    ],
)
def test_a_window_holds_both_its_ends(arguments: list[str], events: int) -> None:
    """--since and --until count events by their own time."""
    assert report("-", *arguments, stdin=HOURS).events == events


def test_a_window_keeps_what_has_no_time() -> None:
    """An event without a timestamp stays under --since, counted as untimed."""
    bare = TRACE.partition(b"\n")[2]
    found = report("-", "--since", "2026-11-25", stdin=bare)
    assert (found.events, found.input.untimed) == (1, 1)


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("UTC", "2026-11-24T10:00:00.123000Z"),
        ("Europe/Berlin", "2026-11-24T09:00:00.123000Z"),
        ("-05:00", "2026-11-24T15:00:00.123000Z"),
    ],
)
def test_naive_times_are_in_the_zone_that_is_given(zone: str, first: str) -> None:
    """--tz; the report says which zone it was."""
    done = logscan("-", "--tz", zone, "--format", "json", stdin=ERROR)
    found = json.loads(done.stdout)
    assert (found["incidents"][0]["first"], found["options"]["tz"]) == (first, zone)


@pytest.mark.parametrize(
    ("stamp", "reference", "first"),
    [
        ("Dec 31 23:59:59", "2027-01-01T00:10:00Z", "2026-12-31T23:59:59Z"),
        ("Jan  1 00:00:01", "2026-12-31T23:50:00Z", "2027-01-01T00:00:01Z"),
        ("Feb 29 12:00:00", "2024-03-01T00:00:00Z", "2024-02-29T12:00:00Z"),
        ("Feb 29 12:00:00", "2025-03-01T00:00:00Z", "2024-02-29T12:00:00Z"),
        ("Nov 24 12:00:00", "2026-11-25T00:00:00Z", "2026-11-24T12:00:00Z"),
    ],
)
def test_a_missing_year_is_the_nearest_one(stamp: str, reference: str, first: str) -> None:
    """--reference-time dates what has no year: over New Year's Eve, and on a day that only some years have."""
    line = f"{stamp} web01 shop[7]: ERROR order 17 failed\n".encode()
    done = logscan("-", "--tz", "UTC", "--reference-time", reference, "--format", "json", stdin=line)
    assert json.loads(done.stdout)["incidents"][0]["first"] == first


@pytest.mark.parametrize(("level", "events"), [("critical", 1), ("error", 2), ("warning", 3), ("info", 4)])
def test_the_level_moves_the_bar(level: str, events: int) -> None:
    """--level, in any case of letters."""
    log = b"".join(
        b"2026-11-24 10:00:00,000 %s shop: it is %s\n" % (name, name.lower())
        for name in (b"CRITICAL", b"ERROR", b"WARNING", b"INFO")
    )
    assert report("-", "--level", level.upper(), stdin=log).events == events


def test_the_width_of_buckets_is_asked_for() -> None:
    """--bucket gives the width; the buckets add up to the count."""
    found = report("-", "--bucket", "1h", stdin=HOURS)
    assert found.bucket_seconds == 3600
    assert all(sum(count for _, count in each.buckets) == each.count for each in found.incidents)


def test_quiet_is_the_counts_and_verbose_is_the_frames() -> None:
    """-q writes one line; -v shows what -q and the default leave out."""
    quiet, usual, verbose = (logscan("-", *REFERENCE, *each, stdin=LOG).stdout for each in (["-q"], [], ["-v"]))
    assert quiet.count(b"\n") == 1 and quiet.startswith(b"2 events")
    assert b"apply_discount" in usual and len(verbose) > len(usual)


def test_signatures_are_added_and_the_bundled_ones_left_out(tmp_path: Path) -> None:
    """--signatures adds; --no-bundled removes what comes with the package."""
    mine = tmp_path / "shop" / "order-failed.yaml"
    mine.parent.mkdir()
    mine.write_text(BAD_REGEX.replace("order (17", "order 17").replace("shop.broken", "shop.order-failed"))
    found = report("-", "--signatures", tmp_path, stdin=LOG)
    assert {each.signature: each.count for each in found.incidents} == {"shop.order-failed": 1, None: 1}
    assert report(KNOWN).matched > 0
    bare = report(KNOWN, "--no-bundled")
    assert (bare.matched, bare.rules.count) == (0, 0)


def test_a_mark_is_kept_in_the_report() -> None:
    """--mark TIME=LABEL."""
    found = report("-", "--mark", "2026-11-24 02:00=deploy", stdin=HOURS)
    assert [(each.time, each.label) for each in found.marks] == [("2026-11-24T02:00:00Z", "deploy")]


# -- output -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "env", "coloured"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"NO_COLOR": "1"}, False),
    ],
)
def test_colour_in_a_pipe_is_asked_for(arguments: list[str], env: dict[str, str], coloured: bool) -> None:
    """None by default; the option beats the environment."""
    done = logscan("-", *REFERENCE, *arguments, stdin=LOG, env=env)
    assert bool(ANSI.search(done.stdout)) is coloured


@pytest.mark.parametrize("extra", [(), ("-v",), ("-q",)])
def test_no_line_in_a_pipe_is_over_80_cells(extra: tuple[str, ...]) -> None:
    """80 cells, except lines that hold a path or a command, which must stay whole."""
    text = logscan(SHOP, *REFERENCE, *extra).stdout.decode()
    whole = ("  see ", "  next ", "  fix ", "  link ", "    File ")
    if "-v" in extra:
        text = text.split("\n\n")[0]  # what follows are frames and texts as they stand in the log
    over = [line for line in text.splitlines() if cell_len(line) > 80 and not line.startswith(whole)]
    assert over == [] and "\x1b" not in text


HOSTILE = (
    b"2026-11-24 10:00:00,000 ERROR shop: \x1b[2J\x1b]8;;http://evil.example\x07click\x1b]8;;\x07 "
    b"\xc2\x9b31m \x9b31m \xe2\x80\xae gnp.exe [red]alert[/red] [/nonsense] \x08\x7f \xef\xbb\xbf\r\n"
    b"Traceback (most recent call last):\n"
    b'  File "/srv/\x1b[31mapp.py", line 1, in \x1b]0;title\x07f\n'
    b"    \x1b[1Aboom\xe2\x80\xa8()\n"
    b"Oops\x1b[0m: [bold]\xe2\x81\xa6 \x1bP1$q\x1b\\ \x0e\n"
)


@pytest.mark.parametrize("arguments", [[], ["-v"], ["-q"], ["--format", "json"], ["--format", "jsonl"]])
def test_a_hostile_log_commands_no_terminal(arguments: list[str]) -> None:
    """ESC, BS and CR are escaped in every format; C1, DEL, bidi and zero-width too where people read; markup is text."""
    done = logscan("-", *REFERENCE, *arguments, stdin=HOSTILE)
    assert done.returncode == 0
    text = (done.stdout + done.stderr).decode()
    assert not re.search("[\x00-\x08\x0b-\x1f]", text)
    if arguments[:1] != ["--format"]:
        assert not re.search("[\x7f-\x9f\u2028\u202e\u2066\ufeff]", text)
        assert "-q" in arguments or "[red]alert[/red]" in text or "[bold]" in text


def test_a_hostile_name_commands_no_terminal(tmp_path: Path) -> None:
    """A file's name is text of others, too: in the report, and in an error."""
    name = "a\x1b[31m\u202e.log"
    (tmp_path / name).write_bytes(LOG)
    done = logscan(name, "gone\x1b[2J.log", *REFERENCE, cwd=tmp_path)
    assert done.returncode == 3
    assert "\x1b" not in (text := (done.stdout + done.stderr).decode()) and "\u202e" not in text


def test_every_event_is_counted_once() -> None:
    """Σ counts = matched + unclassified = events = the event lines of jsonl; the end line has the accounting."""
    found = report(SHOP)
    assert found.events == found.matched + found.unclassified == sum(each.count for each in found.incidents) == 51
    lines = [json.loads(line) for line in logscan(SHOP, *REFERENCE, "--format", "jsonl").stdout.splitlines()]
    assert [line["type"] for line in lines] == ["begin", *["event"] * 51, "end"]
    assert lines[0]["schema"] == "logscan.events/1" and lines[-1]["complete"] is True
    assert found.input.bytes == SHOP.stat().st_size


# -- on a terminal ----------------------------------------------------------------------------------------------------


def on_a_terminal(stdin: int, *arguments: str) -> tuple[subprocess.Popen[bytes], int]:
    """The command with a terminal of 30 lines of 80 cells as its output; and that terminal's other side."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 80, 0, 0))
    env = environment(TERM="xterm-256color")
    process = subprocess.Popen([*COMMAND, *arguments, *REFERENCE], stdin=stdin, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    return process, ours


def read_until(terminal: int, mark: bytes | None, seconds: float = 20) -> bytes:
    """What comes from a terminal until `mark` was in it, or (None) until it is closed."""
    out = b""
    deadline = time.monotonic() + seconds
    while mark is None or mark not in out:
        assert time.monotonic() < deadline, out
        if not select.select([terminal], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # EIO: the other side is closed
            piece = b""
        if not piece:
            break
        out += piece
    return out


def test_a_bare_pipe_on_a_terminal_is_live() -> None:
    """The report is redrawn as the log grows, says that it waits, and is final after Ctrl-C."""
    read_end, write_end = os.pipe()
    process, terminal = on_a_terminal(read_end)
    os.close(read_end)
    try:
        os.write(write_end, LOG)
        first = read_until(terminal, b"Ctrl-C: the final report")
        assert b"2 events" in first and b"waiting for more" in first
        os.write(write_end, ERROR + INFO)
        second = read_until(terminal, b"Ctrl-C: the final report")
        assert b"3 events" in second and re.search(rb"\x1b\[\d+A\x1b\[2K", second)
        process.send_signal(signal.SIGINT)
        last = read_until(terminal, None)
    finally:
        os.close(write_end)
        os.close(terminal)
        process.kill() if process.poll() is None else None
    assert process.wait(20) == 130
    final = re.split(rb"\x1b\[\d+A\x1b\[J", last)[-1]
    assert b"3 events" in final and b"waiting for more" not in final and b"Ctrl-C" not in final


def test_a_live_report_names_what_it_reads() -> None:
    """The head and the foot of a report that is still growing: stdin, and the lines so far."""
    read_end, write_end = os.pipe()
    process, terminal = on_a_terminal(read_end)
    os.close(read_end)
    try:
        os.write(write_end, LOG)
        drawn = read_until(terminal, b"Ctrl-C: the final report")
    finally:
        process.kill()
        os.close(write_end)
        os.close(terminal)
        process.wait(20)
    assert b"stdin" in drawn and b"no input" not in drawn and b"read 0 lines" not in drawn


def test_a_terminal_is_never_waited_for() -> None:
    """Without a path and with a terminal as standard input: 2, and how to use it."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(COMMAND, stdin=theirs, capture_output=True, env=environment(), timeout=20)
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2 and b"nothing to read" in done.stderr


def test_a_dumb_terminal_gets_no_colour() -> None:
    """TERM=dumb."""
    ours, theirs = pty.openpty()
    errors: IO[bytes] | int = subprocess.DEVNULL
    process = subprocess.Popen(
        [*COMMAND, str(KNOWN)], stdin=subprocess.DEVNULL, stdout=theirs, stderr=errors, env=environment(TERM="dumb")
    )
    os.close(theirs)
    text = read_until(ours, None)
    os.close(ours)
    assert process.wait(20) == 0 and b"\x1b" not in text and b"18 events" in text


@pytest.mark.parametrize(
    "arguments", [("signatures", "list"), ("scan", SHOP, "--format", "json")], ids=["list", "scan"]
)
def test_a_reader_that_goes_away_is_no_failure(arguments: tuple[str | Path, ...]) -> None:
    """`logscan … | head -0` ends quietly, with 0."""
    run = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=environment(),
    )  # fmt: skip
    assert run.stdout is not None
    run.stdout.close()
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (0, b"")
