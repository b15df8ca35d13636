"""PostgreSQL has max_connections connections and takes no more.

Five superusers hold all places; three drivers are turned away, each once.

Services: postgres -c max_connections=5 -c superuser_reserved_connections=1 -c max_wal_senders=0
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.too-many-clients 3
"""

import asyncio
import logging

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
held = [psycopg.connect() for _ in range(5)]
for connect in (psycopg2.connect, psycopg.connect, lambda dsn: asyncio.run(asyncpg.connect(ssl=False))):
    try:
        connect("")
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
