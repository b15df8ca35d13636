"""Many signature files: read by two processes as by one."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os, sys
from logscan import sigmany, signature
from logscan.errors import RulesError

forks = []
fork = os.fork
os.fork = lambda: forks.append(1) or fork()
sigmany._can_fork = lambda: True

def loaded(paths, many):
    sigmany.MANY = many
    try:
        rules = signature.load(paths)
    except RulesError as error:
        return error.problems
    return rules.digest, dict(rules.by_id), rules.beats, rules.by_literal

for paths in ([], sys.argv[1:]):
    one = loaded(paths, 10**9)
    assert not forks
    assert loaded(paths, 2) == one and len(forks) == 1, paths
    send, sigmany._send = sigmany._send, lambda *_: os._exit(1)
    assert loaded(paths, 2) == one and len(forks) == 2, paths
    sigmany._send = lambda source, sink, files: (os.write(sink, b"\\x93\\xc0"), os._exit(0))
    assert loaded(paths, 2) == one and len(forks) == 3, paths
    sigmany._send = send
    forks.clear()
print(len(one))
"""


def test_two_processes_read_what_one_reads(tmp_path: Path) -> None:
    """The same set, or the same defects in the same order, also where the child dies or sends nonsense."""
    pack = tmp_path / "pack" / "shop"
    pack.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (pack / f"{name}.yaml").write_text(f"schema: logscan.signature/1\nid: shop.{name}\nmatch: {{text: '['}}\n")
    environment = dict(os.environ, LOGSCAN_NO_CACHE="1")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "pack")],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 3
