"""File care: the patients, courses, places and sessions that a file speaks of and the clinic lacks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.orm import Session as Database

from tracker.services import file_rows
from tracker.services.actor import Actor
from tracker.services.file_rows import Dates, FileCourse
from tracker.storage import Course, ImportBatch, Milestone, Patient, Place, Session, columns

FILLED = ("closed_on", "chronicity", "practitioner", "group_label", "modality", "planned_per_week")


@dataclass
class Import:
    """One import at work."""

    db: Database
    actor: Actor
    now: datetime
    batch_id: UUID
    dates: Dates
    new: Counter[str]


def add_batch(work: Import, name: str, data: bytes, rows: int) -> None:
    """Where the rows come from."""
    digest = sha256(data).hexdigest()
    work.db.add(
        ImportBatch(
            clinic_id=work.actor.clinic,
            id=work.batch_id,
            name=name,
            sha256=digest,
            rows=rows,
            created_at=work.now,
            created_by=work.actor.id,
        )
    )
    work.db.flush()


def add_patients(work: Import, new: dict[str, UUID]) -> None:
    """Patients the clinic did not have."""
    work.new["patients"] = len(new)
    told = {"clinic_id": work.actor.clinic, "initials": "", "language": "en", "created_at": work.now}
    _insert(work, Patient, [told | {"id": id, "code": code} for code, id in new.items()])


def add_courses(work: Import, courses: Sequence[FileCourse], patients: dict[str, UUID]) -> set[UUID]:
    """New courses and places; blanks of courses that are there are filled in. Gives the ids of all that changed."""
    ids = [course.id for course in courses]
    had = {row.id: row for part in columns.parts(ids) for row in work.db.scalars(_these(work, Course, Course.id, part))}
    new = [_course(work, course, patients[course.patient]) for course in courses if course.id not in had]
    work.new["courses"] = len(new)
    _insert(work, Course, new)
    changed = {course.id for course in courses if course.id in had and _fill(had[course.id], _told(work, course))}
    work.db.flush()
    return changed | {row["id"] for row in new} | _add_places(work, courses)


def _add_places(work: Import, courses: Sequence[FileCourse]) -> set[UUID]:
    """Places that a course did not have."""
    ids = [course.id for course in courses]
    had = {
        (row.course_id, row.site, row.side): row.position
        for part in columns.parts(ids)
        for row in work.db.scalars(_these(work, Place, Place.course_id, part))
    }
    rows = [
        {"clinic_id": work.actor.clinic, "course_id": course.id, "site": site, "side": side, "position": position}
        for course in courses
        for position, (site, side) in enumerate(course.places())
        if (course.id, site, side) not in had
    ]
    _insert(work, Place, rows)
    return {row["course_id"] for row in rows}


def add_sessions(work: Import, courses: Sequence[FileCourse]) -> set[UUID]:
    """Sessions that were not known; gives their courses."""
    ids = [course.id for course in courses]
    had = {
        row.id for part in columns.parts(ids) for row in work.db.scalars(_these(work, Session, Session.course_id, part))
    }
    rows = [
        {
            "clinic_id": work.actor.clinic,
            "id": id,
            "course_id": course.id,
            "held_on": on,
            "number_that_day": number,
            "state": "held",
            "modalities": modality.split("+") if modality else [],
            "note": None,
            "created_by": work.actor.id,
            "created_at": work.now,
        }
        for course in courses
        for id, (on, number, modality) in course.days.items()
        if id not in had
    ]
    work.new["sessions"] = len(rows)
    _insert(work, Session, rows)
    return {row["course_id"] for row in rows}


def add_milestones(work: Import, courses: Sequence[FileCourse], patients: dict[str, UUID]) -> set[UUID]:
    """What happened beside the treatment and was not known; gives its courses."""
    ids = [course.id for course in courses]
    chosen = (_these(work, Milestone, Milestone.course_id, part) for part in columns.parts(ids))
    had = {(row.course_id, row.code, row.happened_on) for query in chosen for row in work.db.scalars(query)}
    told = dict.fromkeys((c.id, patients[c.patient], *m) for c in courses for m in c.milestones(work.dates))
    rows = [
        {
            "clinic_id": work.actor.clinic,
            "id": uuid5(course_id, f"milestone/{code}/{on}"),
            "patient_id": patient_id,
            "course_id": course_id,
            "code": code,
            "happened_on": on,
            "received_at": work.now,
            "reported_by": "staff",
        }
        for course_id, patient_id, code, on in told
        if (course_id, code, on) not in had
    ]
    _insert(work, Milestone, rows)
    return {row["course_id"] for row in rows}


def _course(work: Import, course: FileCourse, patient_id: UUID) -> dict[str, Any]:
    """A course's columns."""
    return {
        "clinic_id": work.actor.clinic,
        "id": course.id,
        "patient_id": patient_id,
        "code": course.first.course,
        "condition": course.first.condition,
        "started_on": work.dates.day(course.first.course_start),
        "import_batch_id": work.batch_id,
        "created_at": work.now,
        "closed_reason": "as imported" if course.told("course_end") is not None else None,
        **_told(work, course),
    }


def _told(work: Import, course: FileCourse) -> dict[str, Any]:
    """What any line may say of its course."""
    return {
        "closed_on": work.dates.day(course.told("course_end")),
        "chronicity": course.told("chronicity"),
        "practitioner": course.told("practitioner"),
        "group_label": course.told("group"),
        "modality": course.main_modality(),
        "planned_per_week": file_rows.planned_per_week(course.told("planned_gap")),
    }


def _fill(row: Course, told: dict[str, Any]) -> bool:
    """Fill in what was blank; what stands is never overwritten by a file."""
    news = {name: told[name] for name in FILLED if getattr(row, name) is None and told[name] is not None}
    for name, value in news.items():
        setattr(row, name, value)
    return bool(news)


def _these(work: Import, table: Any, key: Any, ids: Sequence[UUID]) -> Any:
    return select(table).where(table.clinic_id == work.actor.clinic, key.in_(ids))


def _insert(work: Import, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        work.db.execute(insert(table), rows)
