"""Courses: find the course somebody asks about. What is not theirs is not there."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.services.actor import Actor
from tracker.services.errors import NotFound
from tracker.storage import Course, columns


@dataclass(frozen=True)
class Mine:
    """A course the actor may see: whose it is, and the clinic's zone."""

    clinic_id: UUID
    course_id: UUID
    patient_id: UUID
    zone: ZoneInfo


def find(db: Database, actor: Actor, course_id: UUID, *, locked: bool = False) -> Mine:
    """The course, locked if asked for; NotFound when it is nobody's, another clinic's or another patient's."""
    chosen = select(Course.patient_id).where(Course.clinic_id == actor.clinic, Course.id == course_id)
    if actor.role == "patient":
        chosen = chosen.where(Course.patient_id == actor.patient_id)
    patient_id = db.scalar(chosen.with_for_update() if locked else chosen)
    if patient_id is None:
        raise NotFound
    return Mine(actor.clinic, course_id, patient_id, columns.zone(db, actor.clinic))
