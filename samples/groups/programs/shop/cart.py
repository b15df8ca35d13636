"""Faults in plain code of a shop. Runs on Python 2.7 and later."""
import json

COUPONS = {"XMAS": 5}
PRICES = {"lamp": 30, "desk": 120}


def discount(n):
    order = {"price": 10, "code": "CODE%d" % n}
    return order["price"] - COUPONS[order["code"]]


def total(n):
    items = ["lamp", "desk", "item%d" % n]
    return sum([PRICES[item] for item in items])


def total_with_tax(n):
    rates = {"DE": 19}
    if n % 2:
        return rates["region-%d" % n]
    return PRICES["thing-%d" % n]


def per_item(n):
    return 100 / (n - n)


def share(n):
    return n % len([])


def quantity(n):
    return int("%d pieces" % n)


def parse(n):
    return json.loads('{"order": %d, "items": [' % n)


def parse_again(n):
    return json.loads("order %d" % n)


class Cart(object):
    def __init__(self, n):
        self.n = n
        self.owner = None

    def owner_name(self):
        return self.owner.name

    def owner_mail(self):
        return self.owner.mail

    def pop(self):
        return [1, 2, 3][self.n + 10]

    def merge(self, other):
        return self.n + other


def owner_name(n):
    return Cart(n).owner_name()


def owner_mail(n):
    return Cart(n).owner_mail()


def pop(n):
    return Cart(n).pop()


def merge(n):
    return Cart(n).merge("cart %d" % n)
