"""Sheet: a course leaves the house on paper; who made it and when is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock
from tracker.services.actor import Actor, admit
from tracker.services.courses import find
from tracker.services.transaction import writing


def made(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> None:
    """Note that a sheet of this course is made; NotFound when it is not theirs."""
    admit(actor, "practitioner", "clinic_admin")
    with writing(db):
        mine = find(db, actor, course_id)
        about = {"subject": "course", "subject_id": course_id, "patient_id": mine.patient_id}
        audit.note(db, actor=actor, now=now or clock.now(), action="sheet.make", **about)
