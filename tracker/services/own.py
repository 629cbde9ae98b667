"""Own: everything the store holds about one person, handed to that person. Each download leaves a note in the trail."""

from datetime import datetime

from sqlalchemy.orm import Session as Database

from tracker.services import audit, clock, review
from tracker.services.actor import Actor, admit
from tracker.services.transaction import writing
from tracker.services.views import CourseView, Own, OwnCourse

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
        return Own(now, me.patient, me.clinic, tuple(_course(db, actor, one) for one in me.courses))


def _course(db: Database, actor: Actor, course: CourseView) -> OwnCourse:
    """One course; the person's own look leaves no note, so these reads stay inside the caller's transaction."""
    at = {"actor": actor, "course_id": course.id}
    return OwnCourse(course, review.readings(db, **at), review.reactions(db, **at))
