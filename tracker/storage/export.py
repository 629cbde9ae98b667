"""Export: a clinic's courses some at a time, in an order that does not hang on ids: an imported copy has it too."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.storage import Clinic, Course, Milestone, Patient, Place, Reaction, Reading, Session, columns
from tracker.storage.columns import MILESTONE, READING, rows_of
from tracker.storage.effective import Score, corrected, leaves, scores

KNOWN = ("condition", "chronicity", "modality", "group_label", "started_on")
AT_ONCE = 40  # courses held in memory together: some thousands of readings


class Listed(NamedTuple):
    """One course by name."""

    patient: str
    condition: str
    name: str
    id: UUID


class Said(NamedTuple):
    """One score that counts, with its answers and, where it came in late, when."""

    score: Score
    answers: dict[str, Any] | None
    came: Any


class Taken(NamedTuple):
    """One course with all that is told of it; rows as the store has them."""

    name: str
    course: Any
    patient: Any
    places: list[Any]
    sessions: list[Any]
    said: list[Said]
    happened: list[tuple[date, str]]
    reactions: list[Any]


def one_look(db: Database) -> None:
    """From here on the transaction sees one moment of the store, however long it reads."""
    db.rollback()
    if db.get_bind().dialect.name == "postgresql":
        db.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def listed(db: Database, clinic_id: UUID) -> list[Listed]:
    """Every course of the clinic by patient, condition and name: its code where that tells it apart, else its id."""
    chosen = select(Patient.code, Course.condition, Course.code.label("name"), Course.id)
    joined = chosen.join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
    rows = db.execute(joined.where(Course.clinic_id == clinic_id, Course.taken_back_at.is_(None))).all()
    named = Counter(tuple(row[:3]) for row in rows)
    return sorted(Listed(p, c, n if n and named[p, c, n] == 1 else str(id), id) for p, c, n, id in rows)


def readings(db: Database, clinic_id: UUID) -> int:
    """How many readings the clinic has, those superseded too."""
    return db.scalar(select(func.count()).select_from(Reading).where(Reading.clinic_id == clinic_id)) or 0


def taken(db: Database, clinic_id: UUID, courses: Sequence[Listed]) -> Iterator[Taken]:
    """These courses in the order given."""
    zone = columns.zone(db, clinic_id)
    for start in range(0, len(courses), AT_ONCE):
        yield from _taken(db, clinic_id, zone, courses[start : start + AT_ONCE])


def _taken(db: Database, clinic_id: UUID, zone: Any, courses: Sequence[Listed]) -> Iterator[Taken]:
    """Some of them."""
    ids = [one.id for one in courses]
    rows = {
        row.id: row
        for row in rows_of(db, select(*Course.__table__.c).where(Course.clinic_id == clinic_id), Course.id, ids)
    }
    people = select(Patient.id, Patient.code, Patient.initials, Patient.birth_year, Patient.sex)
    whose = sorted({row.patient_id for row in rows.values()})
    persons = {row.id: row for row in rows_of(db, people.where(Patient.clinic_id == clinic_id), Patient.id, whose)}
    of = {table: _by_course(db, clinic_id, table, ids) for table in (Place, Session, Reaction)}
    logged = _by_course(db, clinic_id, Reading, ids, (*READING, Reading.items))
    told = _by_course(db, clinic_id, Milestone, ids, MILESTONE)
    for one in courses:
        row = rows[one.id]
        yield Taken(
            name=one.name,
            course=row,
            patient=persons[row.patient_id],
            places=sorted(of[Place][one.id], key=lambda p: (p.position, p.site, p.side)),
            sessions=sorted(of[Session][one.id], key=lambda s: (s.held_on, s.number_that_day, s.id)),
            said=_said(logged[one.id], zone),
            happened=[(m.happened_on, m.code) for m in leaves(told[one.id]) if not m.retracted],
            reactions=sorted(of[Reaction][one.id], key=lambda r: (r.occurred_on, r.code, r.id)),
        )


def _said(rows: Sequence[Any], zone: Any) -> list[Said]:
    """The scores that count; a file tells itself when they came in."""
    by_id = {row.id: row for row in rows}
    return [Said(score, by_id[score.id].items, _came(by_id[score.id], score)) for score in scores(rows, zone)]


def _came(row: Any, score: Score) -> Any:
    """When it came in, where that was late; of an imported one what its file said."""
    if row.import_batch_id is not None:
        late = row.entered_at is not None and row.entered_at != corrected(row.recorded_at, row.clock_offset)
        return row.entered_at if late else None
    return row.received_at if score.late else None


def _by_course(
    db: Database, clinic_id: UUID, table: Any, ids: Sequence[UUID], chosen: Sequence[Any] = ()
) -> dict[UUID, list[Any]]:
    """A table's rows by their course."""
    query = select(*(chosen or table.__table__.c)).where(table.clinic_id == clinic_id)
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows_of(db, query, table.course_id, ids):
        found[row.course_id].append(row)
    return found


def clinic(db: Database, clinic_id: UUID) -> Clinic:
    """The clinic's row."""
    return db.get_one(Clinic, clinic_id)


def classes(db: Database, clinic_id: UUID) -> dict[UUID, tuple[UUID, date | None, tuple[Any, ...]]]:
    """Each course's patient, start and what could be known of it: condition, chronicity, places, modality, group."""
    held: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for place in db.execute(select(Place.course_id, Place.site, Place.side).where(Place.clinic_id == clinic_id)):
        held[place.course_id].append((place.site, place.side))
    chosen = select(Course.id, Course.patient_id, *(getattr(Course, name) for name in KNOWN))
    return {
        row.id: (
            row.patient_id,
            row.started_on,
            (row.condition, row.chronicity, tuple(sorted(held[row.id])), row.modality, row.group_label),
        )
        for row in db.execute(chosen.where(Course.clinic_id == clinic_id, Course.taken_back_at.is_(None)))
    }
