"""TLS clients: certificates that do not hold, a server that speaks no TLS, and one that hangs up

Servers of this program show a certificate that expired, one that is not valid yet, one of another name, one that signed
itself, one whose issuer nobody knows, and one whose whole chain is sent though nobody trusts its root. Another speaks plain HTTP, another closes after the
client's first words. The standard library, requests, httpx and aiohttp meet each of them and log what they catch, curl and openssl
print it, Node throws it. Last, a TLS client and a scanner speak to http.server's plain port.

`app.log` holds tracebacks, `line.log` one line each (`log.error("…: %s", error)`), `json.log` records of python-json-logger with the
traceback in a field, under a Python that also refuses roots that leave out what RFC 5280 asks for; `releases-2021.log` is of older
releases under Python 3.8, `shell.log` of the commands.
"""

# log: app.log | 3.11 | requests==2.32.5 urllib3==2.5.0 httpx==0.28.1 aiohttp==3.13.1
# log: line.log | 3.11 | requests==2.32.5 urllib3==2.5.0 httpx==0.28.1 aiohttp==3.13.1
# log: json.log | 3.13 | requests==2.32.5 urllib3==2.5.0 httpx==0.28.1 aiohttp==3.13.1 python-json-logger==4.0.0
# log: shell.log | 3.11 | requests==2.32.5 urllib3==2.5.0 httpx==0.28.1 aiohttp==3.13.1
# log: releases-2021.log | 3.8 | requests==2.25.1 urllib3==1.26.5 httpx==0.18.2 httpcore==0.13.7 anyio==3.3.0 aiohttp==3.7.4

import asyncio
import http.client
import http.server
import logging
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import aiohttp
import httpx
import requests
from drive import ask, leaves

HABIT = sys.argv[1]
log = logging.getLogger("shop.rates")
if HABIT == "json":
    from pythonjsonlogger.json import JsonFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.root.addHandler(handler)
else:
    logging.basicConfig(format="%(asctime)s [%(process)d] %(levelname)-8s %(name)s - %(message)s")
NAME = "shop.example.com"
AUTHORITY = """[ca]
default_ca = ca
[ca]
new_certs_dir = .
database = index
serial = serial
default_md = sha256
policy = any
unique_subject = no
x509_extensions = host
[any]
commonName = supplied
[host]
subjectAltName = DNS:%s
authorityKeyIdentifier = keyid
"""


def openssl(*command):
    subprocess.run(["openssl", *command], check=True, capture_output=True)


def authority(name, *more):
    """A root of its own; its file's stem."""
    subject = ["-subj", f"/CN={name}", "-addext", "basicConstraints=critical,CA:TRUE", *more]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject, "-keyout", f"{name}.key", "-out", f"{name}.pem")
    return name


def certificate(stem, root, start, end, host=NAME):
    """A key and a certificate that `root` signed, in one file."""
    for file, text in (("index", ""), ("serial", "01\n"), ("ca.conf", AUTHORITY % host)):
        Path(file).write_text(text)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout", f"{stem}.key", "-out", "request")
    dates = ["-startdate", start, "-enddate", end]
    signer = ["-cert", f"{root}.pem", "-keyfile", f"{root}.key"]
    openssl("ca", "-batch", "-config", "ca.conf", *signer, *dates, "-in", "request", "-out", f"{stem}.pem", "-notext")
    with Path(f"{stem}.pem").open("a") as file:
        file.write(Path(f"{stem}.key").read_text())
    return stem


def serve(listener, answer):
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def show(stem):
    """A server with this certificate; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{stem}.pem")

    def answer(connection):
        try:
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(1000)
        except OSError:
            pass

    return plain(answer)


def plain(answer):
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
    return listener.getsockname()[1]


def speak_http(connection):
    connection.recv(1000)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
    time.sleep(0.2)
    connection.close()


def hang_up(connection):
    connection.recv(1000)
    connection.close()


USAGE = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
root, stranger, lax = authority("root", *USAGE), authority("stranger", *USAGE), authority("lax")
certificate("expired", root, "20200101000000Z", "20210101000000Z")
certificate("early", root, "20360101000000Z", "20370101000000Z")
certificate("other", root, "20200101000000Z", "20370101000000Z", "www.example.com")
certificate("unknown", stranger, "20200101000000Z", "20370101000000Z")
certificate("whole", stranger, "20200101000000Z", "20370101000000Z")
certificate("usage", lax, "20200101000000Z", "20370101000000Z")
Path("whole.pem").write_text(Path("whole.pem").read_text() + Path("stranger.pem").read_text())
openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-keyout", "own.key", "-out", "own.pem")
Path("own.pem").write_text(Path("own.pem").read_text() + Path("own.key").read_text())
SERVERS = {
    "ssl.verify-expired": [show("expired")],
    "ssl.not-yet-valid": [show("early")],
    "ssl.verify-hostname": [show("other")],
    "ssl.verify-self-signed": [show("own"), show("whole")],
    "ssl.verify-local-issuer": [show("unknown")],
    "ssl.wrong-version-number": [plain(speak_http)],
    "ssl.unexpected-eof": [plain(hang_up)],
}
if HABIT == "json":
    SERVERS["ssl.verify-strict"] = [show("usage")]
Path("trust.pem").write_text(Path("root.pem").read_text() + Path("lax.pem").read_text())
TRUST = str(Path("trust.pem").resolve())
context = ssl.create_default_context(cafile=TRUST)
# The name leads to loopback in this process alone.
looked_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **more: looked_up("127.0.0.1" if host == NAME else host, *rest, **more)


def by_socket(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        context.wrap_socket(connection, server_hostname=NAME)


def by_urllib(port):
    urllib.request.urlopen(f"https://{NAME}:{port}/rates", context=context, timeout=5)


def by_http_client(port):
    http.client.HTTPSConnection(NAME, port, context=context, timeout=5).request("GET", "/rates")


def by_requests(port):
    requests.get(f"https://{NAME}:{port}/rates", verify=TRUST, timeout=5)


def by_httpx(port):
    httpx.get(f"https://{NAME}:{port}/rates", verify=context, timeout=5)


def by_aiohttp(port):
    async def fetch():
        async with aiohttp.ClientSession() as session, session.get(f"https://{NAME}:{port}/rates", ssl=context):
            pass

    asyncio.run(fetch())


# A connection that ends in the handshake is told by asyncio as one that could not be made.
CLIENTS = {
    "app": (by_urllib, by_requests, by_aiohttp),
    "json": (by_socket, by_requests, by_httpx),
    "releases-2021": (by_http_client, by_requests, by_httpx, by_aiohttp),
    "shell": (),
}


def meet(client, signature, port):
    """One client and one server; what it says is logged."""
    try:
        client(port)
    except Exception as error:
        if HABIT == "line":
            log.error("no rates (%s): %s", client.__name__, error)
        else:
            log.exception("no rates (%s)", client.__name__)
        lost = (client, signature) == (by_aiohttp, "ssl.unexpected-eof")
        leaves("aiohttp.cannot-connect" if lost else signature)
    else:
        raise SystemExit(f"{client.__name__} was content with {signature}")


def command(*words):
    """What a script's command prints."""
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env={"NODE_EXTRA_CA_CERTS": TRUST})
    assert done.returncode, words


NODE = """
const tls = {host: "127.0.0.1", port: %d, servername: "shop.example.com", path: "/rates"};
require("https").get(tls, (answer) => answer.resume());
"""
for signature, ports in SERVERS.items():
    for port in ports:
        for client in CLIENTS.get(HABIT, (by_socket, by_urllib, by_http_client, by_requests, by_httpx, by_aiohttp)):
            meet(client, signature, port)
        if HABIT == "shell":
            there = ["--resolve", f"{NAME}:{port}:127.0.0.1", "--cacert", TRUST]
            command("/usr/bin/curl", "-sS", *there, f"https://{NAME}:{port}/rates")
            Path("rates.js").write_text(NODE % port)
            command("/usr/bin/node", "rates.js")
            where = ["-connect", f"127.0.0.1:{port}", "-servername", NAME, "-verify_hostname", NAME]
            command("/usr/bin/openssl", "s_client", "-brief", "-verify_return_error", "-CAfile", TRUST, *where)
            leaves(signature, 3)
logging.disable()
web = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=web.serve_forever, daemon=True).start()
try:
    by_socket(web.server_address[1])
except OSError:
    pass
ask(web.server_address[1], bytes.fromhex("160301020001000100"), 1)
time.sleep(1)
leaves("werkzeug.tls-on-plain-port", 2)
