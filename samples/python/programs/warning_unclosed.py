"""What Python says at its end of things left open: one warning, one coroutine never awaited."""
# python: 3.6-
# headers: bare asctime
# keep: ends
import gc
import warnings

from stage import HERE, failing, healthy


async def job():
    pass


def leave_open():
    open(HERE + "/stage.py")


def leave_coroutine():
    job()


warnings.simplefilter("always")
for act in (leave_open, leave_coroutine):
    healthy()
    with failing(kind="warning", level="warning", counts=False) as event:
        act()
        gc.collect()
healthy()
