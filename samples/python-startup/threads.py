"""As an ordinary user, whose limit on processes is below what is started."""

import os
import resource
import threading
import time

os.setuid(61234)
resource.setrlimit(resource.RLIMIT_NPROC, (3, 3))
for _ in range(10):
    threading.Thread(target=time.sleep, args=(0.5,)).start()
