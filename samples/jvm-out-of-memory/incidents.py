"""The JVM: a heap that is full, threads that the system refuses

`Heap.java` keeps what it allocates: nobody catches the error, a worker thread of a pool meets it, java.util.logging logs it, the JVM is told to end
by it, to write the heap first, or to give up when collections free nothing. `Threads.java` starts threads above
the limit on processes of a user of its own: uncaught, and logged. A shell starts each and says how it ended.
"""

# log: app.log | 3.11 |

import os
import subprocess
from pathlib import Path

from drive import leaves

JAVA = "/usr/bin/java"
HEAP, THREAD = "jvm.heap-oom", "jvm.native-thread"
Path.cwd().chmod(0o777)
Path.cwd().parent.chmod(0o755)


def java(*arguments, user=None):
    """A run that ends by itself, as a unit or an entrypoint starts it."""
    variables = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/tmp", "PATH": "/usr/bin:/bin"}
    limits = ["prlimit", "--nproc=90"] if user else []
    script = 'echo "starting shop"; "$@" || echo "shop ended with $?"'
    command = ["/bin/sh", "-c", script, "sh", *limits, JAVA, *arguments]
    subprocess.run(command, env=variables, timeout=120, user=user, group=user)


small = ["-Xmx24m", "-XX:+UseSerialGC", "-cp", "."]
subprocess.run(["/usr/bin/javac", "Heap.java", "Threads.java"], check=True)
for way in ("main", "pool", "logged"):
    java(*small, "Heap", way)
    leaves(HEAP)
java(*small, "-XX:+ExitOnOutOfMemoryError", "Heap", "main")
leaves(HEAP)
java(*small, "-XX:+HeapDumpOnOutOfMemoryError", "-XX:HeapDumpPath=heap.hprof", "Heap", "main")
leaves(HEAP)
java("-Xmx24m", "-XX:+UseParallelGC", "-XX:GCTimeLimit=10", "-XX:GCHeapFreeLimit=40", "-cp", ".", "Heap", "map")
leaves(HEAP)
for way in ("main", "logged"):
    java("-XX:+UseSerialGC", "-Xint", "-cp", ".", "Threads", way, user=62017 if os.geteuid() == 0 else None)
    leaves(THREAD)
