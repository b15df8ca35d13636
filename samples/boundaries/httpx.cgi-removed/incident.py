"""A client of httpx is made, on Python 3.13."""

import httpx

print(httpx.Client())
