"""Two tasks use one asyncpg connection at the same time.

Three pairs of queries; the second of each pair fails.

Services: postgres
Packages: asyncpg==0.30.0 | asyncpg==0.29.0
Leaves: asyncpg.another-operation 3
"""

import asyncio
import logging

import asyncpg

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")


async def query(connection: asyncpg.Connection) -> None:
    try:
        await connection.fetch("SELECT pg_sleep(0.2)")
    except asyncpg.InterfaceError:
        logging.getLogger("shop.orders").exception("no orders")


async def main() -> None:
    connection = await asyncpg.connect(ssl=False)
    for _ in range(3):
        await asyncio.gather(query(connection), query(connection))
    await connection.close()


asyncio.run(main())
