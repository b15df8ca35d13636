"""FORCE_COLOR=1: colours inside tracebacks, since 3.13."""
# python: 3.13-
# headers: bare asctime
# keep: all
# environment: FORCE_COLOR=1
import threading

from stage import failing, healthy, report


def work(number):
    try:
        return 10 // number
    except ZeroDivisionError as error:
        raise ValueError("bad count:\n  0") from error


healthy()
with failing() as event:
    try:
        work(0)
    except ValueError:
        report(event)
healthy()
with failing(prelude=1) as event:
    thread = threading.Thread(target=work, args=(0,), name="poller")
    thread.start()
    thread.join()
    event.set(exceptions=["ValueError"], messages=["bad count:\n  0"], chain=[(["ZeroDivisionError"], "cause")])
healthy()
with failing():
    raise ExceptionGroup("orders failed", [ValueError("one"), KeyError("two")])
