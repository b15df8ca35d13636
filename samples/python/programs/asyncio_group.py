"""`TaskGroup` ends a program with an exception group that went through `asyncio.run`."""
# python: 3.11-
# headers: bare asctime
# keep: all
import asyncio

from stage import failing, healthy


async def ask(shop):
    await asyncio.sleep(0)
    raise TimeoutError("no answer from %s" % shop)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(ask("north"))
        group.create_task(ask("south"))


healthy()
with failing():
    asyncio.run(main())
