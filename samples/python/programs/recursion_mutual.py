"""Two functions that call each other: no line repeats three times in a row, so all 1,000 frames print."""
# python: 3.11-3.11
# headers: bare
# keep: ends
from stage import failing, healthy, report


def ping(n):
    return pong(n)


def pong(n):
    return ping(n)


healthy()
with failing(frames=None) as event:
    try:
        ping(0)
    except RecursionError:
        report(event)
healthy()
