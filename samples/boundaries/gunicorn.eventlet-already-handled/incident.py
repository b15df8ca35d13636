"""gunicorn is started with its eventlet worker, asked once, and stopped."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"tea\n"]


def main():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    run = "from gunicorn.app.wsgiapp import run; run()"
    command = [sys.executable, "-u", "-c", run, "-k", "eventlet", "-b", "127.0.0.1:%d" % port, "incident:app"]
    server = subprocess.Popen(command)
    try:
        for _ in range(40):
            if server.poll() is not None:
                return server.returncode
            try:
                print("asked:", urllib.request.urlopen("http://127.0.0.1:%d/" % port, timeout=5).read())
                return 0
            except OSError:
                time.sleep(0.25)
        return 1
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
