"""Signatures that one line alone cannot tell apart, and those that a night's sleep depends on."""

from datetime import UTC

import pytest

from logscan.registry import Settings
from logscan.run import scan_bytes
from logscan.signature import load

RULES = load(())

EARLIER = [
    ("gunicorn.worker-sigkill-oom", "gunicorn.worker-timeout"),
    ("uwsgi.worker-killed", "uwsgi.harakiri"),
    ("celery.worker-lost-sigkill", "celery.hard-time-limit"),
]
"""(the kill, its own software's order to kill): the line of the kill is the same whoever sent the signal."""


@pytest.mark.parametrize(("kill", "order"), EARLIER)
def test_what_only_an_earlier_record_tells_apart_says_so(kill: str, order: str) -> None:
    """Each names the other as a look-alike and says that the line alone does not decide."""
    for one, other in ((kill, order), (order, kill)):
        told = {each.id: each.tell_apart.lower() for each in RULES.by_id[one].look_alikes}
        assert "only an earlier record tells" in told[other], one


LINE = "1:S 12 Mar 2026 03:24:11.342 * REPLICAOF {master} enabled (user request from 'id=5 addr={client} laddr=203.0.113.3:6379 fd=7 name={name} age=0')\n"


@pytest.mark.parametrize(
    ("master", "client", "name", "expected"),
    [
        ("10.0.0.4:6379", "10.0.0.9:60122", "", "redis.rogue-replicaof-own"),
        ("redis-0.redis:6379", "127.0.0.1:60122", "ann", "redis.rogue-replicaof-own"),
        ("172.31.0.4:6379", "100.64.1.1:60122", "", "redis.rogue-replicaof-own"),
        ("fd00::4:6379", "[::1]:60122", "", "redis.rogue-replicaof-own"),
        ("198.51.100.7:8886", "172.17.0.1:60122", "", "redis.rogue-replicaof"),
        ("172.32.0.4:8886", "10.0.0.9:60122", "", "redis.rogue-replicaof"),
        ("evil.example.com:8886", "198.51.100.4:60122", "", "redis.rogue-replicaof"),
        ("2001:db8::7:8886", "[::1]:60122", "", "redis.rogue-replicaof"),
        ("evil.example.com:8886", "[2001:db8::7]:60122", "", "redis.rogue-replicaof"),
        ("198.51.100.7:6379", "198.51.100.8:60122", "sentinel-1c2d3e4f-cmd", None),
    ],
)
def test_who_may_make_a_replica_without_waking_anybody(
    master: str, client: str, name: str, expected: str | None
) -> None:
    """Private addresses and names are an operator's or a script's; a public one of master or client pages; Sentinel is
    no event."""
    line = LINE.format(master=master, client=client, name=name).encode()
    found = [event.signature for event in scan_bytes(line, RULES, Settings(reference=0), UTC)]
    assert found == ([expected] if expected else [])
    assert expected is None or (RULES.by_id[expected].action == "page") == (expected == "redis.rogue-replicaof")


def test_no_title_stands_in_quotation_marks_of_its_own() -> None:
    """What a signature says reaches the reader as it is: marks that YAML does not need would stand in the report."""
    texts = [(each.id, text) for each in RULES.signatures for text in (each.title, each.remediation.summary)]
    assert texts and [ident for ident, text in texts if text[:1] == '"' == text[-1:]] == []


FOREIGN = """\
2026-11-26 10:00:00,000 ERROR shop.mail: Timeout connecting to server
2026-11-26 10:00:00,000 ERROR shop.mail: Timeout reading from socket
2026-11-26 10:00:00,000 ERROR shop.mail: Error connecting to the mail server. No such mailbox
2026-11-26 10:00:00,000 ERROR shop.db: Cannot connect to mysql://db:3306: it is down
2026-11-26 10:00:00,000 ERROR shop.sftp: password authentication failed
level=error method=GET path=/stock status=203 duration=3ms
2026-11-26 10:00:00,000 WARNING runner: Failed to pull image with policy "always": manifest unknown
Traceback (most recent call last):
  File "/srv/app/ingest.py", line 15, in load
    raise RuntimeError(f"Directory '{path}' does not exist")
RuntimeError: Directory '/srv/data/in' does not exist
Traceback (most recent call last):
  File "/srv/app/chat.py", line 15, in ask
    raise RuntimeError("No response returned")
RuntimeError: No response returned
"""


def test_words_that_others_use_too_are_claimed_by_nobody() -> None:
    """A wrong remedy is worse than none: general words need a sign of the software that a signature speaks of."""
    events = list(scan_bytes(FOREIGN.encode(), RULES, Settings(reference=0), UTC))
    assert [event.message for event in events if event.signature] == []
    assert len(events) == 7  # neither the HTTP status nor the warning
