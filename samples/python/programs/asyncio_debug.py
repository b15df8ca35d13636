"""Debug mode adds `Object created at` or a source traceback to the prelude."""
# python: 3.6-
# headers: bare asctime
# keep: all
import asyncio
import gc

from stage import failing, healthy


async def job(number):
    return 10 // number


def on_timer(number):
    return 10 // number


async def forget():
    asyncio.ensure_future(job(0))
    await asyncio.sleep(0.01)


loop = asyncio.new_event_loop()
loop.set_debug(True)
asyncio.set_event_loop(loop)
healthy()
with failing() as event:
    event.logged(None)
    loop.run_until_complete(forget())
    gc.collect()
    event.set(exceptions=["ZeroDivisionError"])
healthy()
with failing() as event:
    event.logged(None)
    loop.call_soon(on_timer, 0)
    loop.run_until_complete(asyncio.sleep(0.01))
    event.set(exceptions=["ZeroDivisionError"])
loop.close()
healthy()
