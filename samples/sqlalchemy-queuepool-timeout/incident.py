"""All connections of the pool are checked out.

One session holds the pool's only connection; three more wait for a tenth of a second each and give up.

Packages: sqlalchemy==2.0.43 | sqlalchemy==1.4.54
Leaves: sqlalchemy.queuepool-timeout 3
"""

import logging

from sqlalchemy import create_engine
from sqlalchemy.exc import TimeoutError
from sqlalchemy.pool import QueuePool

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
engine = create_engine("sqlite:///shop.db", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0.1)
held = engine.connect()
for item in ("tea", "mug", "pot"):
    try:
        engine.connect()
    except TimeoutError:
        logging.getLogger("shop.stock").exception("no stock of %s", item)
