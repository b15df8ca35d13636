"""An application is asked by the test client, beside httpx 0.28. Starlette 0.20 asks by requests."""

from importlib.metadata import version

print(f"testing the shop with httpx {version('httpx')}", flush=True)
from starlette.applications import Starlette
from starlette.testclient import TestClient

print(TestClient(Starlette()).get("/"))
