"""The benchmarks measure what they say: logs with the documented shares, patterns that occur as documented, a valid pack."""

import io
import re
import subprocess
import sys
from pathlib import Path

import logs
import measure
import patterns
import pytest
import run as bench
from command import environment, logscan, report

from logscan.signature import load

HEALTHY = {
    "a": rb"^2026-\S+ \S+ (INFO|DEBUG|WARNING) \[",
    "c": rb"^\w{3} .\d \S+ web01 \w+\[\d+\]: (INFO|DEBUG|WARNING): ",
    "b": rb"^\S+ \S+ (INFO|DEBUG|WARNING) ",
    "json": rb'"level(?:name)?": "(INFO|DEBUG|WARNING|info|debug|warning)"',
    "journal-json": rb'"MESSAGE":"(INFO|DEBUG|WARNING): ',
}
"""How a line of a healthy record begins, written apart from the generators."""
TRANSPORTS = {"a1": "plain", "c1": "journal-short", "c25": "journal-short", "b": "plain", "json": "jsonl"}
TRANSPORTS |= {"a1-journal": "journal-short", "journal-json": "journal-json"}


def log(kind: str, size: int, seed: int = 1) -> tuple[bytes, logs.Made]:
    """A log in memory."""
    out = io.BytesIO()
    made = logs.write(kind, size, out, seed)
    return out.getvalue(), made


def shape(kind: str) -> str:
    """The kind's entry in HEALTHY."""
    if kind.endswith("-journal"):
        return "c"
    return kind if kind in HEALTHY else kind[0]


@pytest.mark.parametrize("kind", logs.KINDS)
def test_a_log_is_the_same_for_the_same_seed_and_another_for_another(kind: str) -> None:
    """Same kind, seed and size give the same bytes; at least the size, by less than a second's text more."""
    first, made = log(kind, 300_000)
    assert first == log(kind, 300_000)[0]
    assert first != log(kind, 300_000, seed=2)[0]
    assert made.bytes == len(first)
    assert 300_000 <= len(first) < 500_000
    assert not re.search(rb"@[TIS]@", first)


@pytest.mark.parametrize("kind", logs.KINDS)
def test_a_log_has_its_share_of_lines_in_error_events(kind: str) -> None:
    """Counted line by line: within 20 lines and one second of the documented share."""
    text, made = log(kind, 3_000_000)
    lines = text.splitlines()
    healthy = re.compile(HEALTHY[shape(kind)])
    errors = sum(healthy.search(line) is None for line in lines)
    wanted = logs.KINDS[kind].share * len(lines)
    assert (made.lines, made.error_lines) == (len(lines), errors)
    assert errors > 0
    assert wanted - 80 <= errors <= wanted + 600


def test_time_goes_forward() -> None:
    """A second of event time a block: never back, and none left out."""
    times = re.findall(rb"^2026-11-01 (\S+) INFO", log("a1", 300_000)[0], re.MULTILINE)
    assert times == sorted(times)
    assert len({time[:8] for time in times}) == 1 + int(times[-1][3:5]) * 60 + int(times[-1][6:8])


@pytest.mark.parametrize("kind", TRANSPORTS)
def test_logscan_reads_a_log_as_what_it_is(kind: str, tmp_path: Path) -> None:
    """The transport is recognised, every byte is read, and failing records become events."""
    path = tmp_path / "bench.log"
    text, _ = log(kind, 1_500_000 if "json" in kind else 400_000)
    path.write_bytes(text)
    found = report(path)
    assert found.input.sources[0].transport == TRANSPORTS[kind]
    assert (found.input.bytes, found.complete) == (len(text), True)
    assert found.events >= (1 if logs.KINDS[kind].share < 0.1 else 20)


def test_the_lists_are_what_the_script_makes() -> None:
    """Shipped files are not edited by hand; the shorter lists begin the longer; no pattern stands in another."""
    made = patterns.patterns()
    for count in patterns.COUNTS:
        assert (patterns.FOLDER / f"{count}.txt").read_text().splitlines() == made[:count]
    assert len(set(made)) == 500
    assert [a for a in made for b in made if a != b and a in b] == []


def test_a_pattern_means_the_same_to_every_searcher() -> None:
    """None holds a character that is special to a regular expression."""
    assert [text for text in patterns.patterns() if re.search(r"[]\[.*+?^$(){}|\\]", text)] == []


def test_the_patterns_occur_as_documented() -> None:
    """Those of OCCURRING do, the others do not."""
    text = b"".join(log(kind, 2_000_000)[0] for kind in ("a1", "c25", "b"))
    occurring = {each for each in patterns.patterns() if each.encode() in text}
    assert occurring == set(patterns.OCCURRING)


def test_the_pack_is_valid(tmp_path: Path) -> None:
    """500 signatures, each with a literal to look for; lint has nothing to say, examples included."""
    patterns.write_pack(tmp_path)
    rules = load([tmp_path], bundled=True)
    ours = [each.id for each in rules.signatures if each.id.startswith("bench.")]
    assert len(ours) == 500
    assert not set(ours) & set(rules.unanchored)
    done = logscan("signatures", "lint", tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, b"500 signatures, 0 errors, 0 warnings")


def test_a_process_is_measured_and_a_failure_is_named() -> None:
    """CPU, memory and output of a child; a wrong exit code raises; a program that is not there is skipped by name."""
    used = measure.run_once(measure.Command("loop", (sys.executable, "-c", "print(sum(range(3_000_000)))")))
    assert used.head == used.tail == b"4499998500000\n"
    assert 0.01 < used.cpu < 30
    assert used.rss > 5_000
    with pytest.raises(measure.Failed, match="three ended with 3"):
        measure.run_once(measure.Command("three", (sys.executable, "-c", "raise SystemExit(3)")))
    fine = measure.Command("fine", (sys.executable, "-c", "pass"))
    series, skipped = measure.interleave([fine, measure.Command("gone", ("/nowhere/gone",))], rounds=2)
    assert (list(series), len(series["fine"].runs), list(skipped)) == (["fine"], 2, ["gone"])


def test_a_profile_names_modules_and_lines(tmp_path: Path) -> None:
    """The scan ends well under the sampling timer; the samples' shares add up to the whole."""
    path = tmp_path / "bench.log"
    path.write_bytes(log("c25", 400_000)[0])
    program = Path(logs.__file__).parent / "profile_scan.py"
    done = subprocess.run(
        [sys.executable, program, path], capture_output=True, text=True, timeout=60, env=environment()
    )
    assert done.returncode == 0, done.stderr
    modules = done.stdout.split("\n\n")[1]
    shares = [float(share) for share in re.findall(r"^ *([\d.]+)% +[\d.]+%  \S", modules, re.MULTILINE)]
    assert "logscan.scanner" in modules
    assert 95 < sum(shares) < 105


def test_ratios_are_medians_within_rounds() -> None:
    """A slow round slows both and does not move the ratio."""

    def runs(*cpu: float) -> measure.Series:
        return measure.Series([measure.Usage(each, each, 1, 1, b"", b"", "") for each in cpu])

    assert runs(1, 10, 2).ratio(runs(2, 20, 4), "cpu") == 0.5


def test_the_tables_go_between_the_marks(tmp_path: Path) -> None:
    """What stands around them stays, twice as well; a file without marks is refused."""
    page = tmp_path / "README.md"
    page.write_text(f"before\n{bench.MARKS[0]}\nold\n{bench.MARKS[1]}\nafter\n")
    for _ in range(2):
        bench.write_readme(page, "new")
    assert page.read_text() == f"before\n{bench.MARKS[0]}\n\nnew\n\n{bench.MARKS[1]}\nafter\n"
    page.write_text("nothing")
    with pytest.raises(SystemExit):
        bench.write_readme(page, "new")


def test_the_gate_names_what_is_missed() -> None:
    """A figure over its limit is noted, one at the limit holds."""
    result = bench.Result()
    result.hold("a1", 0.4, 0.4)
    result.hold("c1", 0.6, 0.5)
    assert result.missed == ["c1: 0.6 > 0.5"]
