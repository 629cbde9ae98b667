"""Mix: what the filters of a summary ask of a course: when it began, who treats, with what, alone or combined."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session as Database

from tracker.storage import Course, Outcome, Reaction, Session, columns
from tracker.storage.columns import HELD


class Mixed(NamedTuple):
    """One course that has outcomes of an instrument. `start`: day ordinal, None = not known."""

    course_id: UUID
    patient_id: UUID
    start: float | None
    condition: str
    practitioner: str | None
    group_label: str | None
    modalities: frozenset[str]


def courses(db: Database, clinic_id: UUID, instrument: str) -> list[Mixed]:
    """Every course of the clinic with an outcome row of this instrument, in the order of their ids."""
    given = modalities(db, clinic_id)
    told = (
        select(Course.id, Course.patient_id, func.min(Outcome.start), Course.condition, Course.practitioner)
        .add_columns(Course.group_label, Course.modality)
        .join(Outcome, (Outcome.clinic_id == Course.clinic_id) & (Outcome.course_id == Course.id))
        .where(Course.clinic_id == clinic_id, Outcome.instrument == instrument)
        .group_by(Course.clinic_id, Course.id)
        .order_by(Course.id)
    )
    return [
        Mixed(id, patient, start, condition, practitioner, group, given.get(id) or _spelled(modality))
        for id, patient, start, condition, practitioner, group, modality in map(tuple, db.execute(told))
    ]


def modalities(db: Database, clinic_id: UUID) -> dict[UUID, frozenset[str]]:
    """What was done in the held sessions of each course; a course whose sessions name nothing is not in it."""
    named = cast(Session.modalities, Text)
    told = select(Session.course_id, Session.modalities).where(
        Session.clinic_id == clinic_id, Session.state.in_(HELD), named != "[]"
    )
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for course_id, done in db.execute(told):
        found[course_id].update(done)
    return {course_id: frozenset(done) for course_id, done in found.items()}


def _spelled(modality: str | None) -> frozenset[str]:
    """The course's own treatment, as planned or as its file says: one, or several joined by +."""
    return frozenset(modality.split("+")) if modality else frozenset()


def reactions(db: Database, clinic_id: UUID) -> list[Any]:
    """Course, and whether it was serious, of every reaction after the clinic's sessions."""
    told = select(Reaction.course_id, Reaction.serious).where(Reaction.clinic_id == clinic_id)
    return list(db.execute(told))


def held_by(db: Database, clinic_id: UUID, ids: Iterable[UUID]) -> dict[UUID, list[int]]:
    """Days on which sessions of these courses were held."""
    told = select(Session.course_id, Session.held_on).where(Session.clinic_id == clinic_id, Session.state.in_(HELD))
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    for part in columns.parts(sorted(ids)):
        for course_id, day in db.execute(told.where(Session.course_id.in_(part))):
            found[course_id].append(day.toordinal())
    return dict(found)
