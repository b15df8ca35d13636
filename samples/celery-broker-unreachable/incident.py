"""The name of the worker's broker does not resolve.

The worker tries again and again; it is stopped after its third attempt.

Packages: celery[redis]==5.4.0 redis==5.0.8 setuptools==75.0.0 packaging==24.1 | celery==5.2.7 setuptools==75.0.0 packaging==24.1
Leaves: celery.broker-unreachable 3
"""

import os
import signal
import subprocess
import sys
import time

from celery import Celery

app = Celery("shop", broker="amqp://shop@broker.invalid:5672//")
app.conf.update(broker_connection_retry_on_startup=True)


def worker() -> subprocess.Popen:
    """A worker of this module; its log goes where ours goes."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen(command)


if __name__ == "__main__":
    process = worker()
    time.sleep(10)  # the attempts come after 0, 2 and 6 s; the fourth would after 12
    process.send_signal(signal.SIGKILL)
    process.wait()
