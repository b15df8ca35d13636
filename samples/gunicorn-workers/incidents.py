"""gunicorn: workers that hang, are killed, or cannot be started

Two sync workers serve `shop.py`; requests hang longer than the timeout, a worker is killed from outside with SIGKILL. Then come
applications that cannot be loaded, and a port that is taken, and a control socket in a folder that cannot be made.

`app.log` is of a current release, `gunicorn-20.1.log` of the one release line that wrote "was terminated due to signal 9". A worker that
ignores SIGABRT is killed by gunicorn itself: the same line as for a lack of memory, a second after WORKER TIMEOUT.
"""

# log: app.log | 3.11 | gunicorn==25.3.0
# log: gunicorn-20.1.log | 3.8 | gunicorn==20.1.0

import os
import signal
import socket
import sys
import time

from drive import ask, finished, free_port, get, leaves, serving

CURRENT = sys.argv[1] == "app"
port = free_port()
QUIET = ("--no-control-socket",) if CURRENT else ()
BASE = ("-m", "gunicorn", "--timeout", "2", "--workers", "2", "--bind", f"127.0.0.1:{port}", *QUIET)


def worker() -> int:
    """The process id of a worker, as the application tells it."""
    answer = ask(port, get("/pid"))
    return int(answer.split(b"worker ")[1].split()[0])


with serving(port, *BASE, "shop:app"):
    for _ in range(3):
        ask(port, get("/ok"))
        ask(port, get("/hang"), 6)
        time.sleep(3)  # the aborted worker has left by then
    leaves("gunicorn.worker-timeout", 3)
    if CURRENT:  # 20.1 does not log what a worker was doing
        leaves("gunicorn.worker-timeout-stack", 3)
    for _ in range(2):
        os.kill(worker(), signal.SIGKILL)
        time.sleep(1.5)
    leaves("gunicorn.worker-sigkill-oom", 2)
    ask(port, get("/deaf"), 8)
    leaves("gunicorn.worker-timeout")
    leaves("gunicorn.worker-sigkill-oom")

ALONE = (*BASE, "--workers", "1")
finished(*ALONE, "nowhere:app")
leaves("python.module-not-found")
leaves("gunicorn.worker-failed-to-boot")
finished(*ALONE, "shop:application")
leaves("gunicorn.app-failed-to-load", 2)  # the worker's line and the master's
with socket.create_server(("127.0.0.1", port)):
    finished(*BASE, "shop:app")
leaves("gunicorn.connection-in-use", 10 if CURRENT else 5)
# "exited with code …" and "Shutting down: Master" twice, or "Retrying in 1 second." five times; "Can't connect to …"
leaves("unclassified", 5 if CURRENT else 6)

if CURRENT:
    for _ in range(2):
        with serving(port, *BASE[:-1], "--control-socket", "/proc/nowhere/gunicorn.ctl", "shop:app"):
            ask(port, get("/ok"))
        leaves("gunicorn.control-socket")
