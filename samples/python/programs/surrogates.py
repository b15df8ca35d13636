"""Text that UTF-8 cannot hold, and control characters, in messages and names of files."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import os

from stage import failing, healthy, report

healthy()
with failing() as event:
    try:
        open(os.fsdecode(b"/srv/in/caf\xe9.csv"))
    except OSError:
        report(event)
healthy()
with failing() as event:
    try:
        raise ValueError("lone \udc80 and \ud83d in it")
    except ValueError:
        report(event)
healthy()
with failing() as event:
    try:
        raise ValueError("tab\there, bell\x07, escape \x1b[31mred\x1b[0m, nul\x00, vt\x0b, next\x85line, cr\rback")
    except ValueError:
        report(event)
healthy()
