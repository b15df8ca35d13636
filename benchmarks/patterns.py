"""500 patterns as a team would collect them, and the same 500 as a pack of signatures.

    python benchmarks/patterns.py                 # writes benchmarks/patterns/{20,100,500}.txt
    python benchmarks/patterns.py --pack DIR      # writes 500 signatures for `logscan --signatures DIR`

A pattern is the fixed text that a realistic signature needs: an exception's name and the words of its message, or the
words alone. They hold no character that is special to `rg -f` but means something else to `grep -F -f`, so that every
program looks for the same text. `OCCURRING` ones stand in the logs of logs.py (about one pattern in forty, as a pack
meets a log); the others are put together, seeded, from real names and messages and stand in none of them. The short
lists are the beginning of the long one.
"""

import argparse
import json
import random
from pathlib import Path

FOLDER = Path(__file__).parent / "patterns"
COUNTS = (20, 100, 500)
SEED = 500

OCCURRING = (
    "QueuePool limit of size",
    "KeyError: 'coupon'",
    "RemoteProtocolError: Server disconnected without sending a response",
    "failed: upstream answered 503",
    "LocalProtocolError: Can't send data when our state is ERROR",
    "ZeroDivisionError: division by zero",
    "IntegrityError: UNIQUE constraint failed",
    "KeyError: 'lamp'",
    "ConnectionClosedError: no close frame received or sent",
    "StoreError: no order",
    "RuntimeError: giving up",
    "payment service did not answer",
)

# software: names of exceptions (empty: the words alone), then messages whose slots are filled by drawing
FAMILIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "builtins": (
        ("AttributeError: ", "TypeError: ", "NameError: "),
        (
            "'NoneType' object has no attribute '{noun}_id'",
            "'{kind}' object is not subscriptable in {noun}",
            "name '{noun}_cache' is not defined",
            "unsupported operand for {noun} and '{kind}'",
            "missing 1 required positional argument: '{noun}'",
        ),
    ),
    "os": (
        ("OSError: ", "BlockingIOError: ", "FileNotFoundError: ", "PermissionError: "),
        (
            "No space left on device: '/srv/{noun}'",
            "Too many open files: '/run/{noun}'",
            "Permission denied: '/var/lock/{noun}'",
            "Stale file handle: '/mnt/{noun}'",
        ),
    ),
    "psycopg": (
        ("OperationalError: ", "DeadlockDetected: ", "InterfaceError: ", "UndefinedColumn: "),
        (
            "deadlock detected while updating {noun}s",
            "canceling statement due to lock timeout on {noun}s",
            "server closed the connection unexpectedly in {noun}",
            "relation '{noun}s' does not exist",
            "remaining connection slots are reserved for {noun}",
        ),
    ),
    "redis": (
        ("ConnectionError: ", "BusyLoadingError: ", "ReadOnlyError: ", "ResponseError: "),
        (
            "Redis is loading the {noun} dataset in memory",
            "MISCONF Redis is configured to save {noun} snapshots",
            "OOM command not allowed for {noun}",
            "WRONGTYPE Operation against {noun} key",
        ),
    ),
    "kafka": (
        ("KafkaTimeoutError: ", "NoBrokersAvailable: ", "CommitFailedError: "),
        (
            "Failed to update metadata for topic {noun}s",
            "Batch for {noun}s expired before delivery",
            "Heartbeat session expired for group {noun}",
        ),
    ),
    "requests": (
        ("ConnectTimeout: ", "SSLError: ", "ChunkedEncodingError: ", "ReadTimeout: "),
        (
            "certificate verify failed for {noun} gateway",
            "Max retries exceeded with url of {noun}",
            "Read timed out while fetching {noun}s",
            "Connection broken: IncompleteRead of {noun}",
        ),
    ),
    "celery": (
        ("WorkerLostError: ", "SoftTimeLimitExceeded: ", "NotRegistered: "),
        (
            "Worker exited prematurely in {noun} task",
            "Received unregistered task of type {noun}",
            "time limit exceeded for {noun}",
        ),
    ),
    "django": (
        ("DisallowedHost: ", "ImproperlyConfigured: ", "MultipleObjectsReturned: ", "SuspiciousOperation: "),
        (
            "Invalid HTTP_HOST header for {noun}",
            "returned more than one {noun}",
            "The {noun} setting must not be empty",
            "Attempted access to '{noun}' denied",
        ),
    ),
    "kernel": (
        ("",),
        (
            "Out of memory: Killed process of {noun}",
            "I/O error on device {noun}",
            "segfault at address in {noun} worker",
            "blocked for more than 120 seconds: {noun}",
        ),
    ),
    "java": (
        ("IllegalStateException: ", "SQLTransientConnectionException: ", "OutOfMemoryError: "),
        (
            "{noun} pool is not available, request timed out",
            "Java heap space in {noun} service",
            "Connection is closed for {noun} session",
        ),
    ),
    "node": (
        ("UnhandledPromiseRejection: ", "ECONNRESET: ", "RangeError: "),
        (
            "socket hang up while reading {noun}",
            "Cannot read properties of undefined: {noun}",
            "Maximum call stack size exceeded in {noun}",
        ),
    ),
    "nginx": (
        ("",),
        (
            "upstream prematurely closed connection to {noun}",
            "no live upstreams while connecting to {noun}",
            "client intended to send too large body to {noun}",
        ),
    ),
}
NOUNS = ("ledger", "voucher", "parcel", "tenant", "wallet", "mailbox", "shipment", "catalog", "pricing", "billing")
KINDS = ("int", "list", "Decimal", "coroutine", "generator")


def patterns() -> list[str]:
    """The 500, in the order of the files: every fortieth or so occurs in the logs, most of those early."""
    rng = random.Random(SEED)
    made = dict.fromkeys(
        name + message.format(noun=noun, kind=rng.choice(KINDS))
        for names, messages in FAMILIES.values()
        for name in names
        for message in messages
        for noun in NOUNS
    )
    absent = rng.sample(list(made), COUNTS[-1] - len(OCCURRING))
    places = (3, 8, 12, 17, 31, 49, 66, 84, 140, 230, 320, 410)
    for place, text in zip(places, OCCURRING, strict=True):
        absent.insert(place, text)
    return absent


SIGNATURE = """\
schema: logscan.signature/1
id: {ident}
title: {title}
severity: error
action: watch
status: experimental
match:
  text: {regex}
cause: Made for measuring; it says nothing about a real incident.
impact: None.
remediation:
  summary: Nothing is to be done.
evidence_level: reported
evidence:
  - {{url: "https://docs.python.org/3/library/exceptions.html", shows: what such messages look like}}
last_verified: 2026-11-24
examples:
  match:
    - {example}
  no_match:
    - "ERROR:    something else failed"
"""


def write_pack(folder: Path) -> None:
    """One signature for each of the 500: its text, in a line of any event. YAML takes JSON's strings."""
    home = folder / "bench"
    home.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(patterns()):
        ident = f"bench.p{number:03d}"
        words = {"title": f"bench: {text}", "regex": text, "example": f"ERROR:    {text}"}
        body = SIGNATURE.format(ident=ident, **{key: json.dumps(value) for key, value in words.items()})
        (home / f"p{number:03d}.yaml").write_text(body, encoding="utf-8")


def write_lists(folder: Path) -> None:
    """The first 20, the first 100, and all, one pattern a line."""
    folder.mkdir(parents=True, exist_ok=True)
    made = patterns()
    for count in COUNTS:
        (folder / f"{count}.txt").write_text("".join(f"{text}\n" for text in made[:count]), encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write the pattern lists, or the same patterns as signatures.")
    parser.add_argument("--pack", type=Path, metavar="DIR", help="write 500 signatures into this folder")
    given = parser.parse_args()
    if given.pack is None:
        write_lists(FOLDER)
    else:
        write_pack(given.pack)


if __name__ == "__main__":
    main()
