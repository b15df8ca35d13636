"""Line formats parse the samples that stand in their files, and prose is no header."""

import io
import logging
import random
import time
from datetime import UTC
from pathlib import Path

import pytest
import yaml

from logscan import formats
from logscan.model import LEVELS, Event, Level
from logscan.registry import Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock

SOURCES = formats.sources()
FORMATS = formats.Formats(formats.bundled())


@pytest.mark.parametrize(("name", "text"), SOURCES, ids=[name for name, _ in SOURCES])
def test_a_format_parses_its_samples(name: str, text: str) -> None:
    """Each sample gives the fields that the file says, also when all formats are tried in order."""
    format = formats.load(name, text)
    assert formats.check(name, text, format) == []


@pytest.mark.parametrize(
    "line",
    [
        "the worker got an ERROR from the payment service",
        "Error: nothing in capitals here",
        "  ERROR indented text starts no record",
        "KeyError: 'coupon'",
        "psycopg.errors.UniqueViolation: duplicate key",
        "WARNINGS are not a level",
        "fail: the build is red",
        "info: see below",
        "error: nothing in capitals here",
        "E 261124 is a licence plate",
        "[E 7] is a chord",
        "E01 is a room",
        "127.0.0.1:80 is up",
        "M 12:30:00 is a train",
        "PHP Fatal errors are rare",
        "ERRO [0000] is no word",
        "1795630715 is a number",
        "done",
        "",
    ],
)
def test_prose_is_no_header(line: str) -> None:
    """A word in a sentence does not make a record."""
    assert FORMATS.match(line.encode()) is None


def test_what_sbt_indents_is_more_of_the_line_before() -> None:
    """It puts the level before each line of an error."""
    log = ["[error] cart.scala:3: not found: x", "[error]   total(x)", "[error]         ^", "[error] one error found"]
    assert [(event.first_line, event.last_line) for event in scan("\n".join(log).encode())] == [(1, 3), (4, 4)]


def test_a_level_that_is_stated_is_no_token_before_one() -> None:
    """Where pairs follow the time, and one states the level, a word in capitals behind it is text."""
    header = FORMATS.match(b"2026-11-22 10:00:00 level=info ERROR budget is left")
    assert header is not None and header.level is None


def test_prose_with_a_time_has_no_level() -> None:
    """Two words of prose before a level are no header tokens."""
    header = FORMATS.match(b"2026-11-22 10:00:00 worker got ERROR from the payment service")
    assert header is not None
    assert header.level is None


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
def test_every_sample_at_a_level_holds_one_of_its_anchors(level: str) -> None:
    """Law 1: a line whose format says the level, or worse, holds an anchor of that level."""
    anchors = formats.anchors(level)  # type: ignore[arg-type]
    for name, text in SOURCES:
        for sample in yaml.safe_load(text)["samples"]:
            header = FORMATS.match(sample["line"].encode())
            assert header is not None, (name, sample)
            if header.level and LEVELS.index(header.level) >= LEVELS.index(level):  # type: ignore[arg-type]
                assert any(anchor in sample["line"].encode() for anchor in anchors), (name, sample)


RULES = load([], bundled=True)
REFERENCE = 1_795_633_200_000_000
RECORDED = Path(__file__).parent.parent / "samples" / "formats"


def scan(data: bytes, level: Level = "error", *, slow: bool = False) -> list[Event]:
    scanner = Scanner(RULES, Settings(level=level, reference=REFERENCE, slow=slow), Clock(UTC, REFERENCE), "log")
    return scanner.feed(data) + scanner.finish()


STATEMENTS = [(6, 8), (9, 11), (12, 13), (14, 15), (16, 22), (23, 27), (30, 30)]
SPANS: dict[str, list[tuple[int, int]]] = {
    "absl.log": [(3, 3), (4, 9)],
    "apache-access.log": [],
    "apache-error.log": [(4, 4), (5, 5), (7, 11), (12, 12)],
    "go.log": [(5, 5)],
    "haproxy.log": [(3, 4), (11, 11), (12, 12), (13, 13)],
    "java-util-logging-one-line.log": [(3, 3), (4, 13)],
    "java-util-logging.log": [(5, 6), (7, 17)],
    "mariadb.log": [(4, 4)],
    "nginx-access.log": [],
    "nginx-error.log": [(8, 8), (10, 10), (12, 12), (23, 23)],
    "oslo.log": [
        (3, 23),
        (26, 46),
        (49, 49),
        (50, 50),
        (51, 61),
        (64, 73),
        (76, 85),
        (87, 88),
        (89, 96),
        (99, 103),
    ],
    "pino-pretty.log": [(4, 4), (5, 27), (29, 29)],
    "postgresql-badger.log": STATEMENTS,
    "postgresql-bare.log": STATEMENTS,
    "postgresql-csv.log": [(7, 7), (8, 8), (9, 9), (10, 10), (11, 13), (14, 15), (17, 17)],
    "postgresql-debian.log": STATEMENTS,
    "postgresql-default.log": STATEMENTS,
    "postgresql-epoch.log": STATEMENTS,
    "postgresql-json.log": [(n, n) for n in (7, 8, 9, 10, 11, 12, 14)],
    "postgresql-rds.log": STATEMENTS,
    "postgresql-verbose.log": [(11, 14), (15, 18), (19, 21), (22, 24), (25, 32), (33, 38), (42, 43)],
    "rabbitmq.log": [(5, 6), (8, 9), (12, 13)],
    "redis.log": [(16, 16)],  # a signature's: somebody made it a replica
    "rich.log": [
        (3, 36),
        (38, 71),
        (73, 76),
        (77, 77),
        (80, 85),
        (89, 144),
        (146, 201),
        (203, 204),
        (205, 205),
        (208, 219),
        (223, 242),
        (244, 263),
        (265, 266),
        (267, 267),
        (270, 274),
    ],
    "ruby.log": [(3, 3), (4, 4), (6, 8), (9, 9)],
    "sanic.log": [(12, 20), (23, 31)],
    "supervisord.log": [(1, 1)],
    "tornado.log": [(3, 12), (13, 13), (16, 16)],
    "twisted-legacy.log": [(4, 11), (15, 20), (23, 24)],
    "uwsgi.log": [(38, 41), (46, 46), (51, 52), (53, 75), (76, 77), (78, 80)],
}
"""First and last line of each event at ERROR or worse. (Languages have tests of their own: pm2's log is one of Node.)"""


@pytest.mark.parametrize("name", SPANS)
def test_a_recorded_log_holds_these_events(name: str) -> None:
    """A record is one event with all its lines (DETAIL and STATEMENT, repeated headers, the line that states the level),
    and has a time wherever the log has one; fast = slow."""
    data = (RECORDED / name).read_bytes()
    events = scan(data)
    assert [(event.first_line, event.last_line) for event in events] == SPANS[name]
    assert scan(data, slow=True) == events
    timed = [event.time is not None for event in events]
    assert all(timed) or name in ("postgresql-bare.log", "haproxy.log", "uwsgi.log")


@pytest.mark.parametrize("name", [name for name in SPANS if name.startswith("postgresql")])
def test_postgresql_says_the_same_in_every_format(name: str) -> None:
    """Message, level and what belongs to it do not depend on where PostgreSQL writes."""
    events = scan((RECORDED / name).read_bytes())
    messages = [(event.message or "").removeprefix("23505: ") for event in events]
    assert messages[0] == 'duplicate key value violates unique constraint "items_pkey"'
    assert [event.level for event in events] == ["error"] * 6 + ["critical"]
    for part in ("item 17", "order more", "inline_code_block line 2 at RAISE", "raise exception"):
        assert part in events[4].text


@pytest.mark.parametrize("name", ["java-util-logging.log", "oslo.log", "rabbitmq.log"])
@pytest.mark.parametrize("level", ["warning", "info"])
def test_levels_below_error_come_from_the_same_lines(name: str, level: Level) -> None:
    """A record whose level stands in its second line has it with every bar."""
    events = scan((RECORDED / name).read_bytes(), level)
    assert {"warning"} | ({"info"} if level == "info" else set()) <= {event.level for event in events} | {"warning"}
    assert scan((RECORDED / name).read_bytes(), level, slow=True) == events
    assert all(event.time is not None for event in events)


def test_a_traceback_with_a_header_on_every_line_is_its_records() -> None:
    """OpenStack's: as it is where the same program prints it below the header alone, with the request and the instance;
    a record of another request at the same moment is one of its own."""
    own, other = "2026-11-25 18:19:15.123 12 ERROR shop.compute ", "[instance: 17] "
    trace = [
        "Traceback (most recent call last):",
        '  File "/srv/shop/a.py", line 1, in f',
        "    g()",
        "ValueError: two",
        "lines",
    ]
    log = [f"{own}[None req-1 u1] {other}cannot start", *(own + other + line for line in trace), f"{own}[-] next"]
    first, second = scan("\n".join(log).encode())
    assert (first.first_line, first.last_line, first.exception, first.message) == (1, 6, "ValueError", "two\nlines")
    assert first.facts["instance"] == "17" and first.facts["context"] == "None req-1 u1"
    assert (second.first_line, second.message) == (7, "next")
    (plain,) = scan("\n".join(["2026-11-25 18:19:15,123 ERROR shop.compute: cannot start", *trace]).encode())
    assert plain.fingerprint == first.fingerprint
    below = [f"{own.replace('ERROR', 'INFO')}[-] fine", *(own + line for line in trace[:4])]
    (alone,) = scan("\n".join(below).encode())
    assert (alone.first_line, alone.exception, alone.level) == (2, "ValueError", "error")


def test_a_record_of_a_table_says_what_it_said_before_it_was_folded() -> None:
    """Rich's: the same exception, message, frames and fingerprint at any width; times and levels of records that leave
    the time out."""
    events = scan((RECORDED / "rich.log").read_bytes())
    narrow, boxed, padded = events[:5], events[5:10], events[10:]
    assert [e.fingerprint for e in narrow] == [e.fingerprint for e in padded]
    assert [e.message for e in narrow] == [e.message for e in boxed] == [e.message for e in padded]
    assert narrow[0].message == "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"
    assert (narrow[2].message or "").endswith("directory: '/srv/shop/feeds/2026-11-26/supplier-17/orders.json'")
    for one, other in zip(narrow, padded, strict=True):
        assert [(f.file, f.line, f.function) for f in one.frames] == [
            (f.file, f.line, f.function) for f in other.frames
        ]
    assert [e.level for e in narrow[:4]] == ["error", "error", "error", "critical"]
    # in a box the frame's own line is the one that the arrow points at
    assert [f.code for f in boxed[4].frames] == [f.code for f in narrow[4].frames] == ['{}["item"]']
    assert boxed[4].fingerprint == narrow[4].fingerprint


COLUMNS = """\
[11:05:36] INFO     starting                                    r.py:7
           ERROR    cannot load                                r.py:12
           ERROR    cannot save                                r.py:13
"""


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        (COLUMNS, [2, 3]),
        (COLUMNS.partition("\n")[2], [1, 2]),  # cut: nobody knows the time
        (COLUMNS.replace("          E", "         E"), []),  # not in the column
        ("starting\n" + COLUMNS.partition("\n")[2], []),  # below what is no record
        ("ERROR    = 3\n           ERROR    = 4\n", [1]),
        ("2026-11-26 10:00:00 ERROR in a table:\n                    ERROR    4\n", [1]),  # no column: one blank
        ("[10:00:00] ERROR    cannot load\n           ERROR    cannot save\n", [1, 2]),
    ],
)
def test_a_record_without_its_time_stands_in_the_columns_of_the_one_before(log: str, lines: list[int]) -> None:
    """Else a line that begins with blanks is text; fast = slow."""
    events = scan(log.encode())
    assert [event.first_line for event in events] == lines
    assert scan(log.encode(), slow=True) == events


def test_a_long_second_in_columns_keeps_its_records() -> None:
    """Where the record that has the time is too far away to be read, only the time is missing."""
    fine = "           INFO     going on                                    r.py:9\n" * 1000
    events = scan((COLUMNS.partition("\n")[0] + "\n" + fine + COLUMNS.splitlines()[1] + "\n").encode())
    assert [(event.first_line, event.level, event.time) for event in events] == [(1002, "error", None)]


def test_a_two_line_record_has_the_second_lines_message() -> None:
    """.NET writes the category first, java.util.logging class and method."""
    console = b"info: Shop.Orders[0]\n      ok\nfail: Shop.Orders[7]\n      cannot load order 17\n      at once\ninfo: Shop[0]\n"
    (event,) = scan(console)
    assert (event.first_line, event.last_line, event.message) == (3, 5, "cannot load order 17")
    assert event.facts == {"logger": "Shop.Orders", "event": "7"}
    java = b"Nov 25, 2026 6:19:11 PM shop.Orders load\nSEVERE: cannot load order 17\n"
    (event,) = scan(java)
    assert (event.message, event.facts["logger"]) == ("cannot load order 17", "shop.Orders")


def test_a_message_does_not_end_with_its_logger_or_its_details() -> None:
    """Where more stands behind the message on its line, that is part of the event and not of the message."""
    (event,) = scan(b"[2026-11-25 18:19:15,123] ERROR Fatal error during startup (kafka.server.KafkaServer)\n")
    assert (event.message, event.facts["logger"]) == ("Fatal error during startup", "kafka.server.KafkaServer")


def test_a_detail_belongs_to_no_traceback_before_it() -> None:
    """psycopg prints the server's DETAIL below the exception: the event is one."""
    trace = b'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\npsycopg.errors.UniqueViolation: duplicate key\nDETAIL:  Key (id)=(1) already exists.\n'
    (event,) = scan(b"2026-11-25 10:00:00,123 ERROR shop: failed\n" + trace)
    assert event.last_line == 6


def test_each_address_that_libpq_tried_belongs_to_the_one_error() -> None:
    """libpq prints a line for each, and the exception that psycopg makes of them is one event."""
    tried = 'connection to server at "localhost" ({}), port 5432 failed: Connection refused\n\tIs the server running?\n'
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\npsycopg2.OperationalError: '
    (event,) = scan((trace + tried.format("::1") + tried.format("127.0.0.1")).encode())
    assert (event.signature, event.last_line) == ("postgres.connection-refused", 7)


SERILOG = """\
{0} VRB] asking
{0} DBG] asked
{0} INF] ready
{0} WRN] slow
{0} ERR] payment failed
{0} FTL] host terminated
{0} INF] bye
"""


@pytest.mark.parametrize("head", ["[11:04:35", "2026-05-01 10:00:06.123 +00:00 ["])
def test_serilogs_three_letters_are_levels(head: str) -> None:
    """On its console and in its files, `{Level:u3}` (https://github.com/serilog/serilog/wiki/Formatting-Output): every
    record is one of its own, the fatal one an event and no further line of the one before it."""
    log = SERILOG.format(head).replace("[ ", "[").encode()
    events = scan(log)
    assert [(event.first_line, event.last_line, event.level) for event in events] == [
        (5, 5, "error"),
        (6, 6, "critical"),
    ]
    assert scan(log, slow=True) == events
    every = scan(log, "trace")
    assert [event.level for event in every] == ["trace", "debug", "info", "warning", "error", "critical", "info"]


@pytest.mark.parametrize("level", ["warning", "error", "critical"])
def test_anchors_of_healthy_lines_are_rare(level: Level) -> None:
    """What a scanner would look at for nothing: at most one healthy line in twelve."""
    anchors = formats.anchors(level)
    lines = [
        line
        for path in sorted((RECORDED.parent / "healthy").glob("*.log"))
        for line in path.read_bytes().split(b"\n")
        if b"warn" not in line.lower()
    ]
    hits = [line for line in lines if any(anchor in line for anchor in anchors)]
    assert len(hits) < len(lines) / 12, [hit[:80] for hit in hits[:40]]


@pytest.mark.parametrize("format", formats.bundled(), ids=lambda format: format.id)
def test_no_format_takes_long_for_a_line_that_is_not_its_own(format: formats.Format) -> None:
    """No pattern tries again and again: the longest head that it is given takes a moment (of the processor: the machine may be
    busy)."""
    seeds = [
        "2026-11-25 18:19:15.123 ",
        "[2026-11-25 18:19:15] ",
        "Nov 25 18:19:15 ",
        "[",
        "a",
        "1",
        " ",
        '"',
        "::",
        ": ",
        "(x) ",
        "[x] ",
        "a.b ",
        ":a",
        "::x",
        "x::",
        "-",
    ]
    format.pattern.match(b"")  # compiles it
    for first in seeds[:4]:
        for rest in seeds:
            line = (first + rest * 4096)[:4096].encode()
            begin = time.process_time()
            format.pattern.match(line)
            assert time.process_time() - begin < 0.2, (first, rest)


def _stamped_lines() -> list[bytes]:
    """Every sample that begins with a timestamp of ISO's shape, also under the other signs that may stand in one."""
    lines = [sample["line"].encode() for _, text in SOURCES for sample in yaml.safe_load(text)["samples"]]
    found = [(line, stamp) for line in lines if (stamp := formats.STAMP.match(line)) is not None]
    spelt = {line: None for line, _ in found}
    for line, stamp in found:
        for signs in (b"-T.", b"/ .", b"- ,", b". "):
            time = bytearray(stamp[0])
            time[4:5] = time[7:8] = signs[:1]
            time[10:11] = signs[1:2]
            if len(signs) == 3 and len(time) > 19:
                time[19:20] = signs[2:]
            spelt[bytes(time) + line[stamp.end() :]] = None
    return list(spelt)


@pytest.mark.parametrize("line", _stamped_lines())
def test_no_format_asks_which_digits_a_stamp_has(line: bytes) -> None:
    """What is remembered of a header under one timestamp is right under any other of its shape."""
    rng, size = random.Random(line), formats.STAMP.match(line).end()  # type: ignore[union-attr]
    known = formats.Formats(formats.bundled())
    for _ in range(25):
        digits = bytes(rng.choice(b"0123456789") if 48 <= byte < 58 else byte for byte in line[:size])
        for every in (digits, digits.translate(bytes.maketrans(b"3456789", b"0120120"))):
            other = every + line[size:]
            assert known.match(other) == formats.Formats(formats.bundled()).match(other)
    assert len(known._known) == 1


FORMATTERS = [
    "%(asctime)s %(levelname)s %(name)s %(message)s",
    "%(levelname)s %(asctime)s %(module)s %(process)d %(thread)d %(message)s",
    "[%(asctime)s] %(levelname)s in %(module)s: %(message)s",
    "%(asctime)s [%(threadName)s] %(levelname)s %(name)s - %(message)s",
    "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "%(asctime)s %(name)-12s %(levelname)-8s %(message)s",
    "%(asctime)s | %(levelname)-8s | %(name)s:%(lineno)d | %(message)s",
    "%(asctime)s %(filename)s:%(lineno)s %(levelname)s %(message)s",
    "%(asctime)s.%(msecs)03d %(levelname)s %(module)s - %(funcName)s: %(message)s",
    "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s",
    "%(asctime)s,%(levelname)s,%(name)s,%(message)s",
    "%(asctime)s;%(levelname)s;%(name)s;%(message)s",
    "%(asctime)s -> %(levelname)s -> %(message)s",
    "%(asctime)s, %(levelname)s: %(message)s",
    "%(asctime)s (%(levelname)s) %(message)s",
    "%(asctime)s %(name)s(%(process)d) {%(filename)s:%(lineno)d} %(levelname)s %(message)s",
    "%(asctime)s pid=%(process)d %(levelname)s %(message)s",
    "[%(asctime)s][%(levelname)s][%(name)s] %(message)s",
    "[%(asctime)s] {%(filename)s:%(lineno)d} %(levelname)s - %(message)s",
    "[%(asctime)s] web01/%(levelname)s/%(name)s: %(message)s",
    "%(asctime)s [%(name)-17s:%(lineno)-4d][%(levelname)-8s][%(process)d] %(message)s",
    "%(name)s %(asctime)s %(levelname)s %(message)s",
    "%(created)f %(levelname)s %(message)s",
    "%(levelname)s:%(asctime)s:%(message)s",
    "%(levelname)s:%(name)s:%(message)s",
    "[%(levelname)s] %(message)s",
    "[%(levelname)s/%(processName)s] %(message)s",
    "[%(levelname)-8s] %(message)s",
    "<%(levelname)s> %(name)s %(message)s",
    "%(levelname)-8s %(message)s",
    "%(levelname)s - %(name)s - %(message)s",
    "%(name)s - %(levelname)s - %(message)s",
    "%(name)s: %(levelname)s: %(message)s",
    "%(name)s [%(levelname)s] %(message)s",
    "[%(name)s] %(levelname)s: %(message)s",
    "%(threadName)s %(levelname)s %(message)s",
]
DATES = [
    "%H:%M:%S", "%I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S%z", "%d/%b/%Y %H:%M:%S", "%a, %d %b %Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S", "%Y/%m/%d %H:%M", "%b %d %H:%M:%S", "%d.%m.%y %H:%M:%S", "%Y%m%d-%H:%M:%S", "%Y%m%dT%H%M%S", "%s",
    "%y-%m-%d %H:%M:%S", "%d %B %Y %H:%M:%S", "%m-%d %H:%M",
]  # fmt: skip


def logged(form: str, date: str | None = None) -> bytes:
    """What a program's logger writes in this form: three events among seven records, the second with a traceback."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logging.Formatter(form, date))
    log = logging.Logger("shop.orders")  # one that nobody else's handlers hear
    log.addHandler(handler)
    log.info("order 17 ok")
    log.warning("stock is low")
    log.error("queue is full")
    try:
        {}["lamp"]
    except KeyError:
        log.exception("order 18 failed")
    log.info("going on")
    log.critical("giving up")
    log.info("end")
    return out.getvalue().encode()


@pytest.mark.parametrize("form", FORMATTERS)
def test_what_pythons_loggers_are_told_to_write_is_read(form: str) -> None:
    """The forms that programs give to `logging.Formatter`: each error one event, at its level, the traceback with its
    record."""
    events = scan(logged(form))
    assert [(event.level, event.exception) for event in events] == [
        ("error", None),
        ("error", "KeyError"),
        ("critical", None),
    ]
    assert [event.first_line for event in events] == [3, 4, events[1].last_line + 2]
    assert (events[0].message or "").endswith("queue is full")


@pytest.mark.parametrize("date", DATES)
def test_the_dates_that_pythons_loggers_are_told_to_write_are_read(date: str) -> None:
    """The same with the dates that they are given."""
    events = scan(logged("%(asctime)s %(levelname)s %(name)s: %(message)s", date))
    assert [event.exception for event in events] == [None, "KeyError", None]
    nobody_knows = date in ("%H:%M:%S", "%I:%M %p")
    assert all((event.time is None) == nobody_knows for event in events)
