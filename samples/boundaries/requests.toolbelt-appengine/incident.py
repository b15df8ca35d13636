"""An upload is prepared with requests-toolbelt beside urllib3 2."""

from importlib.metadata import version

print(f"starting with urllib3 {version('urllib3')}", flush=True)
import requests_toolbelt

print(requests_toolbelt.MultipartEncoder({"name": "tea"}).len, "bytes are ready")
