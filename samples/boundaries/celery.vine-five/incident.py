"""A task is sent, in memory."""

import pkg_resources

print(f"celery {pkg_resources.get_distribution('celery').version}", flush=True)
from celery import Celery

app = Celery("shop", broker="memory://")


@app.task
def pay():
    """Nothing."""


print("sent:", bool(pay.delay().id))
