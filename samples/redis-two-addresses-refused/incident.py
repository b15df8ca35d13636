"""Nobody listens at any of the addresses of Redis' name.

The name has two addresses, as localhost has with IPv6; asyncio tries both and tells of both. Three reads fail. (The
resolver's answer is put in, so that it does not depend on the machine.)

Packages: redis==5.0.8 | redis==8.1.0
Leaves: redis.connection-refused 3
"""

import asyncio
import logging
import os
import socket

import redis.asyncio

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
PORT = int(os.environ["CLOSED_PORT"])
resolve = socket.getaddrinfo


def two_addresses(host: str, *rest: object, **more: object) -> list:
    """127.0.0.1 and 127.0.0.2 for the one name; else what the system says."""
    hosts = ("127.0.0.1", "127.0.0.2") if host == "redis.shop.test" else (host,)
    return [found for each in hosts for found in resolve(each, *rest, **more)]


async def main() -> None:
    client = redis.asyncio.Redis(host="redis.shop.test", port=PORT)
    for item in ("tea", "mug", "pot"):
        try:
            await client.get(item)
        except redis.RedisError:
            logging.getLogger("shop.stock").exception("no stock of %s", item)


socket.getaddrinfo = two_addresses
asyncio.run(main())
