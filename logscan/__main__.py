"""The command `logscan`. Answers --version before anything is imported; puts `scan` before what is no command."""

import gc
import os
import sys

_OWN = frozenset({"-h", "--help", "--version", "-V", "--install-completion", "--show-completion"})


def arguments(given: list[str]) -> list[str]:
    """`logscan app.log` and `… | logscan` mean `logscan scan …`; `logscan help scan` is `logscan scan -h`, if there is
    no file of that name."""
    from logscan.arguments import COMMANDS

    if given and (given[0] in COMMANDS or given[0] in _OWN):
        return given
    if given[:1] == ["help"] and not os.access("help", os.F_OK):
        return [*given[1:], "-h"]
    return ["scan", *given]


def _import_msgspec() -> None:
    """msgspec takes two names from `typing_extensions` where that is installed, else from `typing`, which has had both
    since 3.11. With all that it imports in turn (`inspect`, `ast`, `tokenize`) it would cost most of an empty Python's
    start. None in sys.modules: https://docs.python.org/3/reference/import.html#the-module-cache"""
    name = "typing_extensions"
    if name in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules[name]


def main() -> None:
    """Entry point of the console script."""
    asked = sys.argv[1:2]
    if asked in (["--version"], ["-V"]) or (sys.argv[1:] == ["version"] and not os.access("version", os.F_OK)):
        from logscan import __version__

        print(f"logscan {__version__}")
        return
    if sys.argv[1:2] == ["follow"]:
        from logscan.signals import STARTED

        STARTED.install_all()  # before all else that takes time: from here on it ends with its report
    try:
        gc.disable()  # what is imported stays: looking through it for garbage takes as long as importing it
        _import_msgspec()
        from logscan.cli import run, standard_streams

        standard_streams()
        code = run(arguments(sys.argv[1:]), _started)
    except KeyboardInterrupt:  # Ctrl-C while starting
        code = 130
    _end(code)


def _started() -> None:
    gc.freeze()
    gc.set_threshold(10_000)  # most of what a scan makes is no garbage; looking each 700 objects costs a short one 3 ms
    gc.enable()


def _end(code: int) -> None:
    """Exit. Where there never was a thread or another process nothing needs to be waited for, and what the program
    holds need not be taken apart object by object, which takes as long as half an empty Python's start."""
    if "threading" not in sys.modules:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
