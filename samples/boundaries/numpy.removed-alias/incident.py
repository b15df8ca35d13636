"""np.NaN is used."""

import numpy as np

print(f"NumPy {np.__version__}", flush=True)
print(np.isnan(np.NaN))
