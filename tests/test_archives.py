"""Rules of archives: whatever a log is packed in, it is the same log; a cut one is its beginning, and says so."""

import bz2
import gzip
import io
import lzma
import random
import signal
import struct
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import lz4.frame
import pytest
from backports import zstd
from command import COMMAND, ERROR, LOG, REFERENCE, SHOP, TRACE, environment, logscan, report
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan import run
from logscan.registry import Settings
from logscan.signature import load
from logscan.sources import Cut, Reader, Skip, Source, Unreadable, compression, reading, tar
from logscan.summary import Summary

RANDOM = random.Random(7)
BINARY = b"\x7fELF" + RANDOM.randbytes(60_000)
NOISE = b"".join(b"2026-11-24 10:00:00,000 INFO shop: %s\n" % RANDOM.randbytes(24).hex().encode() for _ in range(9_000))
"""Lines that do not compress well: an archive of them is longer than one block."""
LONG = NOISE[: len(NOISE) // 2 // 91 * 91] + TRACE + NOISE
RULES = load([], bundled=True)

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "lz4": lambda data: lz4.frame.compress(data, content_checksum=True),
}


def tarred(*members: tuple[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return out.getvalue()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, piped: bool = False) -> bytes:
    """A zip archive; `piped`: as written into a pipe, where sizes follow the contents."""
    out = io.BytesIO()
    target = Pipe(out) if piped else out
    with zipfile.ZipFile(target, "w", method) as archive:  # type: ignore[arg-type]
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


class Pipe:
    """A file that can only be written to."""

    def __init__(self, out: io.BytesIO) -> None:
        self.write, self.flush = out.write, out.flush


ARCHIVES: dict[str, Callable[[bytes], bytes]] = {
    "tar": lambda data: tarred(("app.log", data)),
    "tar, GNU": lambda data: tarred(("a/" * 60 + "app.log", data), form=tarfile.GNU_FORMAT),
    "tar, pax": lambda data: tarred(("ü" * 120 + ".log", data)),
    "tar.gz": lambda data: gzip.compress(tarred(("app.log", data)), mtime=0),
    "tar.zst": lambda data: zstd.compress(tarred(("app.log", data))),
    "tar with .xz": lambda data: tarred(("app.log.xz", lzma.compress(data))),
    "tar.gz with .gz": lambda data: gzip.compress(tarred(("app.log.gz", gzip.compress(data)))),
    "zip": lambda data: zipped(("app.log", data)),
    "zip, stored": lambda data: zipped(("app.log", data), method=zipfile.ZIP_STORED),
    "zip, bzip2": lambda data: zipped(("app.log", data), method=zipfile.ZIP_BZIP2),
    "zip, piped": lambda data: zipped(("app.log", data), piped=True),
    "zip with .gz": lambda data: zipped(("app.log.gz", gzip.compress(data))),
}
PACKERS = COMPRESSORS | ARCHIVES


def parts(path: Path) -> Iterator[tuple[str, bytes | str]]:
    """What is in a file: names with the text or the reason against it, and at last why the archive as a whole failed."""
    status = path.stat()
    reader = Reader(Source(path.name, str(path), status.st_size, 0))
    try:
        for part in reader.parts():
            if isinstance(part, Skip):
                yield part.name, part.reason
                continue
            try:
                yield part.name, b"".join(part)
            except (Cut, Unreadable) as error:
                yield part.name, str(error)
    except (Cut, Unreadable) as error:
        yield path.name, str(error)
    finally:
        reader.close()


def scan(path: Path) -> Summary:
    """The summary of a scan in this process."""
    job = run.Job(RULES, Settings(reference=0), UTC, now=0, reference=0)
    return run.scan([str(path)], job)


def counts(summary: Summary) -> tuple[object, ...]:
    """What a log says, whatever its name."""
    groups = sorted((key, tally.count) for part in (summary.known, summary.unknown) for key, tally in part.items())
    return summary.bytes, summary.lines, groups


# -- the same log -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(PACKERS))
@pytest.mark.parametrize("log", ["log", "long", "shop"])
def test_a_packed_log_is_the_plain_one(tmp_path: Path, kind: str, log: str) -> None:
    """Events, lines and bytes are those of the log that was packed; nothing else is counted."""
    data = {"log": LOG, "long": LONG, "shop": SHOP.read_bytes()}[log]
    (tmp_path / "plain").write_bytes(data)
    (tmp_path / "packed").write_bytes(PACKERS[kind](data))
    packed = scan(tmp_path / "packed")
    assert counts(packed) == counts(scan(tmp_path / "plain"))
    assert packed.complete and not packed.problems and not packed.skipped and len(packed.sources) == 1


@pytest.mark.parametrize("kind", list(PACKERS))
def test_a_packed_log_is_read_from_a_pipe(kind: str) -> None:
    """`cat x.gz | logscan`, `cat x.tar.zst | logscan`: by the first bytes, never by a name."""
    found = report("-", stdin=PACKERS[kind](LOG + NOISE))
    assert (found.events, found.complete, found.input.bytes) == (2, True, len(LOG + NOISE))


@pytest.mark.parametrize("kind", list(COMPRESSORS))
def test_all_members_are_read(tmp_path: Path, kind: str) -> None:
    """Of an archive that was appended to, also when there are thousands; padding with NULs is nothing."""
    pack = COMPRESSORS[kind]
    (tmp_path / "app.log").write_bytes(pack(LOG) + pack(b"") + pack(NOISE) + bytes(700) + pack(LOG) + bytes(512))
    assert dict(parts(tmp_path / "app.log")) == {"app.log": LOG + NOISE + LOG}
    (tmp_path / "many").write_bytes(b"".join(pack(line) for line in NOISE.splitlines(keepends=True)[:2000]))
    assert dict(parts(tmp_path / "many")) == {"many": b"".join(NOISE.splitlines(keepends=True)[:2000])}


def test_frames_without_content_are_passed_over(tmp_path: Path) -> None:
    """pzstd starts with one."""
    skippable = b"\x50\x2a\x4d\x18" + struct.pack("<I", 4) + b"size"
    (tmp_path / "app.log").write_bytes(skippable + zstd.compress(LOG) + skippable + zstd.compress(LOG))
    assert dict(parts(tmp_path / "app.log")) == {"app.log": LOG + LOG}


def test_what_follows_the_end_is_counted_and_costs_nothing(tmp_path: Path) -> None:
    """As gzip(1) has it: what was packed is good, what follows is left out; here, with its size."""
    file = tmp_path / "app.log.gz"
    file.write_bytes(gzip.compress(LOG) + bytes(9) + b"this is no member")
    found = scan(file)
    assert (found.bytes, found.complete) == (len(LOG), True)
    assert found.skipped == {"bytes after the end of gzip data": len(b"this is no member")}
    assert subprocess.run(["gzip", "-dc", file], capture_output=True).stdout == LOG


@pytest.mark.parametrize("text", [b"BZh is how it began\n" + ERROR, b"PK\n" + ERROR, b"(\n" + ERROR, b"\n" + ERROR])
def test_text_that_starts_like_an_archive_is_text(tmp_path: Path, text: bytes) -> None:
    """Letters that start a magic number may start a line."""
    (tmp_path / "app.log").write_bytes(text)
    assert dict(parts(tmp_path / "app.log")) == {"app.log": text}


@pytest.mark.parametrize("kind", ["gzip", "deflate"])
def test_without_isal_zlib_serves(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes, the same error for a cut."""
    monkeypatch.setitem(sys.modules, "isal", None)
    packed = gzip.compress(LONG) if kind == "gzip" else zlib.compress(LONG, wbits=-15)
    for end in (len(packed), len(packed) - 9):
        feed = compression.Feed(iter([packed[:end], b"rest"] if end == len(packed) else [packed[:end]]))
        got = b""
        try:
            for piece in compression.member(feed, kind):
                got += piece
            assert (got, feed.drain()) == (LONG, 4)
        except Cut:
            assert end < len(packed) and LONG.startswith(got) and len(got) > len(LONG) - 5_000


@pytest.mark.parametrize(("kind", "package"), [("zstd", "backports.zstd"), ("lz4", "lz4.frame")])
def test_a_missing_package_is_named(tmp_path: Path, kind: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that cannot be read is no log without errors: a problem says what to install."""
    if kind == "zstd" and sys.version_info >= (3, 14):
        pytest.skip("the standard library reads zstd")
    monkeypatch.setitem(sys.modules, package, None)
    (tmp_path / "app.log").write_bytes(COMPRESSORS[kind](LOG))
    [problem] = scan(tmp_path / "app.log").problems
    assert problem.kind == "skipped" and f"{kind} needs the package {package}" in problem.message


# -- cut and damaged --------------------------------------------------------------------------------------------------


def missing_from(kind: str, packed: bytes) -> range:
    """Where a cut leaves enough to tell what it is, and takes something away."""
    if not kind.startswith("tar") or kind.startswith("tar."):
        return range(6, len(packed))
    end_mark = -(-len(packed.rstrip(b"\0")) // tar.RECORD) * tar.RECORD
    return range(tar.RECORD, end_mark + tar.RECORD)


@pytest.mark.parametrize("kind", list(PACKERS))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_cut_archive_is_its_beginning(
    kind: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Wherever it is cut: what is read is a prefix of the log, and the cut is said."""
    log = LONG[-400_000:] if data.draw(st.booleans()) else LOG
    packed = PACKERS[kind](log)
    file = tmp_path_factory.mktemp("cut") / "app.log"
    file.write_bytes(packed[: data.draw(st.sampled_from(missing_from(kind, packed)))])
    found = list(parts(file))
    text = [each for _, each in found if isinstance(each, bytes)]
    assert "cut" in str(found[-1][1])
    assert all(log.startswith(each) for each in text)


@pytest.mark.parametrize("kind", list(PACKERS))
def test_a_cut_archive_counts_what_was_readable(tmp_path: Path, kind: str) -> None:
    """The events of the prefix; the scan is not complete, and the problem names the archive."""
    packed = PACKERS[kind](LOG + NOISE * 3)
    (tmp_path / "app.log").write_bytes(packed[: len(packed) * 4 // 5])
    found = scan(tmp_path / "app.log")
    [source] = found.sources.values()
    (tmp_path / "prefix").write_bytes((LOG + NOISE * 3)[: source.bytes])
    assert counts(found) == counts(scan(tmp_path / "prefix")) and source.events == 2
    assert [(each.source, each.kind) for each in found.problems] == [(source.name, "cut")] and not found.complete


@pytest.mark.parametrize("kind", ["gzip", "zip", "tar.zst"])
def test_a_cut_archive_ends_the_command_with_3(tmp_path: Path, kind: str) -> None:
    """And --allow-incomplete with 0."""
    file = tmp_path / "app.log"
    file.write_bytes(PACKERS[kind](LOG + NOISE)[:-30_000])
    found = report(file, code=(3,))
    assert (found.events, found.complete) == (2, False) and found.problems[0].source.startswith(str(file))
    assert logscan(file, "--allow-incomplete", *REFERENCE).returncode == 0


@pytest.mark.parametrize("kind", list(COMPRESSORS))
def test_a_damaged_archive_beside_a_good_log(tmp_path: Path, kind: str) -> None:
    """Its name is said, the good log is counted."""
    packed = bytearray(COMPRESSORS[kind](NOISE))
    packed[40:80] = b"x" * 40
    (tmp_path / "bad").write_bytes(bytes(packed))
    (tmp_path / "good.log").write_bytes(LOG)
    found = report(tmp_path / "bad", tmp_path / "good.log", code=(3,))
    assert found.events == 2 and [Path(each.source).name for each in found.problems] == ["bad"]


def test_a_wrong_checksum_costs_no_line(tmp_path: Path) -> None:
    """What is damaged is said; what it gave before that is kept, although the decoder holds it back."""
    (tmp_path / "app.log.gz").write_bytes(gzip.compress(LOG)[:-8] + b"checksum")
    found = scan(tmp_path / "app.log.gz")
    assert (found.bytes, found.complete, {each.kind for each in found.problems}) == (len(LOG), False, {"cut"})


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_damaged_member_costs_only_itself(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    """The members behind it are found where the archive says they are."""
    bad = bytearray(gzip.compress(NOISE))
    bad[300:340] = b"x" * 40
    (tmp_path / "x").write_bytes(pack(("bad.gz", bytes(bad)), ("good.log", LOG)))
    (_, first), (name, second) = parts(tmp_path / "x")
    assert "damaged gzip" in str(first) and (name, second) == ("x!good.log", LOG)


# -- members ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_each_member_is_a_source(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    """Named `archive!member`, with events and lines of its own; what is no log by its name or bytes is left out."""
    (tmp_path / "x").write_bytes(
        pack(("var/log/a.log", LOG), ("README.md", ERROR), ("b/core", BINARY), ("b.log.gz", gzip.compress(TRACE)))
    )
    found = report(tmp_path / "x")
    name = str(tmp_path / "x")
    sources = [(each.name, each.events, each.lines) for each in found.input.sources]
    assert sources == [(f"{name}!b.log.gz", 1, 5), (f"{name}!var/log/a.log", 2, 9)]
    assert found.input.skipped == {"not a log by its name (.md)": len(ERROR), "binary data": len(BINARY)} or (
        found.input.skipped.keys() == {"not a log by its name (.md)", "binary data"}
    )
    assert {each.example.source for each in found.incidents} <= {each[0] for each in sources}


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_a_members_name_climbs_nowhere(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    """Nothing is written; but a report names no file outside the archive either."""
    (tmp_path / "x").write_bytes(pack(("../../etc/./passwd", ERROR), ("/abs.log", ERROR), ("n" * 400, ERROR)))
    names = [name for name, _ in parts(tmp_path / "x")]
    assert names == ["x!etc/passwd", "x!abs.log", "x!" + "n" * reading.MAX_NAME]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_in_an_archive_is_named(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    """One level of compression in a member is read, no deeper."""
    members = [("a.tar", tarred(("x", LOG))), ("b.zip", zipped(("x", LOG))), ("c.tar.gz", gzip.compress(tarred(("x", LOG)))),
               ("d.gz", gzip.compress(bz2.compress(LOG))), ("e.log", LOG)]  # fmt: skip
    (tmp_path / "x").write_bytes(pack(*members))
    found = [text for _, text in parts(tmp_path / "x")]
    assert [str(text).partition(":")[0] for text in found[:4]] == [
        *["an archive inside an archive"] * 3,
        "bzip2 inside gzip",
    ]
    assert found[4] == LOG


def test_compressed_twice_is_named(tmp_path: Path) -> None:
    """Not shown as binary data."""
    (tmp_path / "app.log").write_bytes(gzip.compress(gzip.compress(LOG)))
    assert list(parts(tmp_path / "app.log")) == [("app.log", "gzip inside gzip: unpack it first")]


def test_what_is_no_file_in_a_tar_has_a_reason(tmp_path: Path) -> None:
    """Links, devices, pipes; folders are nothing. A sparse file may be a log: the scan is not complete."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            header = tarfile.TarInfo(f"kind{kind.decode()}")
            header.type, header.linkname = kind, "elsewhere"
            archive.addfile(header)
        header = tarfile.TarInfo("sparse.log")
        header.type, header.size = tarfile.GNUTYPE_SPARSE, len(ERROR)
        archive.addfile(header, io.BytesIO(ERROR))
        header = tarfile.TarInfo("app.log")
        header.size = len(LOG)
        archive.addfile(header, io.BytesIO(LOG))
    (tmp_path / "x.tar").write_bytes(out.getvalue())
    assert [text for _, text in parts(tmp_path / "x.tar")] == [
        *["a link"] * 2, "a device", "a pipe", "a sparse file", LOG]  # fmt: skip
    found = scan(tmp_path / "x.tar")
    assert not found.complete and [each.source.partition("!")[2] for each in found.problems] == ["sparse.log"]


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    """It may be a log: the others are counted, the scan is not complete."""
    packed = bytearray(zipped(("secret.log", ERROR), ("app.log", LOG)))
    packed[6] |= 1
    (tmp_path / "x.zip").write_bytes(bytes(packed))
    assert list(parts(tmp_path / "x.zip")) == [("x.zip!secret.log", "an encrypted member"), ("x.zip!app.log", LOG)]
    assert not scan(tmp_path / "x.zip").complete


def test_archives_one_after_the_other_are_one(tmp_path: Path) -> None:
    """`cat a.tar b.tar`, as with `tar --ignore-zeros`."""
    (tmp_path / "x").write_bytes(tarred(("a", LOG)) + tarred(("b", ERROR)))
    assert dict(parts(tmp_path / "x")) == {"x!a": LOG, "x!b": ERROR}


# -- hostile ones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["gzip", "zstd", "zip", "tar with .xz"])
def test_a_bomb_is_given_up(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a source may unpack to is bounded, all layers and members together; what came before is counted."""
    monkeypatch.setattr(compression, "MAX_OUT", 5_000_000)
    (tmp_path / "bomb").write_bytes(PACKERS[kind](LOG + bytes(50_000_000)))
    found = scan(tmp_path / "bomb")
    assert not found.complete and found.bytes <= 5_000_000
    assert sum(source.events for source in found.sources.values()) == 2
    assert any("gives more than" in each.message for each in found.problems)


def test_a_tar_header_states_no_size_that_is_believed(tmp_path: Path) -> None:
    """A pax header of gigabytes is not read into memory; nor are members without end."""
    header = bytearray(tarfile.TarInfo("x").tobuf()[:512])
    header[124:136] = b"77777777777\0"
    header[156:157] = b"x"
    header[148:156] = b"        "
    header[148:156] = b"%06o\0 " % sum(header)
    (tmp_path / "x.tar").write_bytes(bytes(header) + bytes(4096))
    assert "a tar header of more than 1 MiB" in str(dict(parts(tmp_path / "x.tar"))["x.tar"])


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_members_are_bounded(tmp_path: Path, pack: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of more members than that is given up, and says so."""
    monkeypatch.setattr(reading, "MAX_MEMBERS", 3)
    (tmp_path / "x").write_bytes(pack(*((f"{n}.log", ERROR) for n in range(5))))
    found = list(parts(tmp_path / "x"))
    assert len(found) == 4 and "more than 3 members" in str(found[3][1])


# -- the thread -------------------------------------------------------------------------------------------------------


def threads() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name == "logscan-ahead"]


@pytest.mark.parametrize("kind", ["gzip", "tar with .xz", "zip", "tar.gz with .gz"])
def test_the_thread_ends_with_the_reader(tmp_path: Path, kind: str) -> None:
    """Also when what it made is not wanted any more; and it is never far ahead."""
    file = tmp_path / "app.log"
    file.write_bytes(PACKERS[kind](NOISE * 12))
    reader = Reader(Source("app.log", str(file), file.stat().st_size))
    every = reader.parts()
    part = next(every)
    assert not isinstance(part, Skip)
    next(iter(part))
    assert len(threads()) == 1
    time.sleep(0.2)
    assert kind == "tar with .xz" or reader.stored < file.stat().st_size
    reader.close()
    assert threads() == []


@pytest.mark.parametrize("kind", ["plain", "tar"])
def test_plain_files_need_no_thread(tmp_path: Path, kind: str) -> None:
    """Nothing is unpacked there."""
    (tmp_path / "x").write_bytes(NOISE if kind == "plain" else PACKERS[kind](NOISE))
    reader = Reader(Source("x", str(tmp_path / "x"), 1))
    for part in reader.parts():
        assert not isinstance(part, Skip)
        assert b"".join(part) == NOISE and threads() == []
    reader.close()


def test_a_compressed_pipe_can_be_stopped() -> None:
    """Ctrl-C while the pipe is open and silent ends the scan with what was counted."""
    process = subprocess.Popen([*COMMAND, *REFERENCE, "--format", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               env=environment())  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    packer = zlib.compressobj(wbits=31)
    process.stdin.write(packer.compress(LOG) + packer.flush(zlib.Z_SYNC_FLUSH))
    process.stdin.flush()
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 130 and b"order 17 failed" in out and b'"end"' in out
