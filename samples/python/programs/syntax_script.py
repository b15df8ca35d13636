"""Scripts that do not parse: the interpreter prints no "Traceback" line."""
# python: 2.7-
# headers: bare asctime
# keep: all
import os
import subprocess
import sys

from stage import HERE, failing, healthy

BROKEN = [
    ("SyntaxError", b"def act(:\n    pass\n"),
    ("IndentationError", b"def act():\nreturn 1\n"),
    ("TabError", b"if True:\n        x = 1\n\ty = 2\n"),
    ("SyntaxError", b"x = 1\nname = '\xff\xfe'\n"),
    ("SyntaxError", b"# coding: klingon\nx = 1\n"),
    ("SyntaxError", b"x = 1\nreturn x\n"),
]
if sys.version_info < (3,):
    BROKEN = [pair for pair in BROKEN if pair[0] != "TabError"]
path = os.path.join(HERE, "broken.py")
for name, source in BROKEN:
    with open(path, "wb") as file:
        file.write(source)
    healthy(1)
    with failing() as event:
        subprocess.call([sys.executable, path])
        event.set(exceptions=[name], frames=None)
os.remove(path)
healthy(1)
