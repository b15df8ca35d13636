"""A function registered with `atexit` fails after everything else went well."""
# python: 2.7-
# headers: bare asctime
# keep: all
import atexit
import sys

from stage import failing, healthy, size


def close():
    {}["connection"]


KNOWN = {"exceptions": ["KeyError"], "messages": ["'connection'"], "prelude": 1}
event = failing(**KNOWN)


def before_close():
    event.__enter__()
    if sys.version_info >= (3,):
        event.keep_open()


def exit_function(inner=getattr(sys, "exitfunc", None)):
    """Python 2.7 prints the last failure a second time, as "Error in sys.exitfunc"."""
    try:
        inner()
    finally:
        event.keep(size())
        again = failing(**KNOWN)
        again.__enter__()
        again.keep_open()


healthy()
atexit.register(close)
atexit.register(before_close)
if sys.version_info < (3,):
    sys.exitfunc = exit_function
