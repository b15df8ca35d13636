"""Redis has as many clients as it may have.

Four clients hold their connections; each of three more is turned away.

Services: redis --maxclients 4
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.max-clients 3
"""

import logging
import os

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
port = int(os.environ["REDIS_PORT"])
held = [redis.Redis(host="127.0.0.1", port=port) for _ in range(4)]
for client in held:
    client.ping()
for item in ("tea", "mug", "pot"):
    try:
        redis.Redis(host="127.0.0.1", port=port).get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
