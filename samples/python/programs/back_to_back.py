"""Tracebacks with nothing between them: logged and raised again; two printed in a row; two logged in a row."""
# python: 2.7-
# headers: all
# keep: ends
import sys
import traceback

from stage import failing, healthy, report


def work(number):
    return 10 // number


healthy()
for number in (1, 2):
    with failing() as event:
        try:
            work(0)
        except ZeroDivisionError:
            report(event, "order %d failed" % number)
for number in (1, 2):
    with failing() as event:
        try:
            {}["key %d" % number]
        except KeyError:
            event.of(*sys.exc_info()[1:])
            traceback.print_exc()
healthy()
try:
    work(0)
except ZeroDivisionError:
    with failing() as event:
        report(event, "giving up")
    with failing():
        raise
