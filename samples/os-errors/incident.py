"""What the operating system refuses a Python program: ports, files, disks and connections.

Each act fails once and is logged with its traceback: a port that is taken, an address that is not this machine's, a
file of somebody else's, a full disk, no more descriptors, a reader that went away, a peer that resets, a port that
nobody listens at, a name that does not exist. Then the same by asyncio.

Packages: python
Leaves: os.eaddrinuse 2, os.eaddrnotavail 2, os.eacces 1, os.enospc 1, os.emfile 1, os.epipe 1, os.econnreset 1, os.connection-refused 1, os.dns-name-unknown 1
"""

import asyncio
import logging
import os
import resource
import socket
import struct
import tempfile
from pathlib import Path

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
log = logging.getLogger("shop")


def take_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        socket.create_server(first.getsockname(), reuse_port=False)


def listen_elsewhere() -> None:
    socket.socket().bind(("192.0.2.1", 8000))


def read_what_is_not_ours() -> None:
    with tempfile.NamedTemporaryFile() as secret:
        os.chmod(secret.name, 0)
        if os.geteuid() == 0:
            os.seteuid(65534)
        try:
            Path(secret.name).read_text()
        finally:
            if os.getuid() == 0:
                os.seteuid(0)


def fill_the_disk() -> None:
    with open("/dev/full", "w") as disk:
        disk.write("order")


def open_without_end() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
    held = []
    try:
        while True:
            held.append(open("/dev/null"))
    finally:
        for each in held:
            each.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def write_to_nobody() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        os.write(writer, b"order")
    finally:
        os.close(writer)


def be_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        peer, _ = server.accept()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        client.recv(100)


def call_nobody() -> None:
    socket.create_connection(("127.0.0.1", int(os.environ["CLOSED_PORT"])))


def look_up_nobody() -> None:
    socket.create_connection(("shop.invalid", 80))


async def serve(host: str, port: int) -> None:
    async with await asyncio.start_server(print, host, port):
        pass


def take_the_port_by_asyncio() -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        asyncio.run(serve("127.0.0.1", first.getsockname()[1]))


def listen_elsewhere_by_asyncio() -> None:
    asyncio.run(serve("192.0.2.1", 8000))


for act in (
    take_the_port,
    listen_elsewhere,
    read_what_is_not_ours,
    fill_the_disk,
    open_without_end,
    write_to_nobody,
    be_reset,
    call_nobody,
    look_up_nobody,
    take_the_port_by_asyncio,
    listen_elsewhere_by_asyncio,
):
    try:
        act()
    except OSError:
        log.exception("could not %s", act.__name__.replace("_", " "))
