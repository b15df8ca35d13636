"""Exceptions whose last line is a bare name."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import sys

from stage import failing, healthy, report


class Stopped(Exception):
    pass


def check(kind):
    if kind is AssertionError:
        assert 1 > 2
    raise kind()


KINDS = [AssertionError, MemoryError, Stopped]
if sys.version_info >= (3,):
    import asyncio

    KINDS += [TimeoutError, asyncio.TimeoutError, asyncio.CancelledError]
for kind in KINDS:
    healthy(1)
    with failing() as event:
        try:
            check(kind)
        except BaseException:
            report(event)
healthy(1)
with failing():
    raise ValueError("")
