"""One function that calls itself without end."""
# python: 2.7-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def down(number):
    return down(number + 1) + 1


healthy()
with failing(frames=None) as event:
    try:
        down(0)
    except RuntimeError:
        report(event)
healthy()
with failing(frames=None):
    down(0)
