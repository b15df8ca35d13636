"""Redis has just been started again and loads its data.

The server is told to load slowly. Three reads are refused meanwhile.

Services: redis --save 3600 1
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.loading 3
"""

import logging
import os
import subprocess
import time

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
admin = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
for number in range(200):
    admin.set(f"page:{number}", os.urandom(2000))
admin.save()
folder = admin.config_get("dir")["dir"]
port = os.environ["CLOSED_PORT"]
slow = ["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"]
command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, *slow]
server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
time.sleep(1)
client = redis.Redis(host="127.0.0.1", port=int(port))
for item in ("tea", "mug", "pot"):
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
server.kill()
server.wait()
