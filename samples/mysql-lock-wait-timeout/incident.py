"""A row stays locked for longer than innodb_lock_wait_timeout.

Another transaction holds it; three drivers' updates give up, each once.

Services: mariadb --innodb-lock-wait-timeout=1
Packages: pymysql==1.1.1 mysql-connector-python==8.4.0 aiomysql==0.2.0
Leaves: mysql.lock-wait-timeout 3
"""

import asyncio
import logging
import os

import aiomysql
import mysql.connector
import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.stock")
where = {
    "host": "127.0.0.1",
    "port": int(os.environ["MYSQL_PORT"]),
    "user": "shop",
    "password": "example",
    "database": "test",
}
holder = pymysql.connect(**where)
cursor = holder.cursor()
cursor.execute("CREATE TABLE stock (item VARCHAR(9) PRIMARY KEY, n INT)")
cursor.execute("INSERT INTO stock VALUES ('tea', 3)")
holder.commit()
TAKE = "UPDATE stock SET n = n - 1"
cursor.execute(TAKE)
for connect in (pymysql.connect, mysql.connector.connect):
    connection = connect(**where)
    try:
        connection.cursor().execute(TAKE)
    except Exception:
        log.exception("not taken")


async def take() -> None:
    renamed = {**where, "db": "test"}
    del renamed["database"]
    connection = await aiomysql.connect(**renamed)
    try:
        await (await connection.cursor()).execute(TAKE)
    except Exception:
        log.exception("not taken")
    connection.close()


asyncio.run(take())
