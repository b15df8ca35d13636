"""An attribute is loaded lazily under an AsyncSession.

A relationship that was not loaded, an attribute that a commit expired, and a synchronous call on an async engine.

Packages: sqlalchemy[asyncio]==2.0.43 aiosqlite==0.20.0 | sqlalchemy[asyncio]==1.4.54 aiosqlite==0.20.0
Leaves: sqlalchemy.missing-greenlet 3
"""

import asyncio
import logging

from sqlalchemy import Column, ForeignKey, Integer, create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, relationship

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
log = logging.getLogger("shop.orders")
Base = declarative_base()


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    lines = relationship("Line")


class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)
    order_id = Column(ForeignKey("orders.id"))


async def main() -> None:
    engine = create_async_engine("sqlite+aiosqlite:///shop.db")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(Order(lines=[Line()]))
        await session.commit()
    async with AsyncSession(engine) as session:
        order = (await session.execute(select(Order))).scalars().one()
        try:
            print(order.lines)
        except Exception:
            log.exception("no lines")
        await session.commit()
        try:
            print(order.id)
        except Exception:
            log.exception("no order")
    await engine.dispose()
    try:
        create_engine("sqlite+aiosqlite:///shop.db").connect()
    except Exception:
        log.exception("no connection")


asyncio.run(main())
