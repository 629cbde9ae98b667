"""Export: a clinic's courses some at a time, in an order that does not hang on ids: an imported copy has it too."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session as Database

from tracker.storage import Clinic, Course, Milestone, Patient, Place, Reaction, Reading, Session, columns
from tracker.storage.columns import CLINIC, COURSES, MILESTONE, asking, identity, instant, of_courses, plain, rows_of
from tracker.storage.effective import LATE, TRUSTED, corrected, leaves

KNOWN = ("condition", "chronicity", "modality", "group_label", "started_on")
AT_ONCE = 40  # courses held in memory together: some thousands of readings
LOGGED = (
    *(Reading.id, Reading.course_id, Reading.session_id, Reading.kind, Reading.instrument, Reading.site),
    *(Reading.side, Reading.value, Reading.retracted, Reading.supersedes, Reading.items),
    *(Reading.entered_by, Reading.recorded_at, Reading.clock_offset, Reading.received_at, Reading.entered_at),
    Reading.import_batch_id,
)
DAY = len("2026-03-02")
filled = tuple.__new__  # what `_make` does, without its call and its counting: three times a score
SESSION = (  # what is told of one
    *(Session.id, Session.course_id, Session.held_on, Session.number_that_day, Session.state, Session.modalities),
    *(Session.note, Session.minutes, Session.practitioner, Session.needling, Session.product, Session.merged_into),
)
_COURSES, _PLACES, _REACTIONS = (
    asking(tuple(table.__table__.c), key)
    for table, key in ((Course, Course.id), (Place, Place.course_id), (Reaction, Reaction.course_id))
)
_SESSIONS, _MILESTONES = asking(SESSION, Session.course_id), asking(MILESTONE, Milestone.course_id)
_READINGS = select(*(plain(column).label(column.key) for column in LOGGED)).where(
    Reading.clinic_id == CLINIC, Reading.course_id.in_(COURSES)
)


class Listed(NamedTuple):
    """One course by name."""

    patient: str
    condition: str
    name: str
    id: UUID


class Said(NamedTuple):
    """One score that counts. `at`: its corrected moment; `came`: when it came in, where a file has to tell; `answers`:
    to single questions. The id is only for telling scores apart (`columns.identity`).
    """

    id: Any
    session_id: UUID | None
    kind: str
    instrument: str
    at: datetime
    value: float | None
    site: str | None  # '' or None = the course as a whole
    side: str
    entered_by: str
    came: datetime | None
    answers: dict[str, Any] | None = None


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
    rows = {row.id: row for row in of_courses(db.connection(), _COURSES, clinic_id, ids)}
    people = select(Patient.id, Patient.code, Patient.initials, Patient.birth_year, Patient.sex)
    whose = sorted({row.patient_id for row in rows.values()})
    persons = {row.id: row for row in rows_of(db, people.where(Patient.clinic_id == clinic_id), Patient.id, whose)}
    places, sessions, reactions, happened = (
        _by_course(db, clinic_id, asked, ids) for asked in (_PLACES, _SESSIONS, _REACTIONS, _MILESTONES)
    )
    said = _said(db, clinic_id, ids, zone)
    for one in courses:
        row = rows[one.id]
        yield Taken(
            name=one.name,
            course=row,
            patient=persons[row.patient_id],
            places=sorted(places[one.id], key=lambda p: (p.position, p.site, p.side)),
            sessions=sorted(sessions[one.id], key=lambda s: (s.held_on, s.number_that_day, s.id)),
            said=said.get(one.id, []),
            happened=[(m.happened_on, m.code) for m in leaves(happened[one.id]) if not m.retracted],
            reactions=sorted(reactions[one.id], key=lambda r: (r.occurred_on, r.code, r.id)),
        )


def _said(db: Database, clinic_id: UUID, ids: Sequence[UUID], zone: ZoneInfo) -> dict[UUID, list[Said]]:
    """The scores that count by their course; a file tells itself when they came in."""
    known = _Known({None: None})
    found: dict[Any, list[Said]] = defaultdict(list)
    for row in leaves(of_courses(db.connection(), _READINGS, clinic_id, ids)):
        id, course, visit, kind, scale, site, side, value, gone, _, items, by, at, offset, heard, entered, batch = row
        if gone:
            continue
        if batch is None and -TRUSTED <= offset <= TRUSTED and str(at)[:DAY] == str(heard)[:DAY]:
            moment, came = instant(at), None  # within one day nothing is late: so it is mostly
        else:
            moment, came = _moments(at, offset, heard, entered, batch)
        answers = orjson.loads(items) if isinstance(items, str) else items
        told = (id, known[visit], kind, scale, moment.astimezone(zone), value, site, side, by, came, answers)
        found[course].append(filled(Said, told))
    return {identity(course): told for course, told in found.items()}


def _moments(recorded: Any, offset: float, received: Any, entered: Any, batch: Any) -> tuple[datetime, datetime | None]:
    """When a score was given by a true clock; and when it came in, where a file has to tell: late, or as another file
    told of it.
    """
    moment = corrected(instant(recorded), offset)
    if batch is not None:
        came = entered and instant(entered)
        return moment, None if came == moment else came
    came = instant(received)
    return moment, came if came - moment > LATE else None


class _Known(dict[Any, Any]):
    """UUIDs by their plain form: many scores name the same few."""

    def __missing__(self, id: Any) -> UUID:
        """Make one."""
        self[id] = identity(id)
        return self[id]


def _by_course(db: Database, clinic_id: UUID, asked: Any, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """A table's rows by their course."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in of_courses(db.connection(), asked, clinic_id, ids):
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
