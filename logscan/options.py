"""What the command line's options mean: text to values, each with the error that names the option and the way out.

The environment is read here: the machine's zone, the terminal's width, the colour variables.
"""

import math
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Annotated, TextIO

from logscan import config, packs, when
from logscan import report as reports
from logscan.arguments import Option
from logscan.errors import UsageError
from logscan.levels import TOKENS
from logscan.model import LEVELS, Level
from logscan.redact import Open, Redactor
from logscan.registry import transport_names
from logscan.renderers import View
from logscan.signature import Ruleset

if TYPE_CHECKING:
    from pathlib import Path

Packs = Annotated[
    list["Path"] | None,
    Option("--signatures", metavar="DIR|FILE", help="More signatures, besides the bundled ones."),
]
NoBundled = Annotated[bool, Option("--no-bundled", help="Leave the bundled signatures out.")]


def stdin_is_open(paths: Sequence[str]) -> None:
    """Refuse `-` where standard input is closed."""
    if "-" in paths and sys.stdin is None:
        raise UsageError("-: standard input is closed; pipe a log in, or name a file")


def one_of(option: str, value: str, allowed: Sequence[str]) -> None:
    """Refuse a value that is none of those allowed."""
    if value not in allowed:
        raise UsageError(f"{option}: {value!r} is not one of {', '.join(allowed)}")


def level(name: str) -> Level:
    """`--level`, in any case, and as logs spell it: `warn`, `err`, `crit`."""
    if name.upper() in TOKENS:
        return TOKENS[name.upper()]
    one_of("--level", name.lower(), LEVELS)
    return LEVELS[LEVELS.index(name.lower())]


def transport(name: str | None) -> str | None:
    """`--transport`; None leaves it to the first line that is claimed."""
    if name is not None:
        one_of("--transport", name, transport_names())
    return name


def rules(given: "Sequence[Path] | None", no_bundled: bool, ignored: Sequence[str] = ()) -> Ruleset:
    """The signatures in force: those that come with logscan, the user's, the project's, and those named."""
    homes = packs.homes(os.environ, os.getcwd())
    return _overridden(packs.rules(given or (), bundled=not no_bundled, ignored=ignored, homes=homes))


def gate_rules(given: "Sequence[Path] | None", no_bundled: bool) -> Ruleset:
    """The same without the user's own: what a project's gate says must not depend on who runs it."""
    homes = packs.homes({}, os.getcwd())
    return _overridden(packs.rules(given or (), bundled=not no_bundled, ignored=(), homes=homes))


def _overridden(rules: Ruleset) -> Ruleset:
    """With what the team says of them, which most do not."""
    overrides = config.current().signatures
    if not overrides:
        return rules
    from logscan import team

    return team.overridden(rules, overrides)


def fail_on(what: str | None, baseline: str | None) -> None:
    """Refuse a `--fail-on` that is none, or that wants a `--baseline` that is not there."""
    if what is None:
        return
    from logscan import gate

    one_of("--fail-on", what, gate.WHAT)
    if what == "new" and baseline is None:
        raise UsageError("--fail-on new: needs --baseline OLD.json, made by `logscan scan … --format json`")


def report(path: str) -> reports.Report:
    """A saved report: `--baseline`, and what `report` and `triage` read."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise UsageError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    return reports.loads(data, path)


def shell(path: str) -> str:
    """A path as a shell wants it, in a command that is shown."""
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def mark(text: str, now: int, zone: tzinfo) -> tuple[int, str]:
    """TIME=LABEL."""
    moment, _, label = text.rpartition("=")
    if not moment or not label.strip():
        raise UsageError(f'--mark: {text!r} is not TIME=LABEL, as in "02:39=deploy"')
    return when.parse(moment, "--mark", now, zone), label.strip()


def zone(name: str | None, option: str = "--tz") -> tuple[str, tzinfo]:
    """The zone that naive timestamps are in, and its name for the report: the option's, else this machine's."""
    if name is None:
        return _local_zone()
    if name.upper() in ("UTC", "Z"):
        return "UTC", UTC
    from zoneinfo import ZoneInfo

    try:
        return name, ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass_on = _fixed(name)
    if pass_on is None:
        raise UsageError(f'{option}: {name!r} is no time zone; write one like "Europe/Berlin", "UTC" or "+02:00"')
    return name, pass_on


def _fixed(name: str) -> tzinfo | None:
    try:
        return datetime.strptime(name, "%z").tzinfo
    except ValueError:
        return None


def _local_zone() -> tuple[str, tzinfo]:
    name = os.environ.get("TZ", "").lstrip(":")
    if not name:
        name = os.path.realpath("/etc/localtime")
        name = name.partition("/zoneinfo/")[2]
    for candidate in (name, name.removeprefix("Etc/")):
        if candidate in ("UTC", "UCT", "Universal", "Zulu"):
            return "UTC", UTC
    from zoneinfo import ZoneInfo

    try:
        if name:
            return name, ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        name = ""
    offset = datetime.now().astimezone().utcoffset() or timedelta(0)
    return datetime.now().astimezone().strftime("%z"), timezone(offset)


def jobs(number: int | None) -> int:
    """`--jobs`; else the cores that this process may use: those it is bound to, as far as its control group's quota
    reaches (https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files)."""
    if number is not None:
        if number < 1:
            raise UsageError(f"--jobs: {number} is no number of processes; use 1 or more")
        return number
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([bound, *(math.ceil(quota) for quota in quotas("/sys/fs/cgroup", "/proc/self/cgroup"))]))


def quotas(root: str, own: str) -> Iterator[float]:
    """Cores that this process's control group and those above it may use, where they limit them."""
    try:
        groups = [line.split(":", 2)[1:] for line in _text(own).splitlines()]
    except OSError:
        return
    for controllers, name in groups:
        if controllers and "cpu" not in controllers.split(","):
            continue  # of version 1, which limits other things elsewhere
        place = root
        yield from _quota(place)
        for part in (controllers, *name.split("/")):
            if part:
                place = os.path.join(place, part)
                yield from _quota(place)


def _quota(folder: str) -> Iterator[float]:
    for names in (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):
        try:
            quota, period = " ".join(_text(os.path.join(folder, name)) for name in names).split()
        except (OSError, ValueError):
            continue
        if quota.isdigit() and int(quota) > 0 and int(period) > 0:
            yield int(quota) / int(period)


def _text(path: str) -> str:
    with open(path) as file:
        return file.read()


def outputs(given: Sequence[str], formats: Sequence[str], inputs: Sequence[str]) -> "list[tuple[str, Path]]":
    """`--output`: F=PATH, each path once and none of them an input."""
    if not given:
        return []
    from pathlib import Path

    found: list[tuple[str, Path]] = []
    read = {os.path.realpath(each) for each in inputs if each != "-"}  # a loop of links has a real path too
    for text in given:
        name, equals, path = text.partition("=")
        if not equals or not path:
            raise UsageError(f"--output: {text!r} is not FORMAT=PATH, as in html=report.html")
        one_of("--output", name, formats)
        if path == "-":
            raise UsageError(f"--output: {text}: standard output is what --format writes to; name a file")
        place = Path(path)
        if place.is_dir():
            raise UsageError(f"--output: {path} is a folder; name a file in it")
        if os.path.realpath(place) in read:
            raise UsageError(f"--output: {path} is read by this scan; write to another file")
        if any(os.path.realpath(place) == os.path.realpath(other) for _, other in found):
            raise UsageError(f"--output: {path} is named twice")
        found.append((name, place))
    return found


def redactor(
    kinds: str, nothing: bool, key: Callable[[], bytes | None] | None, own: Mapping[str, str] | None = None
) -> Redactor:
    """`--redact`, `--no-redact`: what hides secrets, and the rules that it has besides those of everyone."""
    if nothing and kinds:
        raise UsageError("--no-redact and --redact exclude each other: leave one of them out")
    if nothing:
        return Open()
    if not kinds and not own:
        return Redactor(key=key)
    from logscan import redactmore

    names = [name.strip() for name in kinds.split(",") if name.strip()]
    return Redactor(redactmore.rules(names, own), key)


def command(option: str, text: str | None) -> list[str]:
    """A program and its arguments, quoted as in a shell; none is started. That it is there is seen now, and not when
    somebody has to be told."""
    if text is None:
        return []
    import shutil

    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"{option}: {text!r}: {error}") from error
    if not words:
        raise UsageError(f"{option}: names no program")
    if shutil.which(words[0]) is None:
        raise UsageError(f"{option}: {words[0]}: no such program, or it may not be run")
    return words


def seconds(option: str, text: str) -> int:
    """A width of time that is not left to the program."""
    width = when.duration(text, option)
    if width is None:
        raise UsageError(f"{option}: {text!r} is no width of time; write one like 30s, 5min or 1h")
    return width


def redraws(stream: TextIO) -> bool:
    """Whether what is written to a stream can be drawn over: a terminal that moves its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def rows(stream: TextIO) -> float:
    """How many rows a terminal shows; without end where there is none, or it does not know."""
    if not stream.isatty():
        return math.inf
    with suppress(OSError):
        return os.get_terminal_size(stream.fileno()).lines or math.inf
    return math.inf


def view(color: str, verbose: bool, terminal: bool, top: int | None = None, now: str | None = None) -> View:
    """How to draw on standard output: colours and links only where they are wanted and work."""
    if top is not None and top < 0:
        raise UsageError(f"--top: {top} is no number of incidents; use 0 or more")
    environment = os.environ
    dumb = environment.get("TERM") == "dumb"
    wanted = {"always": True, "never": False}.get(color)
    if wanted is None:
        forced = environment.get("FORCE_COLOR", "") not in ("", "0")
        wanted = forced or (terminal and not dumb and not environment.get("NO_COLOR"))
    width = 0
    if terminal:
        with suppress(OSError):
            width = os.get_terminal_size(sys.stdout.fileno()).columns  # 0 where it does not know
    elif environment.get("COLUMNS", "").isdigit():
        width = int(environment["COLUMNS"])
    return View(
        width=min(max(width or 80, 40), 200),
        color=wanted,
        links=wanted and terminal and not dumb,
        verbose=verbose,
        top=top,
        now=now,
    )
