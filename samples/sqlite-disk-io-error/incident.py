"""SQLite cannot read its file.

The system refuses to let the file grow, with another error than a full disk; three inserts fail.

Packages: python
Leaves: sqlite.disk-io-error 3
"""

import logging
import resource
import signal
import sqlite3

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
connection = sqlite3.connect("shop.db", isolation_level=None)
connection.execute("CREATE TABLE stock (item, n)")
resource.setrlimit(resource.RLIMIT_FSIZE, (16384, resource.RLIM_INFINITY))
for item in ("tea", "mug", "pot"):
    try:
        connection.execute("INSERT INTO stock VALUES (?, 3)", (item * 20000,))
    except sqlite3.OperationalError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
