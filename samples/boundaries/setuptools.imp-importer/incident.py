"""pkg_resources is imported, as old packages do to tell their version. Releases before 56 fail under Python 3.12 at
their own copy of another package, which is told in place of the traceback."""

from importlib.metadata import version

print(f"setuptools {version('setuptools')}", flush=True)
try:
    import pkg_resources
except ImportError as error:
    print(str(error).partition(" (")[0])
else:
    print(pkg_resources.get_distribution("setuptools").version, "is known to pkg_resources")
