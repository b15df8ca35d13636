"""Starting up: a command that is typed at 3 a.m. answers at once. The times are printed by `pytest -rP -k start`."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from command import COMMAND, ROOT, SAMPLES, environment

SMALL = SAMPLES / "uvicorn-app-error" / "app.log"
"""About 12 kB."""

UNNEEDED = {
    "asyncio", "click", "dask", "difflib", "fsspec", "hyperscan", "hypothesis", "importlib.metadata",
    "importlib.resources", "inspect", "jinja2", "logging", "multiprocessing", "numpy", "packaging", "pandas", "pathlib", "regex",
    "rich.console", "shutil", "stringzilla", "subprocess", "tempfile", "threading", "typer", "typing_extensions",
    "urllib.parse", "yaml",
    "logscan.baseline", "logscan.lint", "logscan.live", "logscan.output", "logscan.sigread", "logscan.sources.ahead",
}  # fmt: skip
"""What a plain scan of a small file, or a check of one, does without, once the cache is there."""

OTHERS = {
    f"logscan.cli_{name}" for name in ("check", "drift", "explain", "follow", "report", "show", "signatures", "triage")
}
EXPECTATIONS = {"logscan.baseline", "pathlib", "urllib.parse", "yaml"}
"""What a check needs besides: expectations are YAML, and stand beside the logs."""

RUNS = {
    "scan, json": (["scan", "--format", "json"], UNNEEDED | OTHERS | {"logscan.renderers.terminal", "rich"}),
    "scan, terminal": (["scan", "--format", "terminal"], UNNEEDED | OTHERS | {"logscan.renderers.jsonl"}),
    "check": (["check", "--quiet"], (UNNEEDED | OTHERS) - EXPECTATIONS - {"logscan.cli_check"}),
}
"""A command, and what it does without."""

PROGRAM = """
import sys
from logscan import __main__
__main__._end = lambda code: None
__main__.main()
print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def cpu(arguments: tuple[str | Path, ...], env: dict[str, str]) -> float:
    """Milliseconds of CPU time of a run."""
    run = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=env)
    _, status, used = os.wait4(run.pid, 0)
    run.returncode = status
    assert status == 0
    return (used.ru_utime + used.ru_stime) * 1000


@pytest.mark.parametrize("run", RUNS)
def test_a_command_imports_what_it_needs(run: str, tmp_path: Path) -> None:
    """A small scan or check with a warm cache imports none of the list."""
    arguments, unneeded = RUNS[run]
    env = environment(XDG_CACHE_HOME=str(tmp_path))
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments, SMALL], cwd=ROOT, capture_output=True, env=env, timeout=60
        )
        assert done.returncode == 0, done.stderr
    found = set(done.stderr.decode().split())
    assert "logscan.scanner" in found
    assert found & unneeded == set()


def test_starting_is_quick(tmp_path: Path) -> None:
    """CPU time, against an empty Python: at most 1.5 times for --version, 8 for a small scan to JSON, 12 to a terminal
    on a quiet machine; the bounds here leave room for a busy one."""
    env = environment(XDG_CACHE_HOME=str(tmp_path))
    runs: dict[str, tuple[str | Path, ...]] = {
        "pass": (sys.executable, "-c", "pass"),
        "--version": (*COMMAND, "--version"),
        "json": (*COMMAND, SMALL, "--format", "json"),
        "terminal": (*COMMAND, SMALL),
    }
    for arguments in runs.values():
        cpu(arguments, env)
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(7):
        for name, arguments in runs.items():
            took[name].append(cpu(arguments, env))
    ratio = {name: statistics.median(times) / statistics.median(took["pass"]) for name, times in took.items()}
    print({name: f"{times:.2f}" for name, times in ratio.items()})
    assert ratio["--version"] < 3
    assert ratio["json"] < 16
    assert ratio["terminal"] < 18
