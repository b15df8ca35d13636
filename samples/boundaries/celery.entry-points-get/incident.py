"""A task is sent, in memory; the result's backend is looked up among the entry points."""

from importlib.metadata import version

print(f"celery {version('celery')}, kombu {version('kombu')}", flush=True)
from celery import Celery

app = Celery("shop", broker="memory://", backend="cache+memory://")


@app.task
def pay() -> None:
    """Nothing."""


print("sent:", bool(pay.delay().id))
