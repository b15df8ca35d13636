"""An exception while another is handled: the first is printed first, "During handling …" between."""
# python: 3.6-
# headers: all
# keep: all
from stage import failing, healthy, report


def connect():
    raise ConnectionRefusedError(111, "Connection refused")


def fetch(settings):
    try:
        connect()
    except OSError:
        return settings["fallback"]


healthy()
with failing() as event:
    try:
        fetch({})
    except KeyError:
        report(event)
healthy()
with failing():
    fetch({})
