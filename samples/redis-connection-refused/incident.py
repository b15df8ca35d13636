"""Nobody listens at the address of Redis.

Three reads fail, each after a refused connection.

Packages: redis==5.0.8 | redis==3.5.3 | redis==8.1.0
Leaves: redis.connection-refused 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="127.0.0.1", port=int(os.environ["CLOSED_PORT"]))
for item in ("tea", "mug", "pot"):
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
