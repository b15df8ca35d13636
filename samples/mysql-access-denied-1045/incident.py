"""The server refuses the password.

PyMySQL with a wrong and with no password, MySQL Connector with a wrong one.

Services: mariadb
Packages: pymysql==1.1.1 mysql-connector-python==8.4.0
Leaves: mysql.access-denied-1045 3
"""

import logging
import os

import mysql.connector
import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
where = {"host": "127.0.0.1", "port": int(os.environ["MYSQL_PORT"]), "user": "shop"}
for connect, password in ((pymysql.connect, "another"), (pymysql.connect, ""), (mysql.connector.connect, "another")):
    try:
        connect(**where, password=password)
    except Exception:
        logging.getLogger("shop.db").exception("no connection")
