"""Redis asks for a password that the client does not send, or refuses the one it sends.

Two reads without a password, one with a wrong one.

Services: redis --requirepass example
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.noauth 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
for item, password in (("tea", None), ("mug", None), ("pot", "another")):
    try:
        redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]), password=password).get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
