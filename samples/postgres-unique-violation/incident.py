"""The same key is inserted a second time.

Three drivers, each once.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.unique-violation 3
"""

import asyncio
import logging

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.customers")
with psycopg.connect() as admin:
    admin.execute("CREATE TABLE customers (id int PRIMARY KEY, email text UNIQUE)")
    admin.execute("INSERT INTO customers VALUES (1, 'ann@example.com')")
INSERT = "INSERT INTO customers VALUES (2, 'ann@example.com')"
for connect in (psycopg2.connect, psycopg.connect):
    connection = connect("")
    try:
        connection.cursor().execute(INSERT)
    except Exception:
        log.exception("customer not created")
    connection.close()


async def create() -> None:
    connection = await asyncpg.connect(ssl=False)
    try:
        await connection.execute(INSERT)
    except Exception:
        log.exception("customer not created")
    await connection.close()


asyncio.run(create())
