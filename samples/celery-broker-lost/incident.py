"""The broker goes away under a running worker.

Redis is killed; the worker says that it lost it, and tries twice to connect before it is stopped.

Services: redis
Packages: celery[redis]==5.4.0 kombu==5.4.2 redis==5.0.8 setuptools==75.0.0 packaging==24.1
Leaves: celery.broker-lost 1, celery.broker-connection-refused 2
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

from celery import Celery

app = Celery("shop", broker=f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0")
app.conf.update(broker_connection_retry_on_startup=True, worker_cancel_long_running_tasks_on_connection_loss=True)


def run_until(mark: str, times: int, then: Callable[[], None] | None = None) -> None:
    """A worker of this module until it has printed `mark` that often; `then` once it is connected."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        print(line, end="", flush=True)
        if then is not None and " ready." in line:
            then()
        times -= mark in line
        if not times:
            break
    process.kill()
    process.wait()


if __name__ == "__main__":
    run_until("Trying again in", 2, lambda: os.kill(int(os.environ["REDIS_PID"]), signal.SIGKILL))
