"""Write docs/cli.md from the command tree: `python docs/commands.py`. A test holds the two together."""

from pathlib import Path
from typing import Any

import typer.main

from logscan.arguments import parser
from logscan.cli import app
from logscan.completion import commands

PAGE = Path(__file__).parent / "cli.md"
HEAD = """\
# Commands and options

Made from the command tree by `python docs/commands.py`; do not edit. `logscan COMMAND -h` says the same.

`scan` may be left out: `logscan app.log` and `… | logscan` scan.
"""


def options(command: Any) -> list[Any]:
    """The options and arguments that are shown to users."""
    return [each for each in command.params if not getattr(each, "hidden", False)]


def cell(text: str) -> str:
    """As the cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def row(option: Any) -> str:
    """One option or argument: its spellings and its placeholder, what it does, its default."""
    if option.param_type_name == "argument":
        names = f"`{option.metavar or option.name.upper()}`"
    else:
        names = ", ".join(f"`{each}`" for each in (*option.opts, *option.secondary_opts))
        if not option.is_flag and option.metavar:
            names += f" `{option.metavar}`"
    said = option.default
    default = f"`{said}`" if said not in (None, False, (), []) else ""
    return f"| {cell(names)} | {cell(option.help or '')} | {default} |"


def page() -> str:
    """The whole of cli.md."""
    parts = [HEAD]
    for name, command in commands(typer.main.get_command(parser(app)), "logscan"):
        about = "\n\n".join(" ".join(each.split()) for each in (command.help or "").split("\n\n"))
        rows = [row(each) for each in options(command)]
        parts.append("\n".join([f"## {name}\n\n{about}\n", "| | | default |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
