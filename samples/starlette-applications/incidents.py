"""starlette: forms, streams, middleware and WebSockets that are used wrongly or lose their client

`shop.py` is asked over loopback; clients leave in the middle of uploads and slow routes, sockets are reset, forms are too large. Last come
two applications that cannot be built.

`app.log` is of current releases, `starlette-0.20.log` of ones of 2022: there a lost WebSocket is told by the server's
library. `forms.log` has python-multipart installed, and forms of 20 and of 2,000,000 characters.
"""

# log: app.log | 3.11 | starlette==0.48.0 uvicorn==0.38.0 h11==0.16.0 websockets==15.0.1
# log: starlette-0.20.log | 3.8 | starlette==0.20.4 uvicorn==0.17.6 h11==0.13.0 websockets==10.3 anyio==3.6.1
# log: forms.log | 3.11 | starlette==0.48.0 uvicorn==0.38.0 h11==0.16.0 python-multipart==0.0.20

import socket
import sys
import time

from drive import ask, finished, free_port, get, leaves, reset, serving, upgrade

CURRENT = sys.argv[1] == "app"
port = free_port()


def leave(request: bytes, pause: float = 0.4) -> None:
    """Send a request and reset the connection before it is answered."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(request)
    time.sleep(pause)
    reset(connection)
    time.sleep(1)


def open_socket(path: str, close: bool = False) -> None:
    """Open a WebSocket, read the handshake and the first message; then close it properly, or reset it."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=3)
    connection.sendall(upgrade(path))
    connection.recv(4096)
    if "close" in path:
        time.sleep(0.5)  # the server closes first
    if close:
        connection.sendall(b"\x88\x82\x00\x00\x00\x00\x03\xe8")
        time.sleep(0.3)
    reset(connection)
    time.sleep(0.8)


def form(size: int) -> bytes:
    """A multipart form with one field of so many bytes."""
    body = b'--cut\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"x" * size + b"\r\n--cut--\r\n"
    head = f"POST /form HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
    return head.encode() + b"content-type: multipart/form-data; boundary=cut\r\n\r\n" + body


if sys.argv[1] == "forms":
    with serving(port, "-m", "uvicorn", "forms:app", "--port", str(port)):
        for _ in range(4):
            ask(port, form(20))
            ask(port, form(2_000_000))
        leaves("starlette.multipart-limit", 4)
    sys.exit()

with serving(port, "-m", "uvicorn", "shop:app", "--port", str(port), "--http", "h11"):
    for _ in range(3):
        ask(port, get("/ok"))
        leave(b"POST /upload HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5000\r\n\r\n" + b"x" * 100)
    leaves("starlette.client-disconnect", 3)
    for _ in range(4):
        ask(port, get("/stream"))
    leaves("asgi.response-already-started", 4)
    for _ in range(2):
        ask(port, form(20))
    leaves("starlette.python-multipart-missing", 2)
    for path, signature in {
        "/after-close": "starlette.ws-send-after-close",
        "/not-accepted": "starlette.ws-not-accepted",
    }.items():
        for _ in range(3):
            open_socket(path)
        leaves(signature, 3)
    for _ in range(2):
        open_socket("/read-on", close=True)
    leaves("starlette.ws-receive-after-disconnect", 2)
    for _ in range(3):
        open_socket("/ticker")
    leaves("starlette.ws-disconnect-on-send" if CURRENT else "websockets.abnormal-closure", 3)
    for _ in range(5):
        leave(get("/slow"))
    leaves("starlette.no-response-returned", 5)

finished("-m", "uvicorn", "unbuilt:app", "--port", str(free_port()))
leaves("starlette.static-dir-missing")
