"""A client of redis-py is made; nothing is sent."""

from importlib.metadata import version

print(f"redis {version('redis')}", flush=True)
import redis

print(type(redis.Redis()).__name__, "is there")
