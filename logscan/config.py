"""Settings that need not be typed: flags win over the environment, that over the project's file, that over the user's.

The project's file is the closest `logscan.toml`, or `pyproject.toml` with a table `[tool.logscan]`, in the present
folder or above it; others further up are not looked at. The user's is $XDG_CONFIG_HOME/logscan/logscan.toml
(https://specifications.freedesktop.org/basedir-spec/latest/). LOGSCAN_CONFIG names one file instead of both; empty:
none.

    level = "warning"                      # any option of `logscan scan`, without its dashes
    signatures = ["ops/signatures"]        # paths are relative to the file
    [redact-rules]
    order = 'order (?P<secret>\\d+)'
    [signature."uvicorn.keep-alive-timer"]
    action = "ignore"
    runbook = {link = "https://wiki.example/keep-alive", text = "Restart one worker at a time."}

In the environment an option is LOGSCAN_ and its name in capitals, `_` for `-`; lists have commas, paths the system's
separator. Nothing is parsed, and no parser loaded, where there is no file.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

import msgspec

from logscan.arguments import evaluated, is_path
from logscan.errors import UsageError
from logscan.model import Action, Severity

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class Runbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A team's own page and words for a signature, shown beside ours."""

    link: str | None = None
    text: str | None = None


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a team says of a signature. `ignore` is short for the action of that name."""

    severity: Severity | None = None
    action: Action | None = None
    ignore: bool = False
    runbook: Runbook | None = None


class Value(msgspec.Struct, frozen=True):
    """The value of an option, and where it comes from: a file's path or a variable's name."""

    value: Any
    origin: str


class Config(msgspec.Struct, frozen=True):
    """What files and the environment say. `files`: those that were read; `places`: the file of each entry of a table,
    by what errors call it."""

    options: dict[str, Value] = {}
    signatures: dict[str, Override] = {}
    redact_rules: dict[str, str] = {}
    files: tuple[str, ...] = ()
    places: dict[str, str] = {}


_current = Config()


def use(found: Config) -> None:
    """Note the settings of this run; only the command line does."""
    global _current
    _current = found


def current() -> Config:
    """The settings of this run; a program that uses logscan as a library has none."""
    return _current


def lines(found: Config, defaults: Mapping[str, Any]) -> list[str]:
    """Each setting as TOML, and where it comes from."""
    out = [f"# {path}" for path in found.files] or ["# no file"]
    for key, default in defaults.items():
        told = found.options.get(key, Value(default, "default"))
        out.append(f"{key} = {_toml(told.value)}  # {told.origin}")
    out += [f"redact-rules.{name} = {_toml(pattern)}" for name, pattern in found.redact_rules.items()]
    for ident, override in found.signatures.items():
        told_of = msgspec.to_builtins(override)
        parts = ", ".join(f"{key} = {_toml(value)}" for key, value in told_of.items() if value not in (None, False))
        out.append(f"signature.{_toml(ident)} = {{{parts}}}")
    return out


def _toml(value: Any) -> str:
    """A value as TOML writes it; what is not set has no value there, and reads `unset`."""
    if value is None:
        return "unset"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items() if each is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return msgspec.json.encode(str(value) if is_path(type(value)) else value).decode()


def read(kinds: Mapping[str, Any], environment: Mapping[str, str], files: Sequence[str]) -> Config:
    """The settings of the options that `kinds` names (option without dashes → type), from files, the weakest first,
    and the environment.

    Raises UsageError with the file, the key and the way out.
    """
    options: dict[str, Value] = {}
    signatures: dict[str, Override] = {}
    rules: dict[str, str] = {}
    places: dict[str, str] = {}
    for path in files:
        found = _parsed(path)
        overrides = _told(path, "signature", found.pop("signature", {}), dict[str, Override])
        hidden = _told(path, "redact-rules", found.pop("redact-rules", {}), dict[str, str])
        signatures |= overrides
        rules |= hidden
        places |= dict.fromkeys([*map(signature_entry, overrides), *map(redact_entry, hidden)], path)
        for key, value in found.items():
            if key not in kinds:
                raise UsageError(f"{path}: {key}: no such setting; `logscan config` lists them")
            options[key] = Value(_placed(_told(path, key, value, evaluated(kinds[key])), path), path)
    for key, kind in kinds.items():
        name = variable(key)
        if name in environment:
            options[key] = Value(_from_text(name, environment[name], evaluated(kind)), name)
    return Config(options, signatures, rules, tuple(files), places)


def variable(key: str) -> str:
    """The environment's name for an option."""
    return "LOGSCAN_" + key.upper().replace("-", "_")


def signature_entry(ident: str) -> str:
    """What errors call a team's words on a signature."""
    return f"[signature.{ident!r}]"


def redact_entry(name: str) -> str:
    """What errors call an own rule of redaction."""
    return f"redact-rules.{name}"


def files(environment: Mapping[str, str], folder: str) -> list[str]:
    """The files to read for work in `folder`, the weakest first."""
    base = environment.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.config")
    user = os.path.join(base, "logscan", "logscan.toml")
    own = [user] if "LOGSCAN_CONFIG" not in environment and os.path.isfile(user) else []
    return [*own, *project_files(environment, folder)]


def project_files(environment: Mapping[str, str], folder: str) -> list[str]:
    """The same without the user's own."""
    named = environment.get("LOGSCAN_CONFIG")
    if named is not None:
        return [named] if named else []
    project = _closest(folder)
    return [project] if project is not None else []


def _closest(folder: str) -> str | None:
    while True:
        path = os.path.join(folder, "logscan.toml")
        if os.path.isfile(path):
            return path
        path = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(path) and "[tool.logscan" in _text(path) and _parsed(path):
            return path
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _parsed(path: str) -> dict[str, Any]:
    import tomllib

    try:
        found = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    if os.path.basename(path) == "pyproject.toml":
        tool = found.get("tool")
        found = tool.get("logscan", {}) if isinstance(tool, dict) else {}
    return found


def _told(path: str, key: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path}: {key}: {error}") from None


def _path(kind: Any, value: Any) -> Any:
    if is_path(kind) and isinstance(value, str):
        return kind(value)
    raise NotImplementedError(kind)


def _placed(value: Any, file: str) -> Any:
    """Paths as seen from the file's folder."""
    if isinstance(value, list):
        return [_placed(each, file) for each in value]
    return type(value)(os.path.dirname(file), value) if is_path(type(value)) else value


def _from_text(variable: str, text: str, kind: Any) -> Any:
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        return [inner(each) for each in text.split(os.pathsep if is_path(inner) else ",") if each]
    if kind is bool:
        if text.lower() not in _TRUE + _FALSE:
            raise UsageError(f"{variable}: {text!r} is neither 1 nor 0")
        return text.lower() in _TRUE
    if kind is int and not (text.isascii() and text.isdigit()):
        raise UsageError(f"{variable}: {text!r} is no number")
    return kind(text)
