"""Write docs/catalogue/ from the signatures: `python docs/catalogue.py`. A test holds the two together."""

import os
import re
from itertools import groupby
from pathlib import Path

from logscan.sigmodel import Signature
from logscan.signature import load
from logscan.sigpage import rows

FOLDER = Path(__file__).parent / "catalogue"
ROOT = FOLDER.parent.parent
HEAD = """\
# The catalogue

{count} incidents that logscan knows. Made from the signatures by `python docs/catalogue.py`; do not edit.
`logscan explain ID` shows the same page in the terminal.
"""
SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def escaped(text: str) -> str:
    """Text that Markdown takes as it is."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("https://", "https\\://")


def linked(text: str, known: dict[str, Signature]) -> str:
    """The text, a signature's id at its start as a link to its page."""
    ident, colon, rest = text.partition(": ")
    return f"[{ident}]({ident}.md){colon}{escaped(rest)}" if ident in known else escaped(text)


def page(signature: Signature, known: dict[str, Signature]) -> str:
    """The page of one signature."""
    lines = [f"# {escaped(signature.title)}", "", f"`{signature.id}`", ""]
    label = ""
    for row in rows(signature):
        label = row.label or label
        if row.label in ("wins over", "follows"):
            said = ", ".join(linked(each, known) for each in row.text.split(", "))
        else:
            said = linked(row.text, known)
        target = re.sub(r"[()\s]", lambda found: f"%{ord(found[0]):02X}", row.url)
        lines.append(f"- **{label}** {said}" + (f": <{target}>" if target else ""))
    source = os.path.relpath(signature.path, ROOT).replace(os.sep, "/")
    return "\n".join([*lines, "", f"[The signature](../../{source}) · [All](README.md)", ""])


def index(signatures: list[Signature]) -> str:
    """The list of all, by software."""
    parts = [HEAD.format(count=len(signatures))]
    for software, some in groupby(signatures, key=lambda each: each.id.partition(".")[0]):
        parts.append(f"## {software}\n\n| incident | action | severity |\n|---|---|---|")
        parts += [f"| [{escaped(each.title)}]({each.id}.md) | {each.action} | {each.severity} |" for each in some]
        parts.append("")
    return "\n".join(parts)


def pages() -> dict[str, str]:
    """Every file of the catalogue, by name."""
    known = load(()).by_id
    made = {f"{ident}.md": page(signature, known) for ident, signature in known.items()}
    return made | {"README.md": index(list(known.values()))}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    made = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
