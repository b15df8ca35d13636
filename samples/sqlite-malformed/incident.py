"""A SQLite file is damaged.

Bytes in its middle are overwritten; three queries fail.

Packages: python
Leaves: sqlite.malformed 3
"""

import logging
import sqlite3
from pathlib import Path

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
with sqlite3.connect("shop.db") as writer:
    writer.execute("CREATE TABLE stock (item, n)")
    writer.executemany("INSERT INTO stock VALUES (?, 3)", [(f"tea {n}",) for n in range(5000)])
writer.close()
path = Path("shop.db")
content = bytearray(path.read_bytes())
content[4096 : len(content) - 4096] = b"\xff" * (len(content) - 8192)
path.write_bytes(content)
for _ in range(3):
    try:
        sqlite3.connect("shop.db").execute("SELECT sum(n) FROM stock").fetchall()
    except sqlite3.DatabaseError:
        logging.getLogger("shop.stock").exception("no stock")
