"""The command `follow`: options, signals and standard output for what follows."""

import sys
from pathlib import Path
from typing import Annotated

from logscan import options
from logscan.arguments import Argument, Option
from logscan.console import say
from logscan.signals import STARTED


def follow(
    paths: Annotated[
        list[str] | None,
        Argument(metavar="[PATHS…|-]", help="Files, folders, quoted patterns, or - for standard input."),
    ] = None,
    journal: Annotated[bool, Option("--journal", help="Follow the systemd journal.")] = False,
    unit: Annotated[
        list[str] | None, Option("--unit", "-u", metavar="UNIT", help="Of the journal, this unit. May be repeated.")
    ] = None,
    state: Annotated[
        Path | None, Option("--state", metavar="FILE", help="Remember here what was read, and go on from there.")
    ] = None,
    level: Annotated[str, Option(help="As for scan.")] = "error",
    format: Annotated[str, Option("--format", "-f", help="terminal, jsonl.")] = "terminal",
    output: Annotated[
        list[str] | None,
        Option("--output", "-o", metavar="FORMAT=PATH", help="Keep a report in a file current. May be repeated."),
    ] = None,
    on_incident: Annotated[
        str | None,
        Option("--on-incident", metavar="CMD", help="Start this program, with the incident as JSON on its input."),
    ] = None,
    notify_every: Annotated[
        str, Option(metavar="WIDTH", help="Tell it of one incident at most once in this time.")
    ] = "15min",
    summary_every: Annotated[
        str | None, Option(metavar="WIDTH", help="Write the report so far this often (not on a terminal).")
    ] = None,
    tz: Annotated[str | None, Option(metavar="ZONE", help="As for scan.")] = None,
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
    color: Annotated[str, Option(help="auto, always, never.")] = "auto",
    quiet: Annotated[bool, Option("--quiet", "-q", help="A line for each event on a terminal too.")] = False,
) -> int:
    """Follow files through rotation, pipes and the journal. Each event is told when it comes, for weeks.

    Reads standard input where no path is given and something is piped in.
    """
    from logscan.followcommand import Command, Request

    STARTED.install_all()  # already done where the process was started for this
    request = Request(
        paths=paths,
        journal=journal,
        units=unit or [],
        state=state,
        level=level,
        format=format,
        outputs=output or [],
        on_incident=on_incident,
        notify_every=notify_every,
        summary_every=summary_every,
        tz=tz,
        transport=transport,
        signatures=signatures or [],
        bundled=not no_bundled,
        color=color,
        quiet=quiet,
    )
    return Command(request, STARTED, _flushed, say).run()


def _flushed(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
