"""Derive: keep the outcome rows of courses equal to what their readings say, in the transaction of the write."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.science import derive as science
from tracker.science.record import Record
from tracker.services import standing
from tracker.storage import Course, Outcome, columns, derived
from tracker.storage.columns import Care, Series

TABLE: Any = Outcome.__table__
WRITTEN = insert(TABLE)
GONE = delete(TABLE).where(TABLE.c.clinic_id == columns.CLINIC, TABLE.c.course_id.in_(columns.COURSES))


class Derived(NamedTuple):
    """Some courses as they are saved, what science was given by instrument, and the outcome rows that came of it."""

    care: Care
    records: dict[str, tuple[Record, list[Series]]]
    rows: list[dict[str, Any]]


def lock(db: Session, clinic_id: UUID, course_ids: Sequence[UUID]) -> None:
    """Hold these courses until the commit, always in the same order; SQLite holds the whole database already."""
    for part in columns.parts(sorted(course_ids)):
        chosen = select(Course.id).where(Course.clinic_id == clinic_id, Course.id.in_(part))
        db.execute(chosen.order_by(Course.id).with_for_update()).all()


def derive_course(db: Session, clinic_id: UUID, course_id: UUID) -> None:
    """Write one course's outcome rows anew; the caller has locked it."""
    derive_courses(db, clinic_id, [course_id])


def derive_courses(db: Session, clinic_id: UUID, course_ids: Sequence[UUID]) -> None:
    """Write these courses' outcome rows anew, and where they stand in the roster."""
    for _ in each(db, clinic_id, course_ids):
        pass


def each(db: Session, clinic_id: UUID, course_ids: Sequence[UUID]) -> Iterator[Derived]:
    """The same, telling what the rows were made of, some courses at a time."""
    for part in columns.parts(course_ids):
        made = _made(db, clinic_id, part)
        here = db.connection()
        here.execute(GONE, {"clinic": clinic_id, "courses": part})
        if made.rows:
            here.execute(WRITTEN, made.rows)
        standing.keep(db, clinic_id, part)
        yield made


def expected(db: Session, clinic_id: UUID, course_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The outcome rows these courses must have."""
    return _made(db, clinic_id, course_ids).rows


def _made(db: Session, clinic_id: UUID, course_ids: Sequence[UUID]) -> Derived:
    """Everything, nothing written."""
    care = columns.care(db, clinic_id, course_ids)
    known = columns.instruments(db, clinic_id)
    records = {code: columns.record(care, known[code]) for code in care.instruments()}
    rows = [
        row
        for record, series in records.values()
        for row in derived.rows(clinic_id, science.outcomes(record), record, series, care)
    ]
    return Derived(care, records, rows)
