"""Columns: courses, their held sessions and effective readings, turned into the one shape science takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, bindparam, select, type_coerce
from sqlalchemy.orm import Session as Database
from sqlalchemy.types import NullType

from tracker.science.milestones import RESCUES
from tracker.science.record import Record
from tracker.science.scales import DIARY, INSTRUMENTS, KINDS, PRIMARY, Instrument
from tracker.storage import Clinic, Course, InstrumentRow, Milestone, Place, Reading, Session
from tracker.storage.effective import Score, leaves, merged, one_a_session, scores

AT_ONCE = 400  # courses in one query: SQLite takes a limited number of parameters
HELD = ("held", "reported")  # a row never depends on today, so reported ones count from the start
NAN = float("nan")
T = TypeVar("T")


class Series(NamedTuple):
    """What one row of outcomes speaks of."""

    course_id: UUID
    site: str
    side: str


@dataclass(frozen=True)
class Care:
    """Some courses as they are saved. `scores` holds every effective reading of theirs."""

    zone: ZoneInfo
    courses: list[Any]
    places: list[Any]
    sessions: list[Any]
    scores: list[Score]
    milestones: list[Any] = field(default_factory=list)  # those that count, of every code

    def instruments(self) -> list[str]:
        """The instruments scored in these courses, and those they are judged on; a day's yes or no has no outcome."""
        scored = {score.instrument for score in self.scores} - {DIARY}
        return sorted(scored | {PRIMARY[c.condition] for c in self.courses})

    def series(self, code: str) -> list[Series]:
        """What has outcomes: every place that was scored, and for the primary one every place of the course.

        So a silent patient is a row without values and stays in the denominators.
        """
        judged = {c.id for c in self.courses if PRIMARY[c.condition] == code}
        scored = {Series(s.course_id, s.site, s.side) for s in self.scores if s.instrument == code}
        return sorted(scored | {Series(p.course_id, p.site, p.side) for p in self.places if p.course_id in judged})


def zone(db: Database, clinic_id: UUID) -> ZoneInfo:
    """The clinic's time zone."""
    return ZoneInfo(db.connection().execute(_ZONE, {"clinic": clinic_id}).scalar_one())


def instruments(db: Database, clinic_id: UUID) -> dict[str, Instrument]:
    """Every instrument of this clinic: the known ones and its own."""
    own = db.connection().execute(_OWN, {"clinic": clinic_id}).mappings()
    return INSTRUMENTS | {row["code"]: Instrument(**{k: v for k, v in row.items() if k != "clinic_id"}) for row in own}


def care(db: Database, clinic_id: UUID, course_ids: Sequence[UUID]) -> Care:
    """These courses, in the order of their ids; one whose file was taken back is none."""
    db.flush()  # what the caller has added is among the rows
    at, here = zone(db, clinic_id), db.connection()
    courses = of_courses(here, _COURSES, clinic_id, sorted(course_ids))
    ids = sorted(course.id for course in courses)
    sessions, readings, places, told = (
        of_courses(here, asked, clinic_id, ids) for asked in (_SESSIONS, _READINGS, _PLACES, _MILESTONES)
    )
    counted = [row for row in leaves(told) if not row.retracted]
    given = scores(readings, at, merged(sessions))
    return Care(at, sorted(courses, key=lambda c: c.id), places, sessions, given, counted)


def record(care: Care, instrument: Instrument, also: Sequence[Series] = ()) -> tuple[Record, list[Series]]:
    """The Record of one instrument and what its series are. What staff entered is counted apart (statistics.md 1)."""
    course = {row.id: i for i, row in enumerate(care.courses)}
    held = sorted((s for s in care.sessions if s.state in HELD), key=lambda s: (course[s.course_id], *_visit(s)))
    position = {s.id: i for i, s in enumerate(held)}
    found = one_a_session(s for s in care.scores if s.instrument == instrument.code and s.entered_by != "staff")
    rescues = [m for m in care.milestones if m.code in RESCUES]
    series = sorted({*care.series(instrument.code), *also})
    index: dict[tuple[UUID, str, str], int] = {key: i for i, key in enumerate(series)}
    found.sort(key=lambda s: (index[s.course_id, s.site, s.side], s.day, s.id))
    first = {s.course_id: float(s.held_on.toordinal()) for s in reversed(held)}
    made = Record(
        instrument=instrument,
        start=_floats(first.get(c.id, _day(c.started_on)) for c in care.courses),
        closed=_floats(_day(c.closed_on) for c in care.courses),
        planned_gap=_floats(7 / c.planned_per_week if c.planned_per_week else NAN for c in care.courses),
        session_course=_ints(course[s.course_id] for s in held),
        session_day=_floats(s.held_on.toordinal() for s in held),
        series_course=_ints(course[key.course_id] for key in series),
        reading_series=_ints(index[s.course_id, s.site, s.side] for s in found),
        reading_day=_floats(s.day for s in found),
        reading_value=_floats(s.value for s in found),
        reading_kind=_ints(KINDS.index(s.kind) for s in found),
        reading_session=_ints(position.get(s.session_id, -1) for s in found),
        reading_lag=_floats(s.lag for s in found),
        milestone_course=_ints(course[m.course_id] for m in rescues),
        milestone_day=_floats(m.happened_on.toordinal() for m in rescues),
    )
    return made, series


_COURSE = (Course.id, Course.condition, Course.started_on, Course.closed_on, Course.planned_per_week)
_PLACE = (Place.course_id, Place.site, Place.side)
_SESSION = (
    Session.id,
    Session.course_id,
    Session.held_on,
    Session.number_that_day,
    Session.state,
    Session.modalities,
    Session.created_at,
    Session.merged_into,
)
MILESTONE = (
    Milestone.id,
    Milestone.course_id,
    Milestone.code,
    Milestone.happened_on,
    Milestone.received_at,
    Milestone.supersedes,
    Milestone.retracted,
)
READING = (
    Reading.id,
    Reading.course_id,
    Reading.session_id,
    Reading.kind,
    Reading.instrument,
    Reading.site,
    Reading.side,
    Reading.value,
    Reading.recorded_at,
    Reading.clock_offset,
    Reading.received_at,
    Reading.entered_at,
    Reading.entered_by,
    Reading.supersedes,
    Reading.retracted,
    Reading.import_batch_id,
)


def plain(column: Any) -> Any:
    """The column as the driver gives it, nothing made of it: in many rows the making is most of the time. An id is
    the same for the same thing; `identity` makes a UUID of it. For statements that the connection runs.
    """
    return type_coerce(column, NullType())


def identity(id: Any) -> UUID:
    """The UUID of a plain id."""
    return id if isinstance(id, UUID) else UUID(id)


ZULU = "+00:00"  # read with its offset a text takes a tenth of what giving it one afterwards takes


def instant(at: Any) -> datetime:
    """The aware moment of a plain one: SQLite's is text without an offset, in UTC."""
    return datetime.fromisoformat(at + ZULU) if isinstance(at, str) else at


CLINIC, COURSES = bindparam("clinic"), bindparam("courses", expanding=True)


def asking(columns: Sequence[Any], key: Any) -> Any:
    """A statement for these columns of the rows whose `key` is among some courses; building it takes longer than asking
    it, so each is built once.
    """
    table = key.class_.__table__.c
    return select(*(table[column.key] for column in columns)).where(
        table.clinic_id == CLINIC, table[key.key].in_(COURSES)
    )


_ZONE = select(Clinic.__table__.c.timezone).where(Clinic.__table__.c.id == CLINIC)
_OWN = select(*InstrumentRow.__table__.c).where(InstrumentRow.__table__.c.clinic_id == CLINIC)
_COURSES = asking(_COURSE, Course.id).where(Course.__table__.c.taken_back_at.is_(None))
_SESSIONS = asking(_SESSION, Session.course_id)
_READINGS = asking(READING, Reading.course_id)
_PLACES = asking(_PLACE, Place.course_id)
_MILESTONES = asking(MILESTONE, Milestone.course_id)


def of_courses(here: Connection, asked: Any, clinic_id: UUID, ids: Sequence[UUID]) -> list[Any]:
    """The statement's rows for these courses, some at a time."""
    return [row for part in parts(ids) for row in here.execute(asked, {"clinic": clinic_id, "courses": part}).all()]


def rows_of(db: Database | Connection, query: Any, key: Any, ids: Sequence[UUID]) -> list[Any]:
    """The query's rows for these ids, some ids at a time."""
    return [row for part in parts(ids) for row in db.execute(query.where(key.in_(part))).all()]


def parts(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """Some ids, or whatever goes by them, at a time."""
    return (ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE))


def _visit(session: Any) -> tuple[Any, ...]:
    return session.held_on, session.number_that_day, session.id


def _day(on: Any) -> float:
    return NAN if on is None else float(on.toordinal())


def _floats(values: Any) -> "np.ndarray":
    return np.fromiter(values, np.float64)


def _ints(values: Any) -> "np.ndarray":
    return np.fromiter(values, np.int64)
