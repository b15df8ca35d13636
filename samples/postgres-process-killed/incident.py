"""A process of PostgreSQL is killed, and the server takes all others down and recovers.

A session that runs a statement is killed by signal 9, then an idle one, then the checkpointer; after each the server recovers. The
log is the server's. What it says to the other sessions is a warning of each.

Services: postgres -c log_line_prefix='%m [%p] %q%u@%d '
Packages: psycopg[binary]==3.2.3
Records: server
Leaves: postgres.server-process-terminated 3
"""

import os
import signal
import time

import psycopg

watch = "SELECT pid FROM pg_stat_activity WHERE backend_type = %s"


def connected():
    """A connection, as soon as the server accepts one."""
    for _ in range(100):
        try:
            return psycopg.connect(autocommit=True)
        except psycopg.OperationalError:
            time.sleep(0.5)
    raise SystemExit("the server did not recover")


def kill(pid):
    os.kill(pid, signal.SIGKILL)
    time.sleep(2)


other = connected()
busy = connected()
pid = busy.info.backend_pid
busy.pgconn.send_query(b"SELECT pg_sleep(60), 'stock of tea'")
time.sleep(1)
kill(pid)
kill(connected().info.backend_pid)
kill(connected().execute(watch, ["checkpointer"]).fetchone()[0])
connected()
