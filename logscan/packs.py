"""Signatures of one's own, and those that one does not want to hear of: where they are kept.

A user's lie below $XDG_CONFIG_HOME/logscan (https://specifications.freedesktop.org/basedir-spec/latest/), a project's
below the `.logscan` folder that is nearest above the working folder. Both hold `signatures/`, a pack as `--signatures`
takes it, and `ignore`, a list of ids, one a line, `#` before a comment.

Two signatures of one id are refused wherever they come from, so that none replaces another unseen.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from logscan.digest import blake2b
from logscan.errors import UsageError
from logscan.signature import Ruleset, load

if TYPE_CHECKING:
    from pathlib import Path

SIGNATURES = "signatures"
IGNORE = "ignore"
PROJECT = ".logscan"


def homes(environment: Mapping[str, str], folder: str) -> list[str]:
    """The user's and the project's folder, as far as they exist. A relative $XDG_CONFIG_HOME does not count."""
    base = environment.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(environment.get("HOME", ""), ".config")
    found = [os.path.join(base, "logscan")] if os.path.isabs(base) else []
    while not os.path.isdir(os.path.join(folder, PROJECT)) and folder != os.path.dirname(folder):
        folder = os.path.dirname(folder)
    return [each for each in (*found, os.path.join(folder, PROJECT)) if os.path.isdir(each)]


def rules(given: "Sequence[Path]", *, bundled: bool, ignored: Iterable[str], homes: Sequence[str]) -> Ruleset:
    """The signatures in force. Raises RulesError, and UsageError where what is ignored does not exist."""
    packs = [pack for home in homes if os.path.isdir(pack := os.path.join(home, SIGNATURES))]
    loaded = load([*packs, *given], bundled=bundled)
    lists = [os.path.join(home, IGNORE) for home in homes]
    listed = {ident: path for path in lists for ident in _listed(path)}
    listed |= dict.fromkeys(ignored, "--ignore")
    unknown = [ident for ident in listed if ident not in loaded.by_id]
    if unknown and bundled:
        raise UsageError(f"{listed[unknown[0]]}: no signature is called {unknown[0]} (see `logscan signatures list`)")
    return _quiet(loaded, frozenset(listed) - frozenset(unknown))


def _listed(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    return [ident for line in text.splitlines() if (ident := line.partition("#")[0].strip())]


def _quiet(loaded: Ruleset, ignored: frozenset[str]) -> Ruleset:
    """The same signatures; what is ignored is still told apart and counted, but asks for no action."""
    if not ignored:
        return loaded
    quiet = {ident: msgspec.structs.replace(loaded.by_id[ident], action="ignore") for ident in ignored}
    digest = blake2b("\n".join([loaded.digest, *sorted(ignored)]).encode(), digest_size=8).hexdigest()
    return msgspec.structs.replace(loaded, by_id={**loaded.by_id, **quiet}, digest=digest)
