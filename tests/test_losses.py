"""What was lost upstream is counted, what was repeated is multiplied, and a restart dates what follows it."""

import json
import random
from datetime import UTC

import pytest
from command import logscan

from logscan import losses, restarts
from logscan.lookback import LookBack
from logscan.registry import Settings, grouper_for, named
from logscan.restarts import Run
from logscan.signature import load
from logscan.timestamps import Clock
from logscan.transports import Transport

RULES = load([], bundled=True)

SUPPRESSED = "Nov 22 10:36:12 web01 systemd-journald[9]: Suppressed 512 messages from /system.slice/shop.service"
REPEATED = "Nov 22 10:36:13 web01 shop[7]: message repeated 3 times: [ ERROR:    pool is dry]"


def scan(text: str, *options: str) -> dict[str, object]:
    done = logscan("--format", "json", "--tz", "UTC", "--reference-time", "2026-11-25", *options, stdin=text.encode())
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("text", "unit", "want"),
    [
        (b"Suppressed 512 messages from shop.service", "systemd-journald", ("journald_suppressed", 512)),
        (b"Suppressed 512 messages from shop.service", "shop", None),
        (b"message repeated 3 times: [ ERROR: x]", "shop", ("rsyslog_repeated", 3)),
        (b"message repeated 3 times: [ ERROR: x]", None, None),
        (b"last message repeated 9 times", "shop", ("syslogd_repeated", 9)),
        (b"imuxsock lost 29 messages from pid 42 due to rate-limiting", "rsyslogd", ("rsyslog_rate_limited", 29)),
        (b"imjournal: 1234 messages lost due to rate-limiting", "rsyslogd", ("rsyslog_rate_limited", 1234)),
        (b"imuxsock lost 29 messages from pid 42 due to rate-limiting", "shop", None),
        (b"an application that lost messages due to rate-limiting", "shop", None),
    ],
)
def test_a_loss_is_read_from_who_may_tell_it(text: bytes, unit: str | None, want: tuple[str, int] | None) -> None:
    """The wording counts only from the service that prints it."""
    found = losses.read(text, unit)
    assert (None if found is None else (found.name, found.messages)) == want


def test_a_rate_limit_makes_counts_lower_bounds() -> None:
    """The report counts what journald dropped, and says that every count is a lower bound."""
    text = f"{SUPPRESSED}\nNov 22 10:36:13 web01 shop[7]: ERROR:    pool is dry\n"
    found = scan(text)
    assert found["input"]["lost_upstream"] == {"journald_suppressed": 512}  # type: ignore[index]
    assert found["incidents"][0]["lower_bound"] is True  # type: ignore[index]
    assert b"lower bounds" in logscan(stdin=text.encode()).stdout


def test_a_repeated_message_counts_as_often_as_it_came() -> None:
    """Three times more: four events, and an event line for each."""
    text = f"Nov 22 10:36:12 web01 shop[7]: ERROR:    pool is dry\n{REPEATED}\n"
    found = scan(text)
    assert found["events"] == 4
    assert found["incidents"][0]["count"] == 4  # type: ignore[index]
    lines = logscan("--format", "jsonl", stdin=text.encode()).stdout.splitlines()
    assert sum(json.loads(line)["type"] == "event" for line in lines) == 4


def test_a_message_that_came_empty_is_counted_with_its_remedy() -> None:
    """journalctl without --all prints null for a message over 4 KiB."""
    entry = {"__REALTIME_TIMESTAMP": "1795343772000000", "MESSAGE": None, "PRIORITY": "6", "SYSLOG_IDENTIFIER": "shop"}
    text = json.dumps(entry) + "\n"
    assert scan(text)["input"]["lost_upstream"] == {"null_messages": 1}  # type: ignore[index]
    assert b"--all" in logscan(stdin=text.encode()).stdout


@pytest.mark.parametrize(
    ("pids", "at"),
    [
        (["1"], None),
        (["1", "2"], 1),
        (["1", "2", "1"], None),
        (["1", "2", "1", "2"], None),
        (["1", "2", "1", "3", "4", "3"], 3),
        (["1", "2", "3"], 2),
    ],
)
def test_a_restart_replaces_every_process(pids: list[str], at: int | None) -> None:
    """Workers alternate; only where none of the old pids comes back was the service restarted."""
    runs = [Run(pid, n, n, n) for n, pid in enumerate(pids)]
    found = restarts.change(runs)
    assert (None if found is None else found.first) == at


def test_an_onset_is_told_from_the_restart() -> None:
    """A new pid just before an event: so many seconds after the restart."""
    text = (
        "Nov 22 10:36:00 web01 shop[7]: INFO:     ok\n"
        "Nov 22 10:36:10 web01 shop[8]: INFO:     hello\n"
        "Nov 22 10:36:17 web01 shop[8]: ERROR:    pool is dry\n"
    )
    found = scan(text)
    assert [mark["label"] for mark in found["marks"]] == ["restart"]  # type: ignore[attr-defined, union-attr]
    assert "7 s after the restart" in logscan("--tz", "UTC", stdin=text.encode()).stdout.decode()


@pytest.mark.parametrize(
    ("text", "unit", "want"),
    [
        (b"Started server process [10876]", None, "restart"),
        (b"Starting gunicorn 27.0.1", None, "restart"),
        (b"Started shop.service - The shop.", "systemd", "restart"),
        (b"Started Session 4 of user root.", "systemd", None),
        (b"Started shop.service - The shop.", "shop", None),
        (b"Linux version 6.1.0-13-amd64", "kernel", "boot"),
        (b"Started work on order 17", "shop", None),
    ],
)
def test_lines_that_say_so(text: bytes, unit: str | None, want: str | None) -> None:
    """Banners of servers, systemd's own words, the kernel's first line; not an application's."""
    assert restarts.label(text, unit) == want


def test_a_boot_mark_dates_what_follows() -> None:
    """journalctl prints a boot mark without a time; the next entry has it."""
    text = (
        "Nov 22 10:36:00 web01 shop[7]: INFO:     ok\n"
        "-- Boot a4677d86bed64edbbef2ee5fdac30776 --\n"
        "Nov 22 10:40:00 web01 shop[7]: INFO:     hello\n"
        "Nov 22 10:40:09 web01 shop[7]: ERROR:    pool is dry\n"
    )
    marks = scan(text)["marks"]
    assert marks == [{"time": "2026-11-22T10:40:00Z", "label": "boot"}]
    assert "9 s after the boot" in logscan("--tz", "UTC", stdin=text.encode()).stdout.decode()


def test_what_was_read_of_processes_serves_the_next_event() -> None:
    """A restart is read alike, whether the lines before an event were read for an earlier one or are read now."""
    rng, met = random.Random(5), 0
    journal = named("journal-short")
    for _ in range(30):
        pids = [rng.choice("123") for _ in range(rng.randrange(2, 40))]
        since = rng.randrange(len(pids))
        lines = [
            f"Nov 22 10:{n // 60:02d}:{n % 60:02d} web01 {rng.choice(['shop', 'shop', 'db'])}"
            f"[{int(pid) + 7 * (n >= since)}]: {rng.choice(['ok', 'shop[9]: ok'])}\n".encode()
            for n, pid in enumerate(pids)
        ]
        data, at = b"".join(lines), 0
        kept = look_back(journal)
        for line in lines:
            entry = journal.read(line[:-1])
            assert entry is not None
            if rng.random() < 0.5:
                low = rng.choice([0, 0, max(0, at - 300)])
                fresh = look_back(journal)
                for each in (kept, fresh):
                    each.at(data[low:], low, at, 1)
                found = kept._restart(at, entry.meta)
                assert found == fresh._restart(at, entry.meta)
                met += found is not None
            at += len(line)
    assert met > 20


def look_back(transport: Transport) -> LookBack:
    grouper = grouper_for(RULES, Settings(), Clock(UTC, 1_795_343_772_000_000))
    return LookBack(transport, grouper, transport.read, bytes, lambda entry: [entry], bytes)
