"""More members than `max_group_width` (15) lets print."""
# python: 3.11-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def run():
    raise ExceptionGroup("twenty jobs", [ValueError("job %d" % number) for number in range(20)])


healthy()
with failing() as event:
    try:
        run()
    except ExceptionGroup:
        report(event)
healthy()
with failing():
    run()
