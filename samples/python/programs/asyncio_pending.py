"""`Task was destroyed but it is pending!` and what never closes; no traceback."""
# python: 3.6-
# headers: bare asctime
# keep: all
import asyncio
import gc

from stage import failing, healthy


async def wait_for_ever(loop):
    await loop.create_future()


async def leave(loop):
    asyncio.ensure_future(wait_for_ever(loop))
    await asyncio.sleep(0)


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
healthy()
with failing(kind="record") as event:
    event.logged(0)
    loop.run_until_complete(leave(loop))
    gc.collect()
healthy()
loop.close()
