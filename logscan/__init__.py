"""logscan: pipe a log in; learn what broke, since when, how often, and how to mend it.

For programs (docs/api.md): `logscan.scan`, `logscan.load`. They are imported when they are first asked for, so that
the command starts at once.
"""

__version__ = "0.1.0"

__all__ = ["LogscanError", "Report", "Result", "__version__", "load", "scan"]

TYPE_CHECKING = False  # `typing` is not imported for it; checkers know the name
if TYPE_CHECKING:
    from logscan.api import Result, load, scan
    from logscan.errors import LogscanError
    from logscan.report import Report

_HOMES = {"LogscanError": "errors", "Report": "report", "Result": "api", "load": "api", "scan": "api"}


def __getattr__(name: str) -> object:
    """The public names, each from the module that it is in (https://peps.python.org/pep-0562/)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from logscan.late import attribute

    return attribute(f"{__name__}.{_HOMES[name]}", name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
