"""black formats a line beside click 8.1."""

import runpy
import sys
from importlib.metadata import version

print(f"formatting with click {version('click')}", flush=True)
with open("tea.py", "w") as file:
    file.write("tea = {'price':3}\n")
sys.argv = ["black", "tea.py"]
runpy.run_module("black", run_name="__main__")
