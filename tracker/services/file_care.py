"""File care: the patients, courses, places and sessions that a file speaks of and the clinic lacks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session as Database

from tracker.services import file_rows
from tracker.services.actor import Actor
from tracker.services.file_rows import Dates, FileCourse
from tracker.storage import Course, ImportBatch, Milestone, Patient, Place, Session, columns
from tracker.storage.effective import leaves

FILLED = ("closed_on", "chronicity", "practitioner", "group_label", "modality", "planned_per_week")
AGAIN = "imported again"


@dataclass
class Import:
    """One import at work."""

    db: Database
    actor: Actor
    now: datetime
    batch_id: UUID
    dates: Dates
    new: Counter[str]
    filled: list[list[str]] = field(default_factory=list)  # course, column, value
    places: list[list[str]] = field(default_factory=list)  # course, site, side


def add_batch(work: Import, name: str, data: bytes, rows: int) -> ImportBatch:
    """Where the rows come from."""
    digest = sha256(data).hexdigest()
    batch = ImportBatch(
        clinic_id=work.actor.clinic,
        id=work.batch_id,
        name=name,
        sha256=digest,
        rows=rows,
        created_at=work.now,
        created_by=work.actor.id,
    )
    work.db.add(batch)
    work.db.flush()
    return batch


def add_patients(work: Import, new: dict[str, UUID]) -> None:
    """Patients the clinic did not have."""
    work.new["patients"] = len(new)
    told = {"clinic_id": work.actor.clinic, "initials": "", "language": "en", "created_at": work.now}
    _insert(work, Patient, [told | {"id": id, "code": code} for code, id in new.items()])


def add_courses(work: Import, courses: Sequence[FileCourse], patients: dict[str, UUID]) -> set[UUID]:
    """New courses and places; blanks of courses that are there are filled in. Gives the ids of all that changed.

    One whose file was taken back begins anew with what this file says of it.
    """
    ids = [course.id for course in courses]
    had = {row.id: row for part in columns.parts(ids) for row in work.db.scalars(_these(work, Course, Course.id, part))}
    new = [_course(work, course, patients[course.patient]) for course in courses if course.id not in had]
    _insert(work, Course, new)
    changed = {course.id for course in courses if course.id in had and _changed(work, had[course.id], course)}
    begun = {row["id"] for row in new} | {id for id, row in had.items() if row.import_batch_id == work.batch_id}
    work.new["courses"] = len(begun)
    work.db.flush()
    return changed | begun | _add_places(work, courses, begun)


def _changed(work: Import, row: Course, course: FileCourse) -> bool:
    """Bring a course that is there up to what the file says of it."""
    if row.taken_back_at is None:
        return _fill(work, row, _told(work, course))
    anew = _course(work, course, row.patient_id) | {"taken_back_at": None, "created_at": row.created_at}
    for name, value in anew.items():
        setattr(row, name, value)
    here = (Place.clinic_id == row.clinic_id, Place.course_id == row.id)
    work.db.execute(delete(Place).where(*here))  # what is asked follows from this file alone
    return True


def _add_places(work: Import, courses: Sequence[FileCourse], begun: set[UUID]) -> set[UUID]:
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
    late = [row for row in rows if row["course_id"] not in begun]
    work.places += [[str(row["course_id"]), row["site"], row["side"]] for row in late]
    return {row["course_id"] for row in rows}


def add_sessions(work: Import, courses: Sequence[FileCourse]) -> set[UUID]:
    """Sessions that were not known, or were those of a file that was taken back; gives their courses."""
    ids = [course.id for course in courses]
    had = {
        row.id: row
        for part in columns.parts(ids)
        for row in work.db.scalars(_these(work, Session, Session.course_id, part))
    }
    back = _held_again(work, had, courses)
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
            "import_batch_id": work.batch_id,
            "created_by": work.actor.id,
            "created_at": work.now,
        }
        for course in courses
        for id, (on, number, modality) in course.days.items()
        if id not in had
    ]
    work.new["sessions"] = len(rows) + len(back)
    _insert(work, Session, rows)
    return {row["course_id"] for row in rows} | {row.course_id for row in back}


def _held_again(work: Import, had: Mapping[UUID, Session], courses: Sequence[FileCourse]) -> list[Session]:
    """Sessions that were cancelled because their file was taken back, held once more."""
    mine = (ImportBatch.clinic_id == work.actor.clinic, ImportBatch.taken_back_at.is_not(None))
    gone = set(work.db.scalars(select(ImportBatch.id).where(*mine)))
    told = {id: modality for course in courses for id, (_, _, modality) in course.days.items()}
    found = [had[id] for id in told if id in had and had[id].import_batch_id in gone and had[id].state == "cancelled"]
    for row in found:
        modality = told[row.id]
        row.state, row.import_batch_id = "held", work.batch_id
        row.modalities = modality.split("+") if modality else []
    work.db.flush()
    return found


def add_milestones(work: Import, courses: Sequence[FileCourse], patients: dict[str, UUID]) -> set[UUID]:
    """What happened beside the treatment and was not known; gives its courses."""
    ids = [course.id for course in courses]
    chosen = (_these(work, Milestone, Milestone.course_id, part) for part in columns.parts(ids))
    last = leaves([row for query in chosen for row in work.db.scalars(query)])
    had = {(row.course_id, row.code, row.happened_on) for row in last if not row.retracted}
    gone = {(row.course_id, row.code, row.happened_on): row.id for row in last if row.retracted}
    told = dict.fromkeys((c.id, patients[c.patient], *m) for c in courses for m in c.milestones(work.dates))
    rows = [
        {
            "clinic_id": work.actor.clinic,
            **_chained(course_id, f"milestone/{code}/{on}", gone.get((course_id, code, on))),
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


def _chained(course_id: UUID, name: str, taken_back: UUID | None) -> dict[str, Any]:
    """The id of what a file says; said again after it was taken back, it comes after that."""
    if taken_back is None:
        return {"id": uuid5(course_id, name), "supersedes": None}
    return {"id": uuid5(taken_back, AGAIN), "supersedes": taken_back}


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


def _fill(work: Import, row: Course, told: dict[str, Any]) -> bool:
    """Fill in what was blank; what stands is never overwritten by a file."""
    news = {name: told[name] for name in FILLED if getattr(row, name) is None and told[name] is not None}
    for name, value in news.items():
        setattr(row, name, value)
    work.filled += [[str(row.id), name, str(value)] for name, value in news.items()]
    return bool(news)


def _these(work: Import, table: Any, key: Any, ids: Sequence[UUID]) -> Any:
    return select(table).where(table.clinic_id == work.actor.clinic, key.in_(ids))


def _insert(work: Import, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        work.db.execute(insert(table), rows)
