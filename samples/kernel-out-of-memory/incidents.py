"""The kernel's log of a whole machine that runs out of memory

A virtual machine of 128 MB (qemu's emulation, Debian's kernel, busybox as the only program) boots; a process fills the memory and is killed, then another one
beside a small one. The last may not be killed, like all others: the kernel finds nobody, and panics. `app.log` is the machine's
serial console from the boot on, `level.log` what `dmesg -x` (or `-r`) shows of it: the numbers of the levels before each line.
"""

# log: app.log | 3.11 |
# log: level.log | 3.11 |

import gzip
import re
import subprocess
import sys
from pathlib import Path

from drive import leaves

INIT = """#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
echo 7 > /proc/sys/kernel/printk
echo "shop is up"
tail /dev/zero
sleep 1
sleep 60 & tail /dev/zero
sleep 1
%s
kill $!
echo -1000 > /proc/self/oom_score_adj
tail /dev/zero
"""
SHOW = {"app": "echo going on", "level": "echo 1 > /proc/sys/kernel/printk; echo '--- dmesg'; dmesg -r; echo '---'"}[sys.argv[1]]
root = Path("root")
for name in ("bin", "proc", "dev"):
    (root / name).mkdir(parents=True)
(root / "bin" / "busybox").write_bytes(Path("/usr/bin/busybox").read_bytes())
(root / "init").write_text(INIT % SHOW)
for path in (root / "init", root / "bin" / "busybox"):
    path.chmod(0o755)
names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
packed = subprocess.run(
    ["/usr/bin/busybox", "cpio", "-o", "-H", "newc"], input=names.encode(), cwd=root, capture_output=True
)
Path("initrd").write_bytes(gzip.compress(packed.stdout))
(kernel,) = Path("/boot").glob("vmlinuz-*-cloud-amd64")
machine = ["/usr/bin/qemu-system-x86_64", "-accel", "tcg", "-cpu", "qemu64", "-m", "128", "-nographic", "-no-reboot"]
machine += ["-nic", "none", "-L", "/usr/share/seabios", "-L", "/usr/share/qemu"]
start = ["-kernel", str(kernel), "-initrd", "initrd", "-append", "console=ttyS0 panic=1"]
done = subprocess.run([*machine, *start], stdin=subprocess.DEVNULL, capture_output=True, timeout=200)
said = done.stdout.decode().replace("\r", "")
said = said[said.index("[    0.000000]") :]
if sys.argv[1] == "level":
    said = said.split("--- dmesg\n")[1].split("---\n")[0]
print(re.sub(r"\x1b\S*", "", said), end="")
leaves("kernel.oom-killer", 2)
if sys.argv[1] == "app":
    leaves("kernel.oom-killer")  # nobody can be killed: the report ends with the panic
