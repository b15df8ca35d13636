"""NumPy, pandas and pyarrow: arrays that are too large, columns of mixed values

A report is asked for tables that need terabytes, by NumPy alone and through pandas, and for columns of mixed values as Parquet and Arrow, in two
orders of the types. `app.log` logs each with its traceback, `bare.log` runs each as a script of its own that dies of it, `old.log` is of older
releases, in workers of concurrent.futures.
"""

# log: app.log | 3.11 | numpy==2.0.2 pandas==2.2.3 pyarrow==17.0.0
# log: bare.log | 3.12 | numpy==1.26.4 pandas==2.2.3 pyarrow==15.0.2
# log: old.log | 3.8 | numpy==1.19.5 pandas==1.2.5 pyarrow==5.0.0

import concurrent.futures
import logging
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
from drive import finished, leaves

HABIT = sys.argv[1]
LARGE, MIXED = "numpy.array-memory-error", "pyarrow.conversion-failed"


def distances():
    points = np.arange(10_000_000)
    return points[:, None] - points[None, :]


def zeros():
    return np.zeros((500_000, 200_000_000))


def pivoted():
    return pd.DataFrame(np.broadcast_to(np.float64(1), (3_000_000, 4_000_000))).copy()


def to_parquet():
    pd.DataFrame({"item": ["tea", "mug"], "qty": [1, "two"]}).to_parquet("stock.parquet")


def to_arrow():
    pa.Table.from_pandas(pd.DataFrame({"note": [b"tea", 3]}))


ACTS = {distances: LARGE, zeros: LARGE, pivoted: LARGE, to_parquet: MIXED, to_arrow: MIXED}
if HABIT == "run":
    sys.exit(globals()[sys.argv[2]]())
logging.basicConfig(format="%(asctime)s | %(levelname)-8s | %(name)s:%(funcName)s:%(lineno)d - %(message)s")
log = logging.getLogger("shop.reports")
with concurrent.futures.ProcessPoolExecutor(1) as pool:
    for act, signature in ACTS.items():
        if HABIT == "bare":
            assert finished("incidents.py", "run", act.__name__) == 1
        else:
            try:
                pool.submit(act).result() if HABIT == "old" else act()
            except Exception:
                log.exception("no report")
            else:
                raise SystemExit(act.__name__)
        leaves(signature)
