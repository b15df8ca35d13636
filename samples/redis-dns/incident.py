"""The host name of Redis does not resolve.

Three reads fail; the name ends in .invalid, which no resolver knows.

Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.dns 3
"""

import logging

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="redis.invalid", port=6379)
for item in ("tea", "mug", "pot"):
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
