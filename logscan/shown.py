"""How a sum becomes a report: what the command line and programs decide once, before a scan."""

import msgspec

from logscan import reportbuild
from logscan.errors import UsageError
from logscan.job import Window
from logscan.model import Level
from logscan.redact import Redactor
from logscan.report import Options, Report, RulesInfo
from logscan.signature import Ruleset
from logscan.summary import Summary


def asked(level: Level, window: Window, zone: str, reference: int | None) -> Options:
    """What a scan was asked, as its report repeats it. `zone` by name; `reference` in µs, UTC. Raises UsageError."""
    since, until = reportbuild.rfc3339(window.since), reportbuild.rfc3339(window.until)
    if window.since is not None and window.until is not None and window.until < window.since:
        raise UsageError(f"until: {until} is before since, {since}: no event can be between them")
    return Options(
        level=level,
        since=since,
        until=until,
        tz=zone,
        reference_time=reportbuild.rfc3339(reference),
    )


class Shown(msgspec.Struct, frozen=True):
    """How a sum becomes a report.

    options    what the scan was asked, as the report repeats it
    bucket     seconds, None: automatic
    installed  which versions run, by the files that frames name
    old        the report to compare with, and its name
    """

    rules: Ruleset
    options: Options
    bucket: int | None
    redact: Redactor
    installed: reportbuild.Installed
    old: tuple[Report, str] | None = None

    @property
    def info(self) -> RulesInfo:
        """The signatures, as the report names them."""
        return RulesInfo(self.rules.digest, self.rules.count, self.rules.packs)

    def report(self, summary: Summary) -> Report:
        """The report of what was counted so far."""
        made = reportbuild.report(
            summary,
            self.info,
            self.options,
            self.rules.by_id,
            bucket_seconds=self.bucket,
            installed=self.installed,
            redact=self.redact,
        )
        if self.old is None:
            return made
        from logscan.baseline import compare  # few scans do

        return compare(made, *self.old)
