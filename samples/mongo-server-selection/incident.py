"""No MongoDB answers at the address.

A closed port twice, an unknown name once.

Packages: pymongo==4.6.3 | pymongo==3.13.0
Leaves: mongo.server-selection 3
"""

import logging
import os

import pymongo

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
for host in ("127.0.0.1", "127.0.0.1", "mongo.invalid"):
    try:
        client = pymongo.MongoClient(host, int(os.environ["CLOSED_PORT"]), serverSelectionTimeoutMS=300)
        client.shop.stock.find_one()
    except pymongo.errors.PyMongoError:
        logging.getLogger("shop.stock").exception("no stock")
