"""uWSGI: workers that hang, crash or are killed, and a queue that is full

One master serves `shop.py` over HTTP. Requests outlast harakiri, dereference a null pointer, abort, leave, or lose their client; a worker
is killed from outside. Each kill by harakiri leaves three lines that name it and the master's line about signal 9, each crash one and
the master's line about a death without a signal. Then all workers sleep while more connections come than the queue holds.
"""

# log: app.log | 3.11 | uwsgi==2.0.31

import os
import signal
import socket
import time
from pathlib import Path

from drive import ask, free_port, get, leaves, spoken, wait_for

port = free_port()
BASE = ["uwsgi", "--master", "--http-socket", f"127.0.0.1:{port}", "--wsgi-file", "shop.py", "--need-app"]


def run(*options):
    """A master with these options, ready to serve."""
    process = spoken([*BASE, *options])
    wait_for(port)
    time.sleep(1)
    return process


def end(process):
    process.send_signal(signal.SIGINT)
    process.wait(20)


master = run("--processes", "2", "--harakiri", "2")
for _ in range(2):
    ask(port, get("/ok"))
    ask(port, get("/hang"), 6)
    time.sleep(1)
leaves("uwsgi.harakiri", 6)
leaves("uwsgi.worker-killed", 2)
for _ in range(3):
    ask(port, get("/crash"), 3)
    time.sleep(1)
leaves("uwsgi.worker-segfault", 3)
for path in ("/abort", "/leave"):
    ask(port, get(path), 3)
    time.sleep(1)
leaves("uwsgi.worker-died", 3 + 2)
for _ in range(2):
    answer = ask(port, get("/pid"))
    os.kill(int(answer.split(b"worker ")[1].split()[0]), signal.SIGKILL)
    time.sleep(1.5)
leaves("uwsgi.worker-killed", 2)
for _ in range(3):
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(get("/slow"))
    time.sleep(0.2)
    client.close()
    time.sleep(2)
leaves("uwsgi.sigpipe", 3)
end(master)

master = run("--processes", "1", "--listen", "2")
clients = []
for _ in range(8):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    clients.append(client)
time.sleep(0.3)
for client in clients[:3]:
    client.send(get("/long"))
time.sleep(4)
end(master)
full = Path("/proc/self/fd/1").resolve().read_text().count("full !!!")
leaves("uwsgi.listen-queue-full", full)
