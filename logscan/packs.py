"""Signatures of one's own, and those that one does not want to hear of: where they are kept.

A user's lie below $XDG_CONFIG_HOME/logscan (https://specifications.freedesktop.org/basedir-spec/latest/), a project's
below the `.logscan` folder that is nearest above the working folder. Both hold `signatures/`, a pack as `--signatures`
takes it, and `ignore`, a list of ids, one a line, `#` before a comment.

Two signatures of one id are refused wherever they come from, so that none replaces another unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from logscan.digest import blake2b
from logscan.errors import UsageError
from logscan.signature import Ruleset, load

SIGNATURES = "signatures"
IGNORE = "ignore"
PROJECT = ".logscan"


def homes(environment: Mapping[str, str], folder: Path) -> list[Path]:
    """The user's and the project's folder, as far as they exist. A relative $XDG_CONFIG_HOME does not count."""
    base, home = (Path(environment.get(name, "")) for name in ("XDG_CONFIG_HOME", "HOME"))
    if not base.is_absolute():
        base = home / ".config"
    found = [base / "logscan"] if base.is_absolute() else []
    found += [parent / PROJECT for parent in (folder, *folder.parents) if (parent / PROJECT).is_dir()][:1]
    return [each for each in found if each.is_dir()]


def rules(given: Sequence[Path], *, bundled: bool, ignored: Iterable[str], homes: Sequence[Path]) -> Ruleset:
    """The signatures in force. Raises RulesError, and UsageError where what is ignored does not exist."""
    packs = [home / SIGNATURES for home in homes if (home / SIGNATURES).is_dir()]
    loaded = load([*packs, *given], bundled=bundled)
    listed = {ident: str(home / IGNORE) for home in homes for ident in _listed(home / IGNORE)}
    listed |= dict.fromkeys(ignored, "--ignore")
    unknown = [ident for ident in listed if ident not in loaded.by_id]
    if unknown and bundled:
        raise UsageError(f"{listed[unknown[0]]}: no signature is called {unknown[0]} (see `logscan signatures list`)")
    return _quiet(loaded, frozenset(listed) - frozenset(unknown))


def _listed(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8")
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
