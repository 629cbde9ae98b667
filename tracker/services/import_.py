"""Import: a file of readings becomes patients, courses, sessions and readings; all of it or nothing.

The file is the tidy CSV, the same as a workbook, or any table with a mapping that says what its columns are.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from tracker.exports import mapping as mappings
from tracker.exports import tidy, wide
from tracker.exports.mapping import Mapping
from tracker.exports.rows import Refusal, Row, TidyFile
from tracker.science.scales import Instrument
from tracker.services import audit, clock, declare, derive, file_care, file_rows, log
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid
from tracker.services.file_care import Import
from tracker.services.file_rows import Dates, FileCourse
from tracker.services.outcomes_file import Usage
from tracker.services.transaction import writing
from tracker.services.views import ImportReport
from tracker.storage import Clinic, ImportBatch, Patient, Reading, columns

LONGEST_NAME = 255
SHOWN = 12  # rows of a file that are shown as they are read
PARTS = ("rows", "patients", "courses", "sessions", "readings")


class _Undo(Exception):
    """Leave the transaction without a trace: a dry run, or a file that is refused as a whole."""


def import_file(
    db: Database,
    *,
    actor: Actor,
    path: str | Path | bytes,
    mapping: str | Path | bytes | None = None,
    day_zero: date | None = None,
    instrument: str | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    batch_id: UUID | None = None,
    name: str | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Take a file in; without `skip_bad` one refused row stops it all. The same file again adds nothing.

    batch_id: a batch that is there already is told again, whatever the file. name: of a file given as bytes.
    """
    admit(actor, "clinic_admin", "operator")
    now = now or clock.now()
    data, found = _content(path)
    told = None if mapping is None else _mapping(mapping)
    day_zero = day_zero or _day_zero(told)
    known = declare.of_file(db, actor=actor, specs=_specs(told, instrument))
    file = tidy.read(data, instruments=known) if told is None else wide.read(data, told, instruments=known)
    _check_days(file, day_zero)
    work = Import(db, actor, now, batch_id or uuid4(), Dates(columns.zone(db, actor.clinic), day_zero), Counter())
    report: ImportReport | None = None
    try:
        with writing(db):
            report = _already(work) or _import(work, file, known, data, (name or found)[-LONGEST_NAME:], skip_bad)
            if dry_run or (report.refusals and not skip_bad):
                raise _Undo
    except _Undo:
        pass
    except IntegrityError:  # somebody else pressed at the same moment, and was first
        report = _already(work)
    if report is None:
        raise Conflict("entered_meanwhile", "Something of this file was entered meanwhile. Import it again.")
    return report


def _already(work: Import) -> ImportReport | None:
    """What came of a batch that is there: whoever presses twice is told the same."""
    row = work.db.get(ImportBatch, (work.actor.clinic, work.batch_id))
    if row is None:
        return None
    made = row.made or dict.fromkeys(PARTS[1:], 0)
    return ImportReport(row.rows, *(made[part] for part in PARTS[1:]), batch_id=row.id)


def _import(
    work: Import, file: TidyFile, known: dict[str, Instrument], data: bytes, name: str, skip_bad: bool
) -> ImportReport:
    """The import inside its transaction."""
    declare.keep_all(work.db, actor=work.actor, instruments=known, now=work.now)
    later = [*file_rows.faults(file.rows, known), *_elsewhere(work.db, work.actor.clinic, file.rows)]
    rows = _without(file.rows, later)
    count = len(file.rows) + len({r.line for r in file.refusals})
    if rows:  # also where the file is refused already: every bad row is listed at once
        batch = file_care.add_batch(work, name, data, count)
        later += _take(work, rows)
        batch.made = {part: work.new[part] for part in PARTS[1:]}
        batch.added = {"filled": work.filled, "places": work.places}
    refusals = dict.fromkeys([*file.refusals, *map(file.placed, later)])
    return ImportReport(
        rows=count,
        patients=work.new["patients"],
        courses=work.new["courses"],
        sessions=work.new["sessions"],
        readings=work.new["readings"],
        refusals=tuple(sorted(refusals, key=lambda r: (r.line, r.column or ""))),
        warnings=file.warnings,
        batch_id=work.batch_id if skip_bad or not refusals else None,
        sample=tuple(_shown(row, file) for row in rows[:SHOWN]),
    )


def _shown(row: Row, file: TidyFile) -> Row:
    """A row with its line of the file."""
    return row._replace(line=file.places[row.line]) if file.places else row


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
    """The answered lines, some courses at a time; gives the courses derived by it, and the refused lines."""
    created: set[UUID] = set()
    refused: list[Refusal] = []
    for part in columns.parts(courses):
        some, bad = _some_readings(work, part)
        created |= some
        refused += bad
    return created, refused


def _some_readings(work: Import, courses: Sequence[FileCourse]) -> tuple[set[UUID], list[Refusal]]:
    """The same of these courses."""
    given = [pair for course in courses for pair in file_rows.readings(course, work.dates)]
    gone = _taken_back(work, [course.id for course in courses])
    items = [_again(item, gone) for _, item in given]
    results = log.record(work.db, actor=work.actor, items=items, now=work.now, import_batch_id=work.batch_id)
    created = {item["course_id"] for item, result in zip(items, results, strict=True) if result.status == "created"}
    work.new["readings"] += sum(result.status == "created" for result in results)
    pairs = zip((row for row, _ in given), results, strict=True)
    return created, [_refusal(row, result.error) for row, result in pairs if result.error]


def _taken_back(work: Import, course_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Scores of these courses that a file brought and that were taken back with it → the row that says so."""
    gone = (Reading.clinic_id == work.actor.clinic, Reading.retracted, Reading.import_batch_id.is_not(None))
    chosen = select(Reading.supersedes, Reading.id).where(*gone)
    return {row.supersedes: row.id for row in columns.rows_of(work.db, chosen, Reading.course_id, course_ids)}


def _again(item: dict[str, Any], gone: dict[UUID, UUID]) -> dict[str, Any]:
    """A score as log takes it; one that was taken back with its file is said anew, after that."""
    while item["id"] in gone:
        last = gone[item["id"]]
        item = item | {"id": uuid5(last, file_care.AGAIN), "supersedes": last, "reason": file_care.AGAIN}
    return item


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


def _specs(told: Mapping | None, instrument: str | None) -> list[str]:
    """The instruments that come with the file: in its mapping, in the option."""
    return [*(told.instruments if told else ()), *([instrument] if instrument else [])]


def _mapping(given: str | Path | bytes) -> Mapping:
    """The mapping in a file, or in its bytes; raises Usage."""
    try:
        return mappings.read(given if isinstance(given, bytes) else Path(given).read_bytes())
    except OSError as error:
        raise Usage("mapping", f"The mapping cannot be opened: {error.strerror or 'unknown reason'}.") from None
    except mappings.Wrong as why:
        raise Usage("mapping", f"The mapping cannot be used: {why}.") from None


def _day_zero(told: Mapping | None) -> date | None:
    """The date of day 0 that a mapping names."""
    if told is None or told.day_zero is None:
        return None
    try:
        return date.fromisoformat(told.day_zero)
    except ValueError:
        raise Usage("mapping", "The mapping cannot be used: day_zero is no date such as 2026-03-01.") from None


def _check_days(file: TidyFile, day_zero: date | None) -> None:
    """Day numbers need a date to count from; dates must not have one."""
    if file.day_numbers and day_zero is None:
        raise Usage("day_zero", "This file counts days from each course's start: name the date of day 0 (--day-zero).")
    if file.rows and not file.day_numbers and day_zero is not None:
        raise Usage("day_zero", "This file names dates: leave the date of day 0 (--day-zero) out.")


def _content(path: str | Path | bytes) -> tuple[bytes, str]:
    """The file's bytes and its bare name."""
    if isinstance(path, bytes):
        return path, "upload"
    try:
        return Path(path).read_bytes(), Path(path).name[-LONGEST_NAME:]
    except OSError as error:
        raise Invalid("unreadable_file", f"The file cannot be opened: {error.strerror or 'unknown reason'}.") from None
