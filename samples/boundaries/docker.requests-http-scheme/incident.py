"""A service asks the Docker daemon for its version."""

import http.server
import json
import os
import socketserver
import threading
from importlib.metadata import version

SOCKET = os.path.abspath("docker.sock")


class Daemon(http.server.BaseHTTPRequestHandler):
    """As much of the Docker daemon as a client asks first."""

    def address_string(self):
        return "client"

    def do_GET(self):
        body = json.dumps({"ApiVersion": "1.41", "Version": "20.10"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = socketserver.ThreadingUnixStreamServer(SOCKET, Daemon)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"asking the daemon with requests {version('requests')} and urllib3 {version('urllib3')}", flush=True)
import docker

print(docker.APIClient(base_url=f"unix://{SOCKET}", version="auto", timeout=5).version())
