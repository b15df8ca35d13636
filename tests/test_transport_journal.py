"""The journal's output forms: what is claimed, how entries are gathered, which streams and line numbers they give."""

import json
import struct
from datetime import UTC
from pathlib import Path

import pytest

from logscan import scanner as scanner_module
from logscan.linetext import CUT, LINE_HEAD, LINE_TAIL
from logscan.model import Event, Level
from logscan.registry import TRANSPORTS, Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock
from logscan.transports import (
    Candidates,
    detect,
    journal,
    journal_export,
    journal_json,
    journal_pretty,
    journal_short,
    journal_verbose,
)

RULES = load([], bundled=True)
REFERENCE = 1_795_560_000_000_000
SAMPLES = Path(__file__).parent.parent / "samples" / "transports"
FORMS = ["journal-json", "journal-json-pretty", "journal-export", "journal-verbose"]
SHORT = sorted((SAMPLES / "journal-short").glob("*.log"))
LOGS = [*SHORT, *(log for form in FORMS for log in sorted((SAMPLES / form).glob("*.log")))]
TRACE = b"Traceback (most recent call last):\n  File \"/srv/app/x.py\", line 1, in f\n    g()\nKeyError: 'x'"
HEAD = b"__CURSOR=s=0a;i=1;b=0b;m=1;t=6610be82138ed;x=0c\n__REALTIME_TIMESTAMP=1795553627289837\n"


def scan(data: bytes, block: int = 1 << 20, slow: bool = False, level: Level = "error") -> tuple[Scanner, list[Event]]:
    scanner = Scanner(RULES, Settings(level=level, reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    scanner.bytes = scanner_module.LOOKBACK + 1  # a scanner begins to skip only then
    events = [event for at in range(0, len(data), block) for event in scanner.feed(data[at : at + block])]
    return scanner, events + scanner.finish()


def field(name: str, value: bytes) -> bytes:
    """A field of the export format, in its binary spelling."""
    return name.encode() + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"


def exported(message: bytes, **fields: str) -> bytes:
    texts = {"PRIORITY": "3", "_TRANSPORT": "journal", "SYSLOG_IDENTIFIER": "shop", "_PID": "7", **fields}
    plain = b"".join(f"{name}={value}\n".encode() for name, value in texts.items())
    return HEAD + plain + field("MESSAGE", message) + b"\n"


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_every_form_obeys_the_laws(log: Path) -> None:
    """Fast is slow, and whole is any chopping, on what journalctl really printed."""
    data = log.read_bytes()
    whole, events = scan(data)
    assert whole.transport == log.parent.name
    for other, found in (scan(data, slow=True), scan(data, block=611), scan(data, block=1)):
        assert found == events
        assert other.lines == whole.lines == data.count(b"\n")


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log.parent.name}/{log.stem}")
def test_all_forms_tell_the_same_of_a_service(log: Path) -> None:
    """Three tracebacks of seven lines under their headers and a last error, whoever wrote in between."""
    shop = [event for event in scan(log.read_bytes())[1] if "shop" in event.stream]
    assert [event.message for event in shop[:3]] == ["'count'"] * 3
    assert all(event.text.count("\n") == 7 and len(event.frames) == 2 for event in shop[:3])
    assert shop[3].text == "ERROR:shop.orders:payment gateway: connection refused"
    assert {event.resource["process.pid"] for event in shop} == {"11116"}


def test_all_forms_with_fields_find_the_same_events() -> None:
    """JSON, pretty JSON, export and verbose differ in spelling alone: exceptions, levels, times, streams are one."""
    told = []
    for form in FORMS:
        log = "all.log" if form == "journal-json" else "app.log"
        events = scan((SAMPLES / form / log).read_bytes())[1]
        told.append([(e.exception, e.level, e.time, e.stream, e.facts.get("logger")) for e in events])
    assert len(told[0]) == 11
    assert told[1:] == [told[0]] * 3


@pytest.mark.parametrize("form", ["journal-json-pretty", "journal-export", "journal-verbose"])
def test_line_numbers_are_those_of_the_text(form: str) -> None:
    """An event of an entry of many lines points at the lines where its text stands."""
    data = (SAMPLES / form / "app.log").read_bytes()
    lines = data.split(b"\n")
    for event in scan(data)[1]:
        if event.exception:
            assert event.trace_last_line is not None
            assert b"KeyError: 'c" in lines[event.trace_last_line - 1]


def test_what_was_lost_is_counted() -> None:
    """A message over 4,096 bytes is null without `--all`; with it, it is there."""
    assert scan((SAMPLES / "journal-json" / "app.log").read_bytes())[0].lost == {"null_messages": 1}
    assert scan((SAMPLES / "journal-json" / "all.log").read_bytes())[0].lost == {}


@pytest.mark.parametrize(
    ("line", "key", "text"),
    [
        (b"Nov 24 20:53:47 web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"Nov 24 20:53:47.288518 web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"2026-11-24T20:53:47+0000 web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"2026-11-24T20:53:47.288518+0000 web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"Tue 2026-11-24 20:53:47 UTC web01 shop.service[7]: a", "web01 shop.service[7]", b"a"),
        (b"Tue 2026-11-24 20:53:47 UTC web01 app@a:b.service[7]: a", "web01 app@a:b.service[7]", b"a"),
        (
            b"Tue 2026-11-24 20:53:47 UTC web01 user@1.service/x.service[7]: a",
            "web01 user@1.service/x.service[7]",
            b"a",
        ),
        (b"1795549389.288518 web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"[ 3159.978767] web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"[ 3159.978767                ] web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"[ 3160.085415 <    0.000468 >] web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"[ 3160.085415 <    0.000468*>] web01 shop[7]: a", "web01 shop[7]", b"a"),
        (b"Nov 24 20:53:47 shop[7]: a", "shop[7]", b"a"),
        (b"[    0.000000] kernel: Linux version 6", "kernel", b"Linux version 6"),
        (b"Nov 24 20:53:47 web01 (sd-pam)[7]:   a", "web01 (sd-pam)[7]", b"  a"),
    ],
)
def test_short_forms_are_taken_apart(line: bytes, key: str, text: bytes) -> None:
    """Every timestamp of the short family, units instead of identifiers, no host."""
    found = detect(line, Candidates(TRANSPORTS))
    assert found is not None and found.name == "journal-short"
    entry = found.read(line)
    assert entry is not None
    assert (entry.key, entry.lines) == (key, [text])


@pytest.mark.parametrize(
    "line",
    [
        b"2026-11-24T20:53:47Z ERROR: it failed",
        b"2026-11-24T20:53:47Z INFO shop.db: pool is full",
        b"2026-11-24T20:53:47Z shop.db ERROR: it failed",
        b"2026-11-24T20:53:47+0000 shop: no host, no pid",
        b"[    1.234567] usb 1-1: new high-speed USB device",
        b"[    0.084993] IOAPIC[0]: apic_id 0, version 32, address 0xfec00000, GSI 0-23",
        b"[    1.234567] systemd[1]: Detected architecture x86-64.",
        b"1795549389.288518 shop db: query took 3 s",
        b"foo 24 20:53:47 web01 shop[7]: no month of any language",
        b"-- Boot c74f733494574849905bad9712042761 --",
        b"-- No entries --",
        b"\t{",
        b"{",
        b'\t"price" : 17,',
        b"__CURSOR__ = 3",
        b"Tue 2026-11-24 20:53:47 UTC",
    ],
)
def test_what_only_looks_like_a_journal_is_not_claimed(line: bytes) -> None:
    """An application's own times and levels, the kernel's ring, pretty-printed data, journalctl's own lines."""
    assert detect(line, Candidates(TRANSPORTS)) is None


@pytest.mark.parametrize(
    ("month", "english"),
    [
        ("Mär", "Mar"),
        ("Dez", "Dec"),
        ("févr.", "Feb"),
        ("août", "Aug"),
        ("ene", "Jan"),
        ("mag", "May"),
        ("out", "Oct"),
        ("mrt", "Mar"),
        ("paź", "Oct"),
        ("мая", "May"),
        ("12月", "Dec"),
        (" 1월", "Jan"),
    ],
)
def test_a_month_may_be_called_as_in_another_language(month: str, english: str) -> None:
    """journalctl prints what the C library calls it; a traceback among such lines is found whole."""
    found = detect(f"{month} 24 20:53:47 web01 shop[7]: a".encode(), Candidates(TRANSPORTS))
    assert found is not None and found.name == "journal-short"
    entry = found.read(f"{month} 24 20:53:47.5 web01 shop[7]: a".encode())
    assert entry is not None
    assert (entry.key, entry.lines, entry.meta.raw_time) == ("web01 shop[7]", [b"a"], f"{english} 24 20:53:47.5")


def test_native_lines_are_indented_and_own_lines_dropped() -> None:
    """The further lines of an entry stand under its first one, a blank one is only spaces; a boot mark is no text."""
    prefix = b"Nov 24 20:53:47 web01 shop[7]: "
    pad = b" " * len(prefix)
    first, *rest = TRACE.split(b"\n")
    lines = [prefix + b"ERROR: failed", pad + first, b"-- Boot c74f733494574849905bad9712042761 --"]
    lines += [*(pad + line for line in rest), pad, prefix + b"ok", b""]
    events = scan(b"\n".join(lines))[1]
    assert [(e.exception, e.text.split("\n")) for e in events] == [
        ("KeyError", ["ERROR: failed", *TRACE.decode().split("\n")])
    ]


@pytest.mark.parametrize(("level", "found"), [("error", []), ("warning", ["[28B blob data]"])])
def test_a_lost_text_is_a_warning(level: Level, found: list[str]) -> None:
    """`[28B blob data]`: nobody can tell how bad it was."""
    data = b"Nov 24 20:53:47 web01 shop[7]: ok\nNov 24 20:53:47 web01 shop[7]: [28B blob data]\n"
    assert [event.text for event in scan(data, level=level)[1]] == found
    assert scan(data, level=level)[1] == scan(data, level=level, slow=True)[1]


@pytest.mark.parametrize("size", [10, 0x0A0A, 0x0A0A0A, 10 + (10 << 8)])
def test_an_exported_length_may_hold_line_ends(size: int) -> None:
    """The eight bytes of a length are no text: 0x0A among them ends nothing."""
    message = b"a" * (size - 5) + b"\nlast"
    events = scan(exported(message) + exported(b"next"), block=4096)[1]
    kept = min(size - 5, LINE_HEAD + len(CUT) + LINE_TAIL)  # of a line over 64 KiB, head and tail
    assert [len(e.text) for e in events] == [kept + 5, 4]
    assert [e.text[-4:] for e in events] == ["last", "next"]


def test_an_exported_message_cannot_forge_an_entry() -> None:
    """Blank lines and fields inside a value are the value's."""
    forged = b"real\n\n" + exported(b"forged")
    assert [event.text.split("\n")[0] for event in scan(exported(forged))[1]] == ["real"]


def test_an_exported_line_too_long_to_keep_swallows_nothing() -> None:
    """The scanner shortens a line over a megabyte, so the length before it no longer tells where its value ends."""
    long = exported(b"long" + b"y" * (1 << 21))
    events = scan(exported(b"first") + long + b"".join(exported(b"after") for _ in range(3)))[1]
    assert [event.text[:5] for event in events] == ["first", "longy", "after", "after", "after"]
    assert [event.first_line for event in events[2:]] == [26, 35, 44]


def test_an_exported_traceback_line_by_line() -> None:
    """A captured output is an entry a line; two processes interleave; each is joined again."""
    lines = TRACE.split(b"\n")
    entries = [
        exported(line, _TRANSPORT="stdout", PRIORITY="6", _PID=pid) for line in lines for pid in ("7", "8")
    ]  # fmt: skip
    events = scan(b"".join(entries))[1]
    assert [(e.exception, len(e.frames), e.resource["process.pid"]) for e in events] == [
        ("KeyError", 1, "7"),
        ("KeyError", 1, "8"),
    ]


@pytest.mark.parametrize("form", ["journal-json-pretty", "journal-export", "journal-verbose"])
def test_a_cut_file_is_read_as_far_as_it_goes(form: str) -> None:
    """Cut at any line, a source gives the events before the cut, and what there is of the last one; nothing raises."""
    data = (SAMPLES / form / "app.log").read_bytes()
    whole = scan(data)[1]
    ends = [at for at, byte in enumerate(data) if byte == 10]
    for end in ends[:: len(ends) // 40]:
        events = scan(data[: end - 3])[1]
        closed = [event for event in whole if event.offset + event.length < end - 2000]
        assert events[: max(len(closed) - 1, 0)] == closed[: max(len(closed) - 1, 0)]


def test_a_traceback_cut_inside_its_value_is_not_lost() -> None:
    """The source ends inside a binary field: the entry is what it is."""
    data = exported(b"ERROR: failed\n" + TRACE)
    events = scan(data[: data.index(b"KeyError")])[1]
    assert [(e.level, e.incomplete) for e in events] == [("error", "end")]


def test_a_source_that_starts_inside_an_entry() -> None:
    """What is left of a first entry is passed over (export, verbose) or used (pretty); the next one is whole."""
    for form in FORMS[1:]:
        data = (SAMPLES / form / "app.log").read_bytes()
        events = scan(data)[1]
        tail = scan(data[data.index(b"\n", 200) + 1 :])[1]
        assert [(e.exception, e.text) for e in tail[1:]] == [(e.exception, e.text) for e in events[1:]]


@pytest.mark.parametrize("transport", [journal_export, journal_pretty, journal_verbose], ids=lambda t: t.name)
def test_gathering_survives_anything(transport: object) -> None:
    """Damage, endless entries and foreign lines: no exception, and a way back to the next entry."""
    gather = transport.gather  # type: ignore[attr-defined]
    starts = {"journal-export": HEAD[:-1], "journal-json-pretty": b"{"}
    start = starts.get(transport.name, b"Tue 2026-11-24 20:53:47.295276 UTC [s=a;i=1;b=b;m=1;t=6610be82138ed;x=c]")  # type: ignore[attr-defined]
    first = start.split(b"\n")[0]
    junk = [b"", b"MESSAGE", b"\xff" * 8, b"=", b"}", b"\t]", b"    =", b"\0" * 9, b"MESSAGE", b"x", b'\t"MESSAGE" : [']
    pending: tuple[bytes, ...] = ()
    for line in [*junk, first, *junk, first, *(b"y" * 70_000 for _ in range(200)), b"\n"]:
        pending, entry = gather(pending, line)
        assert sum(map(len, pending)) < 9 << 20
        assert entry is None or entry.lines
    assert pending == ()


def test_an_entry_of_fields_of_every_kind() -> None:
    """Numbers are strings, values may be null, bytes or several; nonsense is no time and no level."""
    fields = {"MESSAGE": ["one", "two"], "PRIORITY": "9", "__REALTIME_TIMESTAMP": "soon", "_PID": ["7", "8"]}
    entry = journal.entry(fields)
    assert entry.lines == [b"one", b"two"]
    assert (entry.meta.time, entry.meta.level, entry.meta.resource) == (None, None, {"process.pid": "7"})
    assert journal.entry({"MESSAGE": None}).meta.fields == {"null_message": "1"}
    assert journal.entry({"MESSAGE": [104, 105]}).lines == [b"hi"]


def test_captured_output_at_its_default_priority_has_no_level() -> None:
    """journald gives what a program prints priority 6; only a program that says otherwise is believed."""
    for kind, priority, level in [("stdout", "6", None), ("stdout", "3", "error"), ("journal", "6", "info")]:
        assert journal.entry({"_TRANSPORT": kind, "PRIORITY": priority, "MESSAGE": "x"}).meta.level == level


@pytest.mark.parametrize("mark", [b"\xe2\x96\x91\xe2\x96\x91", b"--"], ids=["today", "before 246"])
def test_the_catalogs_explanations_are_nobodys(mark: bytes) -> None:
    """`journalctl -x` explains an entry below it: the lines of one failure are one event all the same."""
    said = [b"systemd[1]: shop.service: Main process exited, code=exited, status=1/FAILURE",
            b"systemd[1]: shop.service: Failed with result 'exit-code'.", b"systemd[1]: Failed to start shop.service."]  # fmt: skip
    told = [b"Subject: Unit failed", b"Defined-By: systemd", b"", b"The process' exit code is 'exited'."]
    plain = b"".join(b"Nov 24 20:53:47 web01 " + line + b"\n" for line in said)
    below = b"".join(mark + b" " + line + b"\n" for line in told)
    (bare,), (event,) = scan(plain)[1], scan(plain.replace(b"\n", b"\n" + below))[1]
    assert (event.text, event.fingerprint, event.lines) == (bare.text, bare.fingerprint, (1, 6, 11))


@pytest.mark.parametrize("log", [*SHORT, *(SAMPLES / "journal-json").glob("*.log")], ids=lambda log: log.stem)
def test_a_streams_mark_stands_in_all_its_lines(log: Path) -> None:
    """Whoever looks for a stream's next line by its mark misses none."""
    transport = journal_json if log.parent.name == "journal-json" else journal_short
    entries = [(line, transport.read(line)) for line in log.read_bytes().split(b"\n")]
    marks = [(line, transport.mark(entry.key)) for line, entry in entries if entry is not None]
    assert any(mark is not None for _, mark in marks)
    assert all(mark is None or mark in line for line, mark in marks)


def test_an_open_record_of_one_stream_lets_the_others_pass() -> None:
    """A native record stays open until its stream's next line; the program's captured output goes by meanwhile."""
    said = '{{"__REALTIME_TIMESTAMP":"17955536{:08d}","_TRANSPORT":"{}","SYSLOG_IDENTIFIER":"shop","_PID":"7",'
    said += '"PRIORITY":"{}","MESSAGE":"{}"}}\n'
    lines = [said.format(n, "stdout", 6, f"request {n} served") for n in range(3000)]
    lines[700] = said.format(700, "journal", 3, "order failed")
    lines[1500] = "a line that is no entry\n"
    lines[2200] = said.format(2200, "stdout", 6, "Traceback (most recent call last):")
    lines[2201] = said.format(2201, "stdout", 6, '  File \\"x.py\\", line 1, in f')
    lines[2202] = said.format(2202, "stdout", 6, "KeyError: 'x'")
    lines[2900] = said.format(2900, "journal", 6, "order made good")
    data = "".join(lines).encode()
    one, events = scan(data)
    other, slowly = scan(data, slow=True)
    assert events == slowly and [event.first_line for event in events] == [701, 2201]
    assert one.lines == other.lines == 3000


@pytest.mark.parametrize("captured", ["stdout", ""])
@pytest.mark.parametrize("slow", [False, True])
def test_a_priority_speaks_of_its_own_entry(captured: str, slow: bool) -> None:
    """Entries that come within the second of a worse one, and are no part of it, keep their own priority."""
    data = b""
    for number in range(200):
        entry = {
            "PRIORITY": "3" if number % 10 == 0 else "6",
            "SYSLOG_IDENTIFIER": "shop",
            "_PID": str(100 + number % 7),
        }
        entry |= {"__REALTIME_TIMESTAMP": str(REFERENCE + number * 20_000), "MESSAGE": f"order {number} failed"}
        data += json.dumps(entry | ({"_TRANSPORT": captured} if captured else {})).encode() + b"\n"
    _, events = scan(data, slow=slow)
    assert [event.first_line for event in sorted(events, key=lambda event: event.offset)] == list(range(1, 201, 10))
