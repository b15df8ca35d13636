"""A name is imported from six.moves, as python-dateutil does."""

import six

print(f"six {six.__version__}", flush=True)
from six.moves import urllib

print(urllib.parse.quote("from here on"))
