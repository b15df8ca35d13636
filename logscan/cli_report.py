"""The command `report`: saved reports, shown, added up, compared."""

import sys
from typing import Annotated

from logscan import options, when
from logscan.arguments import Argument, Option
from logscan.console import refused
from logscan.renderers import RENDERERS, STREAMS
from logscan.report import Report

FORMATS = tuple(name for name in RENDERERS if name not in STREAMS)


def report(
    paths: Annotated[list[str], Argument(metavar="A.json [B.json…]", help="Reports: what --format json has written.")],
    format: Annotated[str, Option("--format", "-f", help=f"{', '.join(FORMATS)}.")] = "terminal",
    bucket: Annotated[str, Option(metavar="WIDTH", help="As for scan.")] = "auto",
    baseline: Annotated[str | None, Option(metavar="OLD.json", help="As for scan.")] = None,
    fail_on: Annotated[str | None, Option(metavar="WHAT", help="As for scan.")] = None,
    color: Annotated[str, Option(help="auto, always, never.")] = "auto",
    verbose: Annotated[bool, Option("--verbose", "-v", help="Frames, chains, and every group.")] = False,
    allow_incomplete: Annotated[
        bool, Option("--allow-incomplete", help="Exit 0 where some input could not be read.")
    ] = False,
) -> int:
    """Show saved reports, or add them up. Several are shown as one scan of all their logs.

    Reports of the same log, or made with other signatures, are refused: they would count twice, or differently.
    """
    options.one_of("--format", format, FORMATS)
    options.one_of("--color", color, ("auto", "always", "never"))
    options.fail_on(fail_on, baseline)
    shown = _loaded(paths, when.duration(bucket, "--bucket"))
    if baseline is not None:
        from logscan.baseline import compare

        shown = compare(shown, options.report(baseline), baseline)
    view = options.view(color, verbose, sys.stdout.isatty())
    sys.stdout.buffer.write(RENDERERS[format](shown, view).encode("utf-8", "replace"))
    if fail_on is not None and refused(shown, fail_on):
        return 1
    return 0 if shown.complete or allow_incomplete else 3


def _loaded(paths: list[str], bucket: int | None) -> Report:
    """One report as it was saved, several (or one with other buckets) added up."""
    loaded = [options.report(path) for path in paths]
    if len(loaded) == 1 and bucket is None:
        return loaded[0]
    import msgspec

    from logscan import merge, state

    saved = [merge.Saved(path, each) for path, each in zip(paths, loaded, strict=True)]
    made, summary = merge.merge(saved, bucket)
    return msgspec.structs.replace(made, state=state.pack(summary))
