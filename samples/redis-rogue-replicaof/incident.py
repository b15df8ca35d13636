"""Somebody inside the network tells Redis to replicate from another host.

The log is the server's. A client without a password sends REPLICAOF twice, with REPLICAOF NO ONE between.

Services: redis
Packages: redis==5.0.8
Records: server
Leaves: redis.rogue-replicaof-own 2
"""

import os

import redis

client = redis.Redis(host="127.0.0.1", port=int(os.environ["REDIS_PORT"]))
client.execute_command("REPLICAOF", "127.0.0.1", "8886")
client.execute_command("REPLICAOF", "NO", "ONE")
client.execute_command("REPLICAOF", "127.0.0.1", "8886")
