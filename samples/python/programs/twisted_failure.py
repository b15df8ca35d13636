"""twisted: a failure is one record whose traceback is indented by a tab and names `builtins`."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: twisted==24.10.0
import gc
import sys

from twisted.internet import defer
from twisted.logger import Logger, globalLogBeginner, textFileLogObserver

from stage import failing, healthy

write = textFileLogObserver(sys.stderr)


def work(number):
    return 10 // number


def observe(record):
    """One record, one event: a deferred's failure is written as two."""
    with failing(headered=True, level=record["log_level"].name) as event:
        if "log_failure" in record:
            name = "builtins." + record["log_failure"].type.__name__
            event.set(exceptions=[name], messages=[record["log_failure"].getErrorMessage()], prelude=1)
        else:
            event.set(kind="record")
        write(record)


globalLogBeginner.beginLoggingTo([observe], redirectStandardIO=False)
healthy()
try:
    work(0)
except ZeroDivisionError:
    Logger("shop").failure("order 17 failed")
healthy()
deferred = defer.Deferred()
deferred.addCallback(work)
deferred.callback(0)
del deferred
gc.collect()
healthy()
