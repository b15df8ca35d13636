"""A SQLite file may not be written.

It is opened read-only; three inserts fail.

Packages: python
Leaves: sqlite.readonly 3
"""

import logging
import sqlite3

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with sqlite3.connect("shop.db") as writer:
    writer.execute("CREATE TABLE stock (item, n)")
reader = sqlite3.connect("file:shop.db?mode=ro", uri=True)
for item in ("tea", "mug", "pot"):
    try:
        reader.execute("INSERT INTO stock VALUES (?, 3)", (item,))
    except sqlite3.OperationalError:
        logging.getLogger("shop.stock").exception("stock of %s not written", item)
