"""The command `logscan`. Answers --version before anything is imported; puts `scan` before what is no command."""

import sys

COMMANDS = frozenset(
    {"check", "completion", "config", "explain", "follow", "report", "scan", "show", "signatures", "triage"}
)
_OWN = frozenset({"-h", "--help", "--version", "-V", "--install-completion", "--show-completion"})


def arguments(given: list[str]) -> list[str]:
    """`logscan app.log` and `… | logscan` mean `logscan scan …`."""
    if given and (given[0] in COMMANDS or given[0] in _OWN):
        return given
    return ["scan", *given]


def main() -> None:
    """Entry point of the console script."""
    if sys.argv[1:2] and sys.argv[1] in ("--version", "-V"):
        from logscan import __version__

        print(f"logscan {__version__}")
        return
    if sys.argv[1:2] == ["follow"]:
        from logscan.signals import STARTED

        STARTED.install_all()  # before all else that takes time: from here on it ends with its report
    try:
        import gc

        gc.disable()  # what is imported stays: looking through it for garbage takes as long as importing it
        from logscan.cli import run

        gc.freeze()
        gc.enable()
        code = run(arguments(sys.argv[1:]))
    except KeyboardInterrupt:  # Ctrl-C while starting
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
