"""PostgreSQL refuses the password.

Three drivers, each once with a wrong password.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.auth-failed 3
"""

import asyncio
import logging
import os
from pathlib import Path

import asyncpg
import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with psycopg.connect(autocommit=True) as admin:
    admin.execute("CREATE ROLE clerk LOGIN PASSWORD 'example'")
    Path(os.environ["PGDATA"], "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    admin.execute("SELECT pg_reload_conf()")
    admin.execute("SELECT pg_sleep(0.5)")
async_connect = lambda dsn: asyncio.run(asyncpg.connect(user="clerk", password="another", ssl=False))  # noqa: E731
for connect in (psycopg2.connect, psycopg.connect, async_connect):
    try:
        connect("user=clerk password=another")
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
