#!/usr/bin/env python3
"""Record shop.log again: a FastAPI shop under uvicorn, driven over loopback for five minutes, restarted once.

    python3 samples/shop/record.py --python PATH_OF_A_CPYTHON_3.11

Writes shop.log and shop.log.expected.yaml beside itself. Standard library only; the shop's own packages go into
an environment that is made for it and thrown away. Folders of this machine are rewritten (the environment to
/usr/local, the application to /srv/app); nothing else is changed.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = """fastapi==0.109.0 starlette==0.35.1 uvicorn==0.25.0 h11==0.14.0 click==8.1.7 anyio==4.2.0 sniffio==1.3.0
    idna==3.6 sqlalchemy==2.0.25 greenlet==3.0.3 httpx==0.26.0 httpcore==1.0.2 certifi==2023.11.17
    pydantic==2.5.3 pydantic-core==2.14.6 annotated-types==0.6.0 typing-extensions==4.9.0""".split()
KEEPALIVE = ("uvicorn.h11-keepalive-send-response", "uvicorn.h11-state-error")
LEFT = Counter()
"""What the drivers left in the log: signature ids, or "unclassified"."""


def ask(port, path, body=None):
    """One request; whatever the answer is, it is none of our business."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"content-type": "application/json"})
    with contextlib.suppress(urllib.error.HTTPError, ConnectionError):
        urllib.request.urlopen(request, timeout=20).read()


def hang_up(listener):
    """A payment service that accepts, reads, and closes without a word."""
    while True:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()


def no_coupon(port):
    ask(port, "/cart/total", {"items": ["tea", "mug"]})
    LEFT["unclassified"] += 1


def same_customer(port):
    ask(port, "/customers?email=ada@example.org", {})
    LEFT["unclassified"] += 1


def pay(port):
    ask(port, "/pay", {})
    LEFT["httpx.remote-disconnected"] += 1


def pool_dry(port):
    """Two slow reports hold both connections; three requests for the orders get none within half a second."""
    slow = [threading.Thread(target=ask, args=(port, "/statistics?seconds=2")) for _ in range(2)]
    for thread in slow:
        thread.start()
    time.sleep(0.3)
    for _ in range(3):
        ask(port, "/orders")
        LEFT["sqlalchemy.queuepool-timeout"] += 1
    for thread in slow:
        thread.join()


def next_request(port):
    """The catalogue's bytes arrive before its response is finished; the client asks at once for something slow."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /catalogue HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        got = b""
        while b"tea,mug,pot\n" not in got:
            got += connection.recv(65536)
        connection.sendall(b"GET /report HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n")
        while connection.recv(65536):
            pass
    LEFT.update(KEEPALIVE)


# second of the recording: what fails then; the restart is at RESTART
RESTART = 150
TIMES = {
    next_request: (20, 61, 97, 131, 188, 240, 279),
    same_customer: (44, 117, 205, 262),
    pay: (75, 170, 221, 290),
    no_coupon: (157, 160, 163, 169, 174, 180, 186, 191, 199, 208, 214, 226, 233, 246, 258, 271, 284),
    pool_dry: (212, 236, 252, 266),
}
END = 300
PAUSE = 0.9


def start(python, work, port, payment, log):
    """Start the shop, its output appended to `log`, and wait for it."""
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONUNBUFFERED": "1"}
    clean["PAYMENT"] = f"http://127.0.0.1:{payment}/status"
    options = ["--http", "h11", "--timeout-keep-alive", "1", "--log-config", "log.json", "--port", str(port)]
    with log.open("ab") as output:
        before = log.stat().st_size
        command = [str(python), "-m", "uvicorn", "shop.main:app", *options]
        process = subprocess.Popen(command, cwd=work, stdout=output, stderr=output, env=clean)
    while b"running on" not in log.read_bytes()[before:]:
        time.sleep(0.1)
        if process.poll() is not None:
            raise SystemExit(log.read_text())
    return process


def drive(python, work, log):
    """The five minutes."""
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            ports.append(probe.getsockname()[1])
    listener = socket.create_server(("127.0.0.1", ports[1]))
    threading.Thread(target=hang_up, args=(listener,), daemon=True).start()
    plan = sorted((second, act.__name__, act) for act, seconds in TIMES.items() for second in seconds)
    process = start(python, work, *ports, log)
    began = time.monotonic()
    restarted = False
    while (now := time.monotonic() - began) < END:
        if now >= RESTART and not restarted:
            process.send_signal(signal.SIGTERM)
            process.wait(15)
            process = start(python, work, *ports, log)
            restarted = True
        ask(ports[0], ("/", "/orders", "/")[int(now) % 3])
        while plan and plan[0][0] <= now:
            plan.pop(0)[2](ports[0])
        time.sleep(PAUSE)
    process.send_signal(signal.SIGTERM)
    process.wait(15)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--python", required=True)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment, work = Path(folder, "env"), Path(folder, "app")
        shutil.copytree(HERE / "app", work)
        subprocess.run([given.python, "-m", "venv", str(environment)], check=True)
        python = environment / "bin/python"
        subprocess.run([str(python), "-m", "pip", "install", "-q", "--no-deps", *PACKAGES], check=True)
        log = work / "shop.log"
        log.touch()
        drive(python, work, log)
        show = "import sys; print(sys.prefix, sys.base_prefix, sep='\\n')"
        text = log.read_text()
        for prefix in subprocess.check_output([str(python), "-c", show], text=True).split():
            text = text.replace(prefix, "/usr/local")
        (HERE / "shop.log").write_text(text.replace(str(work), "/srv/app"))
    known = {name: count for name, count in sorted(LEFT.items()) if name != "unclassified"}
    lines = [f"events: {LEFT.total()}", "signatures:", *(f"  {name}: {count}" for name, count in known.items())]
    lines.append(f"unclassified: {LEFT['unclassified']}")
    (HERE / "shop.log.expected.yaml").write_text("\n".join(lines) + "\n")


main()
