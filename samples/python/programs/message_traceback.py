"""Messages that hold a traceback, as supervisors of other processes print them."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import traceback

from stage import failing, healthy, report


def quoted():
    try:
        int("seven")
    except ValueError:
        return traceback.format_exc()


healthy()
with failing() as event:
    try:
        raise RuntimeError("worker 3 failed:\n" + quoted().rstrip())
    except RuntimeError:
        report(event)
healthy()
with failing() as event:
    try:
        raise RuntimeError("worker 3 failed:\n\n" + quoted() + "\nrestart it")
    except RuntimeError:
        report(event)
healthy()
with failing():
    raise RuntimeError("Traceback (most recent call last):")
