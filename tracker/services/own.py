"""Own: everything the store holds about one person, handed to that person. Each download leaves a note in the trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, review
from tracker.services.actor import Actor, admit
from tracker.services.transaction import writing
from tracker.services.views import CourseView, Own, OwnCourse, OwnReminders, OwnWork
from tracker.storage import PushSubscription, ReminderChoice, WorkItem

FORMATS = ("json", "csv", "pdf")


def record(db: Database, *, actor: Actor, format: str, now: datetime | None = None) -> Own:
    """The person's own record, corrected and taken-back entries included."""
    admit(actor, "patient")
    if format not in FORMATS:
        raise ValueError(f"no such format: {format}")
    now = now or clock.now()
    with writing(db):
        audit.note(
            db, actor=actor, now=now, action="own.download", subject="patient", subject_id=actor.id, format=format
        )
        me = review.me(db, actor=actor)
        courses = tuple(_course(db, actor, one) for one in me.courses)
        return Own(now, me.patient, me.clinic, courses, _reminders(db, actor))


def _course(db: Database, actor: Actor, course: CourseView) -> OwnCourse:
    """One course; the person's own look leaves no note, so these reads stay inside the caller's transaction."""
    at = {"actor": actor, "course_id": course.id}
    return OwnCourse(
        course=course,
        readings=review.readings(db, **at),
        reactions=review.reactions(db, **at),
        milestones=review.milestones(db, **at),
        co_treatments=review.co_treatments(db, **at),
        consents=review.consents(db, **at),
        work=_work(db, actor, course),
    )


def _work(db: Database, actor: Actor, course: CourseView) -> tuple[OwnWork, ...]:
    """What the course put on the clinic's work list, closed or not, the oldest first; staff's notes stay with staff."""
    mine = (WorkItem.clinic_id == actor.clinic, WorkItem.course_id == course.id)
    rows = db.scalars(select(WorkItem).where(*mine).order_by(WorkItem.opened_on, WorkItem.id))
    return tuple(map(_told, rows))


def _told(row: WorkItem) -> OwnWork:
    """One item without what staff wrote."""
    told: dict[str, Any] = {name: getattr(row, name) for name in OwnWork.__dataclass_fields__}
    told["site"] = row.site or None
    return OwnWork(**told)


def _reminders(db: Database, actor: Actor) -> OwnReminders | None:
    """The person's own choices; None where nothing was chosen."""
    row = db.get(ReminderChoice, (actor.clinic, actor.patient_id))
    if row is None:
        return None
    mine = (PushSubscription.clinic_id == actor.clinic, PushSubscription.patient_id == actor.patient_id)
    phones = db.scalar(select(func.count()).where(*mine, PushSubscription.gone_at.is_(None)))
    told = {name: getattr(row, name) for name in OwnReminders.__dataclass_fields__ if name != "phones"}
    return OwnReminders(**told, phones=phones or 0)
