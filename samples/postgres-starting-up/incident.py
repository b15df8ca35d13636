"""A client connects while PostgreSQL recovers from a crash.

The server is killed and started again with much to replay; three attempts to connect come before it is ready.

Services: postgres -c max_wal_size=4GB -c checkpoint_timeout=1h -c fsync=off
Packages: psycopg[binary]==3.2.3
Leaves: postgres.starting-up 3
"""

import logging
import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with psycopg.connect(autocommit=True) as admin:
    admin.execute("CREATE TABLE pages AS SELECT n, md5(n::text) AS body FROM generate_series(1, 1500000) n")
    admin.execute("UPDATE pages SET body = body || 'x'")
os.kill(int(os.environ["POSTGRES_PID"]), signal.SIGKILL)
time.sleep(3)  # its children notice, and end
Path(os.environ["PGDATA"], "postmaster.pid").unlink()
command = ["postgres", "-D", os.environ["PGDATA"], "-p", os.environ["CLOSED_PORT"], "-k", os.environ["PGDATA"]]
user = "nobody" if os.geteuid() == 0 else None
server = subprocess.Popen([*command, "-c", "listen_addresses=127.0.0.1"], stderr=subprocess.DEVNULL, user=user)
failed, end = 0, time.monotonic() + 60
while failed < 3 and time.monotonic() < end:
    try:
        psycopg.connect(port=os.environ["CLOSED_PORT"]).close()
    except psycopg.OperationalError as error:
        if "starting up" in str(error):
            failed += 1
            logging.getLogger("shop.db").exception("no connection")
    time.sleep(0.02)
server.send_signal(signal.SIGINT)
server.wait()
