"""RabbitMQ refuses the worker's password.

The worker has another password than the broker knows. It ends by itself.

Services: rabbitmq
Packages: celery==5.4.0 kombu==5.4.2 setuptools==75.0.0 packaging==24.1
Leaves: celery.broker-unreachable 1
"""

import os
import subprocess
import sys

from celery import Celery

app = Celery("shop", broker=f"amqp://guest:mistyped@127.0.0.1:{os.environ['AMQP_PORT']}//")

if __name__ == "__main__":
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", "incident", "worker"]
    command += ["-c", "1", "-n", "shop", "-l", "info", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    subprocess.run(command, stderr=subprocess.STDOUT, timeout=60)
