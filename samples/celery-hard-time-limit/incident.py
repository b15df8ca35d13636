"""Tasks run past their hard time limit.

Three tasks. Each leaves the record of the limit and TimeLimitExceeded, and one that only names the child that was killed.

Services: redis
Packages: celery[redis]==5.4.0 kombu==5.4.2 redis==5.0.8 setuptools==75.0.0 packaging==24.1
Leaves: celery.hard-time-limit 6, unclassified 3
"""

import os
import signal
import subprocess
import sys
import time

from celery import Celery

BROKER = f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0"
app = Celery("shop", broker=BROKER, backend=BROKER)
app.conf.update(broker_connection_retry_on_startup=True)


@app.task(name="shop.report", time_limit=1)
def report() -> None:
    time.sleep(30)


def worker() -> subprocess.Popen:
    """A worker of this module; its log goes where ours goes."""
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return subprocess.Popen(command)


if __name__ == "__main__":
    process = worker()
    for _ in range(3):
        report.delay().get(propagate=False, timeout=60)
        time.sleep(1)
    time.sleep(3)
    process.send_signal(signal.SIGKILL)
    process.wait()
