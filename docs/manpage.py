"""Write docs/logscan.1 from the command tree: `python docs/manpage.py`. A test holds the two together, and the wheel
installs it as share/man/man1/logscan.1.

Macros: https://man7.org/linux/man-pages/man7/man.7.html.
"""

from pathlib import Path
from typing import Any

import typer.main

from logscan import __version__
from logscan.arguments import parser
from logscan.cli import app
from logscan.completion import commands

PAGE = Path(__file__).parent / "logscan.1"
EXAMPLES = (
    ("journalctl --all -u shop -o json | logscan", "what went wrong in a unit; live on a terminal"),
    ("logscan /var/log/shop/ --since 2h", "files and folders, compressed ones too"),
    ("logscan app.log --output html=report.html --output sarif=report.sarif", "several reports of one scan"),
)
CODES = (
    ("0", "scanned"),
    ("1", "found what --fail-on asks for; signatures lint, test or drift found a defect"),
    ("2", "a usage error, nothing could be scanned, or what was found could not be written"),
    ("3", "scanned, but some input could not be read (--allow-incomplete makes it 0)"),
    ("4", "a defect of logscan"),
    ("130, 143", "interrupted; the report so far was printed"),
    ("129", "the terminal went away; `logscan show` has the report so far"),
)
ENVIRONMENT = (
    ("NO_COLOR", "no colours, unless --color always"),
    ("FORCE_COLOR", "colours in a pipe too"),
    ("COLUMNS", "the width of a report that goes into a pipe, 40 to 200"),
    ("XDG_CONFIG_HOME", "holds logscan/signatures and logscan/ignore; ~/.config unless set"),
    ("TZ", "the zone of timestamps that name none, unless --tz"),
    ("LOGSCAN_LEVEL, LOGSCAN_…", "an option of scan by its name in capitals; `logscan config` lists them"),
    ("LOGSCAN_CONFIG", "one file of settings in place of the project's and the user's; empty: none"),
    ("LOGSCAN_DEBUG", "details of an internal error"),
)


def escaped(text: str) -> str:
    """Text as roff: no escapes, no control lines, minus signs that can be copied."""
    flat = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in flat)
    return f"\\&{plain}" if plain[:1] in (".", "'") else plain


def tagged(items: tuple[tuple[str, str], ...]) -> list[str]:
    """A list of terms and what they mean."""
    return [line for term, text in items for line in (".TP", f".B {escaped(term)}", escaped(text))]


def parameter(each: Any) -> list[str]:
    """One option or argument."""
    if each.param_type_name == "argument":
        names = f"\\fI{escaped(each.metavar or each.name.upper())}\\fR"
    else:
        names = ", ".join(f"\\fB{escaped(word)}\\fR" for word in (*each.opts, *each.secondary_opts))
        if not each.is_flag:
            names += f" \\fI{escaped(each.metavar or 'TEXT')}\\fR"
    default = "" if each.default in (None, False, (), []) else f" Default: {each.default}."
    return [".TP", names, escaped((each.help or "") + default)]


def command(name: str, each: Any) -> list[str]:
    """A section of one command."""
    paragraphs = [part.replace("\b", "") for part in (each.help or "").split("\n\n")]
    lines = [f".SS logscan {escaped(name)}"]
    for n, text in enumerate(paragraphs):
        if "\n" in text.strip() and "\b" in (each.help or "") and n == len(paragraphs) - 1:
            lines += [".PP", ".nf", *(escaped(line) for line in text.strip().splitlines()), ".fi"]
        else:
            lines += ([".PP"] if n else []) + [escaped(text)]
    shown = [one for one in each.params if not getattr(one, "hidden", False)]
    return [*lines, *(line for one in shown for line in parameter(one))]


def page() -> str:
    """The whole of logscan.1."""
    lines = [
        f'.TH LOGSCAN 1 "" "logscan {__version__}" "User Commands"',
        ".SH NAME",
        "logscan \\- what broke in a log, since when, how often, and how it is mended",
        ".SH SYNOPSIS",
        ".B logscan",
        "[\\fBscan\\fR] [\\fIOPTIONS\\fR] [\\fIPATHS\\fR...|\\-]",
        ".br",
        ".B logscan",
        "\\fICOMMAND\\fR [\\fIOPTIONS\\fR]",
        ".SH EXAMPLES",
        *tagged(EXAMPLES),
        ".SH COMMANDS",
    ]
    for name, each in commands(typer.main.get_command(parser(app))):
        lines += command(name, each)
    lines += [".SH EXIT STATUS", *tagged(CODES), ".SH ENVIRONMENT", *tagged(ENVIRONMENT)]
    lines += [".SH SEE ALSO", ".BR journalctl (1)"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
