"""Redis closes the connection before it answers.

A blocking read waits for a job; another client kills the connection. Three times.

Services: redis
Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.connection-closed-by-server 3
"""

import logging
import os
import threading
import time

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
port = int(os.environ["REDIS_PORT"])
admin = redis.Redis(host="127.0.0.1", port=port)


def wait_for_a_job() -> None:
    try:
        redis.Redis(host="127.0.0.1", port=port).blpop("jobs", timeout=30)
    except redis.RedisError:
        logging.getLogger("shop.jobs").exception("no job")


for _ in range(3):
    worker = threading.Thread(target=wait_for_a_job)
    worker.start()
    time.sleep(0.3)
    for client in admin.client_list():
        if client["cmd"] == "blpop":
            admin.client_kill(client["addr"])
    worker.join()
