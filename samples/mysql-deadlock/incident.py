"""Two transactions lock the same two rows in opposite order.

InnoDB rolls one of the two back. Twice under PyMySQL, once under MySQL Connector.

Services: mariadb
Packages: pymysql==1.1.1 mysql-connector-python==8.4.0
Leaves: mysql.deadlock 3
"""

import logging
import os
import threading

import mysql.connector
import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
where = {
    "host": "127.0.0.1",
    "port": int(os.environ["MYSQL_PORT"]),
    "user": "shop",
    "password": "example",
    "database": "test",
}
admin = pymysql.connect(**where)
cursor = admin.cursor()
cursor.execute("CREATE TABLE stock (item VARCHAR(9) PRIMARY KEY, n INT)")
cursor.execute("INSERT INTO stock VALUES ('tea', 3), ('mug', 2)")
admin.commit()
TAKE = "UPDATE stock SET n = n - 1 WHERE item = %s"


def order(connect, first, second, ready):
    connection = connect(**where)
    cursor = connection.cursor()
    try:
        cursor.execute(TAKE, (first,))
        ready.wait()
        cursor.execute(TAKE, (second,))
        connection.commit()
    except Exception:
        logging.getLogger("shop.orders").exception("order of %s and %s failed", first, second)
        connection.rollback()


for connect in (pymysql.connect, pymysql.connect, mysql.connector.connect):
    ready = threading.Barrier(2)
    both = [threading.Thread(target=order, args=(connect, *pair, ready)) for pair in (("tea", "mug"), ("mug", "tea"))]
    for each in both:
        each.start()
    for each in both:
        each.join()
