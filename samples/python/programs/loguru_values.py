"""loguru with `diagnose` (values under source lines, blank lines between frames) and without."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: loguru==0.7.3
import sys

from loguru import logger

from stage import failing, healthy


def work(number):
    return {"rate": 10 // number}


def chained(number):
    try:
        return work(number)
    except ZeroDivisionError as error:
        raise LookupError("no rate for order 17") from error


healthy()
for diagnose in (True, False):
    logger.remove()
    logger.add(sys.stderr, colorize=False, diagnose=diagnose, backtrace=diagnose)
    for act in (work, chained):
        with failing() as event:
            try:
                act(0)
            except Exception as error:
                event.of(error, frames=None, headered=True, level="error", prelude=1)
                logger.exception("order 17 failed")
        healthy()
