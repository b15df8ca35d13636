"""A pool of connections is made, on Python 3.12."""

import urllib3

print(urllib3.PoolManager())
