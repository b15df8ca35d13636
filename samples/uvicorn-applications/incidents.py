"""uvicorn: what an application or a client does wrong

Each route of `faulty.py` breaks one rule of ASGI and is asked several times, under h11 and under httptools, between
ordinary requests. Then come bytes that are no HTTP, upgrades without a WebSocket library, a process with a request limit, and
applications that cannot be imported or fail in their startup.

`app.log` is of a current release, `uvicorn-0.11.log` of one with the wordings of 2020.
"""

# log: app.log | 3.11 | uvicorn==0.38.0 h11==0.16.0 httptools==0.6.4
# log: uvicorn-0.11.log | 3.8 | uvicorn==0.11.8 h11==0.9.0 httptools==0.1.2 uvloop==0.14.0 websockets==8.1

import sys

from drive import ask, finished, free_port, get, leaves, serving, upgrade

CURRENT = sys.argv[1] == "app"
ROUTES = {
    "/twice": "uvicorn.response-already-completed",
    "/wrong-order": "uvicorn.unexpected-asgi-message",
    "/longer": "uvicorn.content-longer",
    "/shorter": "uvicorn.content-shorter",
    "/average": "unclassified",
}

for implementation in ("h11", "httptools"):
    port = free_port()
    with serving(port, "-m", "uvicorn", "faulty:app", "--http", implementation, "--port", str(port)):
        for times, (path, signature) in enumerate(ROUTES.items(), start=2):
            for _ in range(times):
                ask(port, get("/ok"))
                ask(port, get(path))
            leaves(signature, times)
        for _ in range(3):
            ask(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n", 1)
        leaves("uvicorn.invalid-http-request", 3)
        if CURRENT:  # the old release has websockets beside it
            for _ in range(2):
                ask(port, upgrade("/ticker"), 1)
            leaves("uvicorn.unsupported-upgrade", 4)  # two lines each

if CURRENT:
    port = free_port()
    with serving(port, "-m", "uvicorn", "faulty:app", "--port", str(port), "--limit-max-requests", "3") as process:
        for _ in range(3):
            ask(port, get("/ok"))
        process.wait(10)
        leaves("uvicorn.max-requests")

for application in ("nowhere:app", "faulty:application"):
    finished("-m", "uvicorn", application, "--port", str(free_port()))
    leaves("uvicorn.import-app-failed")
finished("-m", "uvicorn", "faulty:needs_database", "--port", str(free_port()))
leaves("asgi.startup-failed")
leaves("unclassified")  # the cause: the traceback of the refused connection
