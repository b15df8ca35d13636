"""A graph is written as GraphML where NumPy is installed."""

from importlib.metadata import version

print(f"networkx {version('networkx')}, NumPy {version('numpy')}", flush=True)
import networkx

print(len("".join(networkx.generate_graphml(networkx.path_graph(4)))) > 100)
