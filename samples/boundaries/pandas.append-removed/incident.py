"""A row is appended to a frame."""

import warnings

import pandas

warnings.simplefilter("ignore")  # of the deprecation
print(f"pandas {pandas.__version__}", flush=True)
table = pandas.DataFrame({"day": [1], "sold": [3]})
print(len(table.append({"day": 2, "sold": 5}, ignore_index=True)))
