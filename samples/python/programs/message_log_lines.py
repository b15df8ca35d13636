"""Messages that quote log lines, of this log's shape and of others'."""
# python: 2.7-
# headers: bare asctime gunicorn
# keep: ends
from stage import SETTING, failing, healthy, report

QUOTED = {
    "bare": "GET /orders/9 500 3 ms",
    "asctime": "2026-01-01 10:00:00,123 ERROR worker: out of paper",
    "gunicorn": "[2026-01-01 10:00:00 +0000] [12] [ERROR] out of paper",
}[SETTING]

healthy()
with failing(message_undecidable=True) as event:
    try:
        raise RuntimeError("the worker's log says:\n" + QUOTED + "\nend of its log")
    except RuntimeError:
        report(event)
healthy()
with failing() as event:
    try:
        raise RuntimeError("the worker's log says:\nERROR:worker:out of paper\nI0101 10:00:00.123456 12 w.cc:7] x")
    except RuntimeError:
        report(event)
healthy()
with failing(message_undecidable=True):
    raise RuntimeError("the worker's log says:\n" + QUOTED)
