"""Clients come while PostgreSQL recovers from the death of one of its processes.

A session is killed by signal 9 when there is much to replay; three attempts to connect come before the server is ready. The first
finds it in recovery mode, later ones may find it not yet accepting connections.

Services: postgres -c max_wal_size=4GB -c checkpoint_timeout=1h -c fsync=off
Packages: psycopg[binary]==3.2.3 | psycopg2-binary==2.9.9
Leaves: postgres.starting-up 3
"""

import logging
import os
import signal
import time

try:
    import psycopg as driver
except ImportError:
    import psycopg2 as driver

logging.basicConfig(format="%(asctime)s [%(levelname)s] %(name)s - %(message)s", datefmt="%d/%b/%Y %H:%M:%S")
admin = driver.connect("")
admin.autocommit = True
with admin.cursor() as cursor:
    cursor.execute("CREATE TABLE pages AS SELECT n, md5(n::text) AS body FROM generate_series(1, 1000000) n")
    cursor.execute("UPDATE pages SET body = body || 'x'")
os.kill(admin.info.backend_pid, signal.SIGKILL)
failed, end = 0, time.monotonic() + 60
while failed < 3 and time.monotonic() < end:
    time.sleep(0.05)
    try:
        driver.connect("").close()
    except driver.OperationalError as error:
        if "the database system is" in str(error):
            failed += 1
            logging.getLogger("shop.db").exception("no connection")
time.sleep(3)
