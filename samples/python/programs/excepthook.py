"""`sys.excepthook` writes the last traceback with a header of its own."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import sys

from stage import LOGGED, failing, healthy, logger, size


def hook(kind, exc, trace):
    event = failing()
    event.__enter__()
    event.of(exc, trace)
    if LOGGED:
        event.logged(1, "critical")
        logger.critical("uncaught", exc_info=(kind, exc, trace))
    else:
        sys.__excepthook__(kind, exc, trace)
    event.keep(size())
    healthy(1)


sys.excepthook = hook
healthy()
{"tea": 3}["coffee"]
