"""Store: which life of the database this is. Phones offer what they sent again when it is another one."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Connection, Table, event, insert
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.base import Base


class Store(Base):
    """One row about the database as a whole."""

    __tablename__ = "store"
    __table_args__ = (CheckConstraint("row = 1", name="row"),)

    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    "Always 1: there is one store."
    epoch: Mapped[UUID]
    "A random id, new after a restore."
    since: Mapped[datetime]
    "When this life began."


def begin(table: Table, connection: Connection, **_: Any) -> None:
    """The first life, whenever the table is made."""
    connection.execute(insert(table).values(row=1, epoch=uuid4(), since=datetime.now(UTC)))


event.listen(Store.__table__, "after_create", begin)
