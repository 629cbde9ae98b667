"""Leave: a person stops taking part, and what was entered stays; or has everything erased.

Erasing deletes every row of the person in one transaction, in every table that names a patient or one of their courses
(docs/adr/0006). The trail stays: it holds ids that now stand for nobody, never a score, a name or a word.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, derive, phone, proof, share
from tracker.services.actor import Actor, admit
from tracker.services.errors import NotAllowed
from tracker.services.remind.wish import forget_address
from tracker.services.transaction import writing
from tracker.storage import Base, Course, Erasure, Patient, PushSubscription, ReminderChoice
from tracker.storage.engine import forget
from tracker.storage.frozen import RECORD
from tracker.tongue import _


def withdraw(db: Database, *, actor: Actor, now: datetime | None = None) -> None:
    """Stop taking part: no phone is signed in, no link shows anything, nothing is asked any more. Entries stay."""
    _themselves(actor)
    now = now or clock.now()
    with writing(db):
        row = db.get_one(Patient, (actor.clinic, actor.patient_id))
        row.withdrawn_at = row.withdrawn_at or now
        _remind_no_more(db, row)
        share.end_all(db, clinic_id=actor.clinic, patient_id=row.id, now=now)
        phone.leave_all(db, clinic_id=actor.clinic, patient_id=row.id, now=now)
        audit.note(db, actor=actor, now=now, action="patient.withdraw", subject="patient", subject_id=row.id)


def erase(db: Database, *, actor: Actor, now: datetime | None = None) -> None:
    """Delete everything of the person who asks; needs a code shown on this phone."""
    _themselves(actor)
    now = now or clock.now()
    with writing(db):
        proof.need(db, actor=actor, now=now)
        id = db.get_one(Patient, (actor.clinic, actor.patient_id)).id
        delete_rows(db, actor=actor, patient_id=id, now=now, action="patient.erase")
    forget(db)


def delete_rows(db: Database, *, actor: Actor, patient_id: UUID, now: datetime, action: str) -> None:
    """Everything of one person, inside the caller's transaction; what is left is the proof and the trail."""
    course_ids = _courses(db, actor.clinic, patient_id)
    derive.lock(db, actor.clinic, course_ids)
    db.expunge_all()
    db.add(Erasure(clinic_id=actor.clinic, patient_id=patient_id, asked_at=now))
    db.flush()  # from here on the append-only tables let this person's rows go
    audit.note(db, actor=actor, now=now, action=action, subject="patient", subject_id=patient_id)
    for table, mine in personal(course_ids, patient_id):
        db.execute(delete(table).where(table.c.clinic_id == actor.clinic, mine))
    phone.forget_empty(db, clinic_id=actor.clinic)


def personal(course_ids: Sequence[UUID], patient_id: UUID) -> Iterator[tuple[Table, Any]]:
    """Every table with rows of a person, those that refer to others first, and which rows are theirs."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name == "patient":
            yield table, table.c.id == patient_id
        elif "patient_id" in table.c and table.name != RECORD:
            yield table, table.c.patient_id == patient_id
        elif "course_id" in table.c:
            yield table, table.c.course_id.in_(course_ids)


def _remind_no_more(db: Database, person: Patient) -> None:
    """Forget where reminders went."""
    choice = db.get(ReminderChoice, (person.clinic_id, person.id))
    if choice is not None:
        forget_address(choice)
        choice.look_at = None
    mine = (PushSubscription.clinic_id == person.clinic_id, PushSubscription.patient_id == person.id)
    db.execute(delete(PushSubscription).where(*mine))


def _themselves(actor: Actor) -> None:
    """A helper enters and reads; leaving is the person's own decision."""
    admit(actor, "patient")
    if actor.carer:
        raise NotAllowed("not_a_helper", _("Only the person themselves can do this, on their own phone."))


def _courses(db: Database, clinic_id: UUID, patient_id: UUID) -> list[UUID]:
    return list(db.scalars(select(Course.id).where(Course.clinic_id == clinic_id, Course.patient_id == patient_id)))
