"""Reported: a reaction lands on the work list in the transaction in which it is reported."""

from datetime import date

from sqlalchemy.orm import Session as Database

from tracker.services import standing
from tracker.services.work import items
from tracker.services.work.items import New
from tracker.storage import Reaction


def reported(db: Database, row: Reaction, today: date) -> None:
    """Open the item; while one of the course is open the list shows the later reaction with the first."""
    so_far = items.known(db, row.clinic_id, [row.course_id], ("reaction",))
    items.put(db, row.clinic_id, New(row.course_id, "reaction", today, subject_id=row.id), so_far, row.received_at)
    standing.keep(db, row.clinic_id, [row.course_id])  # a serious one goes before all, also while an item is open
