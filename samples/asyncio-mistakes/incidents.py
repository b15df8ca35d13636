"""asyncio: loops that are mixed up or closed, tasks that are lost, coroutines that are never awaited

Each mistake is made several times between ordinary records. `python-3.8.log` has the wordings of a Python in which locks and queues
took their loop when they were made; `uvloop.log` runs the same under uvloop, with writes to transports that it has closed.
"""

# log: python-3.13.log | 3.13 |
# log: python-3.8.log | 3.8 |
# log: uvloop.log | 3.11 | uvloop==0.21.0

import asyncio
import gc
import logging
import sys

from drive import leaves

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
log = logging.getLogger("shop.jobs")
UVLOOP = sys.argv[1] == "uvloop"
if UVLOOP:
    import uvloop

    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


async def closed_loop():
    return asyncio.get_running_loop()


def event_loop_closed():
    for _ in range(3):
        loop = asyncio.run(closed_loop())
        try:
            loop.call_soon(print)
        except RuntimeError:
            log.exception("job not started")
    leaves("asyncio.event-loop-closed", 3)


def different_loop():
    async def hold(lock, seconds):
        async with lock:
            await asyncio.sleep(seconds)

    async def crowd(lock):
        await asyncio.gather(hold(lock, 0.05), hold(lock, 0.05))

    asyncio.set_event_loop(asyncio.new_event_loop())
    lock = asyncio.Lock()
    if sys.version_info >= (3, 10):
        asyncio.run(crowd(lock))
    for _ in range(2):
        try:
            asyncio.run(crowd(lock))
        except RuntimeError:
            log.exception("job failed")
    leaves("asyncio.different-loop", 2)


def run_in_running_loop():
    async def nothing():
        pass

    async def handler():
        for _ in range(2):
            job = nothing()
            try:
                asyncio.run(job)
            except RuntimeError:
                log.exception("handler failed")
            job.close()

    asyncio.run(handler())
    leaves("asyncio.run-in-running-loop", 2)


def task_destroyed():
    async def hang():
        await asyncio.get_running_loop().create_future()

    async def main():
        for _ in range(3):
            task = asyncio.ensure_future(hang())
            await asyncio.sleep(0)
            del task
            gc.collect()

    asyncio.run(main())
    leaves("asyncio.task-destroyed-pending", 3)


def task_exception():
    async def job(number):
        return {}["order %d" % number]

    async def main():
        for number in range(4):
            asyncio.ensure_future(job(number))
            await asyncio.sleep(0.01)
            gc.collect()

    asyncio.run(main())
    leaves("asyncio.task-exception", 4)


def never_awaited():
    async def notify():
        pass

    notify()
    gc.collect()
    log.info("order stored")
    leaves("asyncio.coroutine-never-awaited")


def handler_closed():
    async def main():
        server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        for _ in range(3):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.transport.abort()
            await asyncio.sleep(0.05)
            try:
                writer.transport.set_write_buffer_limits(high=1)
                writer.transport.write_eof()
            except RuntimeError:
                log.exception("feed ended")
        server.close()

    asyncio.run(main())
    leaves("uvloop.handler-closed", 3)


event_loop_closed()
different_loop()
run_in_running_loop()
task_destroyed()
task_exception()
never_awaited()
if UVLOOP:
    handler_closed()
log.info("done")
