"""Faults at the edges: files, a database, text, imports, recursion."""
import datetime
import sqlite3
import struct


def database():
    db = sqlite3.connect(":memory:")
    db.execute("create table part (id integer primary key, name text not null)")
    return db


def insert(n):
    db = database()
    db.execute("insert into part values (?, ?)", (n, "part %d" % n))
    db.execute("insert into part values (?, ?)", (n, "again %d" % n))


def insert_nameless(n):
    database().execute("insert into part values (?, null)", (n,))


def query(n):
    return database().execute("select * from parts_%d" % n)


def read(n):
    return open("/srv/data/stock-%d.csv" % n).read()


def write(n):
    return open("/srv/missing/out-%d.csv" % n, "w")


def decode(n):
    return (b"caf\xe9 " + str(n).encode("ascii")).decode("utf-8")


def load_driver(n):
    import shop_driver

    return shop_driver.load(n)


def depth(n):
    return depth(n + 1) + 1


def day(n):
    return datetime.datetime.strptime("2026-13-%02d" % n, "%Y-%m-%d")


def unpack(n):
    return struct.unpack(">I", b"ab")


def check(n):
    assert n < 0, "stock of part %d is negative" % n


def undefined(n):
    return missing_name + n  # noqa: F821


def wrong_arguments(n):
    return check(n, n, n)


class OutOfStock(Exception):
    pass


def reserve(n):
    raise OutOfStock("part %d: 0 left, %d wanted" % (n, n))


def release(n):
    raise OutOfStock("part %d was never reserved" % n)
