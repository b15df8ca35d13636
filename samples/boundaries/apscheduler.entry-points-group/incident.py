"""A job is scheduled, whose trigger is looked up among the entry points."""

from importlib.metadata import version

print(f"APScheduler {version('apscheduler')}", flush=True)
from apscheduler.schedulers.background import BackgroundScheduler

scheduler = BackgroundScheduler()
scheduler.start()
print(scheduler.add_job(print, "interval", hours=1).trigger)
scheduler.shutdown()
