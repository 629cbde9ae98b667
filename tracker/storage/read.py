"""Read: queries that give science values. No row goes further up than a service."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session as Database

from tracker.science.record import Outcomes, Record
from tracker.science.scales import Instrument
from tracker.storage import Course, Outcome, Patient, columns, derived
from tracker.storage.columns import Series, plain


@dataclass(frozen=True)
class Whose:
    """Whose the rows are, a column of each; ids and days as the driver gives them (`columns.identity`)."""

    course_id: Sequence[Any]
    site: Sequence[str]
    side: Sequence[str]
    readings: Sequence[int]
    staff: Sequence[int]
    patient_id: Sequence[Any]
    course_code: Sequence[str | None]
    condition: Sequence[str]
    practitioner: Sequence[str | None]
    group_label: Sequence[str | None]
    started_on: Sequence[Any]
    chronicity: Sequence[str | None]
    planned_sessions: Sequence[int | None]
    planned_per_week: Sequence[float | None]
    birth_year: Sequence[int | None]
    sex: Sequence[str | None]
    patient_code: Sequence[str]

    def __len__(self) -> int:
        """How many rows."""
        return len(self.course_id)


LABELS = (
    Outcome.course_id,
    Outcome.site,
    Outcome.side,
    Outcome.readings,
    Outcome.staff,
    Course.patient_id,
    Course.code,
    Course.condition,
    Course.practitioner,
    Course.group_label,
    Course.started_on,
    Course.chronicity,
    Course.planned_sessions,
    Course.planned_per_week,
    Patient.birth_year,
    Patient.sex,
    Patient.code,
)
NUMBERS = len(LABELS)  # where the outcome's own columns begin
COURSE, IN_ORDER = 0, itemgetter(NUMBERS - 1, 0, 1, 2)  # patient, course, site, side


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
    courses: Collection[Any] | None = None,
) -> tuple[Outcomes, Whose]:
    """The clinic's outcome rows of one instrument and whose each is. since, until: the start of the course; courses: of
    these alone, ids as the driver gives them.
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
    rows = [row for row in db.connection().execute(chosen).all() if courses is None or row[COURSE] in courses]
    told = list(zip(*sorted(rows, key=IN_ORDER), strict=True)) or [()] * (NUMBERS + len(derived.SAVED) + 2)
    saved: dict[str, Sequence[Any]] = dict(zip(derived.SAVED, told[NUMBERS:-2], strict=True))
    return derived.of(instrument, saved, *map(derived.weekly, told[-2:])), Whose(*told[:NUMBERS])


def _joined() -> Select[*tuple[Any, ...]]:
    """Outcome rows with their course and patient: labels, numbers, and the weeks as text."""
    saved = [getattr(Outcome, name) for name in derived.SAVED]
    weeks = [cast(getattr(Outcome, name), Text) for name in derived.WEEKS]
    return (
        select(*map(plain, (*LABELS, *saved)), *weeks)
        .join_from(Outcome, Course, (Course.clinic_id == Outcome.clinic_id) & (Course.id == Outcome.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
    )
