"""Redis has used up its maxmemory and may not evict.

Three writes are refused.

Services: redis --maxmemory 100kb --maxmemory-policy noeviction
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.oom-maxmemory 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
for item in ("tea", "mug", "pot"):
    try:
        client.set(item, 2)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
