"""`raise … from None` hides the context."""
# python: 3.6-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def find(key):
    try:
        return {}[key]
    except KeyError:
        raise LookupError("no such key: %s" % key) from None


healthy()
with failing() as event:
    try:
        find("tea")
    except LookupError:
        report(event)
healthy()
with failing():
    find("coffee")
