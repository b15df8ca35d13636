"""Headers whose own message has several lines, and headers with no message."""
# python: 2.7-
# headers: basic asctime uvicorn gunicorn
# keep: ends
from stage import failing, healthy, report

for words in ("order 17 failed:\n  item tea\n  count 3", "order 17 failed\n\nsee below", "", "failed: %s" % {"a": 1}):
    healthy(1)
    with failing() as event:
        try:
            int("seven")
        except ValueError:
            report(event, words)
healthy(1)
