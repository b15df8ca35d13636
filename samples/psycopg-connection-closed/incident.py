"""A psycopg connection is used after it was closed.

Three times: after the with block, after close(), after the server ended it.

Services: postgres
Packages: psycopg[binary]==3.2.3 | psycopg[binary]==3.1.18
Leaves: psycopg.connection-closed 3
"""

import logging
from contextlib import suppress

import psycopg

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.orders")
with psycopg.connect() as left:
    left.execute("SELECT 1")
closed = psycopg.connect()
closed.close()
ended = psycopg.connect()
with suppress(psycopg.Error):
    ended.execute("SELECT pg_terminate_backend(pg_backend_pid())")
for connection in (left, closed, ended):
    try:
        connection.execute("SELECT 1")
    except psycopg.Error:
        log.exception("no orders")
