"""Worklist: who needs somebody, why and since when; each item is closed by somebody who says what was done.

How items open stands in services/work and docs/science/flags.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import case, select, tuple_
from sqlalchemy.orm import Session as Database

from tracker.science.scales import PRIMARY, Instrument
from tracker.science.worklist import REASONS
from tracker.services import audit, clock, courses, log, outcome, serious, standing
from tracker.services.actor import Actor, admit
from tracker.services.errors import Conflict, Invalid, NotFound
from tracker.services.faults import Faults
from tracker.services.names import names
from tracker.services.transaction import writing
from tracker.services.views import PlaceView, ReactionView
from tracker.services.work import dates
from tracker.storage import Assessment, Course, Outcome, Patient, Place, Reaction, Reading, WorkItem, columns
from tracker.storage.work import RESOLUTIONS

READERS = ("practitioner", "clinic_admin", "operator")
LARGEST = 200
KEPT = timedelta(days=28)  # how far back resolved items are listed
SERIOUS = -1  # an open reaction that counts as serious
FIRST = {"reaction": 0, "sudden": 0, "worsened": 1, "top": 1}
LAST = 2  # all others, by date

State = Literal["open", "resolved"]


@dataclass(frozen=True)
class WorkView:
    """One item of the work list. `details`: the arithmetic in numbers; scores of *before* and *now* in scale points."""

    id: UUID
    course_id: UUID
    patient_id: UUID
    patient_code: str
    initials: str
    condition: str
    practitioner: str | None
    reason: str
    month: int | None
    site: str | None
    side: str
    scale: Instrument | None
    subject_id: UUID | None
    opened_on: date
    opened_at: datetime
    details: Mapping[str, Any]
    corrected: bool  # the score that opened it was corrected or taken back since
    reactions: tuple[ReactionView, ...]  # those of the course since it opened
    last_value: float | None
    last_on: date | None
    last_scale: Instrument | None
    resolved_at: datetime | None = None
    resolved_by: str | None = None  # by name; None = the operator, or the patient's own answer
    resolution: str | None = None
    note: str | None = None
    places: tuple[PlaceView, ...] = ()  # of the course, as the phone asks about them
    asked: Instrument | None = None  # of a call: on which scale

    @property
    def number(self) -> int:
        """Which place of the course it is about."""
        here = PlaceView(self.site, self.side)
        return self.places.index(here) if here in self.places else 0

    @property
    def instrument(self) -> str | None:
        """The code of the scale that was judged."""
        return self.scale.code if self.scale else None


@dataclass(frozen=True)
class WorkPage:
    """Some items, and where the next page begins; None = the last page."""

    rows: tuple[WorkView, ...]
    next: str | None


@dataclass(frozen=True)
class Answer:
    """What somebody said on the phone about one place."""

    place: PlaceView
    value: Any


@dataclass
class _Beside:
    """What stands beside the items of a page."""

    scales: Mapping[str, Instrument]
    corrected: Collection[UUID]
    reactions: Mapping[UUID, list[Reaction]]
    ratings: Mapping[UUID, list[Assessment]]
    outcomes: Mapping[UUID, list[Any]]
    places: Mapping[UUID, list[Place]]
    names: Mapping[UUID, str] = field(default_factory=dict)


def listed(
    db: Database,
    *,
    actor: Actor,
    reason: str | None = None,
    practitioner: str | None = None,
    state: str = "open",
    after: str | None = None,
    size: int = 50,
    now: datetime | None = None,
) -> WorkPage:
    """A page of items: open ones by urgency and age, or those resolved in the last 28 days, the latest first.

    `after` is the `next` of the page before.
    """
    admit(actor, *READERS)
    now = now or clock.now()
    _check(reason, state, size)
    dates.refresh(db, clinic_id=actor.clinic, now=now)
    with writing(db):
        chosen = _page(actor.clinic, reason, practitioner, state, now)
        if after:
            chosen = chosen.where(_beyond(db, actor.clinic, after, state))
        found = db.execute(chosen.limit(size + 1)).all()
        shown = found[:size]
        audit.note(db, actor=actor, now=now, action="worklist.look", subject="worklist", rows=len(shown))
        rows = tuple(_views(db, actor.clinic, shown))
    return WorkPage(rows, shown[-1].WorkItem.id.hex if len(found) > size else None)


def of_course(
    db: Database, actor: Actor, course_id: UUID, *, resolved: bool = False, now: datetime | None = None
) -> tuple[WorkView, ...]:
    """The open items of one course, the most urgent first; or all of them, for its history."""
    admit(actor, *READERS)
    now = now or clock.now()
    dates.refresh(db, clinic_id=actor.clinic, now=now)
    with writing(db):
        mine = courses.find(db, actor, course_id)
        chosen = _rows(actor.clinic).where(WorkItem.course_id == course_id).order_by(*_order("open"))
        if not resolved:
            chosen = chosen.where(WorkItem.resolved_at.is_(None))
        found = tuple(_views(db, actor.clinic, db.execute(chosen).all()))
        audit.note(
            db,
            actor=actor,
            now=now,
            action="work.look",
            subject="course",
            subject_id=course_id,
            patient_id=mine.patient_id,
        )
    return found


def item(db: Database, *, actor: Actor, id: UUID) -> WorkView:
    """One item, for a form that is being sent; writing to it is what leaves a note."""
    admit(actor, *READERS)
    found = list(_views(db, actor.clinic, db.execute(_rows(actor.clinic).where(WorkItem.id == id)).all()))
    if not found:
        raise NotFound
    return found[0]


def resolve(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    resolution: str,
    note: str | None = None,
    now: datetime | None = None,
) -> WorkView:
    """Close an item; the same words again are a replay, other words a Conflict: the first who closes it is kept."""
    admit(actor, *READERS)
    now = now or clock.now()
    with writing(db):
        row = _locked(db, actor, id)
        faults = Faults()
        faults.word("/resolution", resolution, RESOLUTIONS)
        faults.text("/note", note, lines=True)
        faults.refuse()
        if row.resolved_at is None:
            _close(db, actor, row, resolution, note or None, now)
        elif (row.resolution, row.note) != (resolution, note or None):
            raise _closed_already()
        return _view(db, actor.clinic, id)


def answer(
    db: Database,
    *,
    actor: Actor,
    id: UUID,
    answers: Sequence[Answer],
    note: str | None = None,
    now: datetime | None = None,
) -> WorkView:
    """What the patient said on the phone: a check-in each, marked as entered with help, which closes the call."""
    admit(actor, *READERS)
    now = now or clock.now()
    with writing(db):
        row = _locked(db, actor, id)
        faults = Faults()
        faults.text("/note", note, lines=True)
        if row.reason != "call":
            faults.add("/id", "no_call", "Only a call is answered with a score.")
        if not answers:
            faults.add("/value", "missing", "Choose a number.")
        faults.refuse()
        told = [_reading(row, one, now) for one in answers]
        if row.resolved_at is not None:
            if not _told_before(db, actor.clinic, told):
                raise _closed_already()
            return _view(db, actor.clinic, id)
        for result in log.record(db, actor=actor, items=told, now=now):
            if result.error:
                raise result.error
        row = db.get_one(WorkItem, (actor.clinic, id))
        if row.resolved_at is None:
            row.resolved_at, row.resolution, row.resolved_by = now, "answered", actor.id
        row.note = note or None
        db.flush()
        standing.keep(db, actor.clinic, [row.course_id])
        _note(db, actor, row, now)
        return _view(db, actor.clinic, id)


def _reading(row: WorkItem, one: Answer, now: datetime) -> dict[str, Any]:
    """An answer as log.record takes it; its id follows from the item, so that sending twice is one entry."""
    site, side = one.place.site or "", one.place.side
    return {
        "id": uuid5(row.id, f"{site}/{side}"),
        "course_id": row.course_id,
        "kind": "check_in",
        "instrument": row.instrument,
        "site": site,
        "side": side,
        "value": one.value,
        "recorded_at": now,
        "entered_by": "assisted",
    }


def _told_before(db: Database, clinic_id: UUID, told: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these very numbers closed the call."""
    ids = [one["id"] for one in told]
    saved = select(Reading.id, Reading.value).where(Reading.clinic_id == clinic_id, Reading.id.in_(ids))
    return {one.id: one.value for one in db.execute(saved)} == {one["id"]: one["value"] for one in told}


def _locked(db: Database, actor: Actor, id: UUID) -> WorkItem:
    """The item, its course held first, as whoever logs holds it."""
    course_id = db.scalar(select(WorkItem.course_id).where(WorkItem.clinic_id == actor.clinic, WorkItem.id == id))
    if course_id is None:
        raise NotFound
    courses.find(db, actor, course_id, locked=True)
    return db.get_one(WorkItem, (actor.clinic, id), populate_existing=True)


def _close(db: Database, actor: Actor, row: WorkItem, resolution: str, note: str | None, now: datetime) -> None:
    """Who, when, what."""
    row.resolved_at, row.resolved_by, row.resolution, row.note = now, actor.id, resolution, note
    db.flush()
    standing.keep(db, actor.clinic, [row.course_id])
    _note(db, actor, row, now)


def _note(db: Database, actor: Actor, row: WorkItem, now: datetime) -> None:
    audit.note(
        db,
        actor=actor,
        now=now,
        action="work.resolve",
        subject="work_item",
        subject_id=row.id,
        patient_id=row.patient_id,
        reason=row.reason,
        resolution=row.resolution,
    )


def _closed_already() -> Conflict:
    return Conflict("resolved_already", "Somebody has closed this item already; what they wrote is kept.", "/id")


def _check(reason: str | None, state: str, size: int) -> None:
    """What a list may be asked for."""
    faults = Faults()
    faults.word("/reason", reason, REASONS, needed=False)
    faults.word("/state", state, ("open", "resolved"))
    faults.refuse()
    if not 1 <= size <= LARGEST:
        raise Invalid("out_of_range", f"A page holds from 1 to {LARGEST} rows.", "/size")


def _rows(clinic_id: UUID) -> Any:
    """Items with their course and patient."""
    return (
        select(WorkItem, Patient.code, Patient.initials, Course.condition, Course.practitioner)
        .join(Course, (Course.clinic_id == WorkItem.clinic_id) & (Course.id == WorkItem.course_id))
        .join(Patient, (Patient.clinic_id == WorkItem.clinic_id) & (Patient.id == WorkItem.patient_id))
        .where(WorkItem.clinic_id == clinic_id, Course.taken_back_at.is_(None))
        .execution_options(populate_existing=True)
    )


def _page(clinic_id: UUID, reason: str | None, practitioner: str | None, state: str, now: datetime) -> Any:
    """The items asked for, in order."""
    chosen = _rows(clinic_id).order_by(*_order(state))
    if state == "open":
        chosen = chosen.where(WorkItem.resolved_at.is_(None))
    else:
        chosen = chosen.where(WorkItem.resolved_at > now - KEPT)
    if reason is not None:
        chosen = chosen.where(WorkItem.reason == reason)
    if practitioner is not None:
        chosen = chosen.where(Course.practitioner == practitioner)
    return chosen


def _urgency() -> Any:
    """What is read first: serious reactions."""
    return case((serious.of_item(), SERIOUS), else_=case(FIRST, value=WorkItem.reason, else_=LAST))


def _order(state: str) -> tuple[Any, ...]:
    if state == "open":
        return _urgency(), WorkItem.opened_on, WorkItem.id
    return WorkItem.resolved_at.desc(), WorkItem.id.desc()


def _beyond(db: Database, clinic_id: UUID, after: str, state: str) -> Any:
    """What comes after an item; its id names no patient, so that it may stand in an address."""
    try:
        row = db.get(WorkItem, (clinic_id, UUID(hex=after)))
    except ValueError:
        row = None
    if row is None or (state == "resolved" and row.resolved_at is None):
        raise Invalid("unknown_page", "There is no such page.", "/after")
    if state == "open":
        urgency = db.scalar(select(_urgency()).where(WorkItem.clinic_id == clinic_id, WorkItem.id == row.id))
        return tuple_(_urgency(), WorkItem.opened_on, WorkItem.id) > (urgency, row.opened_on, row.id)
    return tuple_(WorkItem.resolved_at, WorkItem.id) < (row.resolved_at, row.id)


def _view(db: Database, clinic_id: UUID, id: UUID) -> WorkView:
    """One item."""
    return next(iter(_views(db, clinic_id, db.execute(_rows(clinic_id).where(WorkItem.id == id)).all())))


def _views(db: Database, clinic_id: UUID, found: Sequence[Any]) -> Iterable[WorkView]:
    """Rows with what stands beside them."""
    beside = _beside(db, clinic_id, [one.WorkItem for one in found])
    return [_told(one, beside) for one in found]


def _beside(db: Database, clinic_id: UUID, rows: Sequence[WorkItem]) -> _Beside:
    """Looked up for a whole page at once."""
    scored = [row.subject_id for row in rows if row.subject_id and row.instrument]
    again = select(Reading.supersedes).where(Reading.clinic_id == clinic_id, Reading.supersedes.in_(scored))
    ids = [row.course_id for row in rows]
    reacted = [row.course_id for row in rows if row.reason == "reaction"]
    closers = {row.resolved_by for row in rows if row.resolved_by}
    return _Beside(
        scales=columns.instruments(db, clinic_id),
        corrected={id for id in db.scalars(again) if id},
        reactions=_by_course(db, Reaction, clinic_id, reacted, Reaction.received_at),
        ratings=_by_course(db, Assessment, clinic_id, reacted, Assessment.received_at, Assessment.id),
        outcomes=_last(db, clinic_id, ids),
        places=_by_course(db, Place, clinic_id, ids, Place.position),
        names=names(db, clinic_id=clinic_id, ids=closers),
    )


def _by_course(db: Database, table: Any, clinic_id: UUID, ids: Sequence[UUID], *order: Any) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    if ids:
        chosen = select(table).where(table.clinic_id == clinic_id, table.course_id.in_(set(ids)))
        for row in db.scalars(chosen.order_by(*order)):
            found.setdefault(row.course_id, []).append(row)
    return found


def _last(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """The latest score of each instrument and place."""
    found: dict[UUID, list[Any]] = {}
    told = (Outcome.course_id, Outcome.instrument, Outcome.site, Outcome.side, Outcome.last_on, Outcome.last_value)
    mine = (Outcome.clinic_id == clinic_id, Outcome.course_id.in_(set(ids)), Outcome.last_on.is_not(None))
    for row in db.execute(select(*told).where(*mine).order_by(Outcome.last_on.desc(), Outcome.site, Outcome.side)):
        found.setdefault(row.course_id, []).append(row)
    return found


def _told(one: Any, beside: _Beside) -> WorkView:
    """One row as it is handed up."""
    row: WorkItem = one.WorkItem
    last = _latest(row, one.condition, beside.outcomes.get(row.course_id, []))
    places = tuple(PlaceView(place.site or None, place.side) for place in beside.places.get(row.course_id, ()))
    return WorkView(
        id=row.id,
        course_id=row.course_id,
        patient_id=row.patient_id,
        patient_code=one.code,
        initials=one.initials,
        condition=one.condition,
        practitioner=one.practitioner,
        reason=row.reason,
        month=row.month,
        site=row.site or None,
        side=row.side,
        scale=beside.scales.get(row.instrument) if row.instrument else None,
        subject_id=row.subject_id,
        opened_on=row.opened_on,
        opened_at=row.opened_at,
        details=row.details,
        corrected=row.subject_id in beside.corrected,
        reactions=serious.rated(_reacted(row, beside), beside.ratings.get(row.course_id, ())),
        last_value=last.last_value if last else None,
        last_on=last.last_on if last else None,
        last_scale=beside.scales[last.instrument] if last else None,
        resolved_at=row.resolved_at,
        resolved_by=beside.names.get(row.resolved_by) if row.resolved_by else None,
        resolution=row.resolution,
        note=row.note,
        places=places,
        asked=beside.scales[row.instrument or PRIMARY[one.condition]] if row.reason == "call" else None,
    )


def _reacted(row: WorkItem, beside: _Beside) -> list[Reaction]:
    """What was reported from the opening of the item to its closing."""
    if row.reason != "reaction":
        return []
    told = beside.reactions.get(row.course_id, [])
    until = row.resolved_at
    return [r for r in told if r.received_at >= row.opened_at and (until is None or r.received_at <= until)]


def _latest(row: WorkItem, condition: str, told: Sequence[Any]) -> Any:
    """The latest score of what the item is about; else of what the course is judged on; None before there is any."""
    if row.instrument and row.reason != "call":
        return next((o for o in told if (o.instrument, o.site, o.side) == (row.instrument, row.site, row.side)), None)
    for code in outcome.candidates(condition):
        for one in told:
            if one.instrument == code:
                return one
    return next(iter(told), None)
