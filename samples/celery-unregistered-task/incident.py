"""A message names a task that the worker does not know.

Three messages; the worker drops each.

Services: redis
Packages: celery[redis]==5.4.0 redis==5.0.8 setuptools==75.0.0 packaging==24.1
Leaves: celery.unregistered-task 3
"""

import os
import signal
import subprocess
import sys
import time

from celery import Celery

app = Celery("shop", broker=f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0")
app.conf.update(broker_connection_retry_on_startup=True)


def worker() -> subprocess.Popen:
    """A worker of this module; its log goes where ours goes."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen(command)


if __name__ == "__main__":
    process = worker()
    for name in ("shop.rebuild", "shop.rebuild", "shop.mail"):
        app.send_task(name)
    time.sleep(8)
    process.send_signal(signal.SIGKILL)
    process.wait()
