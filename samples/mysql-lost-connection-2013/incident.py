"""The server dies in the middle of queries.

Three queries run when it is killed.

Services: mariadb
Packages: pymysql==1.1.1 | pymysql==1.0.2
Leaves: mysql.lost-connection-2013 3
"""

import logging
import os
import signal
import threading
import time

import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
where = {
    "host": "127.0.0.1",
    "port": int(os.environ["MYSQL_PORT"]),
    "user": "shop",
    "password": "example",
    "database": "test",
}


def report(name: str) -> None:
    connection = pymysql.connect(**where)
    try:
        connection.cursor().execute("SELECT SLEEP(20)")
    except pymysql.Error:
        logging.getLogger("shop.report").exception("no report on %s", name)


queries = [threading.Thread(target=report, args=(name,)) for name in ("tea", "mug", "pot")]
for query in queries:
    query.start()
time.sleep(1)
os.kill(int(os.environ["MYSQL_PID"]), signal.SIGKILL)
for query in queries:
    query.join()
