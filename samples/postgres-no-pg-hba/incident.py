"""PostgreSQL has no line in pg_hba.conf for the client.

Three drivers, each once; the only line is for another database.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3 asyncpg==0.30.0
Leaves: postgres.no-pg-hba 3
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
    Path(os.environ["PGDATA"], "pg_hba.conf").write_text("host reports all 127.0.0.1/32 trust\n")
    admin.execute("SELECT pg_reload_conf()")
    admin.execute("SELECT pg_sleep(0.5)")
for connect in (psycopg2.connect, psycopg.connect, lambda dsn: asyncio.run(asyncpg.connect(ssl=False))):
    try:
        connect("")
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
