"""Warnings, alone, of two lines, and through `logging`; they are not errors."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import logging
import warnings

from stage import LOGGED, failing, healthy


def old(x):
    warnings.warn("old() goes in 3.0; use new()", UserWarning)
    return x


def lines():
    warnings.warn("first line\nsecond line", RuntimeWarning)


for act in (lambda: old(1), lines):
    healthy()
    with failing(kind="warning", level="warning", counts=False) as event:
        act()
if LOGGED:
    logging.captureWarnings(True)
    healthy()
    with failing(kind="warning", counts=False) as event:
        event.logged(0, "warning")
        warnings.warn("through logging", UserWarning)
healthy()
