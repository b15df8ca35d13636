"""The PostgreSQL process behind a connection dies.

It is killed, twice under psycopg2 and once under psycopg; the next statement finds the connection closed.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3
Leaves: psycopg2.server-closed-connection 3
"""

import logging
import os
import signal
import time

import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
for connect in (psycopg2.connect, psycopg2.connect, psycopg.connect):
    for _ in range(50):
        try:
            connection = connect("sslmode=disable")
            break
        except Exception:
            time.sleep(0.2)  # the server recovers from the one before
    cursor = connection.cursor()
    cursor.execute("SELECT pg_backend_pid()")
    os.kill(cursor.fetchone()[0], signal.SIGKILL)
    time.sleep(0.5)
    try:
        cursor.execute("SELECT 1")
    except Exception:
        logging.getLogger("shop.orders").exception("no orders")
