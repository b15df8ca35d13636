"""Redis refuses writes because its append-only file cannot be written.

The server may not write files above 64 kB. Once the file has reached that, each of three writes is refused.

Packages: redis==5.0.8 | redis==3.5.3
Leaves: redis.misconf-aof 3
"""

import logging
import os
import resource
import subprocess
import time

import redis

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
port = int(os.environ["CLOSED_PORT"])


def small_files() -> None:
    """No file above 64 kB, in the server only."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))


command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]
# SIGXFSZ stays ignored, so that the limit gives an error and not a signal
server = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=small_files, restore_signals=False)
time.sleep(1)
client = redis.Redis(host="127.0.0.1", port=port)
client.set("page", "x" * 100_000)
time.sleep(1.5)
for item in ("tea", "mug", "pot"):
    try:
        client.set(item, 2)
    except redis.RedisError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
server.kill()
server.wait()
