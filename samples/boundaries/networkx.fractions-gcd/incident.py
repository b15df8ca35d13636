"""networkx is imported and makes a graph."""

from importlib.metadata import version

print(f"networkx {version('networkx')}", flush=True)
import networkx

print(networkx.path_graph(4).number_of_edges(), "edges")
