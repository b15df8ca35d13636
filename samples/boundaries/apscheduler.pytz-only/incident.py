"""A scheduler is given a time zone of the standard library. APScheduler 2 knows no zones."""

from importlib.metadata import version
from zoneinfo import ZoneInfo

print(f"APScheduler {version('apscheduler')}", flush=True)
try:
    from apscheduler.schedulers.background import BackgroundScheduler
except ModuleNotFoundError as error:
    if error.name != "apscheduler.schedulers":
        raise
    from apscheduler.scheduler import Scheduler

    scheduler = Scheduler()
else:
    scheduler = BackgroundScheduler(timezone=ZoneInfo("Europe/Berlin"))
scheduler.start()  # on a thread that ends with the program
print(type(scheduler).__name__, "runs")
