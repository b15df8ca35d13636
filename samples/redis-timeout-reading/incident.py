"""Redis is busy for longer than the client waits.

Another client's DEBUG SLEEP keeps the server for half a second; the read gives up after a tenth. Three times.

Services: redis --enable-debug-command yes
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.timeout-reading 3
"""

import logging
import os
import threading
import time

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
port = int(os.environ["REDIS_PORT"])
slow = redis.Redis(host="127.0.0.1", port=port)
client = redis.Redis(host="127.0.0.1", port=port, socket_timeout=0.1)
for item in ("tea", "mug", "pot"):
    client.ping()
    sleeper = threading.Thread(target=slow.execute_command, args=("DEBUG", "SLEEP", "0.5"))
    sleeper.start()
    time.sleep(0.1)
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
    sleeper.join()
