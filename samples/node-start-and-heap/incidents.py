"""Node: a port that is taken, a heap that is full

`shop.js` listens where this program listens already: nobody handles the error, a handler prints it whole, prints its message, or
a rejected promise brings it; then through the cluster module. It then keeps what it allocates, by small objects, by one
long string, and in a worker thread with a limit of its own. A shell starts each and says how it ended, as a container's entrypoint does.
"""

# log: app.log | 3.11 |

import socket
import subprocess

from drive import leaves

NODE = "/usr/bin/node"


def node(*arguments):
    """What a shell's script prints of it."""
    script = 'echo "starting shop $*"; "$@" || echo "shop ended with $?"'
    subprocess.run(["/bin/sh", "-c", script, "sh", NODE, *arguments], check=True, timeout=120)


with socket.create_server(("127.0.0.1", 0)) as held:
    port = str(held.getsockname()[1])
    for way in ("thrown", "printed", "message", "promise", "cluster"):
        node("shop.js", way, port)
        leaves("node.eaddrinuse")
with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as held:
    node("shop.js", "thrown", str(held.getsockname()[1]), "::")
    leaves("node.eaddrinuse")
for way in ("objects", "string"):
    node("--max-old-space-size=30", "shop.js", way)
    leaves("node.heap-oom")
node("shop.js", "worker")
leaves("node.heap-oom")
