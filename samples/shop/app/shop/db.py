"""The shop's tables, in one sqlite file, behind a pool of two connections."""

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import QueuePool


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    item: Mapped[str]
    count: Mapped[int]


engine = create_engine("sqlite:///shop.db", poolclass=QueuePool, pool_size=2, max_overflow=0, pool_timeout=0.5)


def fill():
    """Start with one customer and three orders."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Customer(id=1, email="ada@example.org"))
        session.add_all([Order(customer=1, item=item, count=2) for item in ("tea", "mug", "pot")])
        session.commit()
