"""`stack_info=True` puts a second stack after the record, with an exception and without one."""
# python: 3.6-
# headers: basic asctime gunicorn
# keep: ends
from stage import failing, healthy, logger


def handle():
    try:
        {}["tea"]
    except KeyError as error:
        event.of(error, tail=None)
        logger.error("order 17 failed", exc_info=True, stack_info=True)


def look():
    logger.error("queue is full", stack_info=True)


def glance():
    logger.info("queue is half full", stack_info=True)


healthy()
with failing() as event:
    event.logged(1)
    handle()
healthy()
with failing(kind="record") as event:
    event.logged(0)
    look()
healthy()
with failing(kind="record", counts=False) as event:
    event.logged(0, "info")
    glance()
healthy()
