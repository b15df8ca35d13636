"""Exceptions whose text cannot be had."""
# python: 2.7-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


class Broken(Exception):
    def __str__(self):
        raise ValueError("no text")


healthy()
with failing() as event:
    try:
        raise Broken()
    except Broken:
        report(event)
healthy()
with failing():
    raise Broken()
