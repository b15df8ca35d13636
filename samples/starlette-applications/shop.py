"""A starlette application in which each route has one fault."""

import asyncio

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect


class Timing(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        response.headers["x-timing"] = "1"
        return response


async def ok(request):
    return PlainTextResponse("ok\n")


async def upload(request):
    return PlainTextResponse(str(len(await request.body())))


class Slow:
    """Waits for an event, and gives up without an answer when the client leaves."""

    async def __call__(self, scope, receive, send):
        while (await receive())["type"] != "http.disconnect":
            pass


async def stream(request):
    async def rows():
        yield b"tea\n"
        raise HTTPException(404, "no more rows")

    return StreamingResponse(rows())


async def form(request):
    return PlainTextResponse(str((await request.form())["note"]))


async def after_close(websocket):
    await websocket.accept()
    await websocket.send_text("tea")
    await websocket.close()
    await websocket.send_text("coffee")


async def not_accepted(websocket):
    await websocket.receive_text()


async def read_on(websocket):
    await websocket.accept()
    await websocket.send_text("tea")
    for _ in range(3):
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            pass


async def ticker(websocket):
    await websocket.accept()
    for number in range(20):
        await websocket.send_text("tea %d" % number)
        await asyncio.sleep(0.1)


app = Starlette(
    routes=[
        Route("/ok", ok),
        Route("/upload", upload, methods=["POST"]),
        Route("/slow", Slow()),
        Route("/stream", stream),
        Route("/form", form, methods=["POST"]),
        WebSocketRoute("/after-close", after_close),
        WebSocketRoute("/not-accepted", not_accepted),
        WebSocketRoute("/read-on", read_on),
        WebSocketRoute("/ticker", ticker),
    ],
    middleware=[Middleware(Timing)],
)
