"""A client of botocore is made; nothing is sent. 1.29.122 imports, and fails where it makes its TLS context, which is
told in place of the traceback."""

import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # old releases use what later Pythons deprecate
print(f"botocore {version('botocore')}, urllib3 {version('urllib3')}", flush=True)
import botocore.session

session = botocore.session.get_session()
try:
    client = session.create_client("s3", "eu-west-1", aws_access_key_id="none", aws_secret_access_key="none")
except TypeError as error:
    print(error)
else:
    print(type(client).__name__, "is there")
