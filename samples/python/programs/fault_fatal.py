"""A crash that `faulthandler` reports: segmentation fault, and abort."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import ctypes
import faulthandler
import os
import resource

from stage import failing, healthy


def crash(act):
    act()


def segv():
    ctypes.string_at(0)


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
faulthandler.enable()
for act in (segv, os.abort):
    healthy()
    with failing(kind="faulthandler") as event:
        child = os.fork()
        if child == 0:
            crash(act)
        os.waitpid(child, 0)
healthy()
