"""Dotted names: a class of another module, one inside a class, one inside a function."""
# python: 2.7-
# headers: bare asctime
# keep: all
import decimal
import socket
import subprocess
import sys

from stage import failing, healthy, report


class Orders(object):
    class Missing(Exception):
        pass


def make():
    class Local(Exception):
        pass

    return Local


def divide():
    return decimal.Decimal(1) / 0


def host():
    return socket.inet_aton("not an address")


def command():
    subprocess.check_call([sys.executable, "-c", "raise SystemExit(3)"])


for act in (divide, host, command):
    healthy(1)
    with failing() as event:
        try:
            act()
        except Exception:
            report(event)
for kind in (Orders.Missing, make()):
    healthy(1)
    with failing() as event:
        try:
            raise kind("order 17")
        except kind:
            report(event)
healthy(1)
with failing():
    raise make()("last")
