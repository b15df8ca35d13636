"""Completion scripts for shells, made from the command tree.

The scripts hold every word themselves: a key press starts no Python. Sources:
https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html,
https://fishshell.com/docs/current/completions.html, https://zsh.sourceforge.io/Doc/Release/Completion-System.html
(zsh runs the bash script through its `bashcompinit`).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from logscan.model import LEVELS, SEVERITIES
from logscan.registry import transport_names
from logscan.renderers import RENDERERS


def commands(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command below this one that does something by itself, with its name after `logscan`."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for word, each in below.items():
        if not each.hidden:
            yield from commands(each, f"{name} {word}".strip())


def options(command: Any) -> list[Any]:
    """The options that are shown to users, without arguments."""
    return [each for each in command.params if each.param_type_name == "option" and not each.hidden]


def values(command: str, option: Any) -> tuple[str, ...]:
    """The words that an option takes, where they are few and known."""
    if option.name == "format" and command != "scan":
        return tuple(re.findall(r"\w+", option.help or ""))
    known: dict[str, tuple[str, ...]] = {
        "format": tuple(RENDERERS),
        "output": tuple(f"{name}=" for name in RENDERERS),
        "level": tuple(LEVELS),
        "transport": tuple(transport_names()),
        "fail_on": (*SEVERITIES, "page", "unknown"),
        "color": ("auto", "always", "never"),
    }
    return known.get(option.name or "", ())


def bash(tree: Any) -> str:
    """For bash: `complete -F`, with file names where no word of ours fits."""
    leaves = dict(commands(tree))
    cases = []
    for name, command in leaves.items():
        spelled = [word for option in options(command) for word in (*option.opts, *option.secondary_opts)]
        arms = "".join(
            f'      {"|".join(option.opts)}) words="{" ".join(found)}" ;;\n'
            for option in options(command)
            if (found := values(name, option))
        )
        opts = " ".join([*spelled, "--help"])
        cases.append(f'    "{name}")\n      opts="{opts}"\n      case "$prev" in\n{arms}      esac ;;\n')
    tops = dict.fromkeys(name.split()[0] for name in leaves)
    groups = "".join(
        f'    "{top}") opts="{" ".join(name.split()[1] for name in leaves if name.startswith(f"{top} "))}" ;;\n'
        for top in tops
        if top not in leaves
    )
    nested = "|".join(top for top in tops if top not in leaves)
    return f"""\
# completion of logscan for bash; made by `logscan completion bash`
_logscan() {{
  local cur="${{COMP_WORDS[COMP_CWORD]}}" prev="${{COMP_WORDS[COMP_CWORD-1]}}" name="scan" opts="" words=""
  case "${{COMP_WORDS[1]}}" in
    {"|".join(top for top in tops if top in leaves)}) name="${{COMP_WORDS[1]}}" ;;
    {nested}) name="${{COMP_WORDS[1]}}"; [ "$COMP_CWORD" -gt 2 ] && name="$name ${{COMP_WORDS[2]}}" ;;
  esac
  case "$name" in
{"".join(cases)}{groups}  esac
  COMPREPLY=()
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  elif [ "$COMP_CWORD" -eq 1 ] && [ "${{cur#-}}" = "$cur" ]; then
    COMPREPLY=($(compgen -W "{" ".join(tops)}" -- "$cur"))
  elif [ "${{cur#-}}" != "$cur" ] || [ "${{opts#-}}" = "$opts" ]; then
    COMPREPLY=($(compgen -W "$opts" -- "$cur"))
  fi
}}
complete -o default -o bashdefault -F _logscan logscan
"""


def zsh(tree: Any) -> str:
    """For zsh, which reads bash's."""
    return f"autoload -Uz compinit bashcompinit && compinit -u && bashcompinit\n{bash(tree)}"


def fish(tree: Any) -> str:
    """For fish: one `complete` an option, with its help."""
    lines = ["# completion of logscan for fish; made by `logscan completion fish`"]
    leaves = dict(commands(tree))
    for top in dict.fromkeys(name.split()[0] for name in leaves):
        about = leaves[top].help if top in leaves else tree.commands[top].help
        lines.append(f"complete -c logscan -n __fish_use_subcommand -a {top} -d {_quoted(_first(about))}")
    for name, command in leaves.items():
        top, _, below = name.partition(" ")
        seen = f"__fish_seen_subcommand_from {top}"
        if below:
            lines.append(f"complete -c logscan -n '{seen}' -f -a {below} -d {_quoted(_first(command.help))}")
            seen = f"{seen}; and __fish_seen_subcommand_from {below}"
        for option in options(command):
            lines.append(f"complete -c logscan -n '{seen}'{_spelled(option)}{_takes(name, option)}")
    return "\n".join(lines) + "\n"


SHELLS: dict[str, Callable[[Any], str]] = {"bash": bash, "zsh": zsh, "fish": fish}


def _spelled(option: Any) -> str:
    words = [*option.opts, *option.secondary_opts]
    return "".join(f" -l {word[2:]}" if word.startswith("--") else f" -s {word[1:]}" for word in words)


def _takes(command: str, option: Any) -> str:
    about = f" -d {_quoted(_first(option.help))}"
    if option.is_flag:
        return about
    found = values(command, option)
    return f" -x -a {_quoted(' '.join(found))}{about}" if found else f" -r{about}"


def _first(text: str | None) -> str:
    """The first sentence of a help text."""
    return re.split(r"(?<=[.:])\s", " ".join((text or "").split()), maxsplit=1)[0].rstrip(".:")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
