"""Groups nested past `max_group_depth` (10)."""
# python: 3.11-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def run():
    error = ValueError("at the bottom")
    for number in range(12):
        error = ExceptionGroup("depth %d" % number, [error, KeyError(number)])
    raise error


healthy()
with failing() as event:
    try:
        run()
    except ExceptionGroup:
        report(event)
healthy()
with failing():
    run()
