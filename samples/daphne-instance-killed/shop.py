"""An ASGI application that does not listen for its client's leaving, as one that waits for a slow query."""

import asyncio


async def app(scope, receive, send):
    if scope["path"] == "/deaf":
        await asyncio.sleep(30)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok\n"})
