"""A session of botocore is made. Releases before 1.13 fail under Python 3.12 at another import, which is told in place
of the traceback."""

from importlib.metadata import version

print(f"botocore {version('botocore')}", flush=True)
try:
    import botocore.session
except ImportError as error:
    if "collections" not in str(error):
        raise
    print(error)
else:
    print(type(botocore.session.get_session()).__name__, "is there")
