"""The hooks under the real pre-commit, installed as a user's repository installs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command import INFO, LOG, ROOT

HOOKS = ROOT / ".pre-commit-hooks.yaml"
GIT = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")


def run(*command: str | Path, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """A command in a repository; its standard input is empty and no terminal, as a hook's is."""
    env = os.environ | {"PRE_COMMIT_HOME": str(home), "GIT_CONFIG_GLOBAL": os.devnull}
    env = {name: value for name, value in env.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, timeout=900, stdin=subprocess.DEVNULL
    )


def test_the_manifest_is_valid(tmp_path: Path) -> None:
    """`pre-commit validate-manifest` accepts it."""
    done = run(sys.executable, "-m", "pre_commit", "validate-manifest", HOOKS, cwd=tmp_path, home=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("app.log", True),
        ("logs/app.log.1", True),
        ("app.log-20261124.gz", True),
        ("app.log.2.xz", True),
        ("events.ndjson", True),
        ("app.log.expected.yaml", True),
        ("catalog", False),
        ("app.log.md", False),
        ("logger.py", False),
    ],
)
def test_which_files_the_hook_is_given(name: str, wanted: bool) -> None:
    """Logs, rotated and compressed ones, and expectations; nothing that only sounds like one."""
    import re

    pattern = next(each["files"] for each in yaml.safe_load(HOOKS.read_text()) if each["id"] == "logscan-check")
    assert (re.search(pattern, name) is not None) == wanted


@pytest.mark.slow
def test_the_hooks_in_a_repository(tmp_path: Path) -> None:
    """`pre-commit try-repo`: a clean log passes, one with an error fails and says what to do, --update accepts it; a
    signature that is wrong fails, a good one passes."""
    repo, home = tmp_path / "repo", tmp_path / "home"
    repo.mkdir()
    (repo / "clean.log").write_bytes(INFO)
    (repo / ".gitignore").write_text("*.log\n!/*.log\n")

    def git(*arguments: str) -> None:
        done = run("git", *GIT, *arguments, cwd=repo, home=home)
        assert done.returncode == 0, done.stderr

    def hook(name: str) -> subprocess.CompletedProcess[str]:
        git("add", "-A")
        command = (sys.executable, "-m", "pre_commit", "try-repo", ROOT, name, "--all-files", "--verbose")
        return run(*command, cwd=repo, home=home)

    git("init", "-q", ".")
    done = hook("logscan-check")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 log checked: 1 clean" in done.stdout
    (repo / "app.log").write_bytes(LOG)
    done = hook("logscan-check")
    assert done.returncode == 1, done.stdout
    assert "logscan check --update app.log" in done.stdout and "KeyError: 'coupon'" in done.stdout
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-m", "logscan", "check", "--update", "app.log"], cwd=repo, env=env, check=True)
    done = hook("logscan-check")
    assert done.returncode == 0, done.stdout
    assert "1 as expected, 1 clean" in done.stdout

    pack = repo / "signatures" / "shop"
    pack.mkdir(parents=True)
    source = (ROOT / "signatures" / "uvicorn" / "returned-without-response.yaml").read_text()
    good = source.replace("uvicorn.returned-without-response", "shop.returned")
    good = good.replace("ASGI callable returned", "Shop callable returned")
    (pack / "returned.yaml").write_text(good)
    done = hook("logscan-signatures")
    assert done.returncode == 0, done.stdout
    (pack / "returned.yaml").write_text(good.replace("severity: error", "severity: terrible"))
    done = hook("logscan-signatures")
    assert "returned.yaml:" in done.stdout and done.returncode != 0
