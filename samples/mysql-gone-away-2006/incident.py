"""A packet is larger than the server allows.

The server closes the connection in the middle of an insert of 20 MB. Three times.

Services: mariadb --max-allowed-packet=1M
Packages: pymysql==1.1.1 | pymysql==1.0.2
Leaves: mysql.gone-away-2006 3
"""

import logging
import os

import pymysql

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
where = {
    "host": "127.0.0.1",
    "port": int(os.environ["MYSQL_PORT"]),
    "user": "shop",
    "password": "example",
    "database": "test",
}
connection = pymysql.connect(**where, max_allowed_packet=2**26)
connection.cursor().execute("CREATE TABLE pages (body LONGTEXT)")
for page in ("tea", "mug", "pot"):
    try:
        pymysql.connect(**where, max_allowed_packet=2**26).cursor().execute(
            "INSERT INTO pages VALUES (%s)", ("x" * 20_000_000,)
        )
    except pymysql.Error:
        logging.getLogger("shop.pages").exception("page %s not written", page)
