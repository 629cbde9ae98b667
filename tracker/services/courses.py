"""Courses: find the course somebody asks about. What is not theirs is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session as Database

from tracker.services.actor import Actor
from tracker.services.errors import NotFound
from tracker.storage import Course, columns


@dataclass(frozen=True)
class Mine:
    """A course the actor may see: whose it is, and the clinic's zone. taken_back: with its file."""

    clinic_id: UUID
    course_id: UUID
    patient_id: UUID
    zone: ZoneInfo
    taken_back: bool = False


def find(db: Database, actor: Actor, course_id: UUID, *, locked: bool = False) -> Mine:
    """The course, locked if asked for; NotFound when it is nobody's, another clinic's or another patient's.

    One whose file was taken back is not there to be looked at; whoever locks it writes in it, and it is there again.
    """
    db.flush()
    asked = {"clinic": actor.clinic, "course": course_id, "patient": actor.patient_id}
    row = db.connection().execute(_whose(actor.role == "patient", locked), asked).one_or_none()
    if row is None or (row.taken_back_at is not None and not locked):
        raise NotFound
    if row.taken_back_at is not None:
        bring_back(db, actor.clinic, [course_id])
    return Mine(actor.clinic, course_id, row.patient_id, columns.zone(db, actor.clinic))


def find_all(db: Database, actor: Actor, course_ids: Sequence[UUID]) -> dict[UUID, Mine]:
    """Those of these courses that `find` gives, all locked in the order of their ids; none is brought back yet."""
    zone, found = columns.zone(db, actor.clinic), {}
    chosen = select(Course.id, Course.patient_id, Course.taken_back_at).where(Course.clinic_id == actor.clinic)
    if actor.role == "patient":
        chosen = chosen.where(Course.patient_id == actor.patient_id)
    for part in columns.parts(sorted(course_ids)):
        rows = db.execute(chosen.where(Course.id.in_(part)).order_by(Course.id).with_for_update()).all()
        found |= {r.id: Mine(actor.clinic, r.id, r.patient_id, zone, r.taken_back_at is not None) for r in rows}
    return found


@cache
def _whose(own: bool, locked: bool) -> Any:
    """The patient of a course, built once; `own`: only if it is this patient."""
    course = Course.__table__.c
    chosen = select(course.patient_id, course.taken_back_at)
    chosen = chosen.where(course.clinic_id == bindparam("clinic"), course.id == bindparam("course"))
    chosen = chosen.where(course.patient_id == bindparam("patient")) if own else chosen
    return chosen.with_for_update() if locked else chosen


def bring_back(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> None:
    """Courses in which somebody writes count again."""
    for part in columns.parts(course_ids):
        here = (Course.clinic_id == clinic_id, Course.id.in_(part))
        db.execute(update(Course).where(*here).values(taken_back_at=None))
