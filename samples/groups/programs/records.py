"""Run a program's module and note what it logs: one JSON array [call site, level, message] a line.

    python records.py OUT MODULE [ARGUMENT…]

The call site (file and line of the logging call) is the record's cause; the file is told from the package on.
"""
import json
import logging
import runpy
import sys

out = open(sys.argv[1], "a")


class Note(logging.Handler):
    def emit(self, record):
        site = "%s:%d" % ("/".join(record.pathname.split("/")[-3:]), record.lineno)
        out.write(json.dumps([site, record.levelname, record.getMessage()]) + "\n")



logging.root.setLevel(logging.DEBUG)
noting = Note()
original = logging.Logger.handle


def handle(self, record):
    noting.emit(record)
    original(self, record)


logging.Logger.handle = handle
logging.Logger.isEnabledFor = lambda self, level: True
sys.argv = sys.argv[2:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
