"""`raise SystemExit("message")` prints the message and no traceback."""
# python: 2.7-
# headers: bare asctime
# keep: ends
from stage import failing, healthy

healthy()
with failing(kind="record", counts=False):
    raise SystemExit("shop: no configuration at /etc/shop.conf")
