"""HTTP clients: requests with urllib3, httpx, aiohttp against servers that fail in every way

One server of plain sockets hangs up, is silent, breaks off in the body, or answers in HTML; another address refuses, a third never answers
the connection attempt (its queue is full), and a name does not resolve. Each client meets each of them, and logs what it
catches. Then come clients that are used wrongly: closed ones, an exhausted pool, a session that is never closed.

`app.log` is of current releases, `releases-2021.log` of older ones.
"""

# log: app.log | 3.11 | requests==2.32.5 urllib3==2.5.0 httpx==0.28.1 aiohttp==3.13.1
# log: releases-2021.log | 3.8 | requests==2.25.1 urllib3==1.26.5 httpx==0.18.2 httpcore==0.13.7 anyio==3.3.0 aiohttp==3.7.4

import asyncio
import gc
import http.server
import logging
import socket
import sys
import threading
import time

import aiohttp
import httpx
import requests
from aiohttp import web
from drive import free_port, leaves, reset

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.rates")
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
ANSWERS = {
    b"/hangup": b"",
    b"/broken": HEAD + b"transfer-encoding: chunked\r\n\r\n400\r\ntea",
    b"/html": HEAD + b"connection: close\r\ncontent-length: 14\r\n\r\n<html>ok</html",
}


def answer(connection: socket.socket) -> None:
    """One connection of the failing server."""
    path = connection.recv(65536).split(b" ")[1]
    if path == b"/silent":
        time.sleep(2)
    else:
        connection.sendall(ANSWERS[path])
    connection.close()


def serve(listener: socket.socket) -> None:
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0), backlog=50)
threading.Thread(target=serve, args=(listener,), daemon=True).start()
FAILING = f"http://127.0.0.1:{listener.getsockname()[1]}"
REFUSING = f"http://127.0.0.1:{free_port()}/latest"
full = socket.create_server(("127.0.0.1", 0), backlog=0)
waiting = []
for _ in range(3):
    filler = socket.socket()
    filler.setblocking(False)
    filler.connect_ex(full.getsockname())
    waiting.append(filler)
time.sleep(0.3)
FULL = f"http://127.0.0.1:{full.getsockname()[1]}/latest"


class Kept(http.server.BaseHTTPRequestHandler):
    """An honest server that keeps its connections."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "3")
        self.end_headers()
        self.wfile.write(b"tea")

    def log_message(self, *args):
        pass


honest = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Kept)
threading.Thread(target=honest.serve_forever, daemon=True).start()
kept = f"http://127.0.0.1:{honest.server_address[1]}/"


def caught(signature, times, act):
    """Do it so many times, and log what it raises."""
    for _ in range(times):
        log.warning("asking for rates")
        try:
            act()
        except Exception:
            log.exception("no rates")
        else:
            raise SystemExit(f"{signature} did not come")
    leaves(signature, times)


async def caught_async(signature, times, act):
    for _ in range(times):
        try:
            await act()
        except Exception:
            log.exception("no rates")
        else:
            raise SystemExit(f"{signature} did not come")
    leaves(signature, times)


def with_requests():
    session = requests.Session()
    caught("requests.remote-disconnected", 3, lambda: session.get(FAILING + "/hangup"))
    caught("requests.read-timeout", 2, lambda: session.get(FAILING + "/silent", timeout=0.5))
    caught("requests.chunked-encoding", 3, lambda: session.get(FAILING + "/broken"))
    caught("json.expecting-value", 4, lambda: session.get(FAILING + "/html").json())
    caught("requests.connection-refused", 3, lambda: session.get(REFUSING))
    caught("requests.connect-timeout", 2, lambda: session.get(FULL, timeout=0.5))
    caught("requests.dns", 2, lambda: session.get("http://rates.invalid/latest"))


def too_small_a_pool():
    """Two connections are given back to a pool that keeps one."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=1))
    first, second = (session.get(kept, stream=True) for _ in range(2))
    first.content, second.content  # noqa: B018
    leaves("urllib3.pool-full")


async def with_httpx():
    async with httpx.AsyncClient(timeout=0.5) as client:
        await caught_async("httpx.remote-disconnected", 2, lambda: client.get(FAILING + "/hangup"))
        await caught_async("httpx.read-timeout", 3, lambda: client.get(FAILING + "/silent"))
        await caught_async("httpx.connect-failed", 2, lambda: client.get(REFUSING))
    await caught_async("httpx.client-closed", 2, lambda: client.get(REFUSING))
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(3, pool=0.3)) as client:
        holder = asyncio.ensure_future(client.get(FAILING + "/silent"))
        await asyncio.sleep(0.1)
        await caught_async("httpx.pool-timeout", 2, lambda: client.get(FAILING + "/html"))
        await asyncio.gather(holder, return_exceptions=True)


async def with_aiohttp():
    async with aiohttp.ClientSession() as session:

        async def fetch(url, read="text"):
            async with session.get(url) as response:
                return await getattr(response, read)()

        await caught_async("aiohttp.server-disconnected", 3, lambda: fetch(FAILING + "/hangup"))
        await caught_async("aiohttp.payload-incomplete", 2, lambda: fetch(FAILING + "/broken"))
        await caught_async("aiohttp.content-type", 2, lambda: fetch(FAILING + "/html", "json"))
        await caught_async("aiohttp.cannot-connect", 3, lambda: fetch(REFUSING))
    await caught_async("aiohttp.session-closed", 2, lambda: fetch(REFUSING))
    for _ in range(2):
        aiohttp.ClientSession()
        gc.collect()
        await asyncio.sleep(0)
    leaves("aiohttp.unclosed-session", 2)


async def aiohttp_serves():
    """A handler that goes on writing to clients that have left."""

    async def ticker(request):
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(30):
                await response.write(b"tea\n" * 1000)
                await asyncio.sleep(0.05)
        except ConnectionError:
            log.exception("ticker ended")
        return response

    application = web.Application()
    application.router.add_get("/ticker", ticker)
    runner = web.AppRunner(application)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    for _ in range(3):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"GET /ticker HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        await asyncio.sleep(0.2)
        reset(connection)
        await asyncio.sleep(0.5)
    if sys.argv[1] == "app":  # 3.7 cancels the handler instead
        leaves("aiohttp.write-closing-transport", 3)
    await runner.cleanup()


with_requests()
too_small_a_pool()
asyncio.run(with_httpx())
asyncio.run(with_aiohttp())
asyncio.run(aiohttp_serves())
