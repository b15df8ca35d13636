"""Five exceptions in one chain, causes and contexts mixed."""
# python: 3.6-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def level(number):
    if number == 0:
        return [][1]
    try:
        return level(number - 1)
    except Exception as error:
        kind = (IndexError, KeyError, ValueError, TypeError, RuntimeError)[number]
        if number % 2:
            raise kind("level %d" % number) from error
        raise kind("level %d" % number)


healthy()
with failing() as event:
    try:
        level(4)
    except RuntimeError:
        report(event)
healthy()
with failing():
    level(4)
