"""`logger.error(traceback.format_exc())` and `logger.error("...\\n%s", ...)`: the traceback is the message."""
# python: 2.7-
# headers: basic asctime uvicorn gunicorn
# keep: ends
import sys
import traceback

from stage import failing, healthy, logger


def work(number):
    return 10 // number


for shape, lines in (("%s", 0), ("order 17 failed: %s", 0), ("order 17 failed\n%s", 1)):
    healthy(1)
    with failing() as event:
        try:
            work(0)
        except ZeroDivisionError:
            event.of(*sys.exc_info()[1:])
            event.logged(lines)
            logger.error(shape, traceback.format_exc())
healthy(1)
