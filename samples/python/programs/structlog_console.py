"""structlog's console renderer, with plain tracebacks."""
# python: 3.11-3.11
# headers: bare
# keep: all
# packages: structlog==24.4.0
import sys

import structlog

from stage import failing, healthy


def work(number):
    return 10 // number


def chained(number):
    try:
        return work(number)
    except ZeroDivisionError as error:
        raise LookupError("no rate for order 17") from error


structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),
)
log = structlog.get_logger()
healthy()
for act in (work, chained):
    with failing() as event:
        try:
            act(0)
        except Exception as error:
            event.of(error, headered=True, level="error", prelude=1)
            log.exception("order failed", order=17, item="tea")
    healthy()
