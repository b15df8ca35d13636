"""An exception through three functions; one is handled, the last ends the program."""
# python: 2.7-
# headers: all
# keep: all
from stage import failing, healthy, report


def find(rows, key):
    return rows[key]


def price(order):
    return find({"tea": 3}, order["item"]) * order["count"]


def handle(order):
    return price(order)


healthy()
with failing() as event:
    try:
        handle({"item": "coffee", "count": 2})
    except KeyError:
        report(event)
healthy()
with failing() as event:
    try:
        int("seven")
    except ValueError:
        report(event, "bad count in order 1018")
healthy()
with failing():
    handle({"item": "tea", "count": None})
