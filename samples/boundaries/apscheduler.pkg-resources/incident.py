"""A scheduler is started. APScheduler 2 has it in another module."""

from importlib.metadata import version

print(f"APScheduler {version('apscheduler')}, setuptools {version('setuptools')}", flush=True)
try:
    from apscheduler.schedulers.background import BackgroundScheduler as Scheduler
except ModuleNotFoundError as error:
    if error.name != "apscheduler.schedulers":
        raise
    from apscheduler.scheduler import Scheduler

scheduler = Scheduler()
scheduler.start()  # on a thread that ends with the program
print(type(scheduler).__name__, "runs")
