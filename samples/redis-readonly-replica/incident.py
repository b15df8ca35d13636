"""A write goes to a Redis that has become a replica.

REPLICAOF makes the server follow another one; each of three writes after it is refused.

Services: redis
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.readonly-replica 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
client.execute_command("REPLICAOF", "127.0.0.1", os.environ["CLOSED_PORT"])
for item in ("tea", "mug", "pot"):
    try:
        client.set(item, 2)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
