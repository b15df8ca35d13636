"""`faulthandler.dump_traceback` of the thread that asks, and of all threads."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import faulthandler
import threading

from stage import failing, healthy


def look(every):
    faulthandler.dump_traceback(all_threads=every)


healthy()
with failing(kind="faulthandler") as event:
    look(False)
healthy()
stop = threading.Event()
thread = threading.Thread(target=stop.wait, name="poller")
thread.start()
with failing(kind="faulthandler") as event:
    look(True)
stop.set()
thread.join()
healthy()
