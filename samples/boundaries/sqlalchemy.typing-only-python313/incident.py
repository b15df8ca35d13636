"""An engine connects to SQLite and selects. Old releases of the 1.4 series warn about what they deprecate."""

from importlib.metadata import version

print(f"SQLAlchemy {version('sqlalchemy')}", flush=True)
import sqlalchemy

with sqlalchemy.create_engine("sqlite://").connect() as connection:
    print(connection.execute(sqlalchemy.text("SELECT 1")).scalar())
