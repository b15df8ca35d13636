"""nginx before an application: what it writes when the application, a client or its configuration is at fault

One nginx proxies to a server of this program that closes without an answer, answers too late, answers with a header that is
too large, or stops to listen. Clients send a body above the limit, in one piece and in chunks, and plain HTTP to the HTTPS
port. Another nginx has too few worker_connections, another a name that does not resolve, another a port that is taken: that
one tries five times, and each of its lines counts. `warn.log` is the same with `error_log … warn`: the line about plain HTTP, at
level info, is not in it.
"""

# log: app.log | 3.11 |
# log: warn.log | 3.11 |

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from drive import ask, free_port, get, leaves, spoken, wait_for

NGINX = "/usr/sbin/nginx"
LEVEL = {"app": "info", "warn": "warn"}[sys.argv[1]]
HERE = Path.cwd()
HERE.chmod(0o777)
HERE.parent.chmod(0o755)

MAIN = """daemon off; pid {name}.pid; error_log stderr {level}; worker_processes 1;
events {{ worker_connections {connections}; }}
http {{
  access_log off; client_max_body_size 1m;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  {http}
}}
"""
SHOP = """
  upstream shop {{ server 127.0.0.1:{closed}; server 127.0.0.1:{shut}; }}
  server {{
    listen 127.0.0.1:{port}; server_name shop.example.com;
    proxy_read_timeout 1s; proxy_connect_timeout 1s;
    location / {{ proxy_pass http://127.0.0.1:{backend}; }}
    location /group {{ proxy_pass http://shop; }}
  }}
  server {{
    listen 127.0.0.1:{tls} ssl; server_name shop.example.com;
    ssl_certificate {here}/cert.pem; ssl_certificate_key {here}/key.pem;
  }}
"""


def configuration(name, http, connections=64):
    """A file for nginx; its name."""
    path = HERE / f"{name}.conf"
    path.write_text(MAIN.format(name=name, http=http, connections=connections, level=LEVEL))
    return [NGINX, "-p", str(HERE), "-e", "stderr", "-c", str(path)]


def answer(connection):
    """What the application does with a request: by its path."""
    path = connection.recv(65536).split()[1]
    if path == b"/close":
        pass
    elif path == b"/slow":
        time.sleep(2)
    elif path == b"/callback":
        connection.sendall(b"HTTP/1.1 200 OK\r\nset-cookie: s=" + b"x" * 20000 + b"\r\ncontent-length: 2\r\n\r\nok")
    elif path == b"/half":
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\nok")
    else:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
    connection.close()


def serve(listener):
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=answer, args=(connection,), daemon=True).start()


def end(process):
    process.terminate()
    process.wait(20)


subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=shop.example.com",
     "-keyout", "key.pem", "-out", "cert.pem"],
    check=True, capture_output=True,
)  # fmt: skip
backend = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(backend,), daemon=True).start()
port, tls = free_port(), free_port()
shop = SHOP.format(
    port=port, tls=tls, backend=backend.getsockname()[1], closed=free_port(), shut=free_port(), here=HERE
)
nginx = spoken(configuration("nginx", shop))
wait_for(port)
ask(port, get("/ok"))
for path in ("/close", "/half", "/close"):
    ask(port, get(path))
leaves("nginx.upstream-premature-close", 3)
for _ in range(2):
    ask(port, get("/slow"))
leaves("nginx.upstream-timeout", 2)
ask(port, get("/callback"))
leaves("nginx.big-header")
ask(port, b"POST /upload HTTP/1.1\r\nhost: shop.example.com\r\ncontent-length: 15728640\r\nconnection: close\r\n\r\n")
chunk = b"%x\r\n%s\r\n" % (1200000, b"x" * 1200000)
ask(port, b"POST /upload HTTP/1.1\r\nhost: shop.example.com\r\ntransfer-encoding: chunked\r\n\r\n" + chunk)
leaves("nginx.body-too-large", 2)
ask(port, get("/group"))
leaves("nginx.upstream-refused", 2)
ask(port, get("/group"))
leaves("nginx.no-live-upstreams")
ask(tls, get("/ok"))
leaves("nginx.plain-http-to-https", 1 if LEVEL == "info" else 0)
again = spoken(configuration("second", f"server {{ listen 127.0.0.1:{port}; }}"))
assert again.wait(20) == 1
leaves("nginx.bind-failed", 6)
end(nginx)

few = spoken(configuration("few", shop, connections=5))
wait_for(port)
time.sleep(0.5)
held = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
time.sleep(0.5)
for each in held:
    each.close()
end(few)
leaves("nginx.worker-connections", FULL := Path("/proc/self/fd/1").resolve().read_text().count("are not enough"))
assert FULL
assert spoken([*configuration("lost", "server { location / { proxy_pass http://stock.invalid:8000; } }"), "-t"]).wait(40)
assert spoken([*configuration("lost", "upstream stock { server stock.invalid:8000; }"), "-t"]).wait(40)
leaves("nginx.host-not-found-upstream", 2)
