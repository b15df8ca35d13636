"""np.int is used."""

import warnings

import numpy as np

warnings.simplefilter("ignore")  # of the deprecation
print(f"NumPy {np.__version__}", flush=True)
print(np.array([1.5, 2.5]).astype(np.int))
