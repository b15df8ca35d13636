"""Tasks and futures whose exception nobody asked for."""
# python: 3.6-
# headers: all
# keep: all
import asyncio
import gc

from stage import failing, healthy


async def job(number):
    await asyncio.sleep(0)
    return 10 // number


async def chained():
    try:
        await job(0)
    except ZeroDivisionError as error:
        raise LookupError("no rate") from error


async def forget(coroutine):
    task = asyncio.ensure_future(coroutine)
    await asyncio.sleep(0.01)
    return task.done()


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
healthy()
with failing() as event:
    event.logged(2)
    loop.run_until_complete(forget(job(0)))
    gc.collect()
    event.set(exceptions=["ZeroDivisionError"])
healthy()
with failing() as event:
    event.logged(2)
    loop.run_until_complete(forget(chained()))
    gc.collect()
    event.set(exceptions=["LookupError"], messages=["no rate"], chain=[(["ZeroDivisionError"], "cause")])
healthy()
with failing() as event:
    event.logged(2)
    future = loop.create_future()
    event.of(ValueError("set by hand"), frames=0)
    future.set_exception(ValueError("set by hand"))
    del future
    gc.collect()
loop.close()
healthy()
