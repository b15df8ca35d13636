"""A job is queued and worked off; the server of Redis is one of its own."""

import logging
import os
import socket
import subprocess
import sys
import time

import pkg_resources
import redis
import rq

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
server = subprocess.Popen(
    ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
    stdout=subprocess.DEVNULL,
)
logging.basicConfig(stream=sys.stdout, format="%(asctime)s %(levelname)s %(name)s: %(message)s", level="INFO")
logging.info("rq %s, redis %s", *(pkg_resources.get_distribution(name).version for name in ("rq", "redis")))
try:
    connection = redis.StrictRedis(port=port)
    for _ in range(100):
        try:
            connection.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.1)
    queue = rq.Queue("shop", connection=connection)
    job = queue.enqueue(os.getcwd)
    worker = getattr(rq, "SimpleWorker", rq.Worker)([queue], name="shop-1", connection=connection)
    worker.work(burst=True)
    print("the job:", job.get_status())
finally:
    server.terminate()
    server.wait(10)
