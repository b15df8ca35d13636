"""A WSGI application that hangs, crashes, leaves, or answers late."""

import ctypes
import os
import time


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/hang":
        time.sleep(30)
    elif path == "/long":
        time.sleep(6)
    elif path == "/slow":
        time.sleep(0.8)
    elif path == "/crash":
        ctypes.string_at(0)
    elif path == "/abort":
        os.abort()
    elif path == "/leave":
        os._exit(3)
    start_response("200 OK", [("content-type", "text/plain")])
    return pieces() if path == "/slow" else [("worker %d\n" % os.getpid()).encode()]


def pieces():
    for _ in range(3):
        yield b"tea\n" * 100
        time.sleep(0.2)
