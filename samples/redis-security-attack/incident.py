"""Somebody speaks HTTP to Redis.

The log is the server's: two requests, one by POST. Redis warns of the first one in a minute and of no other.

Services: redis
Packages: redis==5.0.8
Records: server
Leaves: redis.security-attack 1
"""

import os
import socket

for method in ("POST", "GET"):
    with socket.create_connection(("127.0.0.1", int(os.environ["REDIS_PORT"]))) as client:
        client.sendall(f"{method} / HTTP/1.1\r\nHost: redis.example.com\r\n\r\n".encode())
        client.recv(100)
