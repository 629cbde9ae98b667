"""Show: rows turned into views. Here a row ends; what leaves is a plain value."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import PRIMARY
from tracker.services.views import (
    AssessmentView,
    ClinicView,
    ConsentView,
    CoTreatmentView,
    CourseView,
    MilestoneView,
    PatientView,
    PlaceView,
    ReactionView,
    ReadingView,
    SessionView,
)
from tracker.storage import Clinic, Course, Patient, Place, Session, columns
from tracker.storage.effective import TRUSTED, corrected, is_late


def clinic(row: Clinic) -> ClinicView:
    """A clinic."""
    return ClinicView(row.id, row.slug, row.name, row.timezone, row.emergency_number, row.synthetic, row.counts_visits)


def patient(row: Patient, zone: str) -> PatientView:
    """A patient; `zone` stands in where the person has none of their own."""
    return PatientView(
        id=row.id,
        code=row.code,
        initials=row.initials,
        birth_year=row.birth_year,
        sex=row.sex,
        timezone=row.timezone or zone,
        language=row.language,
        withdrawn=row.withdrawn_at is not None,
    )


def place(row: Any) -> PlaceView:
    """A place; '' in keys is None outside."""
    return PlaceView(row.site or None, row.side)


def session(row: Any) -> SessionView:
    """A session."""
    return SessionView(
        id=row.id,
        course_id=row.course_id,
        held_on=row.held_on,
        number=row.number_that_day,
        state=row.state,
        modalities=tuple(row.modalities),
        note=row.note,
        minutes=row.minutes,
        practitioner=row.practitioner,
        needling=row.needling,
        product=row.product,
        merged_into=row.merged_into,
    )


def courses(db: Database, rows: Sequence[Course]) -> tuple[CourseView, ...]:
    """Courses with their places and sessions, in the order given."""
    ids = [row.id for row in rows]
    clinic_id = rows[0].clinic_id if rows else None
    places, sessions = _by_course(db, Place, clinic_id, ids), _by_course(db, Session, clinic_id, ids)
    people = _people(db, clinic_id, {row.patient_id for row in rows})
    return tuple(
        course_with(
            row,
            people[row.patient_id],
            sorted(places[row.id], key=lambda p: (p.position, p.site, p.side)),
            sorted(sessions[row.id], key=lambda s: (s.held_on, s.number_that_day, s.id)),
        )
        for row in rows
    )


def to_patient(view: CourseView) -> CourseView:
    """What the patient sees of it: staff's notes and the group, which may be a trial's arm, stay with the clinic."""
    sessions = tuple(replace(one, note=None) for one in view.sessions)
    return replace(view, group_label=None, sessions=sessions)


def course(db: Database, row: Course) -> CourseView:
    """One course."""
    return courses(db, [row])[0]


def reading(row: Any) -> ReadingView:
    """A reading as saved, with its corrected moment."""
    return ReadingView(
        id=row.id,
        course_id=row.course_id,
        session_id=row.session_id,
        kind=row.kind,
        instrument=row.instrument,
        instrument_version=row.instrument_version,
        site=row.site or None,
        side=row.side,
        value=row.value,
        items=row.items,
        recorded_at=row.recorded_at.astimezone(timezone(timedelta(minutes=row.recorded_offset))),
        recorded_zone=row.recorded_zone,
        entered_at=row.entered_at,
        received_at=row.received_at,
        clock_offset=row.clock_offset,
        device_seq=row.device_seq,
        entered_by=row.entered_by,
        supersedes=row.supersedes,
        reason=row.reason,
        retracted=row.retracted,
        at=corrected(row.recorded_at, row.clock_offset),
        clock_corrected=abs(row.clock_offset) > TRUSTED,
        late=is_late(row),
    )


def reaction(row: Any) -> ReactionView:
    """A reaction."""
    return ReactionView(
        id=row.id,
        course_id=row.course_id,
        session_id=row.session_id,
        occurred_on=row.occurred_on,
        code=row.code,
        grade=row.grade,
        serious=row.serious,
        words=row.words,
        reported_by=row.reported_by,
    )


def milestone(row: Any) -> MilestoneView:
    """A milestone."""
    return MilestoneView(
        row.id,
        row.course_id,
        row.code,
        row.happened_on,
        row.received_at,
        row.reported_by,
        row.supersedes,
        row.retracted,
    )


def assessment(row: Any) -> AssessmentView:
    """What a practitioner made of a reaction."""
    return AssessmentView(**{name: getattr(row, name) for name in AssessmentView.__dataclass_fields__})


def consent(row: Any) -> ConsentView:
    """An answer to being asked."""
    return ConsentView(**_fields(row, ConsentView))


def co_treatment(row: Any) -> CoTreatmentView:
    """Another treatment or medicine."""
    return CoTreatmentView(**_fields(row, CoTreatmentView))


def _fields(row: Any, view: Any) -> dict[str, Any]:
    """The row's columns as the view names them; whether it counts is not a column."""
    return {name: getattr(row, name) for name in view.__dataclass_fields__ if name != "effective"}


def _by_course(db: Database, table: Any, clinic_id: UUID | None, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """Rows of a table by their course."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    mine = select(*table.__table__.c).where(table.clinic_id == clinic_id)
    for part in columns.parts(ids):
        for row in db.execute(mine.where(table.course_id.in_(part))):
            found[row.course_id].append(row)
    return found


def _people(db: Database, clinic_id: UUID | None, ids: set[UUID]) -> dict[UUID, Any]:
    """Code and initials of these patients."""
    chosen = select(Patient.id, Patient.code, Patient.initials).where(Patient.clinic_id == clinic_id)
    parts = (db.execute(chosen.where(Patient.id.in_(part))) for part in columns.parts(sorted(ids)))
    return {row.id: row for found in parts for row in found}


def course_with(row: Course, person: Any, places: Sequence[Any], sessions: Sequence[Any]) -> CourseView:
    """One course with what belongs to it."""
    return CourseView(
        id=row.id,
        patient_id=row.patient_id,
        patient_code=person.code,
        patient_initials=person.initials,
        code=row.code,
        condition=row.condition,
        primary=PRIMARY[row.condition],
        onset_on=row.onset_on,
        chronicity=row.chronicity,
        practitioner=row.practitioner,
        started_on=row.started_on,
        closed_on=row.closed_on,
        closed_reason=row.closed_reason,
        planned_sessions=row.planned_sessions,
        planned_per_week=row.planned_per_week,
        group_label=row.group_label,
        modality=row.modality,
        places=tuple(map(place, places)),
        sessions=tuple(map(session, sessions)),
    )
