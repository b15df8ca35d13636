"""Work is given to joblib, which carries a copy of cloudpickle since 0.12."""

from importlib.metadata import version

print(f"joblib {version('joblib')}", flush=True)
from joblib import Parallel, delayed

print(Parallel(n_jobs=1)(delayed(abs)(-number) for number in range(3)))
