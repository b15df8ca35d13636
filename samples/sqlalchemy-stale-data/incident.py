"""A row is gone when the session writes it.

Another connection deletes it between the read and the flush: an update, a delete of a versioned row, an update of one.

Packages: sqlalchemy==2.0.43 | sqlalchemy==1.4.54
Leaves: sqlalchemy.stale-data 3
"""

import logging

from sqlalchemy import Column, Integer, create_engine, text
from sqlalchemy.orm import declarative_base, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
Base = declarative_base()


class Stock(Base):
    __tablename__ = "stock"
    id = Column(Integer, primary_key=True)
    n = Column(Integer)


class Cart(Base):
    __tablename__ = "carts"
    id = Column(Integer, primary_key=True)
    n = Column(Integer)
    version = Column(Integer, nullable=False)
    __mapper_args__ = {"version_id_col": version}


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Session = sessionmaker(engine)
for number, (kind, change) in enumerate(((Stock, "update"), (Cart, "delete"), (Cart, "update")), 1):
    session = Session()
    session.add(kind(id=number, n=3))
    session.commit()
    row = session.get(kind, number)
    session.execute(text(f"DELETE FROM {kind.__tablename__}"))
    if change == "update":
        row.n = 2
    else:
        session.delete(row)
    try:
        session.flush()
    except StaleDataError:
        logging.getLogger("shop.stock").exception("%s of %s failed", change, kind.__tablename__)
    session.close()
