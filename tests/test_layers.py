"""A file imports only from lower layers, and a scan imports nothing that it does not need."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "logscan"
LAYERS = [
    ["__init__", "errors", "model", "arguments", "cache", "digest", "identity", "lazyre", "bodies"],
    ["levels", "sanitize", "redact", "timestamps", "when", "prefilter", "losses", "restarts", "yamlread", "literals"],
    ["formats", "transports", "grammars"],
    [
        "group",
        "repeat",
        "sigmodel",
        "sigread",
        "signature",
        "fingerprint",
        "frames",
        "rates",
        "tally",
        "summary",
        "report",
        "reportbuild",
    ],
    ["parse", "classify", "lookback"],
    ["registry"],
    ["event", "stride"],
    ["known"],
    ["lane"],
    ["scanner"],
    ["sources"],
    ["job", "plan"],
    ["serial", "pieces"],
    ["workers"],
    ["shared"],
    ["run", "lint", "renderers", "explain", "live", "options", "output", "completion"],
    ["cli"],
    ["__main__"],
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
FILES = sorted(PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    """The module or folder of the package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The units of the package that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level == 1 and path.parent == PACKAGE:
                module = f"logscan.{module}" if module else "logscan"
            if module == "logscan":
                found |= {alias.name for alias in node.names if alias.name in RANK}
            elif module.startswith("logscan."):
                found.add(module.split(".")[1])
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


def test_only_the_command_line_prints_or_exits() -> None:
    """`print`, `input`, `exit` and the like are called in cli.py and __main__.py alone."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        if unit(path) not in ("cli", "__main__")
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
