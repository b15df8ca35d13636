"""A client resets its connection in the middle of a streamed response, twice. Arguments are the server's."""

import asyncio
import functools
import signal
import socket
import struct
import subprocess
import sys
import time


async def export(scope, receive, send):
    """Five chunks, one every 0.1 s."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
    for row in range(5):
        await send({"type": "http.response.body", "body": b"%d,tea,3\n" % row, "more_body": True})
        await asyncio.sleep(0.1)
    await send({"type": "http.response.body", "body": b""})


def app(scope):
    return functools.partial(export, scope)


def serve(port, options):
    import uvicorn

    if uvicorn.__version__.startswith("0.1."):
        from uvicorn.run import run

        run(app, port=port)
    else:
        from uvicorn.main import main

        main(["incident:app", "--port", str(port)] + options)


def reset_in_the_middle(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(b"GET /export HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    seen = b""
    while b"tea,3" not in seen:
        seen += connection.recv(4096)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    time.sleep(0.8)


def wait_for(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), sys.argv[3:])
        sys.exit(0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-u", "incident.py", "serve", str(port)] + sys.argv[1:])
    try:
        wait_for(port)
        for _ in range(2):
            reset_in_the_middle(port)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    print("two clients have gone")
