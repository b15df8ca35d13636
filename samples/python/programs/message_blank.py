"""Messages with blank lines inside and at their ends."""
# python: 2.7-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report

healthy()
with failing() as event:
    try:
        raise ValueError("order 17 is not valid:\n\n  count must be a number\n\nsee the manual, page 4")
    except ValueError:
        report(event)
healthy()
with failing() as event:
    try:
        raise ValueError("ends with blank lines\n\n")
    except ValueError:
        report(event)
healthy()
with failing() as event:
    try:
        raise ValueError("\nstarts with a line end")
    except ValueError:
        report(event)
healthy()
with failing():
    raise ValueError("a\n\nb")
