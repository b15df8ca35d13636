"""Headers at every level, all with `exc_info`."""
# python: 3.6-
# headers: basic asctime uvicorn gunicorn
# keep: ends
from stage import failing, healthy, report

for level in ("info", "warning", "error", "critical"):
    healthy(1)
    with failing() as event:
        try:
            int(level)
        except ValueError:
            report(event, "could not read a number", level)
healthy(1)
