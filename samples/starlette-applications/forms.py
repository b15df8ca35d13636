"""A bare ASGI application that reads a form by starlette's Request."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse


async def app(scope, receive, send):
    if scope["type"] == "http":
        form = await Request(scope, receive).form()
        await PlainTextResponse("%d characters\n" % len(form["note"]))(scope, receive, send)
