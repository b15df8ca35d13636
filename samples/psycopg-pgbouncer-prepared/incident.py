"""psycopg prepares statements behind PgBouncer in transaction mode.

Connections share two server sessions, whose statements bear the same names. Three queries fail.

Services: postgres
Packages: psycopg[binary]==3.2.3 | psycopg[binary]==3.1.18
Leaves: psycopg.pgbouncer-prepared 3
"""

import logging
import os
import subprocess
import time
from pathlib import Path

import psycopg

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

failed = 0
while failed < 3:
    connection = psycopg.connect(f"host=127.0.0.1 port={port}", autocommit=True)
    for _ in range(7):
        try:
            connection.execute("SELECT 1")
        except psycopg.Error:
            failed += 1
            if failed <= 3:
                logging.getLogger("shop.orders").exception("no orders")
bouncer.terminate()
bouncer.wait()
