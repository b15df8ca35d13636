"""Nobody listens at the address of MySQL, or its name does not resolve.

PyMySQL with a closed port and an unknown name, MySQL Connector with a closed port.

Packages: pymysql==1.1.1 mysql-connector-python==8.4.0
Leaves: mysql.cannot-connect-2003 3
"""

import logging
import os

import mysql.connector
import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
port = int(os.environ["CLOSED_PORT"])
tries = ((pymysql.connect, "127.0.0.1"), (pymysql.connect, "db.invalid"), (mysql.connector.connect, "127.0.0.1"))
for connect, host in tries:
    try:
        connect(host=host, port=port, user="shop", password="example")
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
