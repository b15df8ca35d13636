"""Two connections write to one SQLite file.

One holds its transaction open; the other one waits for a tenth of a second and gives up. Three times.

Packages: python
Leaves: sqlite.database-locked 3
"""

import logging
import sqlite3

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
writer = sqlite3.connect("shop.db", isolation_level=None)
writer.execute("CREATE TABLE stock (item, n)")
writer.execute("BEGIN IMMEDIATE")
for item in ("tea", "mug", "pot"):
    try:
        sqlite3.connect("shop.db", timeout=0.1).execute("INSERT INTO stock VALUES (?, 3)", (item,))
    except sqlite3.OperationalError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
