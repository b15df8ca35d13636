"""Applications that break the rules of ASGI, one way for each path."""

import socket

START = {"type": "http.response.start", "status": 200}


async def respond(send, body, *headers):
    await send({**START, "headers": [(b"content-type", b"text/plain"), *headers]})
    await send({"type": "http.response.body", "body": body})


async def app(scope, receive, send):
    if scope["type"] != "http":
        raise NotImplementedError(scope["type"])
    path = scope["path"]
    if path == "/twice":
        await respond(send, b"tea")
        await respond(send, b"coffee")
    elif path == "/wrong-order":
        await send({"type": "http.response.body", "body": b"tea"})
    elif path == "/longer":
        await respond(send, b"tea and coffee", (b"content-length", b"3"))
    elif path == "/shorter":
        await respond(send, b"tea", (b"content-length", b"14"))
    elif path == "/average":
        await respond(send, str(12 / 0).encode())
    else:
        await respond(send, b"ok\n")


async def needs_database(scope, receive, send):
    if scope["type"] != "lifespan":
        return
    await receive()
    try:
        socket.create_connection(("127.0.0.1", 1))
    except OSError:
        import traceback

        await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
