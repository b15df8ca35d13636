"""Docker: no daemon, a port that is taken, programs for another machine, containers that are killed

As root, with Debian's docker.io and busybox-static: a dockerd in namespaces of its own runs containers of an image that holds busybox, a script without a first line and
the header of a program for arm64. Two containers want one port, two cannot be executed, one is killed by its memory limit and
one by `docker kill`. `app.log` is what a deploy script prints: before the daemon is up, of each act, of `docker inspect` and `docker ps -a`;
`daemon.log` is dockerd's own; `python.log` is of a program that uses docker-py, and starts the foreign program itself.
"""

# log: app.log | 3.11 |
# log: daemon.log | 3.11 |
# log: python.log | 3.11 | docker==7.1.0 requests==2.32.5 urllib3==2.5.0

import os
import subprocess
import sys
from pathlib import Path

from drive import leaves

LOG = sys.argv[1]
PORT, FORMAT, UNREACHABLE = "docker.port-allocated", "docker.exec-format-error", "docker.daemon-unreachable"
OOM, KILLED = "k8s.oomkilled", "k8s.exit-137-not-oom"
ACTS = {"app": "sh deploy.sh", "daemon": "sh deploy.sh > /dev/null 2>&1", "python": f"{sys.executable} -u deploy.py"}
image = Path("image/bin")
image.mkdir(parents=True)
(image / "busybox").write_bytes(Path("/usr/bin/busybox").read_bytes())
for name in ("sh", "sleep", "dd"):
    (image / name).symlink_to("busybox")
(image / "start").write_text("echo starting\n")
(image / "report").write_bytes(bytes.fromhex("7f454c460201010000000000000000000200b70001000000"))
for path in image.iterdir():
    if not path.is_symlink():
        path.chmod(0o755)
alone = ["--fork", "--pid", "--mount", "--uts", "--net", "--kill-child"]
command = ["unshare", *alone, "sh", "daemon.sh", ACTS[LOG]]
try:
    subprocess.run(command, timeout=200, env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"})
finally:
    for folder in Path("/sys/fs/cgroup").glob("*/docker"):
        folder.rmdir()
if LOG == "app":
    for signature, times in {UNREACHABLE: 2, PORT: 1, FORMAT: 2, OOM: 1, KILLED: 3}.items():
        leaves(signature, times)  # killed: one inspected, and two that `docker ps -a` lists
elif LOG == "daemon":
    print(Path("daemon.out").read_text(), end="")
    leaves(PORT, 2)  # a warning, and the error that the request got
    leaves("unclassified")  # the container that never was cannot be deleted
else:
    for signature, times in {UNREACHABLE: 1, PORT: 1, FORMAT: 2}.items():
        leaves(signature, times)
