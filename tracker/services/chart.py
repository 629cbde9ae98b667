"""Chart: what the store knows of one course when entries arrive; they are checked against it and added to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session as Database

from tracker.science.scales import Instrument
from tracker.services.actor import Actor
from tracker.services.courses import Mine
from tracker.services.entry import Entry, offset_minutes
from tracker.services.errors import Conflict
from tracker.services.faults import Faults
from tracker.services.visit import Visit, fitting
from tracker.storage import Place, Reading, Session, columns
from tracker.storage.effective import TRUSTED, corrected
from tracker.tongue import _

EARLIEST = 2000
AHEAD = timedelta(hours=24)
ANYWHERE = ("", "none")  # a score for the course as a whole is always possible


@dataclass
class Chart:
    """One course, locked, with what is known of its readings."""

    mine: Mine
    places: set[tuple[str, str]]
    sessions: dict[UUID, str]  # id → state
    saved: dict[UUID, Any]
    new_readings: list[dict[str, Any]] = field(default_factory=list)
    new_sessions: list[dict[str, Any]] = field(default_factory=list)
    begun: list[UUID] = field(default_factory=list)  # planned sessions a phone reported


@dataclass(frozen=True)
class Saved:
    """What a chart remembers of a reading."""

    digest: str
    supersedes: UUID | None
    course_id: UUID
    instrument: str


@dataclass(frozen=True)
class Receipt:
    """How an entry reached the server."""

    actor: Actor
    received_at: datetime
    sent_at: datetime | None = None
    import_batch_id: UUID | None = None

    @property
    def clock_offset(self) -> float:
        """Seconds, server minus phone."""
        return (self.received_at - self.sent_at).total_seconds() if self.sent_at else 0.0


_PLACE, _SESSION, _READING = (model.__table__.c for model in (Place, Session, Reading))
_CLINIC, _COURSE = bindparam("clinic"), bindparam("course")
_NEW_SESSION, _NEW_READING = (insert(model.__table__) for model in (Session, Reading))  # pyright: ignore[reportArgumentType]
_PLACES = select(_PLACE.site, _PLACE.side).where(_PLACE.clinic_id == _CLINIC, _PLACE.course_id == _COURSE)
_SESSIONS = select(_SESSION.id, _SESSION.state).where(_SESSION.clinic_id == _CLINIC, _SESSION.course_id == _COURSE)
_SAVED = select(_READING.id, _READING.digest, _READING.supersedes, _READING.course_id, _READING.instrument).where(
    _READING.clinic_id == _CLINIC, _READING.id.in_(bindparam("ids", expanding=True))
)


def chart(db: Database, mine: Mine, ids: Iterable[UUID]) -> Chart:
    """The course as it stands, with the readings of these ids."""
    db.flush()
    here, whose = db.connection(), {"clinic": mine.clinic_id, "course": mine.course_id}
    places = {(site, side) for site, side in here.execute(_PLACES, whose)}
    sessions = {row.id: row.state for row in here.execute(_SESSIONS, whose)}
    return Chart(mine, places, sessions, saved(db, mine.clinic_id, ids))


def charts(db: Database, mine: Mapping[UUID, Mine], ids: Mapping[UUID, Iterable[UUID]]) -> dict[UUID, Chart]:
    """The same of many courses at once. ids: by course, the readings to look up."""
    if not mine:
        return {}
    db.flush()
    clinic_id, of = next(iter(mine.values())).clinic_id, list(mine)
    known = saved(db, clinic_id, [id for course_id in of for id in ids[course_id]])
    made = {id: Chart(one, set(), {}, {n: known[n] for n in ids[id] if n in known}) for id, one in mine.items()}
    places = select(Place.course_id, Place.site, Place.side).where(Place.clinic_id == clinic_id)
    for course_id, site, side in columns.rows_of(db, places, Place.course_id, of):
        made[course_id].places.add((site, side))
    sessions = select(Session.course_id, Session.id, Session.state).where(Session.clinic_id == clinic_id)
    for course_id, id, state in columns.rows_of(db, sessions, Session.course_id, of):
        made[course_id].sessions[id] = state
    return made


def saved(db: Database, clinic_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Saved]:
    """Those of these readings that the clinic has."""
    found: dict[UUID, Saved] = {}
    for part in columns.parts(list(ids)):
        for id, *told in db.connection().execute(_SAVED, {"clinic": clinic_id, "ids": part}):
            found[id] = Saved(*told)
    return found


def add(db: Database, chart: Chart, entry: Entry, receipt: Receipt, known: Mapping[str, Instrument]) -> bool:
    """Take one entry into the chart; False when it is a replay. Raises Conflict or Invalid."""
    digest = entry.digest()
    old = chart.saved.get(entry.id)
    if old is not None and old.digest == digest and old.course_id == entry.course_id:
        return False
    _check(db, chart, entry, receipt)
    if old is not None:
        raise Conflict("other_body", _("This id was used for another reading."), "/id")
    _visit(db, chart, entry, receipt)
    chart.saved[entry.id] = Saved(digest, entry.supersedes, entry.course_id, entry.instrument)
    chart.new_readings.append(_row(chart.mine, entry, receipt, known[entry.instrument].version, digest))
    return True


def write(db: Database, charts: Sequence[Chart]) -> None:
    """Write what was added to these charts, sessions first, what is corrected before what corrects it."""
    here = db.connection()
    sessions = [row for chart in charts for row in chart.new_sessions]
    if sessions:
        here.execute(_NEW_SESSION, sessions)
    for chart in charts:
        for id in chart.begun:
            planned = (Session.clinic_id == chart.mine.clinic_id, Session.id == id)
            db.execute(update(Session).where(*planned).values(state="reported"))
    readings = [row for chart in charts for row in chart.new_readings]
    if readings:
        here.execute(_NEW_READING, readings)


def _check(db: Database, chart: Chart, entry: Entry, receipt: Receipt) -> None:
    """What only shows beside the rest of the course."""
    faults = Faults()
    moment = corrected(entry.recorded_at, receipt.clock_offset)
    if moment.year < EARLIEST:
        faults.add("/recorded_at", "too_early", _("This is before {year}.", year=EARLIEST))
    if moment > receipt.received_at + AHEAD:
        faults.add("/recorded_at", "in_the_future", _("The date is in the future. Change it."))
    where = (entry.site, entry.side)
    if where != ANYWHERE and where not in chart.places:
        faults.add("/site", "unknown_place", _("This course has no such place."))
    visit = entry.session_id
    if visit is not None and visit not in chart.sessions and _made(db, chart, entry, receipt) is None:
        faults.add("/session_id", "unknown_session", _("This course has no such session."))
    if entry.supersedes is not None:
        _check_chain(db, faults, chart, entry)
    faults.refuse()


def _check_chain(db: Database, faults: Faults, chart: Chart, entry: Entry) -> None:
    """A correction names an earlier reading of the same course and instrument."""
    old = chart.saved.get(entry.supersedes) if entry.supersedes else None
    if entry.supersedes == entry.id or entry.id in _ancestors(db, chart, entry.supersedes):
        faults.add("/supersedes", "own_descendant", _("A reading cannot correct what corrects it."))
    elif old is None or old.course_id != entry.course_id:
        faults.add("/supersedes", "unknown_reading", _("There is no such reading in this course."))
    elif old.instrument != entry.instrument:
        faults.add("/instrument", "other_instrument", _("A correction keeps the instrument."))


def _ancestors(db: Database, chart: Chart, id: UUID | None) -> set[UUID]:
    """What a reading supersedes, and what that did, up to the first."""
    found: set[UUID] = set()
    while id is not None and id not in found:
        found.add(id)
        if id not in chart.saved:
            chart.saved |= saved(db, chart.mine.clinic_id, [id])
        id = chart.saved[id].supersedes if id in chart.saved else None
    return found


def _made(db: Database, chart: Chart, entry: Entry, receipt: Receipt) -> Visit | None:
    """The visit behind a session id that only the phone knows; None if it fits no day of the reading.

    A phone whose clock is wrong may have believed in any day when it made the id: its visit is of the corrected day.
    """
    id, moment = entry.session_id, corrected(entry.recorded_at, receipt.clock_offset)
    if id is None:
        return None
    found = fitting(entry.course_id, id, entry.recorded_at, moment, chart.mine.zone)
    if found is None and abs(receipt.clock_offset) > TRUSTED and db.get(Session, (chart.mine.clinic_id, id)) is None:
        return Visit(moment.astimezone(chart.mine.zone).date(), 1)
    return found


def _visit(db: Database, chart: Chart, entry: Entry, receipt: Receipt) -> None:
    """Make the session the phone speaks of, or mark a planned one as begun."""
    if entry.session_id is None:
        return
    state = chart.sessions.get(entry.session_id)
    if state == "planned":
        chart.begun.append(entry.session_id)
        chart.sessions[entry.session_id] = "reported"
    if state is not None:
        return
    visit = _made(db, chart, entry, receipt)
    if visit is None:
        raise LookupError("a session was not checked before it was made")
    chart.sessions[entry.session_id] = "reported"
    chart.new_sessions.append(
        {
            "clinic_id": chart.mine.clinic_id,
            "id": entry.session_id,
            "course_id": entry.course_id,
            "held_on": visit.held_on,
            "number_that_day": visit.number,
            "state": "reported",
            "modalities": [],
            "note": None,
            "created_by": receipt.actor.id if receipt.actor.kind == "staff" else None,
            "created_at": receipt.received_at,
        }
    )


def _row(mine: Mine, entry: Entry, receipt: Receipt, version: str, digest: str) -> dict[str, Any]:
    """A reading's columns."""
    return {
        "clinic_id": mine.clinic_id,
        "id": entry.id,
        "patient_id": mine.patient_id,
        "course_id": entry.course_id,
        "session_id": entry.session_id,
        "kind": entry.kind,
        "instrument": entry.instrument,
        "instrument_version": version,
        "site": entry.site,
        "side": entry.side,
        "value": None if entry.value is None else float(entry.value),
        "items": None if entry.items is None else dict(entry.items),
        "recorded_at": entry.recorded_at,
        "recorded_offset": offset_minutes(entry.recorded_at),
        "recorded_zone": entry.recorded_zone,
        "entered_at": entry.entered_at,
        "received_at": receipt.received_at,
        "clock_offset": receipt.clock_offset,
        "device_id": receipt.actor.device_id,
        "device_seq": entry.device_seq,
        "entered_by": entry.entered_by,
        "supersedes": entry.supersedes,
        "reason": entry.reason,
        "retracted": entry.retracted,
        "digest": digest,
        "import_batch_id": receipt.import_batch_id,
    }
