"""IPython's way to print an exception: a rule, name and "Traceback" on one line, numbered source."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: ipython==8.29.0
import sys

from IPython.core.ultratb import FormattedTB

from stage import failing, healthy


def work(number):
    return 10 // number


for mode in ("Plain", "Context", "Verbose", "Minimal"):
    show = FormattedTB(mode=mode, color_scheme="NoColor", ostream=sys.stderr)
    healthy(1)
    with failing() as event:
        try:
            work(0)
        except ZeroDivisionError as error:
            event.of(error, frames=None)
            if mode == "Minimal":
                event.set(counts=False, kind="bare line")
            show(*sys.exc_info())
healthy(1)
