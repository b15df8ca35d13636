"""The PostgreSQL process behind an encrypted connection dies.

It is killed, twice under psycopg2 and once under psycopg; the next statement finds the connection closed.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3
Leaves: psycopg2.ssl-closed-unexpectedly 3
"""

import logging
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
data = Path(os.environ["PGDATA"])
key, certificate = data / "server.key", data / "server.crt"
command = ["openssl", "req", "-new", "-x509", "-days", "30", "-nodes", "-subj", "/CN=localhost"]
command += ["-keyout", str(key), "-out", str(certificate)]
subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
for file in (key, certificate):
    file.chmod(0o600)
    shutil.chown(file, data.owner(), data.group())
with psycopg.connect(autocommit=True) as admin:
    admin.execute("ALTER SYSTEM SET ssl = on")
    admin.execute("SELECT pg_reload_conf()")
    admin.execute("SELECT pg_sleep(0.5)")
for connect in (psycopg2.connect, psycopg2.connect, psycopg.connect):
    for _ in range(50):
        try:
            connection = connect("sslmode=require")
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
