"""Frames without source lines: compiled text, and a file that is gone."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import os

from stage import HERE, failing, healthy, report

healthy()
with failing() as event:
    try:
        exec(compile("def rule(x):\n    return x / 0\n\nrule(4)\n", "<rule 12>", "exec"))
    except ZeroDivisionError:
        report(event)
healthy()
path = os.path.join(HERE, "gone.py")
with open(path, "w") as source:
    source.write("def act(x):\n    return x['key']\n")
import gone

os.remove(path)
with failing() as event:
    try:
        gone.act({})
    except KeyError:
        report(event)
healthy()
with failing():
    exec("raise ValueError('from a string')")
