"""The command `show`: a kept report, shown again."""

import sys
from typing import Annotated

from logscan import kept, options, reportbuild
from logscan import report as reports
from logscan.arguments import Argument, Option
from logscan.job import wall_clock
from logscan.renderers import RENDERERS


def show(
    number: Annotated[int, Argument(metavar="[N]", help="1 is the last report, 2 the one before it.")] = 1,
    format: Annotated[str, Option("--format", "-f", help="As for scan; json writes it as it was kept.")] = "terminal",
    top: Annotated[int | None, Option(metavar="N", help="As for scan.")] = None,
    color: Annotated[str, Option(help="As for scan.")] = "auto",
    verbose: Annotated[bool, Option("--verbose", "-v", help="As for scan.")] = False,
) -> int:
    """Show one of the last reports again. What came through a pipe is gone, so they are kept."""
    options.one_of("--format", format, tuple(RENDERERS))
    options.one_of("--color", color, ("auto", "always", "never"))
    report = reports.loads(kept.kept(number), f"report {number}")
    view = options.view(color, verbose, sys.stdout.isatty(), top, reportbuild.rfc3339(wall_clock()))
    sys.stdout.buffer.write(RENDERERS[format](report, view).encode("utf-8", "replace"))
    return 0
