"""The connection to Redis is not answered.

The queue of a listening socket is full, so that further requests to connect are dropped, as a firewall does it.

Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.timeout-connecting 3
"""

import logging
import socket

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0)
waiting = [socket.socket() for _ in range(3)]
for each in waiting:
    each.setblocking(False)
    each.connect_ex(listener.getsockname())
client = redis.Redis(host="127.0.0.1", port=listener.getsockname()[1], socket_connect_timeout=0.2)
for item in ("tea", "mug", "pot"):
    try:
        client.get(item)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
