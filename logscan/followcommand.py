"""`logscan follow`, put together: options to values, the parts to one another. The command line gives it signals and
the two ways to write."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

import msgspec

from logscan import config, kept, options, reportbuild
from logscan.errors import LogscanError, RulesError, UsageError
from logscan.follow import Follower, Plan
from logscan.followstate import StateFile
from logscan.followtell import Ledger, Teller
from logscan.followview import FollowView
from logscan.job import Job, Progress, wall_clock
from logscan.live import LiveReport
from logscan.registry import Settings
from logscan.renderers import RENDERERS, STREAMS, View
from logscan.report import Options, Report, RulesInfo
from logscan.signature import Ruleset
from logscan.summary import Summary, SummaryBuilder

FORMATS: Final = ("terminal", "jsonl")


class Signals(Protocol):
    """What has been asked for: `signal` the number of the one that ends, 0 before; `again`: read signatures anew."""

    signal: int
    again: bool


class Request(msgspec.Struct, frozen=True):
    """The options of `follow`, as they were given."""

    paths: list[str] | None
    journal: bool
    units: list[str]
    state: Path | None
    level: str
    format: str
    outputs: list[str]
    on_incident: str | None
    notify_every: str
    summary_every: str | None
    tz: str | None
    transport: str | None
    signatures: list[Path]
    bundled: bool
    color: str
    quiet: bool


class Command:
    """One run. Raises UsageError and RulesError before it reads anything."""

    def __init__(
        self, request: Request, signals: Signals, write: Callable[[bytes], None], say: Callable[[str], None]
    ) -> None:
        self._request = request
        self._signals = signals
        self._say = say
        options.one_of("--format", request.format, FORMATS)
        options.one_of("--color", request.color, ("auto", "always", "never"))
        self._plan = _plan(request)
        whole = tuple(name for name in RENDERERS if name not in STREAMS)
        places = options.outputs(request.outputs, whole, self._plan.paths)
        zone_name, self._zone = options.zone(request.tz)
        self._level = options.level(request.level)
        self._told = Options(level=self._level, since=None, until=None, tz=zone_name, reference_time=None)
        self._tell = options.command("--on-incident", request.on_incident)
        self._every = options.seconds("--notify-every", request.notify_every)
        summaries = options.seconds("--summary-every", request.summary_every) if request.summary_every else None
        transport = options.transport(request.transport)
        self._view = options.view(request.color, False, sys.stdout.isatty(), None, reportbuild.rfc3339(wall_clock()))
        self._rules = options.rules(request.signatures, not request.bundled)
        self._hide = options.redactor("", False, kept.key, config.current().redact_rules)
        self._shown = FollowView(
            self._report, (_info(self._rules), self._told, self._hide), request.format, self._view, write, self._live()
        )
        self._shown.places, self._shown.summary_every = places, summaries
        now = wall_clock()
        self._job = Job(
            rules=self._rules,
            settings=Settings(level=self._level, reference=now, transport=transport),
            zone=self._zone,
            now=now,
            on_event=self._shown.event,
            on_tick=self._tick,
            stopped=lambda: bool(signals.signal),
        )

    def run(self) -> int:
        """Follow; returns the exit code."""
        state = StateFile(self._request.state) if self._request.state is not None else None
        follower = self._follower = Follower(self._plan, self._job, state, self._turn)
        if state is not None and state.aside is not None:
            what = f"could not be believed; put aside as {state.aside.name}"
            follower.builder.problem(str(state.path), "state", what)
            self._say(f"{state.path}: {what}")
        self._shown.ledger = Ledger(follower.builder.done())
        teller = Teller(self._tell, self._every, follower.builder, self._hide) if self._tell else None
        self._shown.teller = teller
        try:
            follower.run()
        finally:
            if teller is not None:
                teller.close()
            if state is not None:
                state.close()
        report = self._shown.finish(follower.account())
        if self._request.format != "terminal":
            for problem in report.problems:
                self._say(f"{problem.source}: {problem.message}")
        if self._signals.signal:
            return 128 + self._signals.signal
        return 0 if report.complete else 3

    def _tick(self, progress: Progress, builder: SummaryBuilder) -> None:
        if self._shown.redraws:
            self._follower.settle()
        self._shown.tick(progress, builder)

    def _turn(self, now: float) -> None:
        if self._signals.again:
            self._signals.again = False
            self._reload()
        self._shown.turn(now, self._follower.account, self._follower.progress.stored)

    def _reload(self) -> None:
        """Read the signatures anew; where they have mistakes, the old ones stay in force."""
        try:
            self._rules = options.rules(self._request.signatures, not self._request.bundled)
        except (RulesError, LogscanError, OSError) as error:
            for line in error.problems if isinstance(error, RulesError) else [str(error)]:
                self._say(line)
            self._say("the signatures have mistakes: the old ones stay in force")
            return
        self._follower.reload(msgspec.structs.replace(self._job, rules=self._rules))
        self._say(f"signatures read again: {self._rules.count} in force")

    def _report(self, summary: Summary) -> Report:
        return reportbuild.report(summary, _info(self._rules), self._told, self._rules.by_id, redact=self._hide)

    def _live(self) -> LiveReport | None:
        if self._request.format != "terminal" or not options.redraws(sys.stdout) or self._request.quiet:
            return None
        return LiveReport(sys.stdout, self._draw)

    def _draw(self, summary: Summary) -> str:
        view: View = self._view
        report = self._report(self._follower.as_of_now(summary))
        return self._shown.head(self._follower.standing) + RENDERERS["terminal"](report, view)


def _plan(request: Request) -> Plan:
    paths = request.paths
    journal = request.journal or bool(request.units)
    if not paths and not journal:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to follow: name files, use --journal, or pipe a log in (see `logscan follow -h`)")
        paths = ["-"]
    options.stdin_is_open(paths or ())
    files = tuple(path for path in paths or () if path != "-")
    return Plan(files, "-" in (paths or ()), tuple(request.units) if journal else None)


def _info(rules: Ruleset) -> RulesInfo:
    return RulesInfo(rules.digest, rules.count, rules.packs)
