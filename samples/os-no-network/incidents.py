"""No network and no memory: name servers that are silent, hosts without a route, memory that is refused

`shop.py` runs in a network namespace of its own (made by `unshare`, as root) in which nothing but loopback is up, the name server
is an address that nobody answers at, and one network has no route. The standard library, asyncio, redis, psycopg2 and SQLAlchemy
look a name up, and call an address; then memory is mapped above a limit. `app.log` holds tracebacks, `line.log` one line each
under another format, `json.log` records of structlog.
"""

# log: app.log | 3.11 | redis==5.0.8 psycopg2-binary==2.9.10 sqlalchemy==2.0.36
# log: line.log | 3.8 | redis==4.6.0 psycopg2-binary==2.9.9 sqlalchemy==1.4.54
# log: json.log | 3.12 | redis==5.0.8 psycopg2-binary==2.9.10 sqlalchemy==2.0.36 structlog==24.4.0

import subprocess
import sys

LONELY = """set -e
ip link set lo up
ip route add unreachable 198.51.100.0/24
echo 'nameserver 127.0.0.1' > resolv.conf
mount --bind resolv.conf /etc/resolv.conf
exec "$@"
"""
shell = ["unshare", "--net", "--mount", "sh", "-c", LONELY, "sh"]
subprocess.run([*shell, sys.executable, "-u", "shop.py", sys.argv[1]], check=True)
