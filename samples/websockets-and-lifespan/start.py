"""hypercorn with an application whose startup fails or hangs."""

import asyncio
import os

from hypercorn.asyncio import serve
from hypercorn.config import Config


async def app(scope, receive, send):
    if scope["type"] != "lifespan":
        return
    await receive()
    if os.environ["SHOP_STARTUP"] == "hangs":
        await asyncio.sleep(60)
    await send({"type": "lifespan.startup.failed", "message": "the database does not answer"})
    await receive()


config = Config()
config.bind = ["127.0.0.1:" + os.environ["SHOP_PORT"]]
config.startup_timeout = 1
asyncio.run(serve(app, config))
