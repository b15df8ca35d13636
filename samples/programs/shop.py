"""A shop of four pages: `app` for ASGI 3 servers, `legacy` for those that still call twice."""

import asyncio
import functools

PRICES = {"tea": 3, "mug": 9}


async def respond(send, body):
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def export(send, rows, pause):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/csv")]})
    for row in range(rows):
        await send({"type": "http.response.body", "body": b"%d,tea,3\n" % row, "more_body": True})
        await asyncio.sleep(pause)
    await send({"type": "http.response.body"})


async def catalogue(send):
    body = b"tea,mug\n"
    headers = [(b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    await asyncio.sleep(0.1)
    await send({"type": "http.response.body"})


async def upload(receive, send):
    message = await receive()
    await asyncio.sleep(0.4)  # looks at the first part, and refuses before the rest has come
    await respond(send, b"%d bytes seen: not a picture\n" % len(message["body"]))


def average(prices):
    return sum(prices) / len(prices)


async def ticker(receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        await send({"type": "websocket.send", "text": "tea 3"})
        await asyncio.sleep(0.05)


async def handle(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    path = scope["path"]
    if path == "/ticker":
        await ticker(receive, send)
    elif path == "/export":
        await export(send, 5, 0.1)
    elif path == "/long-export":
        await export(send, 16, 0.1)
    elif path == "/catalogue":
        await catalogue(send)
    elif path == "/report":
        await asyncio.sleep(1.4 if b"long" not in scope["query_string"] else 5.6)
        await respond(send, b"report\n")
    elif path == "/upload":
        await upload(receive, send)
    elif path == "/average":
        await respond(send, b"%d\n" % average([]))
    elif path.startswith("/price/"):
        await respond(send, b"%d\n" % PRICES[path[7:]])
    else:
        await respond(send, b"ok\n")


async def app(scope, receive, send):
    await handle(scope, receive, send)


def legacy(scope):
    return functools.partial(handle, scope)
