"""Modules that do not parse, met on import and in `compile`."""
# python: 2.7-
# headers: bare asctime
# keep: all
import importlib
import os
import sys

from stage import HERE, failing, healthy, report

BROKEN = [
    ("broken_syntax", b"def act(:\n    pass\n"),
    ("broken_indent", b"def act():\nreturn 1\n"),
    ("broken_tab", b"if True:\n        x = 1\n\ty = 2\n"),
    ("broken_encoding", b"x = 1\nname = '\xff\xfe'\n"),
    ("broken_quote", b"x = (1,\n     'two\n"),
]

if sys.version_info < (3,):
    BROKEN = [pair for pair in BROKEN if pair[0] != "broken_tab"]
for name, source in BROKEN:
    path = os.path.join(HERE, name + ".py")
    with open(path, "wb") as file:
        file.write(source)
    healthy(1)
    with failing() as event:
        try:
            importlib.import_module(name)
        except SyntaxError:
            report(event)
    os.remove(path)
healthy(1)
with failing():
    compile("1 +\n", "<rule 7>", "exec")
