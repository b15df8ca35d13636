"""`traceback.print_exc()` to standard error and the program goes on, whatever logging does."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import sys
import traceback

from stage import failing, healthy


def work(number):
    return 10 // number


for where in (sys.stderr, sys.stdout):
    healthy()
    with failing() as event:
        try:
            work(0)
        except ZeroDivisionError:
            event.of(*sys.exc_info()[1:])
            traceback.print_exc(file=where)
healthy()
with failing() as event:
    event.set(frames=0, exceptions=["KeyError"], messages=["'tea'"])
    traceback.print_exception(KeyError, KeyError("tea"), None)
    event.set(kind="bare line", counts=False)
healthy()
