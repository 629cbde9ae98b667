"""Read: queries that give science values. No row goes further up than a service."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session as Database

from tracker.science.record import Outcomes, Record
from tracker.science.scales import Instrument
from tracker.storage import Course, Outcome, Patient, columns, derived
from tracker.storage.columns import Series

LABELS = (
    Outcome.course_id,
    Outcome.site,
    Outcome.side,
    Outcome.readings,
    Outcome.staff,
    Course.patient_id,
    Course.code.label("course_code"),
    Course.condition,
    Course.practitioner,
    Course.group_label,
    Course.started_on,
    Course.chronicity,
    Course.planned_sessions,
    Course.planned_per_week,
    Patient.birth_year,
    Patient.sex,
    Patient.code.label("patient_code"),
)


def record(
    db: Database, clinic_id: UUID, course_ids: Sequence[UUID], instrument: Instrument
) -> tuple[Record, list[Series]]:
    """Some courses as science's Record of one instrument, and what its series are."""
    return columns.record(columns.care(db, clinic_id, course_ids), instrument)


def outcomes(
    db: Database,
    clinic_id: UUID,
    instrument: Instrument,
    *,
    condition: str | None = None,
    practitioner: str | None = None,
    since: date | None = None,
    until: date | None = None,
    courses: Collection[UUID] | None = None,
) -> tuple[Outcomes, list[Any]]:
    """The clinic's outcome rows of one instrument and, for each, whose it is. since, until: the start of the course;
    courses: of these alone.
    """
    chosen = _joined().where(Outcome.clinic_id == clinic_id, Outcome.instrument == instrument.code)
    if condition is not None:
        chosen = chosen.where(Course.condition == condition)
    if practitioner is not None:
        chosen = chosen.where(Course.practitioner == practitioner)
    if since is not None:
        chosen = chosen.where(Outcome.start >= since.toordinal())
    if until is not None:
        chosen = chosen.where(Outcome.start <= until.toordinal())
    rows = db.execute(chosen.order_by(Patient.code, Outcome.course_id, Outcome.site, Outcome.side)).all()
    kept = [row for row in rows if courses is None or row.course_id in courses]
    return derived.outcomes(instrument, kept), kept


def _joined() -> Select[Any]:
    """Outcome rows with their course and patient."""
    saved = [
        c for c in Outcome.__table__.c if c.key not in ("clinic_id", "course_id", "site", "side", "readings", "staff")
    ]
    return (
        select(*saved, *LABELS)
        .join(Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
    )
