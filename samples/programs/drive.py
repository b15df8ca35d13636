"""What the incident programs share: servers of their own, raw clients, and the tally of what they did.

A program says `leaves(id, times)` where it causes an incident; `record_incidents.py` makes the expectation of it.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def leaves(signature: str, times: int = 1) -> None:
    """Note that the log now holds so many more events of this signature (or "unclassified")."""
    with Path(os.environ["INCIDENTS_TRUTH"]).open("a") as file:
        file.write(f"{signature} {times}\n")


def free_port() -> int:
    """A port of the loopback interface that nobody holds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(port: int, seconds: float = 15) -> None:
    """Until something listens on the port; raises TimeoutError where nothing does in time."""
    end = time.monotonic() + seconds
    while not is_open(port):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing listens on {port}")
        time.sleep(0.05)


def spoken(command: list[str], environment: dict[str, str] | None = None) -> "subprocess.Popen[bytes]":
    """Start a command in this folder; it writes to this program's log."""
    return subprocess.Popen(command, env={**os.environ, **(environment or {})})


@contextmanager
def serving(
    port: int, *command: str, seconds: float = 15, probe: bool = True, environment: dict[str, str] | None = None
) -> "Iterator[subprocess.Popen[bytes]]":
    """A server (arguments of this Python) while the block runs; it is ended by SIGTERM, by its process id."""
    process = spoken([sys.executable, "-u", *command], environment)
    try:
        if probe:
            wait_for(port, seconds)
        yield process
    finally:
        time.sleep(0.3)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)


def finished(*command: str, environment: dict[str, str] | None = None) -> int:
    """The exit status of a run of this Python that ends by itself."""
    return spoken([sys.executable, "-u", *command], environment).wait(60)


def ask(port: int, request: bytes, seconds: float = 5) -> bytes:
    """Send bytes, and read until the server closes or is silent for `seconds`."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(request)
        try:
            while block := connection.recv(65536):
                answer += block
        except OSError:
            pass
    return answer


def get(path: str, *headers: str) -> bytes:
    """The bytes of a GET that ends its connection."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: 127.0.0.1", "connection: close", *headers, "", ""]).encode()


def upgrade(path: str, protocol: str = "websocket") -> bytes:
    """The bytes of a request for an upgrade, as a WebSocket client sends it."""
    lines = [f"GET {path} HTTP/1.1", "host: 127.0.0.1", "connection: Upgrade", f"upgrade: {protocol}"]
    lines += ["sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    return "\r\n".join(lines).encode()


def reset(connection: socket.socket) -> None:
    """Close with a TCP reset, as a peer that vanished."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
