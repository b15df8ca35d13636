"""A shop whose standard output the journal captures, a line an entry."""

import logging
import time

logging.basicConfig(level=logging.INFO, format="%(levelname)s:%(name)s:%(message)s")
log = logging.getLogger("shop.orders")
log.info("listening on port 8000")


def total(order):
    return order["price"] * order["count"]


for number in range(3):
    try:
        total({"price": 3})
    except KeyError:
        log.exception("order %d failed", number)
    log.info("order %d ok", number)
    time.sleep(0.05)
log.error("payment gateway: connection refused")
