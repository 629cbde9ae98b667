"""Epoch: which life of the database this is. After a restore it is another, and phones offer again what they sent."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Database

from tracker.services import clock
from tracker.services.transaction import writing
from tracker.storage import Store


def epoch(db: Database) -> UUID:
    """The epoch of this store."""
    return db.scalars(select(Store.epoch)).one()


def renew(db: Database, *, now: datetime | None = None) -> UUID:
    """Begin a new life: what a restore does last. Every phone then asks which of its readings are missing."""
    with writing(db):
        new = uuid4()
        db.execute(update(Store).values(epoch=new, since=now or clock.now()))
        return new
