"""The kernel's log: a crash, a group of processes that used up its memory, a disk that fails

As root: a process reads address 0 and one jumps into the void; one in a memory cgroup of 48 MB takes more, twice; a file system on a loop
device, whose file lies on a disk of 6 MB, is filled until its writes fail and the kernel mounts it read-only, and one whose file
was cut is read. `app.log` is what `dmesg` shows of it, `human.log` what `dmesg -T` does, `short.log` what `journalctl -k`
would, by the same words under its prefix.
"""

# log: app.log | 3.11 |
# log: human.log | 3.11 |
# log: short.log | 3.11 |

import ctypes
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from drive import leaves

GROUP = Path("/sys/fs/cgroup/memory/logscan-sample")
DISK = """set -e
PATH=$PATH:/usr/sbin:/sbin
mkdir disk there
mount -t tmpfs -o size=6m tmpfs disk
truncate -s 16m disk/image
mkfs.ext4 -q -E lazy_itable_init=0,nodiscard -J size=4 disk/image
mount -o loop,errors=remount-ro disk/image there
head -c 7m /dev/urandom > there/orders || true
sync || true
touch there/more || true
umount there
"""
CUT = """set -e
PATH=$PATH:/usr/sbin:/sbin
truncate -s 32m image
device=$(losetup --find --show image)
truncate -s 1m image
dd if=$device of=/dev/null bs=4k skip=4000 count=1 || true
losetup -d $device
"""


def child(act):
    """The status of a process that does this."""
    if not (pid := os.fork()):
        Path("/proc/self/comm").write_text("shop-worker")
        act()
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def jump():
    ctypes.CFUNCTYPE(None)(0x7F0000001234)()


def take_all():
    (GROUP / "tasks").write_text(str(os.getpid()))
    held = []
    while True:
        held.append(b"x" * 1_000_000)


def kernel(*options):
    """The kernel's lines, whole, from the start mark on."""
    said = subprocess.run(["/usr/bin/dmesg", *options], check=True, capture_output=True, text=True).stdout
    return said.splitlines()


since = kernel()[-1]
assert child(lambda: ctypes.string_at(0)) and child(jump)
leaves("kernel.segfault", 2)
GROUP.mkdir()
(GROUP / "memory.limit_in_bytes").write_text("48M")
try:
    for _ in range(2):
        assert child(take_all)
        time.sleep(0.5)
finally:
    GROUP.rmdir()
leaves("kernel.memcg-oom", 2)
for script in (DISK, CUT):
    subprocess.run(["unshare", "--mount", "sh", "-c", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
time.sleep(1)
lines = kernel()
lines = lines[lines.index(since) + 1 :]
leaves("kernel.block-io-error", sum(bool(re.search(r"Buffer I/O error on dev|error, dev \S+, sector", line)) for line in lines))
leaves("kernel.fs-remount-readonly", sum("Remounting filesystem read-only" in line or "aborted journal" in line for line in lines))
if sys.argv[1] == "human":
    lines = kernel("-T")[-len(lines) :]
elif sys.argv[1] == "short":
    lines = [re.sub(r"^\[ *[\d.]+\] ", "Nov 26 10:00:00 web01 kernel: ", line) for line in lines]
print("\n".join(lines))
