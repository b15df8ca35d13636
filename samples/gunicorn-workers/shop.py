"""A WSGI application with a route that hangs, and one that does not even hear SIGABRT."""

import os
import signal
import time


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/hang":
        time.sleep(4)
    if path == "/deaf":
        signal.signal(signal.SIGABRT, signal.SIG_IGN)
        time.sleep(30)
    body = ("worker %d\n" % os.getpid()).encode()
    start_response("200 OK", [("content-type", "text/plain"), ("content-length", str(len(body)))])
    return [body]
