"""A psycopg2 connection is used after it was closed.

Three times: a cursor of a closed connection, a commit, a query after the server ended the connection.

Services: postgres
Packages: psycopg2-binary==2.9.10 | psycopg2-binary==2.9.5
Leaves: psycopg2.connection-closed 3
"""

import logging
from contextlib import suppress

import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.orders")
connection = psycopg2.connect("")
connection.close()
for use in (connection.cursor, connection.commit):
    try:
        use()
    except psycopg2.Error:
        log.exception("no orders")
connection = psycopg2.connect("")
with suppress(psycopg2.Error):
    connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
try:
    connection.cursor()
except psycopg2.Error:
    log.exception("no orders")
