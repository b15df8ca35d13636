"""What is wrong with settings, and who says so: a file or a variable is named, not an option that nobody wrote."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC
from functools import partial
from typing import Any

from logscan import options, when
from logscan.config import Config, Value, variable
from logscan.errors import LogscanError, RulesError
from logscan.job import wall_clock
from logscan.renderers import RENDERERS

_OPTION = re.compile(r"--([a-z][a-z-]*)")


def blamed(text: str, found: Config, spelled: Collection[str]) -> str:
    """An error's text with the file and key, or the variable, in the place of an option that was set there. `spelled`:
    the options that stand on the command line."""
    told = {key: value for key, value in found.options.items() if key not in spelled}
    for entry, path in found.places.items():
        if text.startswith(f"{entry}:"):
            return f"{path}: {text}"
    for key, value in told.items():  # what is named there, and is not as it should be
        named = value.value if isinstance(value.value, list) else [value.value]
        if any(text.startswith((f"{each}: ", f"{each}:1:1: file: ")) for each in named):
            return f"{_place(key, value)}: {text}"

    def instead(match: re.Match[str]) -> str:
        value = told.get(match[1])
        return match[0] if value is None else _place(match[1], value)

    return _OPTION.sub(instead, text)


def _place(key: str, value: Value) -> str:
    return value.origin if value.origin == variable(key) else f"{value.origin}: {key}"


def problems(found: Config) -> Iterator[str]:
    """What a scan with these settings would refuse."""
    now = wall_clock()
    values = {key: told.value for key, told in found.options.items()}
    checks: dict[str, Callable[[Any], object]] = {
        "level": options.level,
        "since": lambda value: when.parse(value, "--since", now, UTC),
        "until": lambda value: when.parse(value, "--until", now, UTC),
        "format": lambda value: options.one_of("--format", value, tuple(RENDERERS)),
        "output": lambda value: options.outputs(value, tuple(RENDERERS), ()),
        "top": lambda value: options.view("auto", False, False, value),
        "bucket": lambda value: when.duration(value, "--bucket"),
        "tz": options.zone,
        "reference-time": lambda value: when.parse(value, "--reference-time", now, UTC),
        "transport": options.transport,
        "mark": lambda value: [options.mark(each, now, UTC) for each in value],
        "fail-on": lambda value: options.fail_on(value, values.get("baseline")),
        "baseline": options.report,
        "installed": _installed,
        "color": lambda value: options.one_of("--color", value, ("auto", "always", "never")),
        "jobs": options.jobs,
    }
    asked: list[Callable[[], object]] = [
        *(partial(asks, values[key]) for key, asks in checks.items() if key in values),
        lambda: options.redactor(values.get("redact", ""), values.get("no-redact", False), None, found.redact_rules),
        lambda: options.rules(values.get("signatures"), values.get("no-bundled", False), values.get("ignore", ())),
    ]
    for check in asked:
        try:
            check()
        except RulesError as error:
            yield from (blamed(each, found, ()) for each in error.problems)
        except LogscanError as error:
            yield blamed(str(error), found, ())


def _installed(value: list[str]) -> object:
    from logscan.installed import Installed

    return Installed(value)
