"""The command `triage`: unclassified groups and drafts of signatures for them."""

import datetime
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from logscan import options
from logscan.arguments import Argument, Option
from logscan.console import EMPTY, nothing_scanned, problems
from logscan.errors import InputError, UsageError
from logscan.job import Job, wall_clock
from logscan.redact import redact
from logscan.registry import Settings
from logscan.report import Options, Report, RulesInfo
from logscan.sanitize import clean_line

if TYPE_CHECKING:
    from logscan.triage import Group


def triage(
    targets: Annotated[
        list[str] | None,
        Argument(metavar="[PATHS…|-|REPORT.json] [fp:…]", help="Logs or one saved report; and groups of them."),
    ] = None,
    write: Annotated[
        Path | None, Option("--write", metavar="DIR", help="Put drafts and samples there instead of printing them.")
    ] = None,
    limit: Annotated[int, Option("--limit", "-n", metavar="N", help="Groups, where none is named.")] = 5,
    level: Annotated[str, Option(help="As for scan.")] = "error",
    tz: Annotated[str | None, Option(metavar="ZONE", help="As for scan.")] = None,
    transport: Annotated[str | None, Option(metavar="NAME", help="As for scan.")] = None,
    signatures: options.Packs = None,
    no_bundled: options.NoBundled = False,
) -> int:
    """Draft signatures for what no signature knows. The largest groups come first, the newest among equals.

    A draft has claimed every event of its group and nothing else in the logs. What a person must still write says TODO,
    and `signatures lint` refuses it until then. Of a saved report only its examples can be tried. What cannot be read
    is named: exit 3 then, 2 where nothing can.
    """
    from logscan import reportbuild, run
    from logscan import triage as triages
    from logscan.renderers import STREAMS

    keys = [each for each in targets or () if each.startswith("fp:")]
    paths = [each for each in targets or () if not each.startswith("fp:")]
    if not paths:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read: name logs or a report, or pipe a log in (see `logscan triage -h`)")
        paths = ["-"]
    options.stdin_is_open(paths)
    _, zone = options.zone(tz)
    bar, now = options.level(level), wall_clock()
    rules = options.rules(signatures, no_bundled)
    job = Job(rules, Settings(level=bar, reference=now, transport=options.transport(transport)), zone, now)
    info, told = RulesInfo(rules.digest, rules.count, rules.packs), Options(bar, None, None, None, None)
    with _rereadable(paths) as (logs, saved):
        made = reportbuild.report(run.scan(logs, job), info, told, rules.by_id)
        if nothing_scanned(made):
            return 2
        shown = made if saved is None else saved
        stream = STREAMS["jsonl"](info, told, redact)
        chosen = triages.wanted(shown, keys, limit)
        found = triages.triage(logs, job, chosen, stream.event, datetime.date.today().isoformat())
    problems(made)
    if not found:
        print("no such group" if keys else "nothing unknown: every event has a signature")
        if keys:
            return 2
    for group in found:
        for line in _told(group, write):
            print(clean_line(line))
    return 0 if made.complete else 3


@contextmanager
def _rereadable(paths: list[str]) -> Iterator[tuple[list[str], Report | None]]:
    """The logs as what can be read several times: standard input and a report's examples as files for a while."""
    if len(paths) == 1 and paths[0].endswith(".json") and Path(paths[0]).is_file():
        from logscan import state

        saved = options.report(paths[0])
        lines = state.examples(state.unpack(saved.state, paths[0]))
    elif "-" in paths:
        saved, lines = None, None
    else:
        yield paths, None
        return
    with tempfile.TemporaryDirectory(prefix="logscan-") as folder:
        file = Path(folder) / "stdin.log"
        with file.open("wb") as out:
            if lines is not None:
                out.writelines(lines)
            else:
                shutil.copyfileobj(sys.stdin.buffer, out)
                if not out.tell() and len(paths) == 1:
                    raise InputError(EMPTY)
        yield [str(file) if path == "-" or lines is not None else path for path in paths], saved


def _told(group: "Group", write: Path | None) -> Iterator[str]:
    one = group.incident
    when = f", {one.first} to {one.last}" if one.first else ""
    yield f"# {one.key}: {one.count}x {one.title}{when}"
    if group.draft is None:
        yield f"# no draft: {group.reason}"
        return
    if write is None:
        yield from group.draft.text.rstrip().split("\n")
        yield f"# to keep it: logscan triage … {one.key} --write DIR"
        yield ""
        return
    for name, data in ((group.draft.path, group.draft.text.encode()), (group.draft.sample_path, group.draft.sample)):
        path = write / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        yield f"{path}: written"
    yield f"next: fill in what says TODO, then logscan signatures lint {options.shell(str(write / 'signatures'))}"
