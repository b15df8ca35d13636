"""What is committed names no machine that it was made on, and no host that packages come from."""

import re
import subprocess
from pathlib import Path

from command import ROOT

FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<![\w.-])/ro" r"ot/(?!\.bashrc)",
            r"(?<![\w.-])/wo" r"rk/",
            r"/tmp/(?:dev|briefs)" r"\b",
            r"\.py" r"env/",
            r"py" r"pi\.org",
            r"python" r"hosted",
            r"registry\.npm" r"js",
            r"proxy\.go" r"lang",
        ]
    ).encode()
)
MAX_BYTES = 1_000_000


def committed() -> list[Path]:
    """Files of the checkout; without git (an unpacked source distribution) all that are not made by tools."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True
    )
    if asked.returncode == 0:
        files = [ROOT / name.decode() for name in asked.stdout.split(b"\0") if name]
    else:
        parts = {"build", "dist", "__pycache__"}
        files = [
            path
            for path in ROOT.rglob("*")
            if not any(part in parts or (part[0] == "." and part != ".ci") for part in path.relative_to(ROOT).parts)
        ]
    return [path for path in files if path.is_file()]


def test_no_file_names_the_machine_it_was_made_on() -> None:
    """Paths of homes and of work folders are rewritten; hosts of package indexes are not written at all."""
    files = committed()
    assert len(files) > 100
    found = []
    for path in files:
        hit = FORBIDDEN.search(path.read_bytes())
        if hit:
            found.append(f"{path.relative_to(ROOT)}: {hit[0].decode()}")
    assert found == []


def test_no_file_is_large() -> None:
    """A checkout stays small."""
    assert [path for path in committed() if path.stat().st_size > MAX_BYTES] == []
