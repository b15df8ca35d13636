"""WebSockets that break or fall silent, and applications that fail in their lifespan

A server of the websockets library meets clients that send no WebSocket, vanish, or never answer a ping; its handlers log how their connection
ended. hypercorn starts an application whose startup fails, and one whose startup never ends.
"""

# log: app.log | 3.11 | websockets==15.0.1 hypercorn==0.17.3
# log: websockets-9.1.log | 3.8 | websockets==9.1 hypercorn==0.11.2

import asyncio
import logging
import socket
import sys

import websockets
from drive import finished, free_port, leaves, reset, upgrade

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
logging.getLogger("websockets").setLevel(logging.WARNING)
log = logging.getLogger("shop.feed")
CURRENT = sys.argv[1] == "app"
port = free_port()


async def feed(websocket, path=""):
    try:
        async for _ in websocket:
            pass
    except websockets.ConnectionClosedError:
        log.exception("feed ended")


def connected():
    """A raw client whose handshake is done; it answers no ping."""
    client = socket.create_connection(("127.0.0.1", port), timeout=5)
    client.sendall(upgrade("/"))
    client.recv(4096)
    return client


async def main():
    loop = asyncio.get_running_loop()
    async with websockets.serve(feed, "127.0.0.1", port, ping_interval=0.5, ping_timeout=0.5, close_timeout=0.5):
        for _ in range(3):
            reset(await loop.run_in_executor(None, connected))
            await asyncio.sleep(0.2)
        leaves("websockets.abnormal-closure", 3)
        if CURRENT:  # 9.1 does not say why it closed
            for _ in range(2):
                silent = await loop.run_in_executor(None, connected)
                await asyncio.sleep(3)
                silent.close()
            leaves("websockets.keepalive-timeout", 2)
        for _ in range(4):
            probe = socket.create_connection(("127.0.0.1", port))
            probe.sendall(b"GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            await asyncio.sleep(0.2)
            probe.close()
            await asyncio.sleep(0.2)
        leaves("websockets.handshake-failed", 4 if CURRENT else 0)  # at DEBUG in 9.1


asyncio.run(main())
for mode in ("fails", "hangs"):
    finished("start.py", environment={"SHOP_STARTUP": mode, "SHOP_PORT": str(port)})
    leaves("hypercorn.lifespan-failure")
