"""Exceptions whose last line is a bare name."""
# python: 2.7-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


class Stopped(Exception):
    pass


def check(kind):
    if kind is AssertionError:
        assert 1 > 2
    raise kind()


for kind in (AssertionError, MemoryError, Stopped):
    healthy(1)
    with failing() as event:
        try:
            check(kind)
        except Exception:
            report(event)
healthy(1)
with failing():
    raise ValueError("")
