"""rich: tracebacks in boxes, printed alone and through its logging handler; a chain of two boxes."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: rich==13.9.4
import logging

from rich.console import Console
from rich.logging import RichHandler

from stage import failing, healthy


def work(number):
    return 10 // number


def chained(number):
    try:
        return work(number)
    except ZeroDivisionError as error:
        raise LookupError("no rate for order 17") from error


def handle(act):
    try:
        act(0)
    except Exception as error:
        event.of(error, frames=None)
        Console(stderr=True, width=80).print_exception(show_locals=act is chained)


healthy()
for act in (work, chained):
    with failing() as event:
        handle(act)
    healthy()
console = Console(stderr=True, width=140)
log = logging.getLogger("boxes")
log.propagate = False
log.addHandler(RichHandler(console=console, rich_tracebacks=True))
with failing() as event:
    try:
        work(0)
    except ZeroDivisionError as error:
        event.of(error, frames=None, headered=True, level="error", prelude=1)
        log.exception("order 17 failed")
healthy()
