"""The documents say what the program does: commands, options, the report that the README shows."""

import os
import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from command import ROOT, logscan
from markdown_it import MarkdownIt

from logscan.renderers import RENDERERS

DOCS = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("docs/catalogue/*.md"),
        *ROOT.glob("samples/**/how.md"),
    )
)
README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_and_option_is_documented() -> None:
    """docs/cli.md is what `python docs/commands.py` writes, from the command tree."""
    made = runpy.run_path(str(ROOT / "docs" / "commands.py"))
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    assert page == made["page"](), "run: python docs/commands.py"
    for name in (
        "scan",
        "follow",
        "explain",
        "signatures list",
        "signatures lint",
        "signatures test",
        "signatures drift",
        "completion",
    ):
        assert f"## logscan {name}\n" in page
        shown = logscan(*name.split(), "-h").stdout.decode()
        for option in re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE):
            assert option == "--help" or f"`{option}`" in page, f"{name} {option}"


def test_the_report_in_the_readme_is_real() -> None:
    """The text that the README shows is what the command that it names prints."""
    block = re.search(r"```text\n\$ logscan (\S+)\n(.*?)\n```", README, re.DOTALL)
    assert block
    done = logscan(block[1], "--tz", "UTC", cwd=ROOT)
    assert done.stdout.decode().rstrip("\n") == block[2]


@pytest.mark.parametrize("document", DOCS, ids=[path.relative_to(ROOT).as_posix() for path in DOCS])
def test_links_inside_the_checkout_lead_somewhere(document: Path) -> None:
    """Every relative link of a document is a file."""
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
    gone = [each for each in targets if "://" not in each and not os.path.lexists(document.parent / each)]
    assert gone == []


def test_the_readme_names_every_exit_code() -> None:
    """The table of exit codes is whole."""
    for code in ("0", "1", "2", "3", "4", "130"):
        assert re.search(rf"^\| {code}\b", README, re.MULTILINE), code


def test_the_examples_for_ci_can_be_run(tmp_path: Path) -> None:
    """Every YAML example parses; the scan that it names runs on a sample, fails as it says, and writes every file."""
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL):
        job = yaml.safe_load(block)
        steps = (
            [one.get("run", "") for one in job["jobs"]["logscan"]["steps"]]
            if "jobs" in job
            else job["logscan"]["script"]
        )
        command = next(shlex.split(text) for text in steps if text.startswith("logscan scan"))
        shutil.copytree(ROOT / "samples" / "shop", tmp_path / "logs", dirs_exist_ok=True)
        done = logscan(*command[1:], cwd=tmp_path)
        assert done.returncode == 1, done.stderr
        for part in command:
            name, equals, place = part.partition("=")
            assert not equals or (tmp_path / place).stat().st_size, name


def test_the_page_of_formats_names_all_of_them() -> None:
    """Each format has its row."""
    page = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for name in RENDERERS:
        assert f"| `{name}` |" in page


def test_the_catalogue_is_what_the_signatures_say() -> None:
    """docs/catalogue/ holds what `python docs/catalogue.py` writes, and nothing else; every signature is in its index."""
    made = runpy.run_path(str(ROOT / "docs" / "catalogue.py"))["pages"]()
    there = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "catalogue").iterdir()}
    stale = sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))
    assert not stale, "run: python docs/catalogue.py"
    for path in ROOT.glob("signatures/*/*.yaml"):
        assert f"({path.parent.name}.{path.stem}.md)" in made["README.md"], path


def test_a_page_of_the_catalogue_reads_as_it_was_written() -> None:
    """Markdown takes away none of a signature's words and turns none into markup."""
    made = runpy.run_path(str(ROOT / "docs" / "catalogue.py"))
    for text in ("a_b_c *d* `e` <f> [g](h) # i | j ~~k~~ \\l", "see https://example.org/x_y_z"):
        shown = "".join(each.content for each in MarkdownIt().parseInline(made["escaped"](text))[0].children or ())
        assert shown == text
