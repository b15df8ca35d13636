"""A signal ends the program: `KeyboardInterrupt`, a bare name."""
# python: 2.7-
# headers: bare asctime
# keep: ends
import os
import signal
import time

from stage import failing, healthy


def wait():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)


signal.signal(signal.SIGINT, signal.default_int_handler)
healthy()
with failing():
    wait()
