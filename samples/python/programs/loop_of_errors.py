"""One error thrown often, with little between."""
# python: 3.11-3.11
# headers: asctime
# keep: ends
from stage import failing, healthy, report


def pay(order):
    return {"tea": 3}[order]


for number in range(40):
    if number % 7 == 0:
        healthy(1)
    with failing() as event:
        try:
            pay("item %d" % (number % 3))
        except KeyError:
            report(event, "order %d failed" % number)
healthy()
