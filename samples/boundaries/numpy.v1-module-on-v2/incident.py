"""Matplotlib 3.8.0, whose modules were compiled with NumPy 1, is imported."""

from importlib.metadata import version

print(f"NumPy {version('numpy')}, Matplotlib {version('matplotlib')}", flush=True)
try:
    import matplotlib.path
except ImportError as error:
    print(error)
else:
    print(len(matplotlib.path.Path.unit_circle()), "points")
