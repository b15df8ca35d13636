"""Fetches the stock level again and again, as a background worker would."""

import logging
import sys
import time

import httpx

log = logging.getLogger("stock.worker")


def refresh(client, address):
    response = client.get(address)
    response.raise_for_status()
    return response.text


def main(address, times):
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with httpx.Client() as client:
        for number in range(times):
            try:
                log.info("stock level %s", refresh(client, address))
            except httpx.HTTPError:
                log.exception("refresh %d failed", number)
            time.sleep(0.25)


main(sys.argv[1], int(sys.argv[2]))
