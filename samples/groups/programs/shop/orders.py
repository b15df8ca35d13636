"""Faults behind other faults: wrapped, raised while handling, in callbacks."""
from shop import cart, stock


class OrderFailed(Exception):
    pass


def place(n):
    try:
        return {"lamp": 1}["lamp-%d" % n]
    except KeyError:
        raise OrderFailed("order %d could not be placed" % n)


def ship(n):
    try:
        return [][n]
    except IndexError:
        raise OrderFailed("order %d could not be shipped" % n)


def wrapped(step, n):
    try:
        return step(n)
    except Exception as error:
        raise OrderFailed("step failed for %d: %s" % (n, type(error).__name__))


def bill(n):
    return wrapped(lambda m: {}["bill-%d" % m], n)


def refund(n):
    return wrapped(lookup_refund, n)


def lookup_refund(n):
    return None.amount + n


def cancel(n):
    return wrapped(cart_of, n)


def cart_of(n):
    return float("order-%d" % n)


def handler_fault(n):
    try:
        stock.reserve(n)
    except stock.OutOfStock:
        return cart.PRICES.lookup(n)


def sort(n):
    return sorted([n, "a", None], key=lambda x: x.weight)


def every(n):
    return list(map(square, [n, None]))


def square(x):
    return x.real * x.real if x is not None else x.real


def generate(n):
    return sum(steps(n))


def steps(n):
    yield n
    yield int("step %d" % n)
