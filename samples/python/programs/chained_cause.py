"""`raise … from …`: the cause is printed first."""
# python: 3.6-
# headers: all
# keep: all
from stage import failing, healthy, report


class StoreError(Exception):
    pass


def load(number):
    return {}["order-%d" % number]


def order(number):
    try:
        return load(number)
    except KeyError as error:
        raise StoreError("no order %d" % number) from error


healthy()
with failing() as event:
    try:
        order(17)
    except StoreError:
        report(event)
healthy()
with failing():
    order(18)
