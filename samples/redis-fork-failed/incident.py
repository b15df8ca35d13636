"""Redis may not fork, so nothing is saved.

The server's process is limited to fewer processes than it has threads. It is told to save and to rewrite its append-only file, and
tries again by itself every few seconds. The log is the server's.

Services: redis --save "2 1" --appendonly no
Packages: redis==5.0.8
Records: server
Leaves: redis.fork-failed 3
"""

import os
import subprocess
import time

import redis

client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
limit = ["prlimit", "--pid", os.environ["REDIS_PID"], "--nproc=1:1"]
subprocess.run(limit, check=True, **({"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}))
client.set("tea", 3)
for command in ("BGSAVE", "BGREWRITEAOF"):
    try:
        client.execute_command(command)
    except redis.RedisError:
        pass
    time.sleep(1.5)
time.sleep(3)
