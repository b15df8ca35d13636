"""Run every fault by every way; tracebacks go to standard error, their causes to the file that is named.

    python run.py LABELS [SEED]
"""
import json
import logging
import random
import sys

from shop import cart, orders, stock, web

FAULTS = (
    [getattr(cart, name) for name in (
        "discount", "total", "per_item", "share", "quantity", "parse", "parse_again", "owner_name", "owner_mail",
        "pop", "merge")]
    + [getattr(stock, name) for name in (
        "insert", "insert_nameless", "query", "read", "write", "decode", "load_driver", "depth", "day", "unpack",
        "check", "undefined", "wrong_arguments", "reserve", "release")]
    + [getattr(orders, name) for name in (
        "place", "ship", "bill", "refund", "cancel", "handler_fault", "sort", "every", "generate")]
)
TWO = cart.total_with_tax
"""Holds two faults: which one depends on its argument."""


def main():
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    log = logging.getLogger("shop")
    sys.setrecursionlimit(200)
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    acts = [(fault, way, fault.__name__) for fault in FAULTS for way in web.WAYS]
    acts += [(TWO, way, name) for way in web.WAYS for name in ("tax_region", "tax_price")]
    rng.shuffle(acts)
    labels = []
    for step, way, label in acts:
        n = rng.randrange(20, 4000) * 2 + (label == "tax_region")
        if label == "day":
            n = n % 28 + 1
        log.info("order %d began", n)
        try:
            way(step, n)
        except Exception:
            log.exception("order %d failed after %d ms", n, rng.randrange(5000))
            labels.append(label)
        else:
            raise SystemExit("%s did not fail" % label)
    with open(sys.argv[1], "w") as file:
        json.dump(labels, file)


if __name__ == "__main__":
    main()
