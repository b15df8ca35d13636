"""Rules of --output, --top, completion and the manual page."""

import json
import os
import re
import runpy
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
import reading
from command import ERROR, INFO, LOG, REFERENCE, ROOT, SHOP, environment, logscan

from logscan.errors import LogscanError
from logscan.output import OutputFile
from logscan.renderers import RENDERERS


def test_one_scan_writes_every_format(tmp_path: Path) -> None:
    """`--output` may be repeated: every format of one run, each with the same numbers, besides standard output."""
    given = [part for name in RENDERERS for part in ("--output", f"{name}={tmp_path / name}")]
    done = logscan("scan", SHOP, *REFERENCE, *given, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = reading.whole(done.stdout.decode())
    for name in RENDERERS:
        said = reading.READERS[name]((tmp_path / name).read_bytes().decode())
        assert said.events == found.events == 51
        assert said.counts.items() <= found.counts.items()
    kinds = [json.loads(line)["type"] for line in (tmp_path / "jsonl").read_bytes().splitlines()]
    assert kinds == ["begin", *["event"] * 51, "end"]
    assert "\x1b" not in (tmp_path / "terminal").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(RENDERERS), "no temporary file stays"


def test_the_stream_in_a_file_is_the_stream(tmp_path: Path) -> None:
    """jsonl in a file is what standard output would show."""
    done = logscan("scan", SHOP, *REFERENCE, "-f", "jsonl", "-o", f"jsonl={tmp_path / 'events'}")
    assert done.stdout == (tmp_path / "events").read_bytes()


def test_a_file_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    """What was there before is replaced whole: its permissions stay, and a link to it stays a link; a new file has the
    permissions that new files have."""
    old, link, new = tmp_path / "old.html", tmp_path / "latest.html", tmp_path / "new.html"
    old.write_text("old")
    old.chmod(0o640)
    link.symlink_to(old)
    done = logscan("scan", *REFERENCE, "-o", f"html={link}", "-o", f"csv={new}", stdin=LOG)
    assert done.returncode == 0, done.stderr
    assert link.is_symlink() and old.read_text().lstrip().startswith("<!doctype html>")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~mask


def test_what_is_no_file_is_written_to() -> None:
    """A device or pipe is not replaced."""
    done = logscan("scan", *REFERENCE, "--quiet", "-o", "prometheus=/dev/stdout", stdin=LOG)
    assert b"logscan_events 2\n" in done.stdout
    assert b"2 events: none known" in done.stdout


def test_metrics_go_to_any_name(tmp_path: Path) -> None:
    """`.prom` is what node_exporter's collector asks of a name; the text goes to other readers too."""
    for name in ("shop.prom", "shop.txt"):
        done = logscan("scan", *REFERENCE, "--quiet", "-o", f"prometheus={tmp_path / name}", stdin=LOG)
        assert done.returncode == 0 and "logscan_events 2\n" in (tmp_path / name).read_text()


def test_a_scan_that_fails_leaves_the_old_report(tmp_path: Path) -> None:
    """Where nothing could be scanned, the file is as it was, and no temporary one stays."""
    old = tmp_path / "report.json"
    old.write_text("old")
    done = logscan("scan", "-", "-o", f"json={old}", stdin=b"")
    assert done.returncode == 2
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_a_full_disk_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error while writing names the path, keeps the old file, and leaves nothing behind."""
    old = tmp_path / "report.json"
    old.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    file = OutputFile(old)
    file.write(b"new")
    with pytest.raises(LogscanError, match=r"report\.json: cannot write the report: No space left"):
        file.commit()
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["-o", "html"], "is not FORMAT=PATH"),
        (["-o", "pdf=x"], "'pdf' is not one of"),
        (["-o", "html=-"], "--output: html=-: standard output is what --format writes to"),
        (["-o", "html={tmp}"], "is a folder"),
        (["-o", "html={tmp}/no/x.html"], "cannot write the report: there is no folder"),
        (["-o", "html={tmp}/loop"], "cannot write the report: Too many levels of symbolic links"),
        (["-o", "html={tmp}/a", "-o", "csv={tmp}/a"], "is named twice"),
        (["{tmp}/app.log", "-o", "html={tmp}/app.log"], "is read by this scan"),
    ],
)
def test_a_path_that_cannot_be_is_refused_first(given: list[str], said: str, tmp_path: Path) -> None:
    """A wrong --output ends the run before anything is read or written, with the option or the path named."""
    (tmp_path / "app.log").write_bytes(LOG)
    (tmp_path / "loop").symlink_to("loop")
    done = logscan("scan", *(part.format(tmp=tmp_path) for part in given), stdin=LOG, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr.decode()
    assert done.stdout == b""
    assert (tmp_path / "app.log").read_bytes() == LOG
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.log", "loop"]


def test_top_and_quiet() -> None:
    """`--top N` shows N incidents and counts the rest; `--quiet` shows the counts alone."""
    log = b"".join(b"2026-11-24 10:00:00,123 ERROR shop: " + name + b" failed\n" for name in (b"one", b"two", b"three"))
    text = logscan("scan", *REFERENCE, "--top", "1", stdin=log + INFO).stdout.decode()
    assert text.count(" NEW ") == 1
    assert "and 2 more, 2 events" in text
    assert logscan("scan", *REFERENCE, "--quiet", stdin=ERROR).stdout == b"1 event: none known, 1 unknown (1 group)\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("logscan ex", ["explain"]),
        ("logscan scan --form", ["--format"]),
        ("logscan --format s", ["sarif"]),
        ("logscan scan -o mark", ["markdown="]),
        ("logscan signatures l", ["list", "lint"]),
        ("logscan signatures list --for", ["--format"]),
        ("logscan completion ", []),
    ],
)
def test_bash_completes(line: str, words: list[str]) -> None:
    """bash, with our script: commands, options, values."""
    script = logscan("completion", "bash").stdout.decode()
    probe = f"""{script}
read -ra COMP_WORDS <<<"$LINE"; [[ $LINE == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _logscan; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "-c", probe], env=environment(LINE=line), capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.split() == words


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_reads_its_script(shell: str) -> None:
    """The script is made for each shell, names every option, and has no syntax error where that shell is installed."""
    script = logscan("completion", shell).stdout
    for option in ("output", "fail-on", "allow-incomplete"):
        assert option.encode() in script
    if shutil.which(shell):
        done = subprocess.run([shell, "-n"], input=script, env=environment(), capture_output=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")


def test_an_unknown_shell_is_refused() -> None:
    """With the names of those that are known."""
    done = logscan("completion", "tcsh")
    assert done.returncode == 2
    assert b"bash, zsh, fish" in done.stderr


def test_the_manual_page_is_the_command_tree() -> None:
    """docs/logscan.1 is what `python docs/manpage.py` writes; every option is in it; groff finds nothing to warn of."""
    page = (ROOT / "docs" / "logscan.1").read_text("utf-8")
    assert page == runpy.run_path(str(ROOT / "docs" / "manpage.py"))["page"](), "run: python docs/manpage.py"
    for option in re.findall(r"--[a-z-]+", logscan("scan", "-h").stdout.decode()):
        assert option == "--help" or option.replace("-", r"\-") in page
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-Tutf8", "-ww", "-z"], input=page.encode(), capture_output=True, timeout=60
        )
        assert (done.returncode, done.stderr) == (0, b"")
