"""The command line: the only module that prints or exits.

Commands are thin: they turn options into values, call what is below, and turn what comes back into text and an exit
code. Exit codes: 0 clean; 1 findings, only where asked (`--fail-on`, `signatures lint|test|drift`); 2 usage, nothing
could be scanned, or what was found could not be written; 3 scanned but incomplete; 4 a defect of logscan; 130 and 143
after an interrupt, with the report so far.
"""

import os
import sys
from collections.abc import Callable, Sequence
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, Annotated, Any

from logscan import arguments, cache, config
from logscan.arguments import Argument, Commands
from logscan.errors import LogscanError, OutputError, RulesError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

app = Commands(
    help="""Pipe a log in; learn what broke, since when, how often, and how to mend it.

\b
  journalctl -u shop -o json | logscan        what went wrong in this unit
  logscan /var/log/shop/*.log                 the same for files and folders
  logscan scan app.log --since 2h --format json

`scan` may be left out. `logscan COMMAND -h` explains a command.""",
)

app.at(
    scan="logscan.cli_scan:scan",
    show="logscan.cli_show:show",
    explain="logscan.cli_explain:explain",
    check="logscan.cli_check:check",
    follow="logscan.cli_follow:follow",
    report="logscan.cli_report:report",
    triage="logscan.cli_triage:triage",
    signatures="logscan.cli_signatures:app",
)


def run(given: Sequence[str], ready: Callable[[], None] = lambda: None) -> int:
    """Run the command line; returns the exit code. Every error that a user can meet ends here in one line. `ready` is
    called when what the command needs is imported."""
    cache.start()
    code = 0  # where the reader of what is written goes away
    try:
        code = _ended(list(given), ready)
        sys.stdout.flush()
    except OutputError as error:
        from logscan.console import drop

        drop(sys.stdout)
        if not error.gone:
            _say(str(error))
            code = error.exit_code
    finally:
        cache.finish()
    return code


def _ended(given: list[str], ready: Callable[[], None]) -> int:
    """How the command ended. Raises OutputError."""
    try:
        commands = _configured(given)
        call = arguments.plain(commands, given)
        ready()
        return call() if call is not None else _parsed(commands, given)
    except OutputError:
        raise
    except RulesError as error:
        for problem in error.problems:
            _say(_blamed(problem, given))
        return error.exit_code
    except LogscanError as error:
        _say(_blamed(str(error), given))
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        _say(f"internal error: {type(error).__name__}: {error}. This is a defect of logscan; what was counted is lost.")
        if os.environ.get("LOGSCAN_DEBUG"):
            raise
        _say("Run again with LOGSCAN_DEBUG=1 for the details to report.")
        return 4


def _configured(given: list[str]) -> Commands:
    """The commands, with the defaults that files and the environment name. Raises UsageError for what they cannot."""
    name = given[0] if given else ""
    if name not in ("scan", "follow", "explain", "show", "check", "report", "triage", "config"):
        return app
    command = app.get("scan" if name == "config" else name)
    assert command is not None and not isinstance(command, Commands)
    every = {key: kind for key, (_, kind, _) in _settings().items()}
    # what a project's gate says must not depend on who runs it
    files = (config.project_files if name == "check" else config.files)(os.environ, os.getcwd())
    found = config.read(every, os.environ, files)
    config.use(found)
    own = arguments.settable(command)
    values = {own[key][0]: told.value for key, told in found.options.items() if key in own}
    return arguments.with_defaults(app, name, values) if values and name != "config" else app


def _blamed(text: str, given: list[str]) -> str:
    """An error's text, with the file or the variable in the place of an option that was set there."""
    found, command = config.current(), app.get(given[0] if given else "")
    if not (found.options or found.places) or command is None or isinstance(command, Commands):
        return text
    from logscan import settings

    return settings.blamed(text, found, arguments.spelled(command, given[1:]))


def _settings() -> dict[str, tuple[str, Any, Any]]:
    """What may be set: the options of `scan`."""
    scan = app.get("scan")
    assert scan is not None and not isinstance(scan, Commands)
    return arguments.settable(scan)


def _parsed(commands: Commands, given: list[str]) -> int:
    """Run a command line that takes the whole option parser: help, mistakes, rare spellings."""
    import typer

    try:
        outcome: Any = arguments.parser(commands)(args=given, prog_name="logscan", standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except typer.Abort:
        return 130
    except Exception as error:
        usage = getattr(error, "format_message", None)  # the option parser's own errors
        if usage is None:
            raise
        context = getattr(error, "ctx", None)
        _say(usage() + ("" if context is None else f" (see `{context.command_path} -h`)"))
        return 2
    return outcome if isinstance(outcome, int) else 0


def _say(text: str) -> None:
    from logscan.console import say

    say(text)


class _Output(FileIO):
    """Standard output. That it cannot be written is an error of its own kind: no fault of what was being read just
    then, and none of logscan's."""

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(error) from error


def standard_streams() -> None:
    """Standard output that raises OutputError, in UTF-8 whatever the locale says, as reports are. A stream that was
    closed is held open, so that no file that is read or written takes its number: nothing comes from it, output fails,
    and messages go nowhere."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
    if sys.stderr is None:
        sys.stderr = TextIOWrapper(FileIO(2, "w", closefd=False), "utf-8", "backslashreplace", write_through=True)
    like = sys.stdout if isinstance(sys.stdout, TextIOWrapper) else sys.stderr
    lines = bool(like.line_buffering)
    output = BufferedWriter(_Output(1, "w", closefd=False))
    sys.stdout = TextIOWrapper(output, "utf-8", "replace", line_buffering=lines)


@app.command("config")
def show_config() -> int:
    """Show every setting, its value and where it comes from. That is a variable, a file, or nowhere.

    The closest logscan.toml, or pyproject.toml with [tool.logscan], wins over the user's file; LOGSCAN_LEVEL and the
    like win over both, and options over all. What a scan would refuse is told, and the exit code is 2.
    """
    from logscan import settings
    from logscan.sanitize import clean_line

    defaults = {key: default for key, (_, _, default) in _settings().items()}
    for line in config.lines(config.current(), defaults):
        print(clean_line(line))
    wrong = list(settings.problems(config.current()))
    for problem in wrong:
        _say(problem)
    return 2 if wrong else 0


@app.command("completion")
def shell_completion(
    shell: Annotated[str, Argument(metavar="SHELL", help="bash, zsh, fish.")],
) -> int:
    """Print a script that completes commands, options and values.

    \b
    bash: logscan completion bash > ~/.local/share/bash-completion/completions/logscan
    zsh:  source <(logscan completion zsh)
    fish: logscan completion fish > ~/.config/fish/completions/logscan.fish
    """
    import typer

    from logscan import completion, options

    options.one_of("SHELL", shell, tuple(completion.SHELLS))
    print(completion.SHELLS[shell](typer.main.get_command(arguments.parser(app))), end="")
    return 0
