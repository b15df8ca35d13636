"""Two transactions lock the same two rows in opposite order.

PostgreSQL ends one of the two after a second; twice with psycopg2, once with psycopg.

Services: postgres
Packages: psycopg2-binary==2.9.10 psycopg[binary]==3.2.3
Leaves: postgres.deadlock 3
"""

import logging
import threading

import psycopg
import psycopg2

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with psycopg.connect() as admin:
    admin.execute("CREATE TABLE stock (item text PRIMARY KEY, n int)")
    admin.execute("INSERT INTO stock VALUES ('tea', 3), ('mug', 2)")
TAKE = "UPDATE stock SET n = n - 1 WHERE item = %s"


def order(connect, first, second, ready):
    connection = connect("")
    cursor = connection.cursor()
    try:
        cursor.execute(TAKE, (first,))
        ready.wait()
        cursor.execute(TAKE, (second,))
        connection.commit()
    except Exception:
        logging.getLogger("shop.orders").exception("order of %s and %s failed", first, second)
        connection.rollback()
    connection.close()


for connect in (psycopg2.connect, psycopg2.connect, psycopg.connect):
    ready = threading.Barrier(2)
    both = [threading.Thread(target=order, args=(connect, *pair, ready)) for pair in (("tea", "mug"), ("mug", "tea"))]
    for each in both:
        each.start()
    for each in both:
        each.join()
