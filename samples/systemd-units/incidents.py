"""systemd: programs that are not there, users that are not there, units that fail again and again

As root, on Linux with the cgroup hierarchy `name=systemd`: `boot.sh` starts a systemd with its journald in namespaces of its own, on a root of its own with
the system's /usr in it, read-only. It starts four units of `units/`: one whose program is missing, one of an unknown user, one whose folder is
missing, one that always fails. Each is started three times, then systemd gives up. `app.log` is `journalctl -o short`, `json.log` is `-o json`,
where the priority shows that the lines about a step are errors of their own, `iso.log` is `-o short-iso --utc`, of the units alone.
"""

# log: app.log | 3.11 |
# log: json.log | 3.11 |
# log: iso.log | 3.11 |

import os
import subprocess
import sys
from pathlib import Path

from drive import leaves

FIELDS = "MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_PID,_COMM,_SYSTEMD_UNIT,UNIT,_HOSTNAME,_TRANSPORT,MESSAGE_ID"
LOG = sys.argv[1]
OPTIONS = {
    "app": "-o short",
    "json": f"-o json --output-fields={FIELDS}",
    "iso": "-o short-iso --utc -u shop-missing -u shop-user -u shop-folder -u shop-again",
}[LOG]
GROUP = Path("/sys/fs/cgroup/systemd/logscan-sample")


def enter():
    (GROUP / "cgroup.procs").write_text(str(os.getpid()))


GROUP.mkdir()
out = Path("out")
out.mkdir()
try:
    alone = ["--fork", "--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup", "--kill-child"]
    command = ["unshare", *alone, "sh", "boot.sh", OPTIONS]
    subprocess.run(command, preexec_fn=enter, timeout=100, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
finally:
    for folder in sorted((path for path in GROUP.rglob("*") if path.is_dir()), reverse=True):
        folder.rmdir()
    GROUP.rmdir()
text = (out / "log").read_text()
print(text, end="")
for mark, signature in {
    "Main process exited, code=exited, status=203/EXEC": "systemd.exec-203",
    "Main process exited, code=exited, status=217/USER": "systemd.user-217",
    "Main process exited, code=exited, status=200/CHDIR": "unclassified",
    "Main process exited, code=exited, status=1/FAILURE": "unclassified",
    "Start request repeated too quickly": "systemd.start-limit-hit",
}.items():
    assert text.count(mark) >= 3, mark
    leaves(signature, text.count(mark))
if LOG == "json":
    steps = ("Failed at step ", "Failed to determine user credentials", "Changing to the requested working directory")
    leaves("systemd.step-failed", sum(map(text.count, steps)))
