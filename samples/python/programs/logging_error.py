"""`logging` meets an error of its own: `--- Logging error ---`."""
# python: 3.6-
# headers: basic asctime
# keep: ends
from stage import failing, healthy, logger


def handle(order):
    logger.info("order %d for %s", order)


def inner():
    try:
        int("seven")
    except ValueError:
        logger.error("bad %d", "count", exc_info=True)


healthy()
with failing(prelude=1, tail=None) as event:
    handle(17)
    event.set(exceptions=["TypeError"], messages=["not enough arguments for format string"])
healthy()
with failing(prelude=1, tail=None) as event:
    inner()
    event.set(exceptions=["TypeError"], messages=None, chain=[(["ValueError"], "context")])
healthy()
