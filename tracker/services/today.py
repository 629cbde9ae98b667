"""Today: who comes today, whether their scores are there, and one-tap words on what became of each visit.

A day is the clinic's. A visit of last evening stands here as well while its after-score can still be given: for twelve
hours after the score before it, also past midnight. The front desk learns that a score is there, never which.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session as Database

from tracker.science.scales import NOW
from tracker.services import audit, clock, courses
from tracker.services.actor import Actor, admit
from tracker.services.errors import NotFound
from tracker.services.session import session as put_session
from tracker.services.transaction import writing
from tracker.services.views import PlaceView, SessionView
from tracker.services.visit import session_id
from tracker.storage import Course, Patient, Place, Reading, Session, columns
from tracker.storage.columns import HELD
from tracker.storage.effective import Score, one_a_session, scores

STAFF = ("front_desk", "practitioner", "clinic_admin", "operator")
AFTER_WITHIN = timedelta(hours=12)  # of the score before: so long the phone asks for the one after
DONE = "held"


class Pair(NamedTuple):
    """One place of a visit: whether each score is there, and to those who treat which it is."""

    place: PlaceView
    before: bool
    after: bool
    before_value: float | None
    after_value: float | None


@dataclass(frozen=True)
class Arrival:
    """One visit of today."""

    session: SessionView
    patient_id: UUID
    code: str
    initials: str
    condition: str
    practitioner: str | None
    pairs: tuple[Pair, ...]
    usual: tuple[str, ...]  # what was done the last time
    last_on: date | None  # when that was

    @property
    def before(self) -> bool:
        """Every place has its score before."""
        return all(pair.before for pair in self.pairs)

    @property
    def after(self) -> bool:
        """Every place has its score after."""
        return all(pair.after for pair in self.pairs)


@dataclass(frozen=True)
class Visit:
    """A visit of today, and which of its scores are there."""

    session_id: UUID
    state: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Candidate:
    """A course that a code stands for."""

    course_id: UUID
    code: str
    initials: str
    condition: str
    places: tuple[PlaceView, ...]


def today(db: Database, *, actor: Actor, now: datetime | None = None) -> tuple[Arrival, ...]:
    """The visits of the day in the order in which they became known, cancelled ones last; one note in the trail."""
    admit(actor, *STAFF)
    now = now or clock.now()
    with writing(db):
        shown, given = _shown(db, actor.clinic, now)
        audit.note(db, actor=actor, now=now, action="today.look", subject="roster", rows=len(shown))
        return tuple(_arrivals(db, actor, shown, given))


def listed(db: Database, clinic_id: UUID, now: datetime) -> tuple[Visit, ...]:
    """The visits of the day and which of their scores are there, for services that have admitted whoever asks."""
    rows, given = _shown(db, clinic_id, now)
    places = _places(db, clinic_id, [row.course_id for row in rows])
    desk = Actor("staff", None, clinic_id, "front_desk")
    return tuple(
        Visit(row.id, row.state, tuple(_pair(place, given.get(row.id, ()), desk) for place in places[row.course_id]))
        for row in rows
    )


def candidates(db: Database, *, actor: Actor, code: str, now: datetime | None = None) -> tuple[Candidate, ...]:
    """The courses of the patient with this code that are not closed, the newest first; NotFound without any."""
    admit(actor, *STAFF)
    chosen = (
        select(Course.id, Course.condition, Patient.code, Patient.initials)
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(Course.clinic_id == actor.clinic, func.lower(Patient.code) == code.strip().lower())
        .where(Patient.withdrawn_at.is_(None), Course.closed_on.is_(None), Course.taken_back_at.is_(None))
        .order_by(Course.created_at.desc(), Course.id)
    )
    rows = db.execute(chosen).all()
    if not rows:
        raise NotFound("unknown_code", "No patient with an open course has this code.", "/code")
    places = _places(db, actor.clinic, [row.id for row in rows])
    return tuple(Candidate(row.id, row.code, row.initials, row.condition, places[row.id]) for row in rows)


def arrive(db: Database, *, actor: Actor, course_id: UUID, now: datetime | None = None) -> SessionView:
    """Somebody is here: a visit planned for today, unless one stands there; a cancelled one is planned again."""
    admit(actor, *STAFF)
    now = now or clock.now()
    mine = courses.find(db, actor, course_id)
    on = now.astimezone(mine.zone).date()
    row = _one(db, actor, session_id(course_id, on))
    told: dict[str, Any] = {"state": "planned"}
    if row is not None:
        told = {"state": "planned" if row.state == "cancelled" else row.state} | _kept(row)
    id = session_id(course_id, on)
    return put_session(db, actor=actor, id=id, course_id=course_id, held_on=row.held_on if row else on, now=now, **told)


def settle(
    db: Database,
    *,
    actor: Actor,
    course_id: UUID,
    session_id: UUID,
    state: str = DONE,
    as_last_time: bool = False,
    now: datetime | None = None,
) -> SessionView:
    """What became of a visit, in one tap: held, held with what was done the last time, cancelled. Notes stay."""
    row = need(db, actor=actor, course_id=course_id, session_id=session_id)
    told = _kept(row)
    if as_last_time:
        told["modalities"] = _usual(db, actor.clinic, [row]).get(course_id, ((), None))[0]
    put = {"id": row.id, "course_id": course_id, "held_on": row.held_on, "number": row.number_that_day, "now": now}
    return put_session(db, actor=actor, state=state, **put, **told)


def need(db: Database, *, actor: Actor, course_id: UUID, session_id: UUID) -> Any:
    """This visit of this course; NotFound for what is another's or nobody's."""
    admit(actor, *STAFF)
    courses.find(db, actor, course_id)
    row = _one(db, actor, session_id)
    if row is None or row.course_id != course_id:
        raise NotFound
    return row


def _one(db: Database, actor: Actor, id: UUID) -> Any:
    """A session as it is saved; None where there is none."""
    chosen = select(*Session.__table__.c).where(Session.clinic_id == actor.clinic, Session.id == id)
    return db.execute(chosen).one_or_none()


def _kept(row: Any) -> dict[str, Any]:
    """What a tap on a state leaves as it is."""
    return {"modalities": row.modalities, "note": row.note}


def _shown(db: Database, clinic_id: UUID, now: datetime) -> tuple[list[Row[Any]], dict[UUID, list[Score]]]:
    """The visits that stand on the list at this moment, and the scores around them."""
    zone = columns.zone(db, clinic_id)
    on = now.astimezone(zone).date()
    rows = db.execute(_visits(clinic_id, on)).all()
    given = _given(db, clinic_id, rows, zone)
    return [row for row in rows if row.held_on == on or _goes_on(given.get(row.id, ()), now)], given


def _visits(clinic_id: UUID, on: date) -> Any:
    """Visits of this day, and those of the day before that took place: theirs may still be going on."""
    evening = (Session.held_on == on - timedelta(days=1)) & Session.state.in_(HELD)
    person = (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id)
    return (
        select(*Session.__table__.c, Course.patient_id, Course.condition, Course.practitioner)
        .add_columns(Patient.code, Patient.initials)
        .join(Course, (Course.clinic_id == Session.clinic_id) & (Course.id == Session.course_id))
        .join(Patient, person)
        .where(Session.clinic_id == clinic_id, or_(Session.held_on == on, evening), Patient.withdrawn_at.is_(None))
        .order_by(Session.state == "cancelled", Session.created_at, Session.id)
    )


def _given(db: Database, clinic_id: UUID, rows: Sequence[Row[Any]], zone: Any) -> dict[UUID, list[Score]]:
    """The scores around these visits that count, by session."""
    found: list[Any] = []
    for part in columns.parts([row.course_id for row in rows]):
        since = min(row.held_on for row in rows) - timedelta(days=1)
        mine = select(*Reading.__table__.c).where(Reading.clinic_id == clinic_id, Reading.course_id.in_(part))
        found += db.execute(mine.where(Reading.session_id.is_not(None), Reading.recorded_at >= _start(since, zone)))
    by_session: dict[UUID, list[Score]] = {}
    for score in one_a_session(s for s in scores(found, zone) if s.instrument == NOW and s.kind != "check_in"):
        if score.session_id:
            by_session.setdefault(score.session_id, []).append(score)
    return by_session


def _start(day: date, zone: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _goes_on(given: Iterable[Score], now: datetime) -> bool:
    """A visit of last evening: a score before it that is not twelve hours old, and none after it yet."""
    befores = {(s.site, s.side) for s in given if s.kind == "before" and timedelta() <= now - s.at < AFTER_WITHIN}
    return bool(befores - {(s.site, s.side) for s in given if s.kind == "after"})


def _arrivals(
    db: Database, actor: Actor, rows: Sequence[Row[Any]], given: dict[UUID, list[Score]]
) -> Iterable[Arrival]:
    """The rows with their places, scores and what is usually done."""
    places = _places(db, actor.clinic, [row.course_id for row in rows])
    usual = _usual(db, actor.clinic, rows)
    for row in rows:
        done, last_on = usual.get(row.course_id, ((), None))
        pairs = tuple(_pair(place, given.get(row.id, ()), actor) for place in places[row.course_id])
        yield Arrival(
            session=SessionView(
                row.id, row.course_id, row.held_on, row.number_that_day, row.state, tuple(row.modalities), row.note
            ),
            patient_id=row.patient_id,
            code=row.code,
            initials=row.initials,
            condition=row.condition,
            practitioner=row.practitioner,
            pairs=pairs,
            usual=done,
            last_on=last_on,
        )


def _pair(place: PlaceView, given: Iterable[Score], actor: Actor) -> Pair:
    """The scores of one place; the front desk learns that they are there."""
    here = {s.kind: s.value for s in given if (s.site or None, s.side) == (place.site, place.side)}
    seen = {} if actor.role == "front_desk" else here
    return Pair(place, "before" in here, "after" in here, seen.get("before"), seen.get("after"))


def _places(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[PlaceView, ...]]:
    """Where scores are asked, by course."""
    found: dict[UUID, list[PlaceView]] = {id: [] for id in ids}
    for part in columns.parts(ids):
        chosen = select(Place).where(Place.clinic_id == clinic_id, Place.course_id.in_(part))
        for row in db.scalars(chosen.order_by(Place.position, Place.site, Place.side)):
            found[row.course_id].append(PlaceView(row.site or None, row.side))
    return {id: tuple(there) or (PlaceView(None, "none"),) for id, there in found.items()}


def _usual(db: Database, clinic_id: UUID, rows: Sequence[Any]) -> dict[UUID, tuple[tuple[str, ...], date]]:
    """What was done at the last visit before these that says so, and when that was, by course."""
    found: dict[UUID, tuple[tuple[str, ...], date]] = {}
    first = {row.course_id: row.held_on for row in rows}
    for part in columns.parts(list(first)):
        chosen = select(Session.course_id, Session.held_on, Session.modalities).where(Session.clinic_id == clinic_id)
        held = chosen.where(Session.course_id.in_(part), Session.state.in_(HELD))
        for row in db.execute(held.order_by(Session.held_on, Session.number_that_day)):
            if row.held_on < first[row.course_id] and row.modalities:
                found[row.course_id] = (tuple(row.modalities), row.held_on)
    return found
