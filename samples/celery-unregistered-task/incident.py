"""A message names a task that the worker does not know.

Three messages; the worker drops each.

Services: redis
Packages: celery[redis]==5.4.0 kombu==5.4.2 redis==5.0.8 setuptools==75.0.0 packaging==24.1
Leaves: celery.unregistered-task 3
"""

import os
import subprocess
import sys

from celery import Celery

app = Celery("shop", broker=f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0")
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
    for name in ("shop.rebuild", "shop.rebuild", "shop.mail"):
        app.send_task(name)
    run_until("KeyError", 3)
