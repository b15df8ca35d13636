"""A builtin function is pickled and read again."""

from importlib.metadata import version

print(f"cloudpickle {version('cloudpickle')}", flush=True)
import pickle

import cloudpickle

print(pickle.loads(cloudpickle.dumps(len))("four"))
