"""One AsyncSession is used by two tasks at once.

A session is closed while another task's query begins. Three times, and each leaves a connection to the garbage collector, which says so.

Packages: sqlalchemy[asyncio]==2.0.43 aiosqlite==0.20.0
Leaves: sqlalchemy.illegal-state 3, unclassified 3
"""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.exc import IllegalStateChangeError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")


async def close(session: AsyncSession) -> None:
    await asyncio.sleep(0)
    try:
        await session.close()
    except IllegalStateChangeError:
        logging.getLogger("shop.orders").exception("not closed")


async def query(session: AsyncSession) -> None:
    with suppress(Exception):
        await session.execute(text("SELECT 1"))


async def main() -> None:
    engine = create_async_engine("sqlite+aiosqlite:///shop.db")
    for _ in range(3):
        session = AsyncSession(engine)
        await asyncio.gather(query(session), close(session))
    await engine.dispose()


asyncio.run(main())
