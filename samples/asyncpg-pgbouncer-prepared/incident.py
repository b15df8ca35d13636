"""asyncpg prepares statements behind PgBouncer in transaction mode.

Another transaction takes the server session that holds the statement, so that the query goes to one without it.
Three times.

Services: postgres
Packages: asyncpg==0.30.0 | asyncpg==0.29.0
Leaves: asyncpg.pgbouncer-prepared 3
"""

import asyncio
import logging
import os
import subprocess
import time
from pathlib import Path

import asyncpg

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")

port = os.environ["CLOSED_PORT"]
settings = f"""[databases]
postgres = host=127.0.0.1 port={os.environ["PGPORT"]} user=shop
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 2
ignore_startup_parameters = extra_float_digits
"""
Path("pgbouncer.ini").write_text(settings)
user = "nobody" if os.geteuid() == 0 else None
bouncer = subprocess.Popen(["pgbouncer", "-q", "pgbouncer.ini"], stderr=subprocess.DEVNULL, user=user)
time.sleep(1)


async def main() -> None:
    where = {"host": "127.0.0.1", "port": int(port), "ssl": False, "database": "postgres", "user": "shop"}
    for _ in range(3):
        other, connection = await asyncpg.connect(**where), await asyncpg.connect(**where)
        await connection.fetch("SELECT 1")
        transaction = other.transaction()
        await transaction.start()  # takes the server session that holds the statement
        try:
            await connection.fetch("SELECT 1")
        except asyncpg.PostgresError:
            logging.getLogger("shop.orders").exception("no orders")
        await transaction.rollback()
        other.terminate()
        connection.terminate()


asyncio.run(main())
bouncer.terminate()
bouncer.wait()
