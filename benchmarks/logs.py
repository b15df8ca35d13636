"""Logs to measure on: seeded, as large as wanted, made of the samples' real text.

    python benchmarks/logs.py a1 --size 256M --out a1.log

The same kind, seed and size give the same bytes (as long as the samples of `TRACE_SAMPLES` stay what they are). A log
is a row of blocks, one for each second of event time: a block is a template drawn from a pool, into which the time and
an id are put. Making a gigabyte takes seconds. `KINDS` documents what each kind holds; the shares are shares of LINES
that belong to error events (an ERROR record with everything that hangs from it).
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

SAMPLES = Path(__file__).parent.parent / "samples"
TRACE_SAMPLES = (
    "shop/shop.log",
    "uvicorn-app-error/app.log",
    "uvicorn-h11-keepalive/app.log",
    "uvicorn-connection-closed-send-body/app.log",
    "uvicorn-websocket-reset/app.log",
    "httpx-remote-disconnected/app.log",
    "python/recorded/3.11.7/chained_cause-asctime.log",
    "python/recorded/3.11.7/groups-asctime.log",
    "python/recorded/3.11.7/notes-asctime.log",
)
START = datetime(2026, 11, 1, tzinfo=UTC)
POOL = 400
"""Templates of one pool."""

# Marks in templates: JSON writers leave them alone, and no sample holds them.
TIME = "@T@"
"""The block's second, as the log's format writes it."""
ID = "@I@"
"""Eight hex digits, another for each block: a request, an order."""
STAMP = "@S@"
"""The block's second since 1970, for fields that count in seconds."""


@dataclass(frozen=True)
class Trace:
    """A traceback's lines from its first to its last, and the message of the record it hung from."""

    message: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One record of a program: its level, logger and message, and the traceback's lines that follow."""

    level: str
    logger: str
    message: str
    trace: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """The text of one second: what stands between its times, and whether it has other marks."""

    parts: tuple[bytes, ...]
    marked: bool
    lines: int
    error_lines: int


@dataclass(frozen=True)
class Kind:
    """How one log is made. `share` is the wanted share of lines in error events; `clock` writes a second."""

    about: str
    share: float
    clock: Callable[[int], str]
    healthy: Callable[[random.Random], list[Block]]
    failing: Callable[[random.Random], list[Block]]


# -- text from the samples --------------------------------------------------------------------------------------------

_HEADER = re.compile(r"(?:\d{4}-\d\d-\d\d \S+ )?(DEBUG|INFO|WARNING|ERROR|CRITICAL):?\s+(?:\[\d+\] )?(?:[\w.]+: )?(.*)")
_START = re.compile(r"(?:  \+ Exception Group )?Traceback \(most recent call last\):")


def real_traces() -> list[Trace]:
    """The distinct tracebacks of the samples, in the files' order, each with the message of the ERROR record above."""
    found: dict[tuple[str, ...], Trace] = {}
    for name in TRACE_SAMPLES:
        message, lines = "", list[str]()
        for line in [*(SAMPLES / name).read_text(encoding="utf-8").splitlines(), "INFO end"]:
            header = _HEADER.fullmatch(line)
            if header is not None:
                while lines and not lines[-1]:
                    lines.pop()
                if lines:
                    found.setdefault(tuple(lines), Trace(message, tuple(lines)))
                message, lines = header[2] if header[1] == "ERROR" else "order failed", []
            elif lines or _START.fullmatch(line):
                lines.append(line)
    return list(found.values())


def storm(rng: random.Random, count: int) -> list[Trace]:
    """`count` distinct tracebacks: the real ones, called from other places of an application, an id at the end."""
    real, made = real_traces(), dict[Trace, None]()
    while len(made) < count:
        base = rng.choice(real)
        function = f"{rng.choice(VERBS)}_{rng.choice(NOUNS)}"
        pad = "  | " if base.lines[0].startswith("  +") else ""
        frame = (
            f'{pad}  File "/srv/app/shop/{rng.choice(NOUNS)}.py", line {rng.randrange(20, 400)}, in {function}',
            f"{pad}    return {rng.choice(VERBS)}({rng.choice(NOUNS)}, {rng.choice(NOUNS)}_id)",
        )
        lines = [base.lines[0], *frame, *base.lines[1:]]
        said = max(at for at, line in enumerate(lines) if not line.endswith("-----"))  # a group ends with a rule
        lines[said] += f" (order {ID})"
        made[Trace(base.message, tuple(lines))] = None
    return list(made)


VERBS = ("load", "save", "price", "check", "send", "list", "merge", "export", "render", "apply", "reserve", "charge")
NOUNS = ("order", "cart", "invoice", "customer", "basket", "stock", "coupon", "report", "session", "address", "payment")
PATHS = ("/", "/orders", "/catalogue", "/basket?page={n}", "/orders/{n}", "/static/app.{n}.css", "/health", "/pay")
TRAPS = (
    "0 errors, 0 warnings in {n} files",
    "last_error=None fatal=False",
    "mail subject: Re: [ERROR] pool exhausted (solved)",
    "level changed from ERROR to INFO",
)
"""Healthy messages that hold the words of unhealthy ones: one record in 500, as real logs have them."""


def healthy_entry(rng: random.Random) -> Entry:
    """An ordinary record: most are uvicorn's access lines."""
    number, kind = rng.randrange(1, 9000), rng.random()
    if kind < 0.002:
        return Entry("INFO", "shop.audit", rng.choice(TRAPS).format(n=number))
    if kind < 0.70:
        port, path = rng.randrange(32768, 61000), rng.choice(PATHS).format(n=number)
        status = rng.choices((200, 304, 404, 201), (90, 6, 2, 2))[0]
        return Entry(
            "INFO", "uvicorn.access", f'10.0.{number % 7}.{number % 251}:{port} - "GET {path} HTTP/1.1" {status}'
        )
    if kind < 0.85:
        url = f"http://stock.internal:8080/items/{number}"
        return Entry("INFO", "httpx", f'HTTP Request: GET {url} "HTTP/1.1 200 OK"')
    if kind < 0.95:
        verb, noun = rng.choice(VERBS), rng.choice(NOUNS)
        return Entry("INFO", f"shop.{noun}s", f"{verb} {noun} {ID} done in {number / 100:.2f} ms")
    if kind < 0.99:
        return Entry("DEBUG", "sqlalchemy.pool", f"Connection <sqlite3.Connection {number:#x}> checked out from pool")
    return Entry("WARNING", "shop.stock", f"stock of item {number} is low: {number % 9} left")


def failing_entry(rng: random.Random, traces: Sequence[Trace], logger: str = "") -> Entry:
    """A record with a traceback; one in five is a plain ERROR record."""
    if rng.random() < 0.2:
        noun = rng.choice(NOUNS)
        return Entry("ERROR", f"shop.{noun}s", f"{rng.choice(VERBS)} {noun} {ID} failed: upstream answered 503")
    trace = rng.choice(traces)
    name = logger or ("uvicorn.error" if "ASGI" in trace.message else "shop.worker")
    return Entry("ERROR", name, trace.message, trace.lines)


def mixed(rng: random.Random, healthy: int, failing: int, traces: Sequence[Trace]) -> list[Entry]:
    """`healthy` ordinary records with `failing` errors at random places among them."""
    entries = [healthy_entry(rng) for _ in range(healthy)]
    for _ in range(failing):
        entries.insert(rng.randrange(len(entries) + 1), failing_entry(rng, traces))
    return entries


# -- how a program writes a record: its lines, without line ends -------------------------------------------------------


def asctime_lines(entry: Entry, milli: int, pid: int) -> list[str]:
    """`asctime LEVEL [pid] logger: message`, as in samples/shop; the traceback's lines below."""
    return [f"{TIME},{milli:03d} {entry.level} [{pid}] {entry.logger}: {entry.message}", *entry.trace]


def uvicorn_lines(entry: Entry) -> list[str]:
    """uvicorn's default: `ERROR:    message`."""
    return [f"{entry.level + ':':<10}{entry.message}", *entry.trace]


def json_line(entry: Entry, milli: int) -> str:
    """What python-json-logger writes, as in samples/transports/jsonl."""
    record = {
        "asctime": f"{TIME},{milli:03d}",
        "levelname": entry.level,
        "name": entry.logger,
        "message": entry.message,
    }
    if entry.trace:
        record["exc_info"] = "\n".join(entry.trace)
    return json.dumps(record)


def structlog_line(entry: Entry, milli: int) -> str:
    """What structlog's JSONRenderer writes, as in samples/transports/jsonl."""
    stamp = f"{TIME.replace(' ', 'T')}.{milli:03d}000"
    record = {"order": ID, "event": entry.message, "logger": entry.logger, "level": entry.level.lower()}
    record["timestamp"] = stamp
    if entry.trace:
        record["exception"] = "\n".join(entry.trace)
    return json.dumps(record)


def journal_json_line(rng: random.Random, message: str, micro: int, transport: str, priority: int) -> str:
    """An entry as `journalctl -o json` prints it: the fields of samples/transports/journal-json, in any order."""
    cursor = (
        f"s=eecbce74f7374632873dc10daa23d3b3;i={micro:x};b={'fedcba9876543210' * 2};m=1b8f{ID};t=6610be81ee749;x={ID}"
    )
    fields = {
        "__CURSOR": cursor,
        "__REALTIME_TIMESTAMP": f"{STAMP}{micro:06d}",
        "__MONOTONIC_TIMESTAMP": f"{STAMP}{micro:06d}",
        "_BOOT_ID": "fedcba9876543210" * 2,
        "_MACHINE_ID": "0123456789abcdef" * 2,
        "_HOSTNAME": "web01",
        "_TRANSPORT": transport,
        "_PID": "11116",
        "_UID": "0",
        "_GID": "0",
        "_COMM": "uvicorn",
        "_EXE": "/usr/local/bin/python3.11",
        "_CMDLINE": "/usr/local/bin/python3.11 /usr/local/bin/uvicorn shop:app",
        "_CAP_EFFECTIVE": "1fffeffffff",
        "_SYSTEMD_UNIT": "shop.service",
        "_RUNTIME_SCOPE": "system",
        "SYSLOG_IDENTIFIER": "shop",
        "PRIORITY": str(priority),
        "MESSAGE": message,
    }
    names = rng.sample(sorted(fields), len(fields))
    return json.dumps({name: fields[name] for name in names}, separators=(",", ":"))


# -- pools of blocks --------------------------------------------------------------------------------------------------


def _block(lines: Sequence[str], error_lines: int) -> Block:
    text = "".join(f"{line}\n" for line in lines)
    return Block(tuple(text.encode().split(TIME.encode())), ID in text or STAMP in text, len(lines), error_lines)


def _is_error(entry: Entry) -> bool:
    return entry.level == "ERROR"


def _plain_blocks(rng: random.Random, failing: int) -> list[Block]:
    """Seconds of one program that writes `asctime` records to a file."""
    traces, blocks = storm(rng, POOL), []
    for _ in range(POOL):
        entries = mixed(rng, 50, failing, traces)
        written = [asctime_lines(entry, 999 * at // len(entries), 10876) for at, entry in enumerate(entries)]
        errors = sum(len(lines) for entry, lines in zip(entries, written, strict=True) if _is_error(entry))
        blocks.append(_block([line for lines in written for line in lines], errors))
    return blocks


def _journal_blocks(rng: random.Random, healthy: int, failing: int, processes: Sequence[str]) -> list[Block]:
    """Seconds of `journalctl -o short`: every line prefixed, the processes' lines interleaved one by one."""
    traces, blocks = storm(rng, POOL), []
    for _ in range(POOL):
        streams: list[list[str]] = []
        errors = 0
        for process in processes:
            entries = mixed(rng, healthy, failing, traces)
            errors += sum(1 + len(entry.trace) for entry in entries if _is_error(entry))
            lines = [line for entry in entries for line in uvicorn_lines(entry)]
            streams.append([f"{TIME} web01 {process}: {line}" for line in lines])
        order = [at for at, lines in enumerate(streams) for _ in lines]
        rng.shuffle(order)
        feeds = [iter(lines) for lines in streams]
        blocks.append(_block([next(feeds[at]) for at in order], errors))
    return blocks


def _storm_blocks(rng: random.Random) -> list[Block]:
    """One traceback a block: a third each under uvicorn's line, under a dated record, and bare."""
    blocks = []
    for at, trace in enumerate(storm(rng, POOL)):
        if at % 3 == 0:
            lines = uvicorn_lines(Entry("ERROR", "", "Exception in ASGI application", trace.lines))
        elif at % 3 == 1:
            lines = asctime_lines(Entry("ERROR", "shop.worker", "order failed", trace.lines), at % 1000, 10876)
        else:
            lines = list(trace.lines)
        blocks.append(_block(lines, len(lines)))
    return blocks


def _json_blocks(rng: random.Random, failing: int) -> list[Block]:
    """Seconds of a program that writes JSON lines: python-json-logger's records, and every fourth one structlog's."""
    traces, blocks = storm(rng, POOL), []
    for _ in range(POOL):
        entries = mixed(rng, 50, failing, traces)
        lines = []
        for at, entry in enumerate(entries):
            write = structlog_line if at % 4 == 0 else json_line
            lines.append(write(entry, 999 * at // len(entries)))
        blocks.append(_block(lines, sum(map(_is_error, entries))))
    return blocks


def _journal_json_blocks(rng: random.Random, failing: int) -> list[Block]:
    """Seconds of `journalctl -o json`: standard output entry by entry; one error in four came whole, by the native
    protocol, with its priority."""
    traces, blocks = storm(rng, POOL), []
    for _ in range(POOL):
        lines: list[str] = []
        errors = 0
        for at, entry in enumerate(mixed(rng, 30, failing, traces)):
            texts, before = uvicorn_lines(entry), len(lines)
            if _is_error(entry) and rng.random() < 0.25:
                whole = "\n".join([entry.message, *entry.trace])
                lines.append(journal_json_line(rng, whole, 30_000 * at, "journal", 3))
            else:
                lines += [journal_json_line(rng, text, 30_000 * at, "stdout", 6) for text in texts]
            errors += _is_error(entry) * (len(lines) - before)
        blocks.append(_block(lines, errors))
    return blocks


# -- kinds ------------------------------------------------------------------------------------------------------------


def iso_clock(second: int) -> str:
    """`2026-11-22 02:41:07`."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")


def syslog_clock(second: int) -> str:
    """`Nov 22 02:41:07`, the day padded with a space."""
    time = datetime.fromtimestamp(second, UTC)
    return f"{time:%b} {time.day:2d} {time:%H:%M:%S}"


def _nothing(rng: random.Random) -> list[Block]:
    return []


ONE, TWO = ("shop[11116]",), ("shop[11116]", "billing[11117]")


def _plain(share: float) -> Kind:
    about = f"application log of uvicorn and a shop, {share:.1%} of the lines in error events"
    return Kind(about, share, iso_clock, lambda rng: _plain_blocks(rng, 0), lambda rng: _plain_blocks(rng, 1))


def _journal(share: float, processes: Sequence[str], failing: int) -> Kind:
    about = f"journalctl -o short, {len(processes)} process(es) line by line, {share:.1%} of the lines in error events"
    healthy = 40 // len(processes)
    return Kind(
        about,
        share,
        syslog_clock,
        lambda rng: _journal_blocks(rng, healthy, 0, processes),
        lambda rng: _journal_blocks(rng, healthy, failing, processes),
    )


KINDS: dict[str, Kind] = {
    "a01": _plain(0.001),
    "a1": _plain(0.01),
    "a01-journal": _journal(0.001, ONE, 1),
    "a1-journal": _journal(0.01, ONE, 1),
    "c1": _journal(0.01, TWO, 1),
    "c25": _journal(0.25, TWO, 2),
    "b": Kind(
        "nothing but tracebacks: uvicorn's, dated, bare; 400 distinct ones with an id in the last line",
        1.0,
        iso_clock,
        _nothing,
        _storm_blocks,
    ),
    "json": Kind(
        "JSON lines of python-json-logger and structlog, 1 % errors",
        0.01,
        iso_clock,
        lambda rng: _json_blocks(rng, 0),
        lambda rng: _json_blocks(rng, 1),
    ),
    "journal-json": Kind(
        "journalctl -o json, 1 % of the entries in error events",
        0.01,
        iso_clock,
        lambda rng: _journal_json_blocks(rng, 0),
        lambda rng: _journal_json_blocks(rng, 1),
    ),
}


@dataclass
class Made:
    """What was written: bytes, lines, and the lines that belong to error events."""

    bytes: int = 0
    lines: int = 0
    error_lines: int = 0


def blocks(kind: Kind, seed: int, size: int, made: Made) -> Iterator[bytes]:
    """The log in pieces of one second each: at least `size` bytes, the last second whole. Adds up `made`.

    Errors come in bursts: once they lag behind their share by some lines, failing seconds follow until it is reached.
    """
    rng = random.Random(seed)
    healthy, failing = kind.healthy(rng), kind.failing(rng)
    second, behind, bursting = int(START.timestamp()), 0.0, not healthy
    while made.bytes < size:
        lag = kind.share * made.lines - made.error_lines
        bursting = not healthy or (lag > 0 if bursting else lag > behind)
        if not bursting:
            behind = behind if lag > 0 else rng.uniform(0, 20)
        block = rng.choice(failing if bursting else healthy)
        text = kind.clock(second).encode().join(block.parts)
        if block.marked:
            number = b"%08x" % rng.getrandbits(32)
            text = text.replace(ID.encode(), number).replace(STAMP.encode(), b"%d" % second)
        made.bytes += len(text)
        made.lines += block.lines
        made.error_lines += block.error_lines
        yield text
        second += 1


def write(name: str, size: int, out: BinaryIO, seed: int = 1) -> Made:
    """Write the log of a kind; returns what was written."""
    made, pieces, held = Made(), list[bytes](), 0
    for text in blocks(KINDS[name], seed, size, made):
        pieces.append(text)
        held += len(text)
        if held > 1 << 22:
            out.write(b"".join(pieces))
            pieces, held = [], 0
    out.write(b"".join(pieces))
    return made


def size_of(text: str) -> int:
    """Bytes of `500`, `64K`, `256M`, `1G`."""
    match = re.fullmatch(r"(\d+)([KMG]?)", text.upper())
    if match is None:
        raise argparse.ArgumentTypeError(f"no size: {text!r} (write 500, 64K, 256M or 1G)")
    return int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[match[2]]


def main() -> None:
    """Command line."""
    kinds = "\n".join(f"  {name:<13}{kind.about}" for name, kind in KINDS.items())
    parser = argparse.ArgumentParser(
        description=f"Write a log to measure on.\n\n{kinds}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--size", type=size_of, default=size_of("256M"), help="at least so many bytes: 64M, 1G")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="file to write; standard output without")
    given = parser.parse_args()
    if given.out is None:
        made = write(given.kind, given.size, sys.stdout.buffer, given.seed)
    else:
        with given.out.open("wb") as out:
            made = write(given.kind, given.size, out, given.seed)
    share = made.error_lines / made.lines
    print(f"{given.kind}: {made.bytes} bytes, {made.lines} lines, {share:.3%} in error events", file=sys.stderr)


if __name__ == "__main__":
    main()
