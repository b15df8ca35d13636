"""Redis refuses writes because its last snapshot failed.

The server may not write into its folder. BGSAVE fails, and each of three writes after it is refused.

Services: redis --save 3600 1 --dir /
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.misconf-rdb 3
"""

import logging
import os
import time

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
client.set("tea", 3)
client.bgsave()
while client.info("persistence")["rdb_last_bgsave_status"] == "ok":
    time.sleep(0.1)
for item in ("tea", "mug", "pot"):
    try:
        client.set(item, 2)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
client.config_set("save", "")
