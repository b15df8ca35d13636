"""Only the places that PostgreSQL keeps for superusers are left.

Others hold the rest; three drivers are turned away, each once.

Services: postgres -c max_connections=5 -c superuser_reserved_connections=3 -c max_wal_senders=0
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.slots-reserved 3
"""

import asyncio
import logging

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with psycopg.connect(autocommit=True) as admin:
    admin.execute("CREATE ROLE clerk LOGIN")
held = [psycopg.connect(user="clerk") for _ in range(2)]
async_connect = lambda dsn: asyncio.run(asyncpg.connect(user="clerk", ssl=False))  # noqa: E731
for connect in (psycopg2.connect, psycopg.connect, async_connect):
    try:
        connect("user=clerk")
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
