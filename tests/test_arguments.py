"""Two readers of one command line: what the quick one accepts means the same to the thorough one."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer.main
from hypothesis import given, settings
from hypothesis import strategies as st

from logscan import console, options, when
from logscan.__main__ import arguments as command_line
from logscan.arguments import COMMANDS, Argument, Commands, Option, evaluated, parser, plain
from logscan.cli import app
from logscan.errors import LogscanError, UsageError, unwritable
from logscan.output import OutputFile

WORDS = (
    "scan", "explain", "signatures", "list", "lint", "app.log", "other.log", "-", "--", "", "--format", "-f", "json",
    "--format=json", "-fjson", "--since", "2h", "--since=-2h", "-2h", "--quiet", "-q", "-qv", "--quiet=1", "--mark",
    "02:39=deploy", "--signatures", "packs", "--no-bundled", "--verbose", "-h", "--help", "--fail-on", "page", "--nope",
    "--formatt", "--every-line", "--level", "ä", "--tz=",
)  # fmt: skip


def thorough(commands: Commands, words: list[str]) -> dict[str, Any]:
    """The values that typer finds."""
    command: Any = typer.main.get_command(parser(commands))
    words = list(words)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    return dict(command.make_context("it", words).params)


def normal(values: dict[str, Any]) -> dict[str, Any]:
    """Values that were given, lists as lists, paths as text: typer's function does the last step by itself."""
    out = {}
    for name, value in values.items():
        if isinstance(value, list | tuple):
            value = [str(one) for one in value]
        if value not in (None, [], False):
            out[name] = str(value) if isinstance(value, Path) else value
    return out


@given(st.sampled_from([["scan"], ["explain"], ["signatures", "list"], ["signatures", "lint"], []]),
       st.lists(st.sampled_from(WORDS), max_size=7))  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_what_is_read_quickly_is_read_alike(command: list[str], words: list[str]) -> None:
    """Every value that `plain` finds is the value that typer finds; what is not given keeps its default."""
    given = command + words
    call: Any = plain(app, given)
    if call is None:
        return
    want = normal(thorough(app, given))
    defaults = dict(zip(reversed(call.func.__code__.co_varnames[: call.func.__code__.co_argcount]),
                        reversed(call.func.__defaults__ or ()), strict=False))  # fmt: skip
    assert normal(defaults | call.keywords) == want


def made() -> tuple[Commands, list[dict[str, Any]]]:
    """A command with every kind of parameter, and what it was called with."""
    seen: list[dict[str, Any]] = []
    commands = Commands(help="Made.")

    @commands.command()
    def run(
        target: Annotated[str, Argument(metavar="TARGET", help="What.")],
        jobs: Annotated[int, Option("--jobs", "-j", help="How many.")] = 1,
        folder: Annotated[Path | None, Option(help="Where.")] = None,
        flag: Annotated[bool, Option("--flag", help="Whether.")] = False,
    ) -> int:
        """Run."""
        seen.append({"target": target, "jobs": jobs, "folder": folder, "flag": flag})
        return 0

    more = Commands("More.")
    more.command("again")(run)
    commands.add("more", more)
    return commands, seen


@pytest.mark.parametrize(
    ("words", "want"),
    [
        (["run", "x"], ("x", 1, None, False)),
        (["run", "--jobs", "4", "x", "--flag"], ("x", 4, None, True)),
        (["run", "x", "--folder=a/b", "-j", "2"], ("x", 2, Path("a/b"), False)),
        (["more", "again", "x"], ("x", 1, None, False)),
    ],
)
def test_plain_command_lines(words: list[str], want: tuple[Any, ...]) -> None:
    """Kinds, spellings and groups: the quick reader calls with the very values that typer calls with."""
    commands, seen = made()
    call = plain(commands, words)
    assert call is not None
    assert call() == 0
    parser(commands)(args=words, standalone_mode=False)
    assert [tuple(each.values()) for each in seen] == [want, want]


def test_a_command_is_imported_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names cost nothing; the module is imported with the first line that names its command, or with the help."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "late_command.py").write_text("def run() -> int:\n    return 7\n")
    commands = Commands(help="Made.")
    commands.at(late="late_command:run", never="no_such_module:run")
    assert commands.names() == ("late", "never")
    assert plain(commands, ["other"]) is None
    assert "late_command" not in sys.modules
    call = plain(commands, ["late"])
    assert call is not None
    assert call() == 7
    assert commands.get("late") is commands.get("late")
    with pytest.raises(ModuleNotFoundError):
        parser(commands)


def test_the_entry_point_knows_the_commands() -> None:
    """What is no command is scanned; which names are, is known before anything is imported."""
    assert set(app.names()) == COMMANDS


def test_the_class_of_paths_is_named_alone() -> None:
    """An annotation may hold the name in place of the class, also in a list and where nothing may be given."""
    assert evaluated("Path") is Path
    assert evaluated(list["Path"] | None) == list[Path] | None
    for kind in (str, bool, int | None, list[str] | None, list[Path], Path | None):
        assert evaluated(kind) == kind


@pytest.mark.parametrize(
    "words",
    [[], ["run"], ["nope"], ["more"], ["run", "x", "y"], ["run", "x", "--jobs", "many"], ["run", "x", "--jobs"],
     ["run", "x", "--jobs", "-1"], ["run", "x", "--flag=yes"], ["run", "-h"], ["run", "--", "x"], ["run", "x", "-j4"]],
    ids=" ".join,
)  # fmt: skip
def test_the_rest_is_left_to_typer(words: list[str]) -> None:
    """Mistakes, help and rare spellings: not answered here."""
    assert plain(made()[0], words) is None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["app.log"], ["scan", "app.log"]),
        (["help"], ["-h"]),
        (["help", "signatures", "lint"], ["signatures", "lint", "-h"]),
        (["explain", "help"], ["explain", "help"]),
    ],
)
def test_help_is_a_word_too(
    words: list[str], meant: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`logscan help COMMAND` is what people type; a log of that name is read all the same."""
    monkeypatch.chdir(tmp_path)
    assert command_line(words) == meant
    (tmp_path / "help").touch()
    assert command_line(["help"]) == ["scan", "help"]


@pytest.mark.parametrize(
    ("spelled", "level"), [("warn", "warning"), ("ERR", "error"), ("crit", "critical"), ("Notice", "notice")]
)
def test_a_level_as_logs_spell_it(spelled: str, level: str) -> None:
    """As in `journalctl -p err`."""
    assert options.level(spelled) == level


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is not there is told apart from a file; a command with a slip of the finger is recognised."""
    path = tmp_path / "no" / "report.html"
    with pytest.raises(LogscanError, match=f"there is no folder {path.parent}"):
        OutputFile(path)
    assert unwritable(tmp_path / "x", PermissionError(13, "Permission denied")) == "Permission denied"
    monkeypatch.chdir(tmp_path)
    assert [console._meant(name) for name in ("folow", "app.log", "zzz")] == ["; is the command follow meant?", "", ""]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: options.command("--on-incident", "no-such-program x"), "no-such-program: no such program"),
        (lambda: options.seconds("--notify-every", "soon"), 'no width of time; write .*1d"$'),
        (lambda: when.duration("soon", "--bucket"), 'or "auto"$'),
    ],
)
def test_a_mistake_is_told_at_the_start(wrong: Callable[[], object], says: str) -> None:
    """A program that is not there is told before an incident needs it; only what can be written is offered."""
    with pytest.raises(UsageError, match=says):
        wrong()
    assert options.command("--on-incident", "sleep 'a b'") == ["sleep", "a b"]


def test_the_list_of_commands_is_not_cut() -> None:
    """What a command does is a sentence that fits beside its name in 80 columns."""
    top: Any = typer.main.get_command(parser(app))
    for command in (top, top.commands["signatures"]):
        for name, one in command.commands.items():
            assert not one.get_short_help_str(62).endswith("..."), name
