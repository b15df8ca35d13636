#!/usr/bin/env python3
"""Run both sides of the boundaries that signatures state, and record what each release printed.

`<signature's id>/incident.py` is a program that causes the incident where the package lets it (`program:` names another
folder's, where one can cause both); what it prints is the log. `boundary.yaml` beside it says with which releases it
is run, and where the incident must happen (`Boundary`). Each run has a virtual environment of its own. Nothing is written
where a release does otherwise than `boundary.yaml` says, where a program fails (otherwise than said) though the incident
does not happen, or where another release lies between the two of a boundary. Folders of this machine are rewritten (the
program's to /srv/app, the environment's to /srv/app/venv, the interpreter's to /usr/local); nothing else is changed.

    python3 samples/boundaries/record.py --pythons FOLDER [--envs FOLDER] [ID …]

FOLDER holds `<version>/bin/python` for the versions named. It needs logscan, the package index, and for Python 2.7
virtualenv before 20.22.
"""

import argparse
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import yaml
from packaging.version import VERSION_PATTERN, Version

from logscan import expected, scan
from logscan.report import Report

BOUNDARIES = Path(__file__).resolve().parent


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"packages": "with"}):
    """One release, whether the incident happens there, what is printed `instead` where the program fails all the same,
    and what differs from the others in its environment."""

    release: str
    happens: bool
    instead: str | None = None
    python: str | None = None
    packages: tuple[str, ...] | None = None


class Boundary(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"packages": "with"}):
    """A package on the index, the Python (`3.11`) and what else is installed (pip's arguments), the program with its
    arguments, the runs in order, and releases that no pip installs (a source distribution that is not whole)."""

    package: str
    python: str
    runs: tuple[Run, ...]
    packages: tuple[str, ...] = ()
    program: str = "incident.py"
    arguments: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


def read(folder: Path) -> Boundary:
    """A folder's boundary.yaml. Raises msgspec.ValidationError."""
    return msgspec.convert(yaml.safe_load((folder / "boundary.yaml").read_text("utf-8")), Boundary)


def interpreter(pythons: Path, version: str) -> Path:
    """The newest interpreter of that minor version."""
    found = [path for path in pythons.iterdir() if path.name.startswith(f"{version}.")]
    return max(found, key=lambda path: Version(path.name)) / "bin" / "python"


def environment(home: Path, base: Path, packages: list[str]) -> Path:
    """The Python of a virtual environment with these packages; made where it is not there yet."""
    if not (home / "done").exists():
        own: list[str | Path] = [base, "-m", "venv", "--clear", home]
        made: list[str | Path] = ["virtualenv", "-q", "-p", base, home] if base.parent.parent.name < "3" else own
        subprocess.run(made, check=True)
        subprocess.run([home / "bin/python", "-m", "pip", "install", "-qq", *packages], check=True)
        (home / "done").touch()
    return home / "bin" / "python"


def output(program: Path, arguments: tuple[str, ...], python: Path, base: Path) -> tuple[str, int]:
    """What the program prints, without the names of this machine's folders, and its exit status."""
    with tempfile.TemporaryDirectory(prefix="", dir="/tmp") as folder:
        app = Path(folder) / "app"
        app.mkdir()
        shutil.copy(program, app)
        variables = {
            "PATH": f"{python.parent}:/usr/bin:/bin", "HOME": folder, "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": "80",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        done = subprocess.run(
            [python, program.name, *arguments], cwd=app, env=variables, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
        )  # fmt: skip
    text = done.stdout.decode("utf-8", "backslashreplace")
    prefix = base.resolve().parent.parent
    names = ((app, "/srv/app"), (python.parent.parent, "/srv/app/venv"), (prefix, "/usr/local"), (folder, "/home/app"))
    for old, new in names:
        text = text.replace(str(old), new)
    return text, done.returncode


def scanned(log: bytes) -> Report:
    """What logscan says of a log."""
    return scan(log, tz="UTC", reference_time="2026-11-26T00:00:00Z").report


def happened(report: Report, signature: str) -> bool:
    """Whether some event got the signature."""
    return any(incident.signature == signature for incident in report.incidents)


def ended_well(run: Run, text: str, status: int) -> bool:
    """Whether a program came to its end, or failed as it is said to."""
    return not status if run.instead is None else run.instead in text


def between(boundary: Boundary) -> list[str]:
    """Final releases on the index that lie between the two of a boundary, or before the first run where the incident
    happens in that already: they would have to be run as well."""
    command = [sys.executable, "-m", "pip", "index", "versions", boundary.package, "--ignore-requires-python"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    listed = re.search(r"^Available versions: (.*)$", told, re.MULTILINE)
    named = listed[1].split(", ") if listed is not None else []
    releases = [name for name in named if re.fullmatch(VERSION_PATTERN, name, re.VERBOSE | re.IGNORECASE)]
    first = boundary.runs[0]
    sides = [(Version("0.dev0"), Version(first.release))] if first.happens else []
    sides += [
        (Version(one.release), Version(other.release))
        for one, other in itertools.pairwise(boundary.runs)
        if one.happens != other.happens
    ]
    releases = [release for release in releases if release not in boundary.broken]
    return [release for release in releases if any(low < Version(release) < high for low, high in sides)]


def record(folder: Path, pythons: Path, envs: Path) -> None:
    """Run a folder's program with each release; write the logs, with what logscan finds in them beside each."""
    boundary = read(folder)
    if missed := between(boundary):
        raise SystemExit(f"{folder.name}: not run, though next to a boundary: {', '.join(missed)}")
    for run in boundary.runs:
        version = run.python or boundary.python
        packages = [
            f"{boundary.package}=={run.release}",
            *(boundary.packages if run.packages is None else run.packages),
        ]
        base = interpreter(pythons, version)
        home = envs / re.sub(r"[^\w.=-]+", "_", "-".join([version, *packages]))[:120]
        text, status = output(folder / boundary.program, boundary.arguments, environment(home, base, packages), base)
        report = scanned(text.encode())
        if happened(report, folder.name) != run.happens or not (run.happens or ended_well(run, text, status)):
            raise SystemExit(f"{folder.name} {run.release}: not as said, status {status}\n{text}")
        log = folder / f"{run.release}.log"
        log.write_text(text, "utf-8")
        expected.beside(str(log)).write_text(expected.dumps(report), "utf-8")
        print(f"{folder.name} {run.release}: {'happens' if run.happens else 'does not happen'}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Run both sides of the boundaries that signatures state.")
    parser.add_argument("--pythons", type=Path, required=True, help="a folder with <version>/bin/python")
    parser.add_argument("--envs", type=Path, help="where environments are kept between runs")
    parser.add_argument("ids", nargs="*", metavar="ID")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as throwaway:
        for ident in options.ids or sorted(path.parent.name for path in BOUNDARIES.glob("*/boundary.yaml")):
            record(BOUNDARIES / ident, options.pythons, options.envs or Path(throwaway))


if __name__ == "__main__":
    os.umask(0o022)
    main()
