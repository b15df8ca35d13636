"""The command line's options, declared once and read by two readers.

A command is a function whose parameters are annotated with `Option` or `Argument`. `plain` reads what people and
scripts type nearly always: known long and short options, each by itself, with values that fit. Whatever else there is
(help, mistakes, `-qv`, `-fjson`) it leaves to typer, of which `parser` makes the same commands. Importing typer takes
longer than scanning a small log; what `plain` accepts means the same to both, which the tests hold.
"""

import os
from collections.abc import Callable
from functools import partial, reduce
from operator import or_
from types import FunctionType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from logscan.late import attribute

if TYPE_CHECKING:
    import typer

PATH = "Path"
"""Stands in annotations for `pathlib.Path`, whose import takes as long as reading a small log; see `evaluated`."""

COMMANDS = frozenset(
    {"check", "completion", "config", "explain", "follow", "report", "scan", "show", "signatures", "triage"}
)
"""The commands' names."""

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
    """Commands, and groups of commands, by name: functions, or the places where they are found when asked for."""

    def __init__(self, help: str) -> None:
        self.help = help
        self._all: dict[str, Callable[..., int] | Commands | str] = {}

    def names(self) -> tuple[str, ...]:
        """In the order in which they are explained."""
        return tuple(self._all)

    def get(self, name: str) -> "Callable[..., int] | Commands | None":
        """The command or group of that name, its module imported if it was not; None where there is none."""
        found = self._all.get(name)
        if isinstance(found, str):
            module, _, function = found.partition(":")
            found = self._all[name] = attribute(module, function)
        return found

    def at(self, **places: str) -> None:
        """Commands that are imported when they are first asked for: name="module:attribute"."""
        self._all |= places

    def command(self, name: str | None = None) -> Callable[[F], F]:
        """Decorates the function of a command; without a name it is called like the function."""

        def note(function: F) -> F:
            self._all[name or function.__name__.replace("_", "-")] = function
            return function

        return note

    def add(self, name: str, group: "Commands") -> None:
        """Put a group of commands below this one."""
        self._all[name] = group

    def changed(self, name: str, function: Callable[..., int]) -> "Commands":
        """The same commands, one of them another function."""
        same = Commands(self.help)
        same._all = self._all | {name: function}
        return same


def plain(commands: Commands, given: list[str]) -> Callable[[], int] | None:
    """The command that `given` names, with its values; None where that takes more than is done here."""
    found: Callable[..., int] | Commands | None = commands
    position = 0
    while isinstance(found, Commands):
        found = found.get(given[position]) if position < len(given) else None
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
    """Note one value; False where it is none of its kind, or empty: an empty path is not the present folder."""
    if not text:
        return False
    if get_origin(kind) is list:
        values.setdefault(parameter, []).append(evaluated(get_args(kind)[0])(text))
    elif kind is str or is_path(kind):
        values[parameter] = evaluated(kind)(text)
    elif kind is int and text.isascii() and text.isdigit():
        values[parameter] = int(text)
    else:
        return False
    return True


def is_path(kind: Any) -> bool:
    """Whether a kind is that of paths, or its name."""
    return kind == PATH or (isinstance(kind, type) and issubclass(kind, os.PathLike))


def evaluated(kind: Any) -> Any:
    """The kind of a parameter, with the class of paths where only its name stands."""
    if get_origin(kind) is list:
        return list[evaluated(get_args(kind)[0])]  # type: ignore[misc]
    if isinstance(kind, UnionType):
        first, *rest = get_args(kind)
        return reduce(or_, rest, evaluated(first))
    if kind != PATH:
        return kind
    from pathlib import Path

    return Path


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


def settable(function: Callable[..., int]) -> dict[str, tuple[str, Any, Any]]:
    """The options that a file may set: name without dashes → parameter, kind (not
    `evaluated`), default. Hidden ones are left out."""
    hidden = {
        parameter
        for parameter, annotation in _annotations(function)
        if get_origin(annotation) is Annotated and getattr(annotation.__metadata__[0], "hidden", False)
    }
    defaults = _defaults(function)
    return {
        name.removeprefix("--"): (parameter, kind, defaults.get(parameter))
        for name, (parameter, kind) in _parameters(function)[0].items()
        if name.startswith("--") and parameter not in hidden
    }


def spelled(function: Callable[..., int], given: list[str]) -> set[str]:
    """The options, without dashes, that a command line names in one of their spellings."""
    options = _parameters(function)[0]
    long = {parameter: name.removeprefix("--") for name, (parameter, _) in options.items() if name.startswith("--")}
    return {
        long[parameter]
        for name, (parameter, _) in options.items()
        for token in given
        if token.partition("=")[0] == name
        or (not name.startswith("--") and not token.startswith("--") and token[:1] == "-" and name[1:] in token)
    }


def _defaults(function: Callable[..., int]) -> dict[str, Any]:
    assert isinstance(function, FunctionType)
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    given = function.__defaults__ or ()
    return dict(zip(names[len(names) - len(given) :], given, strict=True))


def with_defaults(commands: Commands, name: str, values: dict[str, Any]) -> Commands:
    """The same commands, one of them with other defaults for some of its parameters."""
    function = commands.get(name)
    assert isinstance(function, FunctionType)
    defaults = tuple((_defaults(function) | values).values())
    same = _copied(function, defaults)
    same.__annotations__.update(function.__annotations__)
    return commands.changed(name, same)


def _copied(function: FunctionType, defaults: tuple[Any, ...] | None) -> FunctionType:
    """The function without its annotations."""
    same = FunctionType(function.__code__, function.__globals__, function.__name__, defaults, function.__closure__)
    same.__doc__ = function.__doc__
    return same


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
    for name in commands.names():
        found = commands.get(name)
        if isinstance(found, Commands):
            app.add_typer(parser(found), name=name)
        elif found is not None:
            app.command(name)(_for_typer(found))
    return app


def _for_typer(function: Callable[..., int]) -> Callable[..., int]:
    """The function, its parameters declared in typer's words."""
    import typer

    assert isinstance(function, FunctionType)
    same = _copied(function, function.__defaults__)
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
            same.__annotations__[parameter] = Annotated[evaluated(annotation.__origin__), words]
    return same
