#!/usr/bin/env python3
"""Record the uvicorn and httpx logs of this folder again, from the real software.

Each recording starts a pinned release in a virtual environment of its own, drives it over loopback a
fixed number of times, stops it, and writes what it printed to `<case>/<log>`, with `<log>.expected.yaml`
beside it: what was injected, and so what logscan must find. Folders of this machine are rewritten
(interpreter and environment to /usr/local, the application to /srv/app); nothing else is changed.

    python3 samples/reproduce.py --list
    python3 samples/reproduce.py --python36 PATH --python311 PATH [--envs FOLDER] [CASE ...]

Standard library only, Python 3.10 or later. The old releases need a CPython 3.6 and a 3.11 with pip.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent

SEND_BODY = "uvicorn.connection-closed-send-body"
KEEPALIVE = "uvicorn.h11-keepalive-send-response"
STATE_ERROR = "uvicorn.h11-state-error"
TRANSPORT_CLOSED = "uvicorn.httptools-transport-closed"
WITHOUT_RESPONSE = "uvicorn.returned-without-response"
GENERIC = "asgi.exception-in-application"
REMOTE_DISCONNECTED = "httpx.remote-disconnected"
ABNORMAL_CLOSURE = "websockets.abnormal-closure"
UNCLASSIFIED = "unclassified"

OLD = "uvloop==0.10.2 httptools==0.0.11 websockets==5.0.1 click==6.7"
# name: which Python, and every package of the virtual environment (nothing else is installed)
ENVIRONMENTS = {
    "uvicorn-0.2.5": ("36", f"uvicorn==0.2.5 h11==0.7.0 {OLD}"),
    "uvicorn-0.2.5-h11-0.8": ("36", f"uvicorn==0.2.5 h11==0.8.1 {OLD}"),
    "uvicorn-0.2.6": ("36", f"uvicorn==0.2.6 h11==0.7.0 {OLD}"),
    "uvicorn-0.2.21": ("36", f"uvicorn==0.2.21 h11==0.8.1 {OLD}"),
    "uvicorn-0.11.5": ("36", "uvicorn==0.11.5 h11==0.9.0 uvloop==0.14.0 websockets==8.1 click==7.1.2"),
    "uvicorn-0.25.0": ("311", "uvicorn==0.25.0 h11==0.14.0 websockets==12.0 click==8.1.7"),
    "uvicorn-0.27.1": ("311", "uvicorn==0.27.1 h11==0.14.0 click==8.1.7"),
    "uvicorn-0.38.0": ("311", "uvicorn==0.38.0 h11==0.16.0 click==8.3.0"),
    "httpx-0.16.1": (
        "36",
        "httpx==0.16.1 httpcore==0.12.3 h11==0.12.0 sniffio==1.2.0 rfc3986==1.5.0 certifi==2021.5.30 "
        "idna==3.1 contextvars==2.4 immutables==0.15 dataclasses==0.8",
    ),
    "httpx-0.28.1": (
        "311",
        "httpx==0.28.1 httpcore==1.0.9 h11==0.16.0 anyio==4.11.0 sniffio==1.3.1 "
        "certifi==2025.10.5 idna==3.10",
    ),
}


def connect(port: int, request: bytes) -> socket.socket:
    """Open a connection to the server and send these bytes."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=15)
    connection.sendall(request)
    return connection


def get(path: str, *headers: str) -> bytes:
    """The bytes of a GET request."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: 127.0.0.1", *headers, "", ""]).encode()


def read_until(connection: socket.socket, mark: bytes) -> None:
    """Read until `mark` arrived, or the server closed."""
    seen = b""
    while mark not in seen and (block := connection.recv(4096)):
        seen += block


def reset(connection: socket.socket) -> None:
    """Close with a TCP reset: what a vanished browser or an impatient proxy looks like."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    time.sleep(0.6)  # the application's next send has failed by then


def ordinary(port: int) -> None:
    """A request that succeeds."""
    with connect(port, get("/ok", "connection: close")) as connection:
        read_until(connection, b"ok\n")


def early_disconnect(port: int) -> None:
    """Reset the connection after the first chunk of a streamed response."""
    connection = connect(port, get("/export"))
    read_until(connection, b"tea,3")
    reset(connection)


def aborted_upload(port: int) -> None:
    """Reset the connection in the middle of the request's body."""
    head = b"POST /upload HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5000\r\n\r\n"
    connection = connect(port, head + b"x" * 100)
    time.sleep(0.2)
    reset(connection)


def next_request(path: str) -> Callable[[int], None]:
    """A driver: the catalogue's content-length bytes arrive before the application's final message, and
    the client sends its next request (to `path`) at once. It outlasts the keep-alive timer."""

    def drive(port: int) -> None:
        with connect(port, get("/catalogue")) as connection:
            read_until(connection, b"tea,mug\n")
            connection.sendall(get(path, "connection: close"))
            read_until(connection, b"never sent")  # that is: until the server closes

    return drive


def failing_page(path: str) -> Callable[[int], None]:
    """A driver: ask for a page with a bug."""

    def drive(port: int) -> None:
        with connect(port, get(path, "connection: close")) as connection:
            read_until(connection, b"never sent")

    return drive


def websocket_reset(port: int) -> None:
    """Open a websocket, read the first message, reset the connection."""
    upgrade = ["connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13"]
    connection = connect(port, get("/ticker", *upgrade, "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ=="))
    read_until(connection, b"tea 3")
    reset(connection)


@dataclass(frozen=True)
class Step:
    """A driver, how often it runs, and what each run must leave in the log (signature ids)."""

    drive: Callable[[int], None]
    times: int
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class Recording:
    """One log of a case: the environment, what is run, the server's options."""

    log: str
    environment: str
    steps: tuple[Step, ...]
    options: str = ""


LEGACY = "shop:legacy --loop"
SHORT = "shop:app --http h11 --timeout-keep-alive 1"
DISCONNECTS = Step(early_disconnect, 8, (SEND_BODY, STATE_ERROR))
FEWER = Step(early_disconnect, 5, (SEND_BODY, STATE_ERROR))
ABORTED = Step(aborted_upload, 5, (SEND_BODY, STATE_ERROR))
RETURNED = Step(early_disconnect, 8, (WITHOUT_RESPONSE,))
CLOSED = Step(early_disconnect, 8, (TRANSPORT_CLOSED,))
STREAM = Step(next_request("/long-export"), 5, (KEEPALIVE, STATE_ERROR))
SLOW = Step(next_request("/report"), 4, (KEEPALIVE, STATE_ERROR))
SLOWER = Step(next_request("/report?long"), 3, (KEEPALIVE, STATE_ERROR))
MENDED = (Step(STREAM.drive, 5, ()), Step(SLOW.drive, 4, ()))
DIVISION = Step(failing_page("/average"), 6, (UNCLASSIFIED,))
MISSING_KEY = Step(failing_page("/price/lamp"), 5, (UNCLASSIFIED,))
WEBSOCKET = Step(websocket_reset, 7, (ABNORMAL_CLOSURE,))
HANG_UP = Step(ordinary, 6, (REMOTE_DISCONNECTED,))

RECORDINGS = {
    "uvicorn-connection-closed-send-body": [
        Recording("app.log", "uvicorn-0.2.5", (DISCONNECTS,), f"{LEGACY} uvloop --http h11"),
        Recording("h11-0.8.log", "uvicorn-0.2.5-h11-0.8", (FEWER,), f"{LEGACY} uvloop --http h11"),
        Recording("asyncio.log", "uvicorn-0.2.5", (FEWER,), f"{LEGACY} asyncio --http h11"),
        Recording("aborted-upload.log", "uvicorn-0.2.5", (ABORTED,), f"{LEGACY} uvloop --http h11"),
    ],
    "uvicorn-h11-keepalive": [
        Recording("app.log", "uvicorn-0.11.5", (STREAM, SLOW), f"{SHORT} --loop asyncio"),
        Recording("uvloop.log", "uvicorn-0.11.5", (STREAM, SLOW), f"{SHORT} --loop uvloop"),
        Recording("uvicorn-0.25.0.log", "uvicorn-0.25.0", (STREAM, SLOW), SHORT),
        Recording("uvicorn-0.2.21.log", "uvicorn-0.2.21", (SLOWER,), f"{LEGACY} uvloop --http h11"),
    ],
    "uvicorn-httptools-transport-closed": [
        Recording("app.log", "uvicorn-0.2.5", (CLOSED,), f"{LEGACY} uvloop --http httptools"),
    ],
    "uvicorn-returned-without-response": [
        Recording("app.log", "uvicorn-0.2.6", (RETURNED,), f"{LEGACY} uvloop --http httptools"),
    ],
    "uvicorn-app-error": [Recording("app.log", "uvicorn-0.38.0", (DIVISION, MISSING_KEY), "shop:app")],
    "uvicorn-websocket-reset": [Recording("app.log", "uvicorn-0.25.0", (WEBSOCKET,), "shop:app")],
    "uvicorn-fixed-releases": [
        Recording("app.log", "uvicorn-0.27.1", MENDED, SHORT),
        Recording("uvicorn-0.2.6.log", "uvicorn-0.2.6", (RETURNED,), f"{LEGACY} uvloop --http h11"),
    ],
    "httpx-remote-disconnected": [
        Recording("app.log", "httpx-0.28.1", (HANG_UP,)),
        Recording("httpx-0.16.log", "httpx-0.16.1", (HANG_UP,)),
    ],
}
BETWEEN = 3  # ordinary requests before each run of a step

FLAT, INDENTED, QUOTED = None, "    ", "> "
BODY_LOG = "uvicorn-connection-closed-send-body/app.log"
NEWER_LOG = "uvicorn-connection-closed-send-body/h11-0.8.log"
TIMER_LOG = "uvicorn-h11-keepalive/app.log"
TOOLS_LOG = "uvicorn-httptools-transport-closed/app.log"
# name: the recording, how many of its error records, the line prefix, the last text before a cut, ids left
PASTES: dict[str, tuple[str, int, str | None, str | None, tuple[str, ...]]] = {
    "flat.log": (BODY_LOG, 2, FLAT, None, DISCONNECTS.leaves),
    "flat-h11-0.8.log": (NEWER_LOG, 2, FLAT, None, FEWER.leaves),
    "flat-keepalive.log": (TIMER_LOG, 2, FLAT, None, STREAM.leaves),
    "flat-cut-first.log": (BODY_LOG, 1, FLAT, "site-packages/h11/_conn", (SEND_BODY,)),
    "flat-cut-second.log": (BODY_LOG, 2, FLAT, "output = protocol.conn.send(event", (SEND_BODY, GENERIC)),
    "flat-cut-keepalive.log": (TIMER_LOG, 1, FLAT, "_fire_event_triggered_transitions(role", (KEEPALIVE,)),
    "flat-cut-httptools.log": (TOOLS_LOG, 1, FLAT, "protocol.transport.write(b", (GENERIC,)),
    "indented.log": (BODY_LOG, 2, INDENTED, None, DISCONNECTS.leaves),
    "indented-httptools.log": (TOOLS_LOG, 1, INDENTED, None, CLOSED.leaves),
    "quoted.log": (BODY_LOG, 2, QUOTED, None, DISCONNECTS.leaves),
    "quoted-keepalive.log": (TIMER_LOG, 2, QUOTED, None, STREAM.leaves),
}
# asyncio's own records carry no level where nobody configured its logger (uvicorn 0.25).
RECORD = re.compile(r"^(?:\S+ \S+ )?(INFO|WARNING|ERROR|CRITICAL|Exception in callback)\b", re.MULTILINE)


def error_records(text: str) -> list[str]:
    """The records at level ERROR or above, each with its traceback."""
    heads = list(RECORD.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    quiet = ("INFO", "WARNING")
    return [text[head.start() : end] for head, end in zip(heads, ends, strict=True) if head[1] not in quiet]


def paste(text: str, prefix: str | None, cut: str | None) -> str:
    """What becomes of a log on its way through a ticket: every line prefixed, or (None) all indentation and
    blank lines lost. `cut` is the last text before the rest was dropped."""
    lines = text.strip("\n").split("\n")
    if prefix is None:
        lines = [line.strip() for line in lines if line.strip()]
    else:
        lines = [f"{prefix}{line}".rstrip() for line in lines]
    pasted = "\n".join(lines) + "\n"
    if cut is not None:
        pasted = pasted[: pasted.rindex(cut) + len(cut)] + "\n... (truncated) ...\n"
    return pasted


def write(log: Path, text: str, found: Counter[str]) -> None:
    """Write a log and what must be found in it."""
    log.parent.mkdir(exist_ok=True)
    log.write_text(text, encoding="utf-8")
    named = sorted((name, count) for name, count in found.items() if name != UNCLASSIFIED)
    lines = [f"events: {found.total()}", "signatures:" if named else "signatures: {}"]
    lines += [f"  {name}: {count}" for name, count in named]
    lines.append(f"unclassified: {found[UNCLASSIFIED]}")
    log.with_name(log.name + ".expected.yaml").write_text("\n".join(lines) + "\n")
    print(f"{log.relative_to(SAMPLES)}: {found.total()} events")


def environment(name: str, pythons: dict[str, str], envs: Path) -> Path:
    """The interpreter of the named virtual environment, made first where it does not exist."""
    folder = envs / name
    python = folder / "bin/python"
    version, packages = ENVIRONMENTS[name]
    if not (folder / "ready").exists():
        subprocess.run([pythons[version], "-m", "venv", str(folder)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*install, *packages.split()], check=True)
        (folder / "ready").touch()
    return python


def anonymous(text: str, python: Path, work: Path) -> str:
    """Rewrite this machine's folders."""
    show = "import sys; print(sys.prefix, sys.base_prefix, sep='\\n')"
    prefixes = subprocess.check_output([str(python), "-c", show], text=True).split("\n")
    for prefix in filter(None, prefixes):
        text = text.replace(prefix, "/usr/local")
    return text.replace(str(work), "/srv/app")


@contextlib.contextmanager
def server(command: list[str], work: Path, log: Path) -> Iterator[None]:
    """Run a server until the block ends; its whole output goes to `log`. RuntimeError: it did not start."""
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=work, stdout=output, stderr=output, env=clean)
        try:
            deadline = time.monotonic() + 10
            while b"running on" not in log.read_bytes():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def record_server(recording: Recording, python: Path, work: Path) -> str:
    """Run uvicorn and the steps against it. Returns the log as printed."""
    shutil.copy(SAMPLES / "programs/shop.py", work)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = "from uvicorn.main import main; main()"  # 0.2 cannot be run with -m
    log = work / "app.log"
    with server([str(python), "-c", start, "--port", str(port), *recording.options.split()], work, log):
        for step in recording.steps:
            for _ in range(step.times):
                for _ in range(BETWEEN):
                    ordinary(port)
                step.drive(port)
        ordinary(port)
    return log.read_text(encoding="utf-8")


def record_client(recording: Recording, python: Path, work: Path) -> str:
    """Run the httpx client against a server that hangs up on every fourth request. Returns the log."""
    shutil.copy(SAMPLES / "programs/worker.py", work)
    (failures,) = recording.steps
    total = failures.times * (BETWEEN + 1)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            served = 0
            while served < total:
                connection, _ = listener.accept()
                with connection:
                    while connection.recv(4096):
                        served += 1
                        if served % (BETWEEN + 1) == 0:
                            break  # the connection closes, and no response was sent
                        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n12")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/stock"
        command = [str(python), str(work / "worker.py"), address, str(total)]
        log = subprocess.check_output(command, stderr=subprocess.STDOUT, timeout=60)
        thread.join(5)
    return log.decode()


def record(case: str, recording: Recording, pythons: dict[str, str], envs: Path) -> None:
    """Make one log. RuntimeError: the log does not hold what was injected."""
    python = environment(recording.environment, pythons, envs)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run = record_client if recording.environment.startswith("httpx") else record_server
        text = anonymous(run(recording, python, work), python, work)
    found = Counter(name for step in recording.steps for name in step.leaves * step.times)
    printed = len(error_records(text))
    if printed != found.total():
        raise RuntimeError(f"{case}: {found.total()} injected, {printed} in {recording.log}:\n{text}")
    write(SAMPLES / case / recording.log, text, found)


def main() -> None:
    """Read the command line and record the cases it names (all of them unless told)."""
    cases = [*RECORDINGS, "uvicorn-pasted"]
    parser = argparse.ArgumentParser(description="Record the logs of samples/ again, from the real software.")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="which folders (default: all)")
    parser.add_argument("--list", action="store_true", help="print the cases and stop")
    parser.add_argument("--python36", default="python3.6", metavar="PATH", help="a CPython 3.6")
    parser.add_argument("--python311", default="python3.11", metavar="PATH", help="a CPython 3.11")
    parser.add_argument("--envs", type=Path, metavar="FOLDER", help="keep the virtual environments here")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(cases):
        parser.error(f"no such case: {', '.join(sorted(unknown))}; --list shows them")
    if options.list:
        print("\n".join(cases))
        return
    wanted = options.cases or cases
    pythons = {"36": options.python36, "311": options.python311}
    with tempfile.TemporaryDirectory() as folder:
        for case in filter(RECORDINGS.__contains__, wanted):
            for recording in RECORDINGS[case]:
                record(case, recording, pythons, options.envs or Path(folder))
    if "uvicorn-pasted" in wanted:
        for name, (source, records, prefix, cut, found) in PASTES.items():
            text = "".join(error_records((SAMPLES / source).read_text(encoding="utf-8"))[:records])
            write(SAMPLES / "uvicorn-pasted" / name, paste(text, prefix, cut), Counter(found))


if __name__ == "__main__":
    main()
