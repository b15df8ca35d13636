"""Which release a traceback is of, told from its frames: right or absent, never wrong."""

import re
import sys
from collections import Counter
from datetime import UTC
from functools import cache
from pathlib import Path

import msgspec
import pytest
from packaging.version import Version

from logscan import cache as compiled_cache
from logscan import revealed, versions
from logscan.model import Event, Frame, Link
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load as load_rules
from logscan.timestamps import Clock
from logscan.versions import HASH_BYTES, Pinned, line_hash, load, packages, pinned, texts, unpack
from logscan.versions.answers import Answers

SAMPLES = Path(__file__).parent.parent / "samples"
REFERENCE = 1_764_028_800_000_000
RULES = load_rules([], bundled=True)

IN_PROSE = {
    "uvicorn-connection-closed-send-body/app.log": "uvicorn==0.2.5 h11==0.7.0",
    "uvicorn-connection-closed-send-body/asyncio.log": "uvicorn==0.2.5 h11==0.7.0",
    "uvicorn-connection-closed-send-body/aborted-upload.log": "uvicorn==0.2.5 h11==0.7.0",
    "uvicorn-connection-closed-send-body/h11-0.8.log": "uvicorn==0.2.5 h11==0.8.1",
    "uvicorn-h11-keepalive/app.log": "uvicorn==0.11.5 h11==0.9.0",
    "uvicorn-h11-keepalive/uvloop.log": "uvicorn==0.11.5 h11==0.9.0",
    "uvicorn-h11-keepalive/uvicorn-0.25.0.log": "uvicorn==0.25.0 h11==0.14.0",
    "uvicorn-h11-keepalive/uvicorn-0.2.21.log": "uvicorn==0.2.21 h11==0.8.1",
    "uvicorn-app-error/app.log": "uvicorn==0.38.0 h11==0.16.0",
    "uvicorn-websocket-reset/app.log": "uvicorn==0.25.0",
    "httpx-remote-disconnected/app.log": "httpx==0.28.1 httpcore==1.0.9 h11==0.16.0",
    "httpx-remote-disconnected/httpx-0.16.log": "httpx==0.16.1 httpcore==0.12.3 h11==0.12.0",
    "shop/shop.log": "uvicorn==0.25.0 h11==0.14.0 sqlalchemy==2.0.25",
}
"""What the how.md of these says in sentences; the others' name `package==version` in the log's row."""


def recorded() -> dict[str, dict[str, str]]:
    """By log: the releases it was recorded with, of the packages that there are tables of."""
    rows = dict(IN_PROSE)
    for how in sorted(SAMPLES.glob("*/how.md")):
        for name, rest in re.findall(r"^[|-] *`([\w.-]+\.log)`(.*==.*)$", how.read_text(), re.MULTILINE):
            rows[f"{how.parent.name}/{name}"] = rest
    found = {}
    for log, row in rows.items():
        pairs = re.findall(r"([\w-]+)(?:\[\w+\])?==([\w.]+)", row)
        found[log] = {name: number for name, number in pairs if name in packages()}
    return {log: pairs for log, pairs in found.items() if pairs}


RECORDED = recorded()


@cache
def events(log: str) -> tuple[Event, ...]:
    scanner = Scanner(RULES, Settings(reference=REFERENCE), Clock(UTC, REFERENCE), "log")
    return (*scanner.feed((SAMPLES / log).read_bytes()), *scanner.finish())


def told(event: Event) -> dict[str, Pinned]:
    return pinned(event.frames, event.chain)


def fits(answer: Pinned, true: str) -> bool:
    """Whether the answer holds the true release; one older than a table that does not go back to the start must be
    allowed for."""
    return Version(true) in map(Version, answer.releases) or (answer.earlier and Version(true) < Version(answer.oldest))


def score() -> Counter[str]:
    """Over all recorded logs: answers that hold the true release, those that do not, and tracebacks of a package
    that nothing was said of."""
    found: Counter[str] = Counter()
    for log, true in RECORDED.items():
        for event in events(log):
            answers = told(event)
            shown = " ".join(frame.file for frame in (*event.frames, *(f for link in event.chain for f in link.frames)))
            for package, number in true.items():
                if package in answers:
                    found["right" if fits(answers[package], number) else f"wrong {log} {package}"] += 1
                elif f"-packages/{package}/" in shown:
                    found["silent"] += 1
                    found[f"silent {log} {package}"] += 1
    return found


def test_the_founding_log_leaves_six_releases() -> None:
    """Frames of uvicorn alone leave 0.2.0 to 0.2.5, of all its releases."""
    for log in ("app.log", "asyncio.log"):
        answers = [told(event)["uvicorn"] for event in events(f"uvicorn-connection-closed-send-body/{log}")]
        lost = [one for one in answers if one.oldest == "0.2.0"]
        assert lost
        assert {one.releases for one in lost} == {("0.2.0", "0.2.1", "0.2.2", "0.2.3", "0.2.4", "0.2.5")}
        assert not any(one.later or one.earlier for one in lost)


@pytest.mark.parametrize("log", RECORDED)
def test_recorded_releases_are_told_or_nothing_is(log: str) -> None:
    """Every answer on a log whose releases are known holds the true one."""
    for event in events(log):
        answers = told(event)
        wrong = {
            name: answers[name]
            for name, true in RECORDED[log].items()
            if name in answers and not fits(answers[name], true)
        }
        assert wrong == {}


def test_answers_are_given() -> None:
    """Being never wrong is not had by being silent: 99 in 100 tracebacks of real logs get an answer."""
    found = score()
    assert found["right"] > 700
    assert found["silent"] * 100 < found["right"]


def founding() -> tuple[Frame, ...]:
    return next(event.frames for event in events("uvicorn-connection-closed-send-body/app.log") if event.frames)


def changed(**changes: object) -> list[Frame]:
    """The founding log's frames, the first of uvicorn changed."""
    frames = list(founding())
    at = next(at for at, frame in enumerate(frames) if "-packages/uvicorn/" in frame.file)
    frames[at] = msgspec.structs.replace(frames[at], **changes)
    return frames


def test_one_frame_that_disagrees_silences_its_package() -> None:
    """Another text, line, file or installation in one frame: no answer for uvicorn, the same for h11."""
    whole = pinned(founding())
    assert {"h11", "uvicorn"} <= set(whole)
    frames = list(founding())
    own = next(frame for frame in frames if "-packages/uvicorn/" in frame.file)
    for odd in (
        {"code": own.code + "  # patched"},
        {"line": (own.line or 0) + 2},
        {"line": 10**9},
        {"line": 0},
        {"file": own.file.replace("h11.py", "no_such.py")},
    ):
        frames = changed(**odd)
        assert pinned(frames) == {"h11": whole["h11"]}
    elsewhere = msgspec.structs.replace(own, file="/opt/other/site-packages/uvicorn/protocols/http/h11.py")
    assert "uvicorn" not in pinned([*founding(), elsewhere])


def test_frames_outside_an_installation_say_nothing() -> None:
    """A checkout, another package's own copy, a compiled file, a frame without source text: neither answer nor objection."""
    own = next(frame for frame in founding() if "-packages/uvicorn/" in frame.file)
    for odd in (
        {"file": "/srv/uvicorn/uvicorn/protocols/http/h11.py"},
        {"file": "/x/site-packages/pip/_vendor/uvicorn/protocols/http/h11.py"},
        {"file": "/x/site-packages/uvicorn/protocols/http/h11.pyx"},
        {"code": None},
        {"line": None},
    ):
        assert pinned([msgspec.structs.replace(own, **odd)]) == {}


def test_windows_paths_are_read() -> None:
    """Backslashes are slashes."""
    own = next(frame for frame in founding() if "-packages/uvicorn/" in frame.file)
    path = "C:\\app\\Lib\\site-packages\\uvicorn\\protocols\\http\\h11.py"
    assert pinned([msgspec.structs.replace(own, file=path)]) == pinned([own])


def test_another_process_is_left_out() -> None:
    """The frames of a remote exception are of libraries elsewhere; a cause's are of this process."""
    frames = founding()
    assert pinned((), (Link("E", None, "remote", frames),)) == {}
    assert pinned((), (Link("E", None, "cause", frames),)) == pinned(frames)


def test_the_newest_release_is_never_the_last_word() -> None:
    """What fits the latest release of a table may come from a later one."""
    for package in packages():
        table = load(package)
        assert table is not None
        assert len(table.releases) - 1 in table.live


def test_tables_are_small_and_hold_no_source() -> None:
    """A few MB in all; every file unpacks, and its texts are whole hashes."""
    sizes = {
        package: (Path(sys.modules["logscan.versions"].__file__ or "").parent / f"{package}.bin").stat().st_size
        for package in packages()
    }
    assert len(sizes) >= 15
    assert sum(sizes.values()) < 8_000_000
    table = load("uvicorn")
    assert table is not None
    for path, packed in table.files.items():
        history = unpack(packed)
        assert all(len(text) % HASH_BYTES == 0 for text in texts(history)), path
        assert sum(history.counts) * 3 == len(history.steps)


def test_a_line_is_hashed_without_its_indentation() -> None:
    """A traceback prints source lines stripped."""
    assert line_hash("    return 1\n") == line_hash("return 1") != line_hash("return 2")


def run(monkeypatch: pytest.MonkeyPatch) -> dict[str, Pinned]:
    """The answer of a new process, and the end of that."""
    monkeypatch.setattr(versions, "KNOWN", Answers(Pinned | None))
    answer = pinned(founding())
    versions.KNOWN.keep()
    return answer


def test_an_answer_of_an_earlier_run_needs_no_table(empty_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was found out once is read from the cache; a damaged one, or another table, is looked at again."""
    compiled_cache.start()
    first = run(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(versions, "load", None)  # nothing may be unpacked now
        assert run(patch) == first
    (entry,) = empty_cache.glob("releases*")
    whole = entry.read_bytes()
    for damaged in (whole[:-1], b"", whole[:40] + b"\xc1" + whole[41:]):
        entry.write_bytes(damaged)
        assert run(monkeypatch) == first
    table = "uvicorn.bin"
    folder = empty_cache / "tables"
    folder.mkdir()
    for path in Path(versions.__file__).parent.glob("*.bin"):
        (folder / path.name).write_bytes(path.read_bytes() if path.name != table else without_files(path))
    monkeypatch.setattr(versions, "_FOLDER", str(folder))
    versions.load.cache_clear()
    versions._unpacked.cache_clear()
    try:
        again = run(monkeypatch)
        assert again["h11"] == first["h11"]
        assert again.get("uvicorn") != first["uvicorn"]
    finally:
        versions.load.cache_clear()
        versions._unpacked.cache_clear()


def without_files(path: Path) -> bytes:
    """A table that knows none of its files' texts."""
    table = msgspec.msgpack.decode(path.read_bytes(), type=versions.Table)
    return msgspec.msgpack.encode(msgspec.structs.replace(table, files={}))


def test_every_text_that_shows_a_release_is_looked_at() -> None:
    """Most texts are passed over at once; whatever a pattern could find a release in is not."""
    for hints in (*(hints for hints, _ in revealed._SHOWN), *((hint,) for hint, _ in revealed._SERIES)):
        for hint in hints:
            slashed = hint in (".egg", ".whl", "python")  # theirs begin with a slash, of either kind
            for text in (f"/{hint}", f"\\{hint}") if slashed else (hint,):
                assert "/" in text or any(each in text for each in revealed._ELSE), hint
