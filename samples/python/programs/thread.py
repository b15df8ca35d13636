"""Threads that die: `Exception in thread ...` comes before the traceback."""
# python: 2.7-
# headers: bare asctime
# keep: all
import threading

from stage import failing, healthy


def work(number):
    return 10 // number


def wrapped(number):
    try:
        work(number)
    except ZeroDivisionError:
        raise RuntimeError("worker stopped")


for name, target in (("Thread-1", work), ("poller of north", wrapped)):
    healthy()
    with failing(prelude=1) as event:
        thread = threading.Thread(target=target, args=(0,), name=name)
        thread.start()
        thread.join()
        if target is work:
            event.set(exceptions=["ZeroDivisionError"])
        else:
            event.set(exceptions=["RuntimeError"], messages=["worker stopped"])
            event.set(chain=[(["ZeroDivisionError"], "context")] if hasattr(Exception, "__cause__") else [])
healthy()
