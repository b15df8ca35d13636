"""The command `explain`: how a log was read, or what a signature says."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from logscan import options
from logscan.arguments import Argument, Option
from logscan.errors import UsageError
from logscan.job import wall_clock
from logscan.redact import redact
from logscan.registry import Settings
from logscan.sanitize import clean_line
from logscan.signature import Ruleset

if TYPE_CHECKING:
    from logscan import explain as explained
    from logscan.scanner import Scanner


def explain(
    target: Annotated[
        str,
        Argument(
            metavar="FILE[:LINE]|ID", help="A log, or one line of it, from 1; or a signature, for its whole page."
        ),
    ],
    level: Annotated[str, Option(help="As for scan.")] = "error",
    tz: Annotated[str | None, Option(metavar="ZONE", help="As for scan.")] = None,
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    color: Annotated[str, Option(help="auto, always, never.")] = "auto",
) -> int:
    """Show how a log was read, or the page of a signature.

    Of a log: transport, streams, headers, events; of one line, what matched and why not. Of a signature: what it means,
    what to do, what it is not, and how that is known."""
    from logscan import explain as explained

    options.one_of("--color", color, ("auto", "always", "never"))
    rules = options.rules(signatures, no_bundled)
    if target in rules.by_id and not Path(target).exists():
        from logscan.renderers import sigpage

        print(sigpage.render(rules.by_id[target], options.view(color, False, sys.stdout.isatty())), end="")
        return 0
    settings = Settings(level=options.level(level), transport=options.transport(transport))
    scanner, looked, number = watched(target, rules, settings, tz, or_signature=True)
    lines = explained.line(scanner, looked, number, rules) if number else explained.overview(scanner, looked)
    for line in lines:
        print(redact(clean_line(line)))
    return 0


def watched(
    target: str, rules: Ruleset, settings: Settings, tz: str | None, or_signature: bool = False
) -> "tuple[Scanner, list[explained.Looked], int]":
    """Read FILE[:LINE]: the scanner as it ended, every group, and the line (0 without one). Raises UsageError, also for
    a line that the file has not."""
    from logscan import explain as explained
    from logscan.sources import Source, find

    path, _, number = target.rpartition(":")
    if not (path and number.isascii() and number.isdigit()) or Path(target).exists():
        path, number = target, ""
    if not Path(path).is_file():
        either = or_signature and not number and os.sep not in path
        what = f", and no signature (see `logscan signatures list`{_near(path, rules)})" if either else ""
        raise UsageError(f"{path}: no such file{what}")
    _, zone = options.zone(tz)
    source = next((item for item in find([path]) if isinstance(item, Source)), None)
    if source is None:
        raise UsageError(f"{path}: cannot be read")
    settings = msgspec.structs.replace(settings, reference=source.mtime or wall_clock())
    if number and not int(number):
        raise UsageError(f"{target}: lines count from 1")
    scanner, looked = explained.watch(source, rules, settings, zone)
    if int(number or 0) > scanner.lines:
        raise UsageError(f"{target}: no such line; the file has {scanner.lines:,}")
    return scanner, looked, int(number or 0)


def _near(name: str, rules: Ruleset) -> str:
    """`; perhaps a.b or a.c`: ids that look like a name."""
    from difflib import get_close_matches

    near = get_close_matches(name, rules.by_id, 2)
    return f"; perhaps {' or '.join(near)}" if near else ""
