"""A query takes longer than statement_timeout.

Three drivers, each once.

Services: postgres -c statement_timeout=200
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.statement-timeout 3
"""

import asyncio
import logging

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.report")
for connect in (psycopg2.connect, psycopg.connect):
    connection = connect("")
    try:
        connection.cursor().execute("SELECT pg_sleep(5)")
    except Exception:
        log.exception("no report")
    connection.close()


async def report() -> None:
    connection = await asyncpg.connect(ssl=False)
    try:
        await connection.execute("SELECT pg_sleep(5)")
    except Exception:
        log.exception("no report")
    await connection.close()


asyncio.run(report())
