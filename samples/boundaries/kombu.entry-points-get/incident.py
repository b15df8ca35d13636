"""A connection of kombu is opened, in memory; its transports are looked up among the entry points."""

try:
    from importlib.metadata import version
except ImportError:
    from importlib_metadata import version

print(f"kombu {version('kombu')}", flush=True)
from kombu import Connection

with Connection("memory://") as connection:
    connection.connect()
    print("connected:", connection.connected)
