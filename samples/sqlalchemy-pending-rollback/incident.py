"""A session is used on after a flush that failed.

The IntegrityError is swallowed; the next query is what is logged. Three times.

Packages: sqlalchemy==2.0.43 | sqlalchemy==1.4.54
Leaves: sqlalchemy.pending-rollback 3
"""

import logging
from contextlib import suppress

from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.orm import declarative_base, sessionmaker

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
Base = declarative_base()


class Customer(Base):
    __tablename__ = "customers"
    id = Column(Integer, primary_key=True)
    email = Column(String, unique=True)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Session = sessionmaker(engine)
with Session() as session:
    session.add(Customer(email="ann@example.com"))
    session.commit()
for _ in range(3):
    session = Session()
    session.add(Customer(email="ann@example.com"))
    with suppress(IntegrityError):
        session.flush()
    try:
        session.query(Customer).count()
    except PendingRollbackError:
        logging.getLogger("shop.customers").exception("not counted")
    session.close()
