"""NumPy's OpenBLAS, whose symbols carry the suffix 64_, is asked for its threads."""

from importlib.metadata import version

print(f"threadpoolctl {version('threadpoolctl')}, NumPy {version('numpy')}", flush=True)
import numpy
import threadpoolctl

print([library["internal_api"] for library in threadpoolctl.threadpool_info()], "with", numpy.__name__)
