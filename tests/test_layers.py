"""A file imports only from lower layers, and a scan imports nothing that it does not need."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import logscan

PACKAGE = Path(__file__).parent.parent / "logscan"
LAYERS = [
    [
        "__init__",
        "errors",
        "model",
        "arguments",
        "bodies",
        "cache",
        "digest",
        "identity",
        "late",
        "lazyre",
        "private",
        "kept",
        "signals",
        "steps",
        "template",
    ],
    [
        "levels",
        "versions",
        "sanitize",
        "redact",
        "redactmore",
        "timestamps",
        "when",
        "prefilter",
        "losses",
        "restarts",
        "yamlread",
        "literals",
    ],
    ["formats", "transports", "grammars"],
    ["group", "unfold"],
    ["ends"],
    ["headers"],
    [
        "grouper",
        "repeat",
        "sigmodel",
        "sigread",
        "sigmany",
        "signature",
        "config",
        "team",
        "fingerprint",
        "frames",
        "revealed",
        "verdict",
        "sigpage",
        "sigdraft",
        "rates",
        "tally",
        "summary",
        "report",
        "reportbuild",
        "baseline",
        "gate",
        "expected",
        "state",
        "merge",
    ],
    ["parse", "classify", "lookback", "prefixes"],
    ["registry"],
    ["event", "stride"],
    ["known"],
    ["traces"],
    ["oneline"],
    ["ahead", "lane", "memory"],
    ["linetext", "scanstate"],
    ["feeder"],
    ["scanner"],
    ["sources"],
    ["job", "plan"],
    ["serial", "pieces"],
    ["workers"],
    ["shared"],
    ["followlog", "followrates", "followstate", "followtell"],
    ["followtail"],
    ["followfiles", "followpipe"],
    ["packs", "follow", "checkout"],
    ["run", "lint", "renderers", "explain", "live", "options", "output", "completion", "installed", "shown"],
    ["frame", "settings"],
    ["api"],
    ["followview"],
    ["followcommand"],
    ["check", "confusion", "draft", "drift"],
    ["triage"],
    ["console"],
    ["cli_check", "cli_drift", "cli_explain", "cli_follow", "cli_report", "cli_scan", "cli_show", "cli_triage"],
    ["cli_signatures"],
    ["cli"],
    ["__main__"],
]
FACE = "TYPE_CHECKING"
PLACE = re.compile(r"logscan\.\w+:\w+")
"""What is imported when it is asked for, as `arguments.Commands` notes it."""
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The units of the package that a file imports, wherever in the file; for the package's face not those that are for
    type checkers alone."""
    found = set()
    tree = ast.parse(path.read_text())
    if path == PACKAGE / "__init__.py":
        tree.body = [each for each in tree.body if not (isinstance(each, ast.If) and ast.unparse(each.test) == FACE)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level == 1 and path.parent == PACKAGE:
                module = f"logscan.{module}" if module else "logscan"
            if module == "logscan":
                found |= {alias.name for alias in node.names if alias.name in RANK}
            elif module.startswith("logscan."):
                found.add(module.split(".")[1])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACE.fullmatch(node.value):
            found.add(node.value.partition(":")[0].split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("logscan.")}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_downwards(path: Path) -> None:
    """Every file stands in the table, and imports from its own layer or a lower one; never in a circle between layers."""
    own = unit(path)
    assert own in RANK, f"{own} has no layer"
    above = {name for name in imported(path) if RANK[name] > RANK[own]}
    assert not above


@pytest.mark.parametrize("name", ["pandas", "jinja2", "dask", "fsspec", "hypothesis"])
def test_a_scan_does_not_import(name: str) -> None:
    """Starting fast: heavy libraries are not on the way of `scan`."""
    program = (
        "import sys; from logscan.cli import run; "
        "sys.argv=['logscan']; run(['scan', '-q', 'samples/uvicorn-app-error/app.log']); "
        f"sys.exit({name!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_version_is_answered_before_anything_is_imported() -> None:
    """`--version` needs neither the option parser nor YAML."""
    program = (
        "import sys; sys.argv=['logscan','--version']; from logscan.__main__ import main; main(); "
        "sys.exit(bool({'typer','yaml','rich','msgspec'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert done.stdout.startswith(b"logscan 0.")


def test_the_public_names_are_imported_when_they_are_asked_for() -> None:
    """`import logscan` imports nothing else of it; each public name is there all the same, and so it is for checkers."""
    program = (
        "import sys; before = set(sys.modules); import logscan; found = set(sys.modules) - before; "
        "assert found == {'logscan'}, found; "
        "[getattr(logscan, name) for name in logscan.__all__]; assert not hasattr(logscan, 'nothing'); "
        "assert set(logscan.__all__) <= set(dir(logscan)); sys.exit('pandas' in sys.modules or 'rich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    face = ast.parse((PACKAGE / "__init__.py").read_text())
    block = next(each for each in face.body if isinstance(each, ast.If) and ast.unparse(each.test) == FACE)
    typed = {name.name for each in block.body if isinstance(each, ast.ImportFrom) for name in each.names}
    assert typed == set(logscan.__all__) - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_pandas_is_imported_in_one_place(path: Path) -> None:
    """frame.py alone, but for annotations."""
    lines = [line for line in path.read_text().splitlines() if line.startswith(("import pandas", "from pandas"))]
    assert (lines == []) == (path.name != "frame.py")


def test_only_the_command_line_prints_or_exits() -> None:
    """`print`, `input`, `exit` and the like are called in cli*.py, console.py, signals.py and __main__.py alone; the
    child process of sigmany.py ends itself."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        if not unit(path).startswith(("cli", "console", "signals", "__main__", "sigmany"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "input", "exit", "sys.exit", "os._exit")
    ]
    assert found == []


def test_the_runner_needs_no_terminal() -> None:
    """A program that scans by itself loads neither the option parser nor rich."""
    program = (
        "import sys, logscan.run, logscan.reportbuild; sys.exit(bool({'typer', 'rich', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PACKAGE.parent, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
