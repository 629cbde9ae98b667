"""Retention: records nothing was entered in for as many years as the clinic keeps them; an admin erases them at once.

Nothing is erased by itself: a person looks at how many there are, and says so. Erasing is the same as for a patient who
asks for it (leave.py): the trail and a row of proof stay.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.services import clock, leave
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid
from tracker.services.transaction import writing
from tracker.services.views import version
from tracker.storage import Clinic, Consent, CoTreatment, Course, Milestone, Patient, Reaction, Reading, Session
from tracker.storage.engine import forget

AT_ONCE = 50  # people erased in one transaction
CHANGED = "These records have changed since the page was opened. Look at them again."


@dataclass(frozen=True)
class Past:
    """Records past their time: how many, the ids of those erased next, and the day before which nothing counts."""

    count: int
    ids: tuple[UUID, ...]
    before: date | None  # None = records are kept for good

    @property
    def version(self) -> str:
        """Stands for the people on the page: others are not erased by its button."""
        return version(*self.ids)


def past(db: Database, *, actor: Actor, now: datetime | None = None) -> Past:
    """Whose records are past the clinic's time; the first to come in are the first to go."""
    admit(actor, "clinic_admin", "operator")
    row = db.get_one(Clinic, actor.clinic)
    if row.keep_years is None:
        return Past(0, (), None)
    before = _years_before((now or clock.now()).astimezone(ZoneInfo(row.timezone)).date(), row.keep_years)
    silent = _silent(actor.clinic, before, ZoneInfo(row.timezone))
    ids = db.scalars(select(Patient.id).where(*silent).order_by(Patient.created_at, Patient.id).limit(AT_ONCE))
    return Past(db.scalar(select(func.count()).select_from(Patient).where(*silent)) or 0, tuple(ids), before)


def erase(db: Database, *, actor: Actor, seen: str, sure: bool, now: datetime | None = None) -> int:
    """Erase the people who stood on the page; how many. Raises Conflict where they are others by now."""
    admit(actor, "clinic_admin", "operator")
    if not sure:
        raise Invalid("not_sure", "Tick the box first.", "/sure")
    now = now or clock.now()
    with writing(db):
        found = past(db, actor=actor, now=now)
        if not found.ids or found.version != seen:
            raise Conflict("changed", CHANGED, "/seen")
        for id in found.ids:
            leave.delete_rows(db, actor=actor, patient_id=id, now=now, action="patient.expire")
    forget(db)
    return len(found.ids)


def _silent(clinic_id: UUID, before: date, zone: ZoneInfo) -> tuple[Any, ...]:
    """Patients of whom nothing came in since that day: no enrolment, course, visit, score, reaction or answer."""
    since = datetime.combine(before, time(), zone).astimezone(UTC)
    mine = (Course.clinic_id == clinic_id, Course.patient_id == Patient.id)
    later = [select(Course.id).where(*mine, Course.created_at >= since)]
    for table, when, first in (
        (Session, Session.held_on, before),
        (Session, Session.created_at, since),
        (Reading, Reading.received_at, since),
        (Reaction, Reaction.received_at, since),
        (Milestone, Milestone.received_at, since),
        (Consent, Consent.received_at, since),
        (CoTreatment, CoTreatment.received_at, since),
    ):
        here = (table.clinic_id == clinic_id, table.course_id == Course.id, when >= first)
        later.append(select(Course.id).where(*mine, select(table.id).where(*here).exists()))
    return (
        Patient.clinic_id == clinic_id,
        Patient.created_at < since,
        *(~one.correlate(Patient).exists() for one in later),
    )


def _years_before(day: date, years: int) -> date:
    """The same day so many years ago; of a 29 February that was none the day before, so that nothing goes early."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
