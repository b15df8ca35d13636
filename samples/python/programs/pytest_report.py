"""pytest's report of two failing tests, in its long and short styles; no event of a service."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: pytest==8.3.3
import os
import subprocess
import sys

from stage import HERE, failing, healthy

SOURCE = """
def work(number):
    return 10 // number


def test_work():
    assert work(0) == 1


def test_total():
    assert {"tea": 3, "coffee": 1} == {"tea": 3, "coffee": 2}
"""
path = os.path.join(HERE, "test_orders.py")
with open(path, "w") as source:
    source.write(SOURCE)
for style in ("long", "short"):
    healthy(1)
    with failing(kind="test report", counts=False, undecided=True):
        subprocess.call([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb", style, path])
os.remove(path)
healthy(1)
