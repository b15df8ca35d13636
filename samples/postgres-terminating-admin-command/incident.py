"""An administrator ends connections in the middle of their queries.

pg_terminate_backend while a query runs; three times.

Services: postgres
Packages: psycopg[binary]==3.2.3 | psycopg[binary]==3.1.18
Leaves: postgres.terminating-admin-command 3
"""

import logging
import threading
import time

import psycopg

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type LIKE 'client%'"


def report(connection) -> None:
    try:
        connection.cursor().execute("SELECT pg_sleep(5)")
    except Exception:
        logging.getLogger("shop.report").exception("no report")


with psycopg.connect(autocommit=True) as admin:
    for _ in range(3):
        query = threading.Thread(target=report, args=(psycopg.connect(),))
        query.start()
        time.sleep(0.5)
        admin.execute(END)
        query.join()
