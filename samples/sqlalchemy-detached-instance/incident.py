"""An object is asked for an attribute after its session was closed.

A relationship, a deferred column and a refresh of an expired attribute.

Packages: sqlalchemy==2.0.43 | sqlalchemy==1.4.54
Leaves: sqlalchemy.detached-instance 3
"""

import logging

from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, deferred, relationship, sessionmaker
from sqlalchemy.orm.exc import DetachedInstanceError

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
Base = declarative_base()


class Order(Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    note = deferred(Column(String))
    lines = relationship("Line")


class Line(Base):
    __tablename__ = "lines"
    id = Column(Integer, primary_key=True)
    order_id = Column(ForeignKey("orders.id"))


engine = create_engine("sqlite:///shop.db")
Base.metadata.create_all(engine)
Session = sessionmaker(engine)
with Session() as session:
    session.add(Order(note="gift"))
    session.commit()
with Session() as session:
    order = session.query(Order).one()
with Session() as session:
    expired = session.query(Order).one()
    session.commit()
for row, name in ((order, "lines"), (order, "note"), (expired, "id")):
    try:
        getattr(row, name)
    except DetachedInstanceError:
        logging.getLogger("shop.orders").exception("no %s", name)
