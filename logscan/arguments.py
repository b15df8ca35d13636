"""The command line's options, declared once and read by two readers.

A command is a function whose parameters are annotated with `Option` or `Argument`. `plain` reads what people and
scripts type nearly always: known long and short options, each by itself, with values that fit. Whatever else there is
(help, mistakes, `-qv`, `-fjson`) it leaves to typer, of which `parser` makes the same commands. Importing typer takes
longer than scanning a small log; what `plain` accepts means the same to both, which the tests hold.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

if TYPE_CHECKING:
    import typer

F = TypeVar("F", bound=Callable[..., int])


class Option:
    """An option; without names it is called like its parameter. A parameter of type bool takes no value."""

    def __init__(self, *names: str, metavar: str | None = None, help: str = "", hidden: bool = False) -> None:
        self.names, self.metavar, self.help, self.hidden = names, metavar, help, hidden


class Argument:
    """What stands on the command line without a name."""

    def __init__(self, metavar: str | None = None, help: str = "") -> None:
        self.metavar, self.help = metavar, help


class Commands:
    """Commands, and groups of commands, by name."""

    def __init__(self, help: str) -> None:
        self.help = help
        self.all: dict[str, Callable[..., int] | Commands] = {}

    def command(self, name: str | None = None) -> Callable[[F], F]:
        """Decorates the function of a command; without a name it is called like the function."""

        def note(function: F) -> F:
            self.all[name or function.__name__.replace("_", "-")] = function
            return function

        return note

    def group(self, name: str, help: str) -> "Commands":
        """A group of commands below this one."""
        group = self.all[name] = Commands(help)
        return group


def plain(commands: Commands, given: list[str]) -> Callable[[], int] | None:
    """The command that `given` names, with its values; None where that takes more than is done here."""
    found: Callable[..., int] | Commands | None = commands
    position = 0
    while isinstance(found, Commands):
        found = found.all.get(given[position]) if position < len(given) else None
        position += 1
    values = _values(found, given[position:]) if found is not None else None
    return partial(found, **values) if found is not None and values is not None else None


def _values(function: Callable[..., int], given: list[str]) -> dict[str, Any] | None:
    """Arguments by the names of their parameters."""
    options, positional = _parameters(function)
    values: dict[str, Any] = {}
    loose: list[str] = []
    rest = iter(given)
    for token in rest:
        if not token.startswith("-") or token == "-":
            loose.append(token)
            continue
        name, equals, value = token.partition("=") if token.startswith("--") else (token, "", "")
        if name not in options:
            return None
        parameter, kind = options[name]
        if kind is bool:
            if equals:
                return None
            values[parameter] = True
            continue
        text = value if equals else next(rest, None)
        if text is None or (text.startswith("-") and not equals) or not _put(values, parameter, kind, text):
            return None
    for (parameter, kind), text in zip(_spread(positional, len(loose)), loose, strict=False):
        if not _put(values, parameter, kind, text):
            return None
    complete = len(_spread(positional, len(loose))) == len(loose) and _required(function) <= values.keys()
    return values if complete else None


def _spread(positional: list[tuple[str, Any]], count: int) -> list[tuple[str, Any]]:
    """The parameter of each positional argument; one that takes a list takes all."""
    if len(positional) == 1 and get_origin(positional[0][1]) is list:
        return positional * count
    return positional


def _put(values: dict[str, Any], parameter: str, kind: Any, text: str) -> bool:
    """Note one value; False where it is none of its kind."""
    if not text:
        return False  # typer and pathlib disagree on what an empty word is
    if get_origin(kind) is list:
        values.setdefault(parameter, []).append(get_args(kind)[0](text))
    elif kind is str or kind is Path:
        values[parameter] = kind(text)
    elif kind is int and text.isascii() and text.isdigit():
        values[parameter] = int(text)
    else:
        return False
    return True


def _parameters(function: Callable[..., int]) -> tuple[dict[str, tuple[str, Any]], list[tuple[str, Any]]]:
    """The options by their names, and the positional arguments: each a parameter and its kind."""
    options: dict[str, tuple[str, Any]] = {}
    positional: list[tuple[str, Any]] = []
    for parameter, annotation in _annotations(function):
        if get_origin(annotation) is not Annotated:
            continue
        kind, (declared, *_) = annotation.__origin__, annotation.__metadata__
        if isinstance(kind, UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        if isinstance(declared, Argument):
            positional.append((parameter, kind))
        else:
            names = declared.names or (f"--{parameter.replace('_', '-')}",)
            options |= dict.fromkeys(names, (parameter, kind))
    return options, positional


def _annotations(function: Callable[..., int]) -> list[tuple[str, Any]]:
    return list(function.__annotations__.items())


def _required(function: Callable[..., int]) -> set[str]:
    """The parameters that have no default."""
    assert isinstance(function, FunctionType)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return set(names[: len(names) - len(function.__defaults__ or ())])


def parser(commands: Commands) -> "typer.Typer":
    """The same commands for typer, which explains itself, corrects mistakes and knows every way to write an option."""
    import typer

    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=commands.help,
    )
    for name, found in commands.all.items():
        if isinstance(found, Commands):
            app.add_typer(parser(found), name=name)
        else:
            app.command(name)(_for_typer(found))
    return app


def _for_typer(function: Callable[..., int]) -> Callable[..., int]:
    """The function, its parameters declared in typer's words."""
    import typer

    assert isinstance(function, FunctionType)
    same = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    same.__doc__ = function.__doc__
    for parameter, annotation in _annotations(function):
        same.__annotations__[parameter] = annotation
        if get_origin(annotation) is Annotated:
            (declared, *_) = annotation.__metadata__
            words: Any
            if isinstance(declared, Argument):
                words = typer.Argument(metavar=declared.metavar, help=declared.help)
            else:
                words = typer.Option(
                    *declared.names, metavar=declared.metavar, help=declared.help, hidden=declared.hidden
                )
            same.__annotations__[parameter] = Annotated[annotation.__origin__, words]
    return same
