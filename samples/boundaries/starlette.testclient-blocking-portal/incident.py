"""An application is asked by the test client, beside anyio 4. Starlette 0.14 uses no anyio."""

from importlib.metadata import version

print(f"testing the shop with anyio {version('anyio')}", flush=True)
from starlette.applications import Starlette
from starlette.testclient import TestClient

print(TestClient(Starlette()).get("/"))
