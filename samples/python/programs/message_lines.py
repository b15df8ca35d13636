"""Messages of several lines: indented ones, then ones at column 0."""
# python: 2.7-
# headers: all
# keep: ends
from stage import failing, healthy, report

healthy()
with failing() as event:
    try:
        raise ValueError("3 errors in order 17\n  count: not a number\n  item: missing\n\tprice: negative")
    except ValueError:
        report(event)
healthy()
with failing() as event:
    try:
        raise RuntimeError("the database said:\nDETAIL: key (id)=(17) exists\nplease try again\n  or not")
    except RuntimeError:
        report(event)
healthy()
with failing():
    raise RuntimeError("first line\nsecond line\nthird line")
