"""The broker goes away under a running worker.

Redis is killed; the worker says that it lost it, and tries twice to connect before it is stopped.

Services: redis
Packages: celery[redis]==5.4.0 redis==5.0.8 setuptools==75.0.0 packaging==24.1
Leaves: celery.broker-lost 1, celery.broker-connection-refused 2
"""

import os
import signal
import subprocess
import sys
import time

from celery import Celery

app = Celery("shop", broker=f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0")
app.conf.update(broker_connection_retry_on_startup=True, worker_cancel_long_running_tasks_on_connection_loss=True)


def worker() -> subprocess.Popen:
    """A worker of this module; its log goes where ours goes."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen(command)


if __name__ == "__main__":
    process = worker()
    time.sleep(6)
    os.kill(int(os.environ["REDIS_PID"]), signal.SIGKILL)
    time.sleep(4)
    process.send_signal(signal.SIGKILL)
    process.wait()
