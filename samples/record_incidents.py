#!/usr/bin/env python3
"""Record the logs of incident programs again: `samples/<case>/incidents.py`, with the real software.

A program's first comments name its logs, each with a Python version and the packages of its environment:

    # log: app.log | 3.11 | uvicorn==0.38.0 h11==0.16.0

It is run once for each, with the log's stem as its argument; what it and its servers print is the log. It tells how many
events of which signature it caused (`programs/drive.py`), and that is written beside the log. Its docstring is the folder's
how.md. Folders of this machine are rewritten (environment and interpreter to /usr/local, the program's folder
to /srv/app); nothing else is changed.

    python3 samples/record_incidents.py --pythons FOLDER [--envs FOLDER] CASE…

FOLDER holds `<version>/bin/python` for the versions named. Standard library only, Python 3.11 or later.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent
UNCLASSIFIED = "unclassified"
LOG = re.compile(r"^# log: (\S+) \| (\S+) \| ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Recording:
    """One log of a program: its name, the Python (`3.11`), and the packages of the environment."""

    log: str
    python: str
    packages: tuple[str, ...]


def recordings(program: Path) -> list[Recording]:
    """The logs that a program's comments name."""
    found = LOG.findall(program.read_text("utf-8"))
    return [Recording(log, python, tuple(packages.split())) for log, python, packages in found]


def interpreter(pythons: Path, version: str) -> Path:
    """The newest interpreter of that minor version."""
    found = sorted(path for path in pythons.iterdir() if path.name.startswith(f"{version}."))
    return found[-1] / "bin" / "python"


def environment(envs: Path, pythons: Path, recording: Recording) -> Path:
    """The Python of a virtual environment with exactly the packages named and what they need."""
    name = re.sub(r"[^\w.=-]+", "_", "-".join([recording.python, *recording.packages]))[:120]
    home = envs / name
    if not (home / "done").exists():
        subprocess.run([interpreter(pythons, recording.python), "-m", "venv", home], check=True)
        if recording.packages:
            subprocess.run([home / "bin/python", "-m", "pip", "install", "-qq", *recording.packages], check=True)
        (home / "done").touch()
    return home / "bin" / "python"


def record(case: Path, recording: Recording, python: Path, pythons: Path) -> None:
    """Run the program in a folder of its own; write the log and what must be found in it."""
    with tempfile.TemporaryDirectory(prefix="", dir="/tmp") as folder:
        app, truth, log = Path(folder) / "app", Path(folder) / "truth", Path(folder) / "log"
        ignore = shutil.ignore_patterns("*.log", "*.yaml", "how.md", "__pycache__")
        shutil.copytree(case, app, ignore=ignore)
        shutil.copy(SAMPLES / "programs" / "drive.py", app)
        (Path(folder) / "home").mkdir()
        variables = {
            "PATH": f"{python.parent}:/usr/bin:/bin", "HOME": f"{folder}/home", "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", "INCIDENTS_TRUTH": str(truth),
        }  # fmt: skip
        with log.open("wb") as stream:
            command = [str(python), "-u", "incidents.py", recording.log.removesuffix(".log")]
            done = subprocess.run(
                command, cwd=app, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, env=variables, timeout=300
            )
        text = log.read_text("utf-8", "surrogateescape")
        if done.returncode:
            raise SystemExit(f"{case.name}/{recording.log}: status {done.returncode}\n{text[-3000:]}")
        found: Counter[str] = Counter()
        for line in truth.read_text().splitlines():
            signature, times = line.split()
            found[signature] += int(times)
        home = python.parent.parent
        base = interpreter(pythons, recording.python).parent.parent
        for old, new in ((str(app), "/srv/app"), (f"{folder}/home", "/home/app"), (str(home), "/usr/local")):
            text = text.replace(old, new)
        for old, new in ((str(base), "/usr/local"), (str(base.resolve()), "/usr/local"), (folder, "/tmp/shop")):
            text = text.replace(old, new)
    target = case / recording.log
    target.write_text(text, "utf-8", "surrogateescape")
    write_expectation(target, found)


def write_expectation(log: Path, found: Counter[str]) -> None:
    """What logscan must find in a log."""
    named = sorted((name, count) for name, count in found.items() if count and name != UNCLASSIFIED)
    lines = [f"events: {found.total()}", "signatures:" if named else "signatures: {}"]
    lines += [f"  {name}: {count}" for name, count in named]
    lines.append(f"unclassified: {found[UNCLASSIFIED]}")
    log.with_name(log.name + ".expected.yaml").write_text("\n".join(lines) + "\n")
    print(f"{log.relative_to(SAMPLES)}: {found.total()} events")


def write_how(case: Path, program: Path) -> None:
    """The folder's how.md, from the program's docstring and comments."""
    title, _, text = (ast.get_docstring(ast.parse(program.read_text("utf-8"))) or "").partition("\n")
    logs = [
        f"- `{each.log}`: Python {each.python}, {' '.join(each.packages) or 'nothing else'}"
        for each in recordings(program)
    ]
    again = f"    python3 samples/record_incidents.py --pythons FOLDER {case.name}"
    how = [f"# {title.rstrip('.')}", text.strip(), "\n".join(logs), "To repeat it:", again]
    (case / "how.md").write_text("\n\n".join(part for part in how if part) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Record the logs of incident programs.")
    parser.add_argument("--pythons", type=Path, required=True, help="a folder with <version>/bin/python")
    parser.add_argument("--envs", type=Path, help="where environments are kept between runs")
    parser.add_argument("--only", default="", help="one log's name")
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as throwaway:
        envs = options.envs or Path(throwaway)
        for name in options.cases:
            case = SAMPLES / name
            program = case / "incidents.py"
            for recording in recordings(program):
                if options.only in ("", recording.log):
                    python = environment(envs, options.pythons, recording)
                    record(case, recording, python, options.pythons)
            write_how(case, program)


if __name__ == "__main__":
    os.umask(0o022)
    main()
