"""A message of 20 kB in one line."""
# python: 2.7-
# headers: bare asctime
# keep: first last
from stage import failing, healthy, report

healthy()
with failing() as event:
    try:
        raise ValueError("bad body: " + "0123456789abcdef" * 1280)
    except ValueError:
        report(event)
healthy()
