"""Motor's classes for asyncio are imported. Releases before 2 use the same decorator in another way, which is told in
place of the traceback."""

from importlib.metadata import version

print(f"motor {version('motor')}, PyMongo {version('pymongo')}", flush=True)
try:
    from motor.motor_asyncio import AsyncIOMotorClient
except AttributeError as error:
    print(error)
else:
    print(AsyncIOMotorClient.__name__, "is there")
