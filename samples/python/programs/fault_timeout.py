"""`faulthandler.dump_traceback_later`: where a program stood when its time was up."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import faulthandler
import time

from stage import failing, healthy


def wait():
    time.sleep(0.3)


healthy()
with failing(kind="faulthandler") as event:
    faulthandler.dump_traceback_later(0.1)
    wait()
    faulthandler.cancel_dump_traceback_later()
healthy()
