"""requests is imported beside urllib3 2."""

from importlib.metadata import version

print(f"starting with urllib3 {version('urllib3')}", flush=True)
import requests

print(f"{requests.Session()} is ready")
