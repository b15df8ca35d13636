"""Python: imports, processes and threads that the interpreter or the system refuses

Modules that are missing, that import each other or that hide a library; shared objects that were compiled here to lack a library, a
symbol, or a version of libc; process pools whose child is killed or whose main module has no guard; threads beyond the limit
of the user.

`python-3.8.log` has the older wordings, `python-3.13.log` the newer ones.
"""

# log: python-3.8.log | 3.8 |
# log: python-3.13.log | 3.13 |

import os
import subprocess
import sys
from pathlib import Path

from drive import finished, leaves


def start(signature, times, *command):
    """Start a program so many times; each leaves one event."""
    for _ in range(times):
        print("INFO:     starting", *command[-1:], flush=True)
        finished(*command)
    leaves(signature, times)


def compiled(name, source, *options):
    """Compile a shared object into this folder."""
    Path(name + ".c").write_text(source)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", name + ".so", name + ".c", *options], check=True)


start("python.module-not-found", 3, "-c", "import yaml_that_is_not_there")
start("python.circular-import", 2, "-c", "import orders")
if sys.version_info >= (3, 13):
    start("python.circular-import", 2, "hides/random.py")
    start("python.distutils-missing", 2, "-c", "from distutils.version import LooseVersion")

compiled("libshelf", "int shelf(void) { return 3; }")
compiled("missing", "extern int shelf(void); int tea(void) { return shelf(); }", "-L.", "-lshelf", "-Wl,-rpath,$ORIGIN")
os.remove("libshelf.so")
start("python.shared-library-missing", 2, "-c", "import missing")
compiled("symbol", "extern int shelf(void); int tea(void) { return shelf(); }", "-Wl,-z,now")
start("python.undefined-symbol", 3, "-c", "import symbol")
for library, version, signature in (
    ("libc.so.6", "GLIBC_2.99", "python.glibc-not-found"),
    ("libstdc++.so.6", "GLIBCXX_3.4.99", "python.glibcxx-not-found"),
):
    Path("stub.map").write_text("%s { global: shelf; };" % version)
    compiled("stub", "int shelf(void) { return 3; }", "-nostdlib", "-Wl,-soname," + library, "-Wl,--version-script=stub.map")
    module = "newer" + version[5:7].strip("_").lower()
    compiled(module, "extern int shelf(void); int tea(void) { return shelf(); }", "-nostdlib", "-Wl,--no-as-needed", "stub.so")
    start(signature, 2, "-c", "import " + module)

start("python.broken-process-pool", 2, "killed_child.py")
finished("unguarded.py")
leaves("multiprocessing.missing-main-guard")
leaves("python.broken-process-pool")
start("python.cant-start-thread", 2, "threads.py")
