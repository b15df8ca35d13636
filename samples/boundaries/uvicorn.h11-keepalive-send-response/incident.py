"""A client sends its next request as soon as it has the whole body of the answer before, and that request takes longer than
the keep-alive timer (5 s)."""

import asyncio
import functools
import signal
import socket
import subprocess
import sys
import time


async def shop(scope, receive, send):
    """/catalogue sends all bytes of its content-length and its final, empty message 0.1 s later; /report takes 5.6 s."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    body = b"tea,mug\n"
    if scope["path"] != "/catalogue":
        await asyncio.sleep(5.6)
        body = b"report\n"
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await asyncio.sleep(0.1)
    await send({"type": "http.response.body", "body": b""})


def legacy(scope):
    return functools.partial(shop, scope)


def next_at_once(port):
    get = "GET %s HTTP/1.1\r\nhost: 127.0.0.1\r\n%s\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        connection.sendall((get % ("/catalogue", "")).encode())
        seen = b""
        while b"tea,mug" not in seen:
            seen += connection.recv(4096)
        connection.sendall((get % ("/report", "connection: close\r\n")).encode())
        seen = b""
        while True:
            block = connection.recv(4096)
            if not block:
                return seen
            seen += block


def wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


if __name__ == "__main__":
    import uvicorn

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = "incident:legacy" if uvicorn.__version__.startswith("0.2.") else "incident:shop"
    start = "from uvicorn.main import main; main()"  # 0.2 cannot be run with -m
    command = [sys.executable, "-u", "-c", start, app, "--port", str(port), "--http", "h11", "--loop", "asyncio"]
    server = subprocess.Popen(command)
    try:
        wait_for(port)
        answer = next_at_once(port)
        time.sleep(0.5)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    print("the client got", answer.split(b"\r\n\r\n")[-1])
