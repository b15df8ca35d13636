"""A query is read through an engine of SQLAlchemy 2. pandas before 1.4 fails at another call, which is told in place of
the traceback."""

import warnings
from importlib.metadata import version

warnings.simplefilter("ignore")  # of a compiler that is not there
print(f"pandas {version('pandas')}, SQLAlchemy {version('sqlalchemy')}", flush=True)
import pandas
import sqlalchemy

engine = sqlalchemy.create_engine("sqlite://")
try:
    print(pandas.read_sql("SELECT 1 AS one", engine))
except TypeError as error:
    print(f"before the query: {error}")
