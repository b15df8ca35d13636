"""The code goes on in a transaction in which a statement has failed.

The failure itself is swallowed, the next statement is logged; three drivers, each once.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.transaction-aborted 3
"""

import asyncio
import logging
from contextlib import suppress

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.orders")
for connect in (psycopg2.connect, psycopg.connect):
    connection = connect("")
    cursor = connection.cursor()
    with suppress(Exception):
        cursor.execute("SELECT * FROM discounts")
    try:
        cursor.execute("SELECT 1")
    except Exception:
        log.exception("order failed")
    connection.close()


async def order() -> None:
    connection = await asyncpg.connect(ssl=False)
    await connection.execute("BEGIN")
    with suppress(Exception):
        await connection.execute("SELECT * FROM discounts")
    try:
        await connection.execute("SELECT 1")
    except Exception:
        log.exception("order failed")
    await connection.close()


asyncio.run(order())
