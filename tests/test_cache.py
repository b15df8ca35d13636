"""The cache: it never changes a result, nobody else can write to it, and a run without it works."""

import json
import os
import pickle
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command import COMMAND, LOG, environment
from test_signature import GOOD, write

from logscan import cache, lazyre, literals, prefilter, sigread
from logscan.errors import RulesError
from logscan.lazyre import Program, compiled
from logscan.sigmodel import patterns_of
from logscan.signature import load


@pytest.fixture
def folder(empty_cache: Path) -> Path:
    """The cache's folder, in use."""
    cache.start()
    return empty_cache


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write(tmp_path / "pack", GOOD).parent.parent


def entry(folder: Path, kind: str) -> Path:
    """The one file of a kind."""
    (found,) = folder.glob(f"{kind}*")
    return found


def title(pack: Path) -> str:
    return load([pack], bundled=False).signatures[0].title


def test_a_cached_set_is_the_same_and_reads_no_yaml(folder: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warm equals cold; what is cached needs no YAML."""
    cold = load([pack])
    monkeypatch.setattr(sigread, "read_file", None)
    assert load([pack]) == cold
    assert cold.by_id["shop.no-stock"].title == "shop: out of stock"


def test_only_the_owner_may_read_or_write(folder: Path, pack: Path) -> None:
    """Folder 0700, files 0600, and no draft is left behind."""
    load([pack])
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert not list(folder.glob(".*"))


def test_an_edit_within_the_same_tick_is_seen(folder: Path, pack: Path) -> None:
    """Same size, same times, another content: the cached set is not served."""
    path = pack / "shop" / "no-stock.yaml"
    before = path.stat()
    assert title(pack) == "shop: out of stock"
    with path.open("r+b") as file:  # the same inode
        file.write(GOOD.replace("out of stock", "has no stock"[:12]).encode())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert title(pack) == "shop: has no stock"


def test_an_edit_with_equal_times_throughout_is_seen(folder: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the file system's clock stands still: young files are compared by content."""
    real = os.stat

    def coarse(path: Any, **how: Any) -> os.stat_result:
        found = real(path, **how)
        values = list(found)
        frozen = {"st_mtime_ns": now, "st_ctime_ns": now}
        return os.stat_result(values, {"st_atime_ns": now} | frozen) if str(path).endswith("stock.yaml") else found

    now = time.time_ns()
    monkeypatch.setattr(cache.os, "stat", coarse)
    assert title(pack) == "shop: out of stock"
    with (pack / "shop" / "no-stock.yaml").open("r+b") as file:
        file.write(GOOD.replace("out of stock", "has no stock").encode())
    assert title(pack) == "shop: has no stock"


def test_old_files_are_told_by_their_times(folder: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once files are no longer young, an entry is checked without reading any; reading a young one settles that."""
    load([pack], bundled=False)
    later = time.time_ns() + 10 * cache.RACY_NS
    monkeypatch.setattr(time, "time_ns", lambda: later)
    load([pack], bundled=False)
    monkeypatch.setattr(cache, "_digest", None)
    assert title(pack) == "shop: out of stock"


def test_a_new_and_a_removed_file_are_seen(folder: Path, pack: Path) -> None:
    """The set of files is part of what an entry was made from."""
    assert load([pack], bundled=False).count == 1
    more = write(pack, GOOD.replace("no-stock", "no-time").replace("no stock", "no time at all"), "shop/no-time")
    assert load([pack], bundled=False).count == 2
    more.unlink()
    assert load([pack], bundled=False).count == 1


def test_a_file_that_became_wrong_is_refused(folder: Path, pack: Path) -> None:
    """A cached set does not hide an error."""
    load([pack], bundled=False)
    write(pack, "schema: [")
    with pytest.raises(RulesError):
        load([pack], bundled=False)


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 5000, None], ids=["empty", "short", "zeros", "one-bit"])
def test_a_damaged_entry_is_made_anew(folder: Path, pack: Path, damage: bytes | None) -> None:
    """Damage is found by checksum, ignored and repaired."""
    good = load([pack], bundled=False)
    path = entry(folder, "rules")
    data = path.read_bytes()
    path.write_bytes(data[:-3] + bytes([data[-3] ^ 1]) + data[-2:] if damage is None else damage)
    assert load([pack], bundled=False) == good
    assert cache.get(path.name) is not None


def test_a_foreign_entry_is_not_read(folder: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry of another release, of another user or that others may write to, or a link, is as good as none."""
    load([pack], bundled=False)
    path = entry(folder, "rules")
    path.chmod(0o620)
    assert cache.get(path.name) is None
    path.chmod(0o600)
    assert cache.get(path.name) is not None
    with monkeypatch.context() as changed:
        changed.setattr(cache, "ABOUT", "another")
        assert cache.get(path.name) is None
    with monkeypatch.context() as changed:
        changed.setattr(os, "geteuid", lambda: 12345)
        assert cache.get(path.name) is None
    moved = path.rename(folder.parent / "elsewhere")
    path.symlink_to(moved)
    assert cache.get(path.name) is None


def test_a_folder_that_is_open_to_others_is_not_used(empty_cache: Path, pack: Path) -> None:
    """Whoever may write the folder could put files there."""
    empty_cache.mkdir(parents=True)
    empty_cache.chmod(0o777)
    cache.start()
    assert not cache.started()
    assert title(pack) == "shop: out of stock"
    assert not list(empty_cache.iterdir())


@pytest.mark.parametrize("changes", [{"LOGSCAN_NO_CACHE": "1"}, {"XDG_CACHE_HOME": "/dev/null/below"}])
def test_a_run_without_a_cache_works(tmp_path: Path, changes: dict[str, str]) -> None:
    """Switched off, or where nothing can be written (a read-only home): same report, nothing written."""
    home = {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home" / "cache")} | changes
    command = [*COMMAND, "--format", "json", "--tz", "UTC", "--reference-time", "2026-11-25T00:00:00Z"]
    done = subprocess.run(command, input=LOG, capture_output=True, env=environment(**home), timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["events"] == 2
    assert not (tmp_path / "home").exists()


def test_many_processes_at_once(tmp_path: Path) -> None:
    """Four first runs at the same time agree, and leave a cache that a fifth one reads."""
    env = environment(XDG_CACHE_HOME=str(tmp_path / "xdg"))
    (tmp_path / "app.log").write_bytes(LOG)
    command = [*COMMAND, tmp_path / "app.log", "--format", "json", "--reference-time", "2026-11-25T00:00:00Z"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) for _ in range(4)]
    told = {run.communicate(timeout=120) for run in runs}
    told.add(runs[0].args and (subprocess.run(command, capture_output=True, env=env, timeout=60).stdout, b""))
    assert len(told) == 1
    assert not list((tmp_path / "xdg" / "logscan").glob(".*"))


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [("(?P<a>x+)(y)?", 0), (rb"(?i)(?P<q>a|b)+$", re.M), (r"^\w+ # word", re.VERBOSE), ("ü[é-ö]", re.I), ("", 0)],
)
def test_a_kept_pattern_is_the_pattern(
    folder: Path, pattern: str | bytes, flags: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes from the cache is what `re.compile` makes, groups and flags and all."""
    want = re.compile(pattern, flags)
    assert compiled(pattern, int(flags)) == want
    lazyre.keep()
    monkeypatch.setattr(lazyre._Kept, "programs", None)
    monkeypatch.setattr(lazyre, "_program", None)  # nothing may be compiled now
    kept = compiled(pattern, int(flags))
    assert kept == want
    assert (kept.flags, kept.groups, dict(kept.groupindex)) == (want.flags, want.groups, dict(want.groupindex))


def test_a_wrong_pattern_is_refused_as_ever(folder: Path) -> None:
    """The cache stands in nobody's way to the error."""
    with pytest.raises(re.error, match="unterminated"):
        compiled("[")


def test_a_program_that_is_none_is_compiled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine checks a program; what it refuses is compiled from the pattern."""
    bad = Program(source=b"a+b", text=True, given=0, flags=32, groups=0, names={}, code=b"\xff" * 40)
    cache.put("patterns", msgspec.msgpack.encode([bad]))
    monkeypatch.setattr(lazyre._Kept, "programs", None)
    found = compiled("a+b").search("xaab")
    assert found is not None
    assert found.span() == (1, 4)


def test_a_database_is_kept_and_checked(folder: Path) -> None:
    """The search database comes from the cache; one that the library refuses is compiled again."""
    literals = (b"no stock", b"no time")
    data = b"a line\nthere is no time\n"
    want = prefilter.Late(literals).find(data, 0, len(data))
    path = entry(folder, "hyperscan")
    assert 7 <= want < len(data)
    cache.put(path.name, b"no database")
    assert prefilter.Late(literals).find(data, 0, len(data)) == want
    assert cache.get(path.name) != b"no database"


def test_old_entries_go(folder: Path) -> None:
    """The number of files is bounded; the newest stay."""
    for number in range(cache.MAX_FILES + 5):
        cache.put(f"old-{number}", b"")
        os.utime(folder / f"old-{number}", (number, number))
    cache.put("new", b"")
    assert len(list(folder.iterdir())) == cache.MAX_FILES
    assert cache.get("new") == b""


def test_a_pattern_made_of_many_texts_is_found_by_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run neither makes nor compiles it; other texts are another pattern, and so is another maker."""
    made: list[tuple[bytes, ...]] = []

    def either(parts: Sequence[bytes]) -> bytes:
        made.append(tuple(parts))
        return b"|".join(map(re.escape, parts))

    def together(parts: Sequence[bytes]) -> bytes:
        return re.escape(b"".join(parts))

    for _ in range(2):
        for parts in ((b"a.c", b"b"), (b"a.c", b"d")):
            pattern = lazyre.derived(either, parts)
            assert [found[0] for found in pattern.finditer(b"abc a.c b d")] == re.findall(either(parts), b"abc a.c b d")
            made.pop()
        assert lazyre.derived(together, (b"a.c", b"b")).search(b"a.cb") is not None
        assert len(made) == 2
        lazyre.keep()
        monkeypatch.setattr(lazyre._Kept, "programs", None)


def test_signatures_are_unpacked_one_by_one(folder: Path) -> None:
    """A cached set equals the one that was read, goes to another process, and knows of its patterns what is true."""
    cold, warm = load([]), load([])
    ident = next(iter(warm.by_id))
    assert warm.by_id[ident] is warm.by_id[ident]
    assert "no.such-signature" not in warm.by_id
    assert warm == cold == pickle.loads(pickle.dumps(warm))
    for pattern in {each for one in warm.signatures for each in patterns_of(one.match)}:
        told = literals.facts(pattern)
        literals._told.pop(pattern)
        for answer in (literals.required, literals.effort):
            answer.cache_clear()
        assert literals.facts(pattern) == told
