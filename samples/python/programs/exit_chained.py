"""`SystemExit` logged with the error behind it, as gunicorn and uvicorn do when a worker is told to stop."""
# python: 3.6-
# headers: bare asctime
# keep: ends
from stage import failing, healthy, report


def stop():
    try:
        {}["socket"]
    except KeyError:
        raise SystemExit(1)


healthy()
with failing() as event:
    try:
        stop()
    except SystemExit:
        report(event, "worker stopped")
healthy()
