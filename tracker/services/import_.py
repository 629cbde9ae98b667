"""Import: a tidy readings CSV becomes patients, courses, sessions and readings; all of it or nothing."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from tracker.exports import tidy
from tracker.exports.rows import Refusal, Row, TidyFile
from tracker.services import audit, clock, declare, derive, file_care, file_rows, log
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid
from tracker.services.file_care import Import
from tracker.services.file_rows import Dates, FileCourse
from tracker.services.outcomes_file import Usage
from tracker.services.transaction import writing
from tracker.services.views import ImportReport
from tracker.storage import Clinic, Patient, columns

LONGEST_NAME = 255


class _Undo(Exception):
    """Leave the transaction without a trace: a dry run, or a file that is refused as a whole."""


def import_file(
    db: Database,
    *,
    actor: Actor,
    path: str | Path | bytes,
    day_zero: date | None = None,
    instrument: str | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    now: datetime | None = None,
) -> ImportReport:
    """Take a file in; without `skip_bad` one refused row stops it all. The same file again adds nothing."""
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    data, name = _content(path)
    report: ImportReport | None = None
    try:
        with writing(db):
            report = _import(db, actor, now, data, name, day_zero, instrument, skip_bad)
            if dry_run or (report.refusals and not skip_bad):
                raise _Undo
    except _Undo:
        pass
    if report is None:
        raise LookupError("an import ended without its report")
    return report


def _import(
    db: Database,
    actor: Actor,
    now: datetime,
    data: bytes,
    name: str,
    day_zero: date | None,
    spec: str | None,
    skip_bad: bool,
) -> ImportReport:
    """The import inside its transaction."""
    known = declare.of_file(db, actor=actor, spec=spec, now=now)
    file = tidy.read(data, instruments=known)
    _check_days(file, day_zero)
    refusals = [*file.refusals, *file_rows.faults(file.rows, known), *_elsewhere(db, actor.clinic, file.rows)]
    rows = _without(file.rows, refusals)
    work = Import(db, actor, now, uuid4(), Dates(columns.zone(db, actor.clinic), day_zero), Counter())
    count = len(file.rows) + len({r.line for r in file.refusals})
    if rows:  # also where the file is refused already: every bad row is listed at once
        file_care.add_batch(work, name, data, count)
        refusals += _take(work, rows)
    return ImportReport(
        rows=count,
        patients=work.new["patients"],
        courses=work.new["courses"],
        sessions=work.new["sessions"],
        readings=work.new["readings"],
        refusals=tuple(sorted(refusals, key=lambda r: (r.line, r.column or ""))),
        warnings=file.warnings,
        batch_id=work.batch_id if skip_bad or not refusals else None,
    )


def _take(work: Import, rows: Sequence[Row]) -> list[Refusal]:
    """Write what the rows speak of; give back those that could not be taken."""
    clinic_id = work.actor.clinic
    known = select(Patient.code, Patient.id).where(Patient.clinic_id == clinic_id)
    had = {row.code: row.id for row in work.db.execute(known)}
    patients = dict(had)
    courses = file_rows.courses(rows, patients, clinic_id, work.dates)
    refused = [refusal for course in courses for refusal in file_rows.crowded(course)]
    bad = {refusal.line for refusal in refused}
    courses = [course for course in courses if course.first.line not in bad]
    file_care.add_patients(work, {code: id for code, id in patients.items() if code not in had})
    touched = file_care.add_courses(work, courses, patients)
    touched |= file_care.add_sessions(work, courses)
    touched |= file_care.add_milestones(work, courses, patients)
    derived, more = _add_readings(work, courses)
    derive.derive_courses(work.db, clinic_id, sorted(touched - derived))
    told: dict[str, Any] = dict(work.new)
    audit.note(
        work.db,
        actor=work.actor,
        now=work.now,
        action="import.file",
        subject="import",
        subject_id=work.batch_id,
        **told,
    )
    return refused + more


def _add_readings(work: Import, courses: Sequence[FileCourse]) -> tuple[set[UUID], list[Refusal]]:
    """The answered lines; gives the courses derived by it, and the refused lines."""
    given = [pair for course in courses for pair in file_rows.readings(course, work.dates)]
    items = [item for _, item in given]
    results = log.record(work.db, actor=work.actor, items=items, now=work.now, import_batch_id=work.batch_id)
    created = {item["course_id"] for item, result in zip(items, results, strict=True) if result.status == "created"}
    work.new["readings"] = sum(result.status == "created" for result in results)
    pairs = zip((row for row, _ in given), results, strict=True)
    return created, [_refusal(row, result.error) for row, result in pairs if result.error]


def _refusal(row: Row, error: Any) -> Refusal:
    """Why log refused a line."""
    column = (error.pointer or "").strip("/").split("/")[0] or None
    return Refusal(
        row.line,
        {"session_id": "session", "id": None}.get(column, column) if column else None,
        error.code,
        error.message,
    )


def _without(rows: Sequence[Row], refusals: Sequence[Refusal]) -> list[Row]:
    bad = {refusal.line for refusal in refusals}
    return [row for row in rows if row.line not in bad]


def _elsewhere(db: Database, clinic_id: UUID, rows: Sequence[Row]) -> list[Refusal]:
    """In a file of several clinics, the rows of others."""
    named = {row.clinic for row in rows if row.clinic is not None}
    if len(named) < 2:
        return []
    clinic = db.get_one(Clinic, clinic_id)
    ours = (None, clinic.slug, clinic.name)
    return [
        Refusal(r.line, "clinic", "other_clinic", "belongs to another clinic") for r in rows if r.clinic not in ours
    ]


def _check_days(file: TidyFile, day_zero: date | None) -> None:
    """Day numbers need a date to count from; dates must not have one."""
    if file.day_numbers and day_zero is None:
        raise Usage(
            "day_zero", "This file counts days from each course's start: name the date of day 0 with --day-zero."
        )
    if file.rows and not file.day_numbers and day_zero is not None:
        raise Usage("day_zero", "This file names dates: leave --day-zero out.")


def _content(path: str | Path | bytes) -> tuple[bytes, str]:
    """The file's bytes and its bare name."""
    if isinstance(path, bytes):
        return path, "upload"
    try:
        return Path(path).read_bytes(), Path(path).name[-LONGEST_NAME:]
    except OSError as error:
        raise Invalid("unreadable_file", f"The file cannot be opened: {error.strerror or 'unknown reason'}.") from None
