"""FORCE_COLOR=1 and a text that does not parse."""
# python: 3.13-
# headers: bare
# keep: all
# environment: FORCE_COLOR=1
from stage import failing, healthy

healthy()
with failing():
    compile("total = (1 +\nprice * * 2)\n", "<rule 7>", "exec")
