"""A workbook is made where NumPy is installed."""

from importlib.metadata import version

print(f"openpyxl {version('openpyxl')}, NumPy {version('numpy')}", flush=True)
import openpyxl

print(openpyxl.Workbook().sheetnames)
