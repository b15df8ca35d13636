"""The URL of the database names a dialect that is not there.

The scheme postgres, a dialect that is not installed, and a typing error.

Packages: sqlalchemy==2.0.43 | sqlalchemy==1.4.54
Leaves: sqlalchemy.no-such-plugin 3
"""

import logging

from sqlalchemy import create_engine

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
for scheme in ("postgres", "snowflake", "postgresql+asyncpgx"):
    try:
        create_engine(f"{scheme}://db.example.com/shop")
    except Exception:
        logging.getLogger("shop.db").exception("no engine")
