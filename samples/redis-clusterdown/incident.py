"""A Redis cluster in which nobody serves the slots.

The node is alone and has no slots. Three reads are refused.

Services: redis --cluster-enabled yes
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.clusterdown 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
for item in ("tea", "mug", "pot"):
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
