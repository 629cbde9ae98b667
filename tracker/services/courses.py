"""Courses: find the course somebody asks about. What is not theirs is not there."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
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
    db.flush()
    asked = {"clinic": actor.clinic, "course": course_id, "patient": actor.patient_id}
    patient_id = db.connection().execute(_whose(actor.role == "patient", locked), asked).scalar()
    if patient_id is None:
        raise NotFound
    return Mine(actor.clinic, course_id, patient_id, columns.zone(db, actor.clinic))


@cache
def _whose(own: bool, locked: bool) -> Any:
    """The patient of a course, built once; `own`: only if it is this patient."""
    course = Course.__table__.c
    chosen = select(course.patient_id).where(course.clinic_id == bindparam("clinic"), course.id == bindparam("course"))
    chosen = chosen.where(course.patient_id == bindparam("patient")) if own else chosen
    return chosen.with_for_update() if locked else chosen
