"""PyTorch: a data loader's workers with too little shared memory

`train.py` loads batches by two workers where /dev/shm holds 8 MB, as in a container without --shm-size; it runs in a mount namespace of its own
(made by `unshare`, as root). A batch that does not fit kills the worker; then the same by the file_system strategy, and by a tensor that is shared
by hand. One is logged, the others end the program.
"""

# log: app.log | 3.11 | torch==2.13.0 numpy==2.2.6

import subprocess
import sys

from drive import leaves

SMALL = 'mount -t tmpfs -o size=8m tmpfs /dev/shm && exec "$@"'
for way, times in (("loader", 1), ("logged", 1), ("shared", 1)):
    command = ["unshare", "--mount", "sh", "-c", SMALL, "sh", sys.executable, "-u", "train.py", way]
    print(f"epoch 1 by {way}", flush=True)
    subprocess.run(command, timeout=200)
    leaves("torch.dataloader-shm", times)
