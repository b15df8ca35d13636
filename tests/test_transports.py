"""Transports, by a table: what a line is claimed as, which streams it makes, what it says, what is joined."""

import importlib
import json
from datetime import UTC
from typing import Any

import pytest

from logscan import scanner as scanner_module
from logscan.model import Event
from logscan.registry import TRANSPORTS, Settings
from logscan.scanner import Scanner
from logscan.signature import load
from logscan.timestamps import Clock
from logscan.transports import Candidates, detect

RULES = load([], bundled=True)
TRACE = ["Traceback (most recent call last):", '  File "/srv/app/x.py", line 1, in f', "KeyError: 'x'"]


def scan(text: str, *, slow: bool = False) -> tuple[Scanner, list[Event]]:
    scanner = Scanner(
        RULES, Settings(reference=1_795_343_772_000_000, slow=slow), Clock(UTC, 1_795_343_772_000_000), "log"
    )
    return scanner, scanner.feed(text.encode()) + scanner.finish()


def cri(stream: str, tag: str, text: str) -> str:
    return f"2026-11-22T10:36:12.005123000Z {stream} {tag} {text}\n"


def docker(stream: str, text: str) -> str:
    return (
        json.dumps({"log": text, "stream": stream, "time": "2026-11-22T10:36:12.005123Z"}, separators=(",", ":")) + "\n"
    )


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Nov 22 10:36:12 web01 shop[7]: ok", "journal-short"),
        ("2026-11-22T10:36:12+0000 web01 shop[7]: ok", "journal-short"),
        ("<14>1 2026-11-22T10:36:12.005123Z web01 shop 7 - - ok", "syslog-5424"),
        ("<11>Nov 22 10:36:12 web01 shop[7]: ok", "syslog"),
        ("2026-11-22T10:36:12.005123000Z stderr F ok", "cri"),
        ('{"log":"ok\\n","stream":"stderr","time":"2026-11-22T10:36:12.005123Z"}', "docker"),
        ("web-1      | ok", "compose"),
        ("web-1      | INFO | 2026-11-22 10:36:12,005 | ok", "compose"),
        ("[pod/web-7d4b9c6f5-x2x7q/app] ok", "kubectl"),
        ("web-7d4b9c6f5-x2x7q app ok", "stern"),
        ("web-0 app 2026-11-22 10:36:12,005 INFO shop: ok", "stern"),
        ("shop/web-7d4b9c6f5-x2x7q[app]: ok", "stern"),
        ("[web-7d4b9c6f5-x2x7q] ok", "stern"),
        ("\x1b[35m[web-7d4b9c6f5-x2x7q app]\x1b[39m ok", "stern"),
        ("web  | 2026-11-22 10:36:12,005 INFO shop: ok", "compose"),
        ("web-1  | 2026-11-22 10:36:12.005 | INFO     | shop:pay:1 - ok", "compose"),
        ("2026-11-22T10:36:12.005123000Z shop_web.1.k3v8y2abcdefghijklmnopqrs@node1    | ok", "compose"),
        ("/var/log/shop/app.log:2026-11-22 10:36:12,005 INFO shop: ok", "pasted"),
        ("app.log.2.gz:17:INFO:     127.0.0.1:54734", "pasted"),
        ("/var/log/syslog:Nov 22 10:36:12 web01 shop[7]: ok", "pasted"),
        ("17:2026-11-22 10:36:12,005 INFO shop: ok", "pasted"),
        ("    17\tTraceback (most recent call last):", "pasted"),
        ("     17 2026-11-22 10:36:12,005 INFO shop: ok", "pasted"),
        ("==> /var/log/shop/app.log <==", "tail"),
        ("> > 2026-11-22 10:36:12,005 INFO shop: ok", "pasted"),
        ("> ERROR: Exception in callback UVTransport._call_connection_lost", "pasted"),
        ("17:ERROR:root:cannot load", "pasted"),
        ("2026-11-22T10:36:12.005123+00:00 app[web.1]: ok", "heroku"),
        ("2026-11-22T10:36:12.1234567Z ok", "stamped"),
        ("2026-11-22T10:36:12.123456Z 01O ok", "stamped"),
        ("[2026-11-22T10:36:12.123Z] INFO:     ok", "stamped"),
        ("[2026-11-22T10:36:12.123Z] Traceback (most recent call last):", "stamped"),
        ("Nov 22 10:36:12 2026-11-22 10:36:12,123 INFO shop: ok", "stamped"),
        ("2026-11-22_10:36:12.12345 ok", "stamped"),
        ("@400000006b0815ac1c4b3b94 ok", "stamped"),
        ("2026-11-22T10:36:12.123000+00:00 web/web/0123 [2026-11-22 10:36:12 +0000] [7] [INFO] ok", "stamped"),
        ("2026-11-22T10:36:12Z app[3287] fra [info] ok", "stamped"),
        ('2026-11-22T10:36:12Z {app="web"} ok', "stamped"),
        ('2026-11-22T10:36:12Z {"level":"info","msg":"ok"}', "stamped"),
        ("10:36:12 web.1  | ok", "compose"),
        ("shop_web.1.k3v8y2abcdefghijklmnopqrs@node1    | ok", "compose"),
        ("0|web | 2026-11-22 10:36:12: ok", "pm2"),
        ("11-22 10:36:12.123  1234  5678 E Shop    : ok", "logcat"),
        ("2026-11-22 10:36:12.123 +0000 u0_a7  1234  5678 E Shop: ok", "logcat"),
        ("11-22 10:36:12.123 E/Shop( 1234): ok", "logcat"),
        ("E/Shop    ( 1234): ok", "logcat"),
        ("PM2        | 2026-11-22T10:36:12: PM2 log: ok", "pm2"),
        ('{"__REALTIME_TIMESTAMP":"1795343772000000","MESSAGE":"ok"}', "journal-json"),
        ('{"timestamp":"2026-11-22T10:36:12Z","level":"info","message":"ok"}', "jsonl"),
        ('time=2026-11-22T10:36:12Z level=info msg="ok"', "logfmt"),
    ],
)
def test_a_line_is_claimed_as_what_it_is(line: str, name: str) -> None:
    """The first line decides."""
    found = detect(line.encode(), Candidates(TRANSPORTS))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-22 10:36:12,005 INFO shop: order 17 ok",
        'INFO:     127.0.0.1:54734 - "GET /ok HTTP/1.1" 200 OK',
        " id | name ",
        "| a | b |",
        "name | price | count",
        '{"price": 17, "currency": "EUR"}',
        "{",
        "[1, 2, 3]",
        "the level is = high",
        "Traceback (most recent call last):",
        "",
        "total 48",
        "2026-11-22T10:36:12Z ERROR shop: cannot load",
        "[2026-11-22T10:36:12.123Z] production.ERROR: cannot load",
        "2026-11-22T10:36:12.123Z [main] ERROR shop.Orders - cannot load",
        "2026-11-22T10:36:12.1234567Z [ERR] cannot load",
        "Nov 22 10:36:12 started",
        "2026-11-22T10:36:12Z /orders/17 200",
        "10:36:12 order | price",
        "INFO  | 2026-11-22 10:36:12 ok",
        "web | 2026-11-22 10:36:12 ok",
        "web     | Traceback (most recent call last):",
        "[pool-1] 2026-11-22 10:36:12,005 INFO ok",
        "web-01 app 2026-11-22 10:36:12,005 INFO ok",
        "17:36:12 2026-11-22 ok",
        "app.log: 2026-11-22 10:36:12 ok",
        "shop.orders:2026-11-22 10:36:12 ok",
        "17 2026-11-22 10:36:12 ok",
        "> what about 2026-11-22 10:36:12",
        "    17 orders",
        "/srv/app/jobs.py:37: RuntimeWarning: coroutine 'poll' was never awaited",
    ],
)
def test_other_text_is_claimed_by_none(line: str) -> None:
    """An application's own records, tables, data and prose are plain."""
    assert detect(line.encode(), Candidates(TRANSPORTS)) is None


@pytest.mark.parametrize(
    "spell",
    [
        lambda who, text: f"Nov 22 10:36:12 web01 {who}[7]: {text}\n",
        lambda who, text: f"<11>1 2026-11-22T10:36:12.005123Z web01 {who} 7 - - {text}\n",
        lambda who, text: cri("stdout" if who == "web" else "stderr", "F", text),
        lambda who, text: docker("stdout" if who == "web" else "stderr", text + "\n"),
        lambda who, text: f"{who}-1      | {text}\n",
        lambda who, text: f"[pod/{who}-7d4b9c6f5-x2x7q/app] {text}\n",
        lambda who, text: f"2026-11-22T10:36:12.005123+00:00 app[{who}.1]: {text}\n",
        lambda who, text: f"2026-11-22T10:36:12.005123+00:00 {who}/{who}/0123 {text}\n",
        lambda who, text: f'2026-11-22T10:36:12Z {{app="{who}"}} {text}\n',
        lambda who, text: f"10:36:12 {who}.1  | {text}\n",
        lambda who, text: f"shop_{who}.1.k3v8y2abcdefghijklmnopqrs@node1    | {text}\n",
        lambda who, text: f"2026-11-22T10:36:12.005123000Z shop_{who}.1.k3v8y2abcdefghijklmnopqrs@node1    | {text}\n",
        lambda who, text: f"shop/{who}-7d4b9c6f5-x2x7q[app]: {text}\n",
        lambda who, text: f"[{who}-7d4b9c6f5-x2x7q] {text}\n",
        lambda who, text: f"{who}.log:{text}\n",
        lambda who, text: f"{who}.log{':' if text[:1] == 'T' else '-'}7{':' if text[:1] == 'T' else '-'}{text}\n",
        lambda who, text: f"/var/log/syslog:Nov 22 10:36:12 web01 {who}[7]: {text}\n",
        lambda who, text: f"Nov 22 10:36:12 web01 docker[7]: {who}-1  | {text}\n",
        lambda who, text: (
            json.dumps(
                {
                    "__REALTIME_TIMESTAMP": "1795343772000000",
                    "SYSLOG_IDENTIFIER": "docker",
                    "PRIORITY": "6",
                    "_PID": "7",
                    "MESSAGE": f"{who}-1  | {text}",
                }
            )
            + "\n"
        ),
    ],
    ids=[
        "short",
        "5424",
        "cri",
        "docker",
        "compose",
        "kubectl",
        "heroku",
        "tail",
        "loki",
        "honcho",
        "swarm",
        "swarm -t",
        "kail",
        "kubetail",
        "grep",
        "grep -A",
        "grep syslog",
        "compose in short",
        "compose in json",
    ],
)
def test_interleaved_streams_are_told_apart(spell: object) -> None:
    """Two writers, line by line: two whole tracebacks, each with its frame and its own lines."""
    text = "".join(spell(who, line) for line in TRACE for who in ("web", "api"))  # type: ignore[operator]
    _, events = scan(text)
    assert [event.exception for event in events] == ["KeyError", "KeyError"]
    assert sorted(event.lines or () for event in events) == [(1, 3, 5), (2, 4, 6)]
    assert all(len(event.frames) == 1 and event.incomplete is None for event in events)


def driver(text: str, priority: str = "3", **more: str) -> str:
    fields = {"__REALTIME_TIMESTAMP": "1795343772000000", "_TRANSPORT": "journal", "_PID": "777", "_COMM": "dockerd",
              "_SYSTEMD_UNIT": "docker.service", "CONTAINER_ID": "0a1b2c3d4e5f", "CONTAINER_NAME": "web",
              "PRIORITY": priority, "MESSAGE": text, **more}  # fmt: skip
    return json.dumps(fields) + "\n"


CHAINED = [*TRACE, "", "During handling of the above exception, another exception occurred:", "", *TRACE[:2],
           "ValueError: no order"]  # fmt: skip


@pytest.mark.parametrize(
    "spell",
    [
        driver,
        lambda text: f"<14>Nov 22 10:36:12 web01 web[7]: {text}\n",
        lambda text: f"<27>Nov 22 10:36:12 web01 web[7]: {text}\n",
        lambda text: f"<190>1 2026-11-22T10:36:12.005123+00:00 host app web.1 - - {text}\n",
    ],
    ids=["docker in the journal", "user.info", "docker's syslog", "a drain of Heroku's"],
)
@pytest.mark.parametrize("head", ["ERROR:    cannot load", "2026-11-22 10:36:12,123 ERROR shop: cannot load"])
def test_a_priority_that_every_line_has_makes_no_records(spell: object, head: str) -> None:
    """A collector gives each printed line its priority: record and traceback are one event all the same, with its
    cause, and an empty line is none."""
    printed = [head.replace("ERROR", "INFO"), head, *CHAINED, head.replace("ERROR", "INFO"), ""]
    _, events = scan("".join(spell(line) for line in printed))  # type: ignore[operator]
    (event,) = events
    assert (event.first_line, event.last_line, event.exception) == (2, 11, "ValueError")
    assert (event.level, event.incomplete) == ("error", None)
    assert [link.exception for link in event.chain] == ["KeyError"]


def test_a_containers_output_in_the_journal_is_its_own() -> None:
    """A stream for each of its two, named by the container and not by docker; long lines are put together again; the
    priority of its standard error says nothing of a line."""
    log = [driver("going on"), driver(TRACE[0]), driver("INFO: ok", "6"), driver(TRACE[1][:9], CONTAINER_PARTIAL_MESSAGE="true"),
           driver(TRACE[1][9:]), driver(TRACE[2]), driver("going on")]  # fmt: skip
    _, (event,) = scan("".join(log))
    assert (event.exception, event.stream, event.resource["service.name"]) == ("KeyError", "web 3", "web")
    assert len(event.frames) == 1 and event.lines == (2, 4, 5, 6)


def test_a_level_is_no_host_of_syslogs() -> None:
    """What Spring writes with a trace's identifiers has the shape of RFC 5424 without a priority."""
    for level in ("ERROR", "INFO"):
        line = f"2026-11-22T10:36:12.123Z {level} [shop,6f1a,6f1b] 12 --- [main] shop.Cart : ok"
        assert detect(line.encode(), Candidates(TRANSPORTS)) is None


@pytest.mark.parametrize(
    ("rest", "whose"),
    [
        ("web01 shop 5151 ID47 - sold out", "syslog-5424"),
        ("- shop.orders - ERROR - sold out", "plain"),
        ("- shop.orders - INFO - sold out", "plain"),
        ("- 5151 - shop.orders - ERROR - sold out", "plain"),
        ("2026-11-22 10:36:12,123 - shop.orders - ERROR - sold out", "kubectl"),
        ("20261122 10:36:12 - shop.orders - ERROR - sold out", "kubectl"),
        ("22 Nov 2026 10:36:12 - shop.orders - ERROR - sold out", "kubectl"),
        ("22/Nov/2026:10:36:12 +0000 - shop.orders - ERROR - sold out", "kubectl"),
    ],
)
def test_dashes_between_a_records_parts_are_no_syslog(rest: str, whose: str) -> None:
    """RFC 5424 without a priority names a host, and no level: Python's commonest format behind its own ISO time, or
    behind a collector's, keeps its level."""
    line = f"2026-11-22T10:36:12.123{'456789' if whose == 'kubectl' else ''}Z {rest}\n"
    error, *others = scan(line + line)[1] or [None]
    found = detect(line.encode(), Candidates(TRANSPORTS))
    assert (found.name if found is not None else "plain") == whose
    assert ((error and error.level), len(others)) == (("error", 1) if "ERROR" in rest else (None, 0))


@pytest.mark.parametrize(
    "spell",
    [
        "<190>1 2026-11-22T10:36:12.005123+00:00 host app web.1 - {}\n",
        "web-7d4b9c6f5-x2x7q app {}\n",
        "2026-11-22T10:36:12.005123+00:00 app[web.1]: {}\n",
    ],
)
@pytest.mark.parametrize(
    "head", ["[ERROR] 2026-11-22T10:36:12.123Z - sold out", "2026-11-22T10:36:12.123Z ERROR sold out"]
)
def test_what_begins_a_record_is_no_part_of_its_prefix(spell: str, head: str) -> None:
    """A level in brackets is no structured data, and a time of milliseconds none of stern's, which has nine digits:
    record and traceback are one event."""
    _, events = scan("".join(spell.format(line) for line in (head, *CHAINED, head.replace("ERROR", "INFO"))))
    (event,) = events
    assert (event.level, event.first_line, event.exception) == ("error", 1, "ValueError")


CAT = "11-22 10:36:12.{} 1234 {} {} {}: {}\n".format
CRASH = ["FATAL EXCEPTION: main", "Process: com.shop, PID: 1234", "com.shop.Odd: of", "two lines", "\tat a.B.c(B.kt:3)",
         "Caused by: java.io.IOException: closed", "\tat a.D.e(D.kt:9)", "\t... 11 more"]  # fmt: skip
THROWN = ["java.io.IOException: closed", "\tat a.D.e(D.kt:9)", "\tat a.D.f(D.kt:7)"]


@pytest.mark.parametrize("slow", [False, True])
def test_logcats_lines_are_events_and_a_crash_is_one(slow: bool) -> None:
    """Each error is one; a message and its stack are, and a crash, though other threads write between their lines; what
    goes to System.err is a warning."""
    log = [CAT(100, 5, "I", "Shop", "ok"), CAT(100, 5, "E", "Shop", "one"), CAT(100, 5, "E", "Shop", "two")]
    for n, text in enumerate(CRASH):
        log += [CAT(123, 1234, "E", "AndroidRuntime", text), CAT(123, 7, "I", "Other", "between")]
        log += [CAT(123, 8, "W", "System.err", THROWN[n])] if n < len(THROWN) else []
    log += ["--------- beginning of main\n", *(CAT(124, 6, "E", "Shop", text) for text in ("failed", *THROWN, "again"))]
    log += [
        CAT(200, 6, "F", "DEBUG", text) for text in ("*** *** ***", "signal 11 (SIGSEGV)", "    #00 pc 0123  libc.so")
    ]
    _, events = scan("".join(log), slow=slow)
    found = sorted((e.first_line, e.last_line, e.level, e.exception, len(e.chain)) for e in events)
    assert found == [
        (2, 2, "error", None, 0), (3, 3, "error", None, 0), (4, 21, "error", "com.shop.Odd", 1),
        (6, 12, "warning", "java.io.IOException", 0), (24, 27, "error", "java.io.IOException", 0),
        (28, 28, "error", None, 0), (29, 31, "critical", None, 0),
    ]  # fmt: skip
    assert all(event.time == 1795343772_000000 + (event.time or 0) % 1_000_000 for event in events)
    assert {event.facts["logger"] for event in events} == {"Shop", "AndroidRuntime", "System.err", "DEBUG"}


@pytest.mark.parametrize("before", ["web-1  | ", "web-7d4b9c6f5-x2x7q app ", "[pod/web-0/app] ", "/var/log/app.log:"])
def test_where_a_transport_tells_no_time_the_text_does(before: str) -> None:
    """Of a healthy log too: from when to when it is."""
    scanner, events = scan(f"{before}2026-11-22 10:36:12 INFO ok\n{before}2026-11-22 10:36:14 INFO ok\n")
    assert events == [] and (scanner.first, scanner.last) == (1795343772000000, 1795343774000000)


@pytest.mark.parametrize("block", [1, 40, 1000])
def test_whether_lines_are_known_depends_on_no_block(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first lines of a log, before any that a transport claims, are asked as plain text wherever blocks end."""
    monkeypatch.setattr(scanner_module, "PROBE", 2)
    data = b"web  | alpha\nweb  | beta\nweb-1  | 2026-11-22 10:36:12 INFO ok\n"
    scanner = Scanner(RULES, Settings(reference=1_795_343_772_000_000), Clock(UTC, 1_795_343_772_000_000), "log")
    for at in range(0, len(data), block):
        scanner.feed(data[at : at + block])
    scanner.finish()
    assert (scanner.transport, scanner.foreign, scanner.first) == ("compose", True, None)


SHOWN = {
    "grep -r": "/var/log/app.log:",
    "grep -rn": "app.log.1:17:",
    "grep -n": "17:",
    "cat -n": "    17\t",
    "less -N": "     17 ",
    "quoted": "> ",
    "quoted twice": ">> ",
}


def test_files_shown_under_their_names_are_files_of_their_own() -> None:
    """`tail -n 9 *.log`: a name ends the event above it, and what begins in the middle of one is none of that; records
    in JSON, a journal's processes and a second file's events are found as in files of their own."""
    record = json.dumps({"level": "error", "msg": "bad", "time": "2026-11-22T10:36:12Z"})
    files = {
        "app.log": ["2026-11-22 10:36:12 INFO ok", "2026-11-22 10:36:12 ERROR cannot load", *CHAINED],
        "torn.log": ['    raise ValueError("torn")', "ValueError: torn", "2026-11-22 10:36:12 ERROR second"],
        "json.log": [record],
        "syslog": [f"Nov 22 10:36:12 web01 {who}[7]: {line}" for line in TRACE for who in ("web", "api")],
    }
    shown = "\n\n".join("\n".join([f"==> /var/log/{name} <==", *lines]) for name, lines in files.items())
    _, events = scan(shown)
    assert [
        (e.level, e.exception, e.message, len(e.text.split("\n"))) for e in sorted(events, key=lambda e: e.offset)
    ] == [
        ("error", "ValueError", "no order", 10),
        ("error", None, "second", 1),
        ("error", None, "bad", 1),
        (None, "KeyError", "'x'", 3),
        (None, "KeyError", "'x'", 3),
    ]


MARGINS = ["    ", "  ", "\t", "\t\t"]


@pytest.mark.parametrize("before", SHOWN.values(), ids=SHOWN)
def test_what_was_shown_or_quoted_is_what_it_was(before: str) -> None:
    """A record and its traceback with grep's, an editor's or a mail's mark before each line are the event that they were
    without, also where an empty line has lost its blanks; what a mail says besides is text."""
    printed = ["2026-11-22 10:36:12,123 INFO shop: ok", "2026-11-22 10:36:12,123 ERROR shop: cannot load", *CHAINED]
    shown = "\n".join(f"{before}{line}".rstrip(" ") for line in [*printed, printed[0]])
    _, (bare,) = scan("\n".join(printed))
    _, (event,) = scan(f"Hi, look at this:\n{shown}\nthanks\n")
    assert (event.text, event.time, event.fingerprint) == (bare.text, bare.time, bare.fingerprint)


@pytest.mark.parametrize("head", ["", "2026-11-22 10:36:12,123 INFO ok\n2026-11-22 10:36:12,123 ERROR cannot load\n"])
@pytest.mark.parametrize(
    ("behind", "own"),
    [
        ("```\n\nAny idea?\n", 0),
        ("```\n</details>\n", 0),
        ("~~~\n", 0),
        ("```json\n{}\n```\n\nAny idea?\n", 5),
        ("```\n{}\n```\n\nAny idea?\n", 5),
    ],
)
def test_a_fence_in_markdown_ends_what_was_pasted(head: str, behind: str, own: int) -> None:
    """The fence that closes a block of code, and what its author says below, are no part of the last event; a message
    that has fences of its own (below a header, which says how far it goes) keeps them."""
    log = head + "\n".join(CHAINED) + "\n"
    _, (bare,) = scan(log)
    _, (event,) = scan(f"Hello,\n\n```\n{log}{behind}")
    assert event.fingerprint == bare.fingerprint and event.last_line == (bare.last_line or 0) + 3 + (own if head else 0)


@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize("head", ["2026-11-22 10:36:12,123 ERROR shop: cannot load", "ERROR: cannot load"])
def test_a_log_under_a_margin_is_as_without(margin: str, head: str) -> None:
    """Where the very first line is a record: each line's own blanks stay, empty lines may have lost theirs. Indented
    lines further on are parts of messages."""
    printed = [head, *CHAINED, head.replace("ERROR", "INFO")]
    _, (bare,) = scan("\n".join(printed))
    scanner, (event,) = scan("\n".join(f"{margin}{line}".rstrip(" \t") for line in printed))
    assert (event.text, event.level, event.first_line) == (bare.text, "error", 1)
    assert scanner.transport == f"indented-{len(margin)}{'t' if margin[0] == chr(9) else ''}"
    assert scan("ok\n" + margin + head)[0].transport == scan(f"{margin}{CHAINED[0]}\n")[0].transport == "plain"


def test_a_record_behind_a_cookie_is_a_record() -> None:
    """`@cee:` stands before JSON in syslog's messages."""
    record = json.dumps({"level": "error", "msg": "cannot load", "logger": "shop.orders"})
    _, (event,) = scan(f"Nov 22 10:36:12 web01 shop[7]: @cee: {record}\nNov 22 10:36:12 web01 shop[7]: @cee:{{}}\n")
    assert (event.level, event.message, event.facts["logger"]) == ("error", "cannot load", "shop.orders")


STAMPS = {
    "actions": "2026-11-22T10:36:12.1234567Z ",
    "gitlab": "2026-11-22T10:36:12.123456Z 01E ",
    "jenkins": "[2026-11-22T10:36:12.123Z] ",
    "ts": "Nov 22 10:36:12 ",
    "svlogd": "2026-11-22_10:36:12.12345 ",
    "multilog": "@400000006b02c5a61c4b3f7c ",
    "fly": "2026-11-22T10:36:12Z app[3287] fra [info] ",
    "tail": "2026-11-22T10:36:12+00:00 2026/11/22/[$LATEST]0123 ",
    "pm2": "0|web | 2026-11-22 10:36:12: ",
}


@pytest.mark.parametrize("stamp", STAMPS.values(), ids=STAMPS)
@pytest.mark.parametrize("head", ["ERROR:    cannot load", "2026-11-22 10:36:12,123 ERROR shop: cannot load"])
def test_a_time_before_every_line_is_none_of_the_programs(stamp: str, head: str) -> None:
    """Record and traceback are one event with its time, as without the collector's time; so is what follows."""
    record = [head, *TRACE]
    first = head.replace("ERROR", "INFO")
    _, events = scan("".join(f"{stamp}{line}\n" for line in [first, *record, first, *record]))
    assert [(event.first_line, event.last_line, event.exception) for event in events] == [
        (2, 5, "KeyError"),
        (7, 10, "KeyError"),
    ]
    _, (bare,) = scan("\n".join(record))
    assert all(event.fingerprint == bare.fingerprint and event.level == "error" for event in events)
    assert all(event.time is not None and event.time // 1_000_000 == 1795343772 for event in events)


@pytest.mark.parametrize(
    "lines",
    [
        [
            cri("stderr", "F", TRACE[0]),
            cri("stderr", "P", TRACE[1][:9]),
            cri("stderr", "F", TRACE[1][9:]),
            cri("stderr", "F", TRACE[2]),
        ],
        [
            docker("stderr", TRACE[0] + "\n"),
            docker("stderr", TRACE[1][:9]),
            docker("stderr", TRACE[1][9:] + "\n"),
            docker("stderr", TRACE[2] + "\n"),
        ],
    ],
    ids=["cri", "docker"],
)
def test_what_was_cut_is_joined_without_a_newline(lines: list[str]) -> None:
    """A partial line goes on in the stream's next entry; physical lines survive."""
    _, events = scan("".join(lines))
    assert [(e.exception, len(e.frames), e.first_line, e.last_line) for e in events] == [("KeyError", 1, 1, 4)]


def test_rsyslogs_escapes_are_lines_again() -> None:
    """One physical line holds a whole traceback."""
    _, events = scan("Nov 22 10:36:12 web01 shop[7]: ERROR:    failed#012" + "#012".join(TRACE) + "\n")
    assert [(e.exception, e.level, e.first_line, e.last_line) for e in events] == [("KeyError", "error", 1, 1)]


def test_a_record_in_a_record_in_a_container() -> None:
    """JSON in journald in docker: the innermost level, message and traceback count."""
    inner = json.dumps(
        {"timestamp": "2026-11-22T10:36:12Z", "level": "error", "message": "failed", "exception": "\n".join(TRACE)}
    )
    middle = json.dumps(
        {"__REALTIME_TIMESTAMP": "1795343772000000", "PRIORITY": "6", "SYSLOG_IDENTIFIER": "shop", "MESSAGE": inner}
    )
    _, events = scan(docker("stderr", middle + "\n"))
    assert [(e.exception, e.level, e.resource.get("service.name")) for e in events] == [("KeyError", "error", "shop")]


def test_exception_text_beside_the_message_is_one_event() -> None:
    """python-systemd logs the traceback in a field of its own."""
    fields = {"__REALTIME_TIMESTAMP": "1795343772000000", "PRIORITY": "3", "_TRANSPORT": "journal", "_PID": "7",
              "SYSLOG_IDENTIFIER": "shop", "MESSAGE": "order failed", "EXCEPTION_TEXT": "\n".join(TRACE)}  # fmt: skip
    _, events = scan(json.dumps(fields) + "\n")
    assert [(e.exception, e.level) for e in events] == [("KeyError", "error")]


def test_a_message_of_bytes_is_text() -> None:
    """What is not printable UTF-8 arrives as an array of byte values."""
    message = list(b"\x1b[31mERROR\x1b[0m caf\xe9")
    fields = {"__REALTIME_TIMESTAMP": "1795343772000000", "PRIORITY": "3", "_TRANSPORT": "journal", "MESSAGE": message}
    _, events = scan(json.dumps(fields) + "\n")
    assert [e.text for e in events] == ["ERROR caf\ufffd"]


@pytest.mark.parametrize("transport", TRANSPORTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"{}", b"[", b"\x00\xff", b"<", b"<999>1 x", b"1" * 5000, b'{"a":' * 2000, b"=" * 300, b"| " * 300],
)
def test_hostile_lines_never_raise(transport: object, line: bytes) -> None:
    """Cut, binary, deep or endless: no entry, or a sane one."""
    entry = transport.read(line)  # type: ignore[attr-defined]
    assert entry is None or entry.lines


@pytest.mark.parametrize("slow", [False, True])
def test_tracebacks_behind_an_unknown_prefix_are_told_of(slow: bool) -> None:
    """What is not read is counted as such, whatever the digits of the prefix; prose about tracebacks is none."""
    prose = "the text says Traceback (most recent call last):\n  and more\n"
    log = prose + "".join(f"svc {n}> {line}\n" for n, line in enumerate([*TRACE, "fine", *TRACE])) + prose
    settings = Settings(reference=1_795_343_772_000_000, slow=slow)
    scanner = Scanner(RULES, settings, Clock(UTC, 1_795_343_772_000_000), "log")
    assert scanner.feed(log.encode()) + scanner.finish() == []
    assert scanner.limits == {"prefixed_tracebacks": 2}


@pytest.mark.parametrize("transport", TRANSPORTS, ids=lambda each: each.name)
def test_the_list_says_of_a_transport_what_it_says_itself(transport: Any) -> None:
    """Name and first bytes stand in the list too, so that a short log imports few transports."""
    module = importlib.import_module(transport._module)
    assert (transport.name, set(transport.claimable)) == (module.name, set(module.claimable))
    assert transport.read is module.read and not hasattr(transport, "no_such_thing")


@pytest.mark.parametrize("before", SHOWN.values(), ids=SHOWN)
def test_what_is_said_below_a_quoted_event_is_none_of_it(before: str) -> None:
    """An event ends with its last marked line."""
    printed = ["2026-11-22 10:36:12,123 ERROR shop: cannot load", *CHAINED]
    _, (bare,) = scan("\n".join(printed))
    _, (event,) = scan("\n".join(before + line for line in printed) + "\nthanks,\nJane\n")
    assert (event.text, event.last_line) == (bare.text, len(printed))
