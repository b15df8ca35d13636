"""Record the faults of programs/ under several Pythons: `<version>.log`, and the cause of each event in `<version>.json`.

    python record.py DIR/2.7.18 DIR/3.6.15 DIR/3.11.7 DIR/3.12.1 DIR/3.13.0

Each folder is named after its version and holds `bin/python`.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"


def record(home: Path, seed: int) -> None:
    """One version: its log with neutral paths, and the causes in order."""
    with tempfile.TemporaryDirectory() as folder:
        labels = Path(folder) / "labels.json"
        command = [home / "bin" / "python", "-B", "run.py", labels, str(seed)]
        done = subprocess.run(command, cwd=PROGRAMS, capture_output=True, check=True)
        log = done.stderr
        for path, neutral in ((PROGRAMS, b"/srv/app"), (home.resolve(), b"/usr/local"), (home, b"/usr/local")):
            log = log.replace(str(path).encode(), neutral)
        log = log.replace(b'File "run.py"', b'File "/srv/app/run.py"').replace(b'File "shop/', b'File "/srv/app/shop/')
        (HERE / f"{home.name}.log").write_bytes(log)
        (HERE / f"{home.name}.json").write_text(json.dumps(json.loads(labels.read_text())) + "\n")


if __name__ == "__main__":
    for number, argument in enumerate(sys.argv[1:]):
        record(Path(argument), number)
