"""The worker's broker does not listen.

The worker tries again and again; it is stopped after its third attempt.

Packages: celery[redis]==5.4.0 kombu==5.4.2 redis==5.0.8 setuptools==75.0.0 packaging==24.1 | celery==5.2.7 kombu==5.2.4 setuptools==75.0.0 packaging==24.1
Leaves: celery.broker-connection-refused 3
"""

import os
import subprocess
import sys

from celery import Celery

app = Celery("shop", broker=f"amqp://shop@127.0.0.1:{os.environ['CLOSED_PORT']}//")
app.conf.update(broker_connection_retry_on_startup=True)


def run_until(mark: str, times: int) -> None:
    """A worker of this module until it has printed `mark` that often."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        print(line, end="", flush=True)
        times -= mark in line
        if not times:
            break
    process.kill()
    process.wait()


if __name__ == "__main__":
    run_until("Trying again in", 3)
