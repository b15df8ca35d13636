"""The result of a task is asked for, and no result backend is configured.

Three times.

Services: redis
Packages: celery[redis]==5.4.0 kombu==5.4.2 redis==5.0.8 setuptools==75.0.0 packaging==24.1 | celery[redis]==5.2.7 kombu==5.2.4 redis==4.6.0 setuptools==75.0.0 packaging==24.1
Leaves: celery.no-result-backend 3
"""

import logging
import os

from celery import Celery

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
app = Celery("shop", broker=f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0")
result = app.send_task("shop.report")
for ask in (result.get, result.ready, lambda: result.status):
    try:
        ask()
    except Exception:
        logging.getLogger("shop.report").exception("no report")
