"""Something is computed with dask, for which a configuration file is there; it is read since 0.18."""

import os
from importlib.metadata import version
from pathlib import Path

print(f"dask {version('dask')}, PyYAML {version('pyyaml')}", flush=True)
Path("conf").mkdir()
Path("conf/dask.yaml").write_text("temporary-directory: /var/tmp\n")
os.environ["DASK_CONFIG"] = str(Path("conf").resolve())
import dask

print(dask.delayed(abs)(-1).compute())
