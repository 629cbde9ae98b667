"""Roster: a page of courses, each place a row, in the order kept by `standing`.

What a row shows of its scores is kept with its standing by the first page that shows it (docs/adr/0013): every write
that changes it takes it away again. So a page is one query on an index, whatever the size of the clinic.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import orjson
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, tuple_, update
from sqlalchemy.orm import Session as Database

from tracker.science import trend
from tracker.science.correlation import UNPOOLED
from tracker.science.scales import INSTRUMENTS, NOW, PRIMARY, Instrument
from tracker.services import audit, clock, outcome, standing
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid
from tracker.services.session import COUNTS_AFTER
from tracker.services.transaction import writing
from tracker.services.views import RosterPage, RosterRow
from tracker.services.work import dates
from tracker.storage import Clinic, Course, Outcome, Patient, Session, Standing, WorkMark, columns
from tracker.storage.standing import STATES

LARGEST = 200
CANDIDATES = (*dict.fromkeys(PRIMARY.values()), NOW)
STANDING, COURSE, PATIENT = (table.__table__.c for table in (Standing, Course, Patient))
_CLINIC, _MARK = Clinic.__table__.c, WorkMark.__table__.c
KEYS = {  # what each order goes by, from first to last; the last two tell rows apart
    "attention": (STANDING.turn, STANDING.day, STANDING.course_id, STANDING.position),
    "entry": (STANDING.heard, STANDING.course_id, STANDING.position),
    "code": (PATIENT.code, STANDING.course_id, STANDING.position),
}
SORTS = tuple(KEYS)
FILTERS = {"condition": COURSE.condition, "practitioner": COURSE.practitioner, "state": STANDING.state}
PLACED = ("course_id", "site", "side", "position", "turn", "day", "heard", "state", "reason", "shown")
SHOWN = PLACED.index("shown")
CLINIC = (  # what is asked before any page: the clinic's day, how far its dates were looked at, the first end to come
    select(_CLINIC.timezone, _MARK.looked_on, standing.FIRST_END.label("first_end"))
    .outerjoin(WorkMark.__table__, _MARK.clinic_id == _CLINIC.id)
    .where(_CLINIC.id == bindparam("clinic"))
)
SEEN = ("course_id", "site", "side", "instrument", "baseline", "readings", "start", "last_on", "last_value", "weeks")


def roster(
    db: Database,
    *,
    actor: Actor,
    search: str = "",
    condition: str | None = None,
    practitioner: str | None = None,
    state: str | None = None,
    sort: str = "attention",
    after: str | None = None,
    size: int = 50,
    as_of: date | None = None,
    now: datetime | None = None,
) -> RosterPage:
    """A page of courses, those that need attention first unless sorted otherwise; `after` is the `next` of the page
    before.
    """
    admit(actor, "practitioner", "clinic_admin", "operator")
    _check(size, sort, state)
    now = now or clock.now()
    filters = {"condition": condition, "practitioner": practitioner, "state": state}
    told = {name: value for name, value in filters.items() if value is not None}
    asked = Asked(search.strip(), told, sort, _read(sort, after) if after else (), size, as_of)
    while (page := _look(db, actor, asked, now)) is None:  # once a day
        dates.refresh(db, clinic_id=actor.clinic, now=now)
    return page


@dataclass(frozen=True)
class Asked:
    """What a page is asked for, checked; `key` is the place in the order that it begins after."""

    search: str
    filters: Mapping[str, str]
    sort: str
    key: tuple[Any, ...]
    size: int
    as_of: date | None


def _look(db: Database, actor: Actor, asked: Asked, now: datetime) -> RosterPage | None:
    """The page and its note in the trail, in one transaction; None where the clinic has to be brought up to today."""
    with writing(db):
        here = db.connection()
        clinic = here.execute(CLINIC, {"clinic": actor.clinic}).one()
        today = now.astimezone(ZoneInfo(clinic.timezone)).date()
        if not dates.reached(clinic.looked_on, today):
            return None
        on = asked.as_of or today
        if clinic.first_end is not None and clinic.first_end <= on.toordinal():
            standing.move_on(db, actor.clinic, on)
        found = here.execute(_chosen(asked), _values(asked, actor.clinic)).all()
        shown = found[: asked.size]
        audit.note(db, actor=actor, now=now, action="roster.look", subject="roster", rows=len(shown))
        rows = _rows(db, actor.clinic, shown, now)
    return RosterPage(rows, _cursor(asked.sort, shown[-1]) if len(found) > asked.size else None)


def _chosen(asked: Asked) -> Select[Any]:
    """The page's query."""
    chosen = _page(asked.sort, tuple(asked.filters), bool(asked.key))
    return chosen.where(_sought(asked.search)) if asked.search else chosen


def _values(asked: Asked, clinic_id: UUID) -> dict[str, Any]:
    """What the query is asked with; one row more than are shown tells whether there is a next page."""
    key = {f"key_{n}": part for n, part in enumerate(asked.key)}
    return {**asked.filters, **key, "clinic": clinic_id, "rows": asked.size + 1}


def _check(size: int, sort: str, state: str | None) -> None:
    """What a page can be asked for."""
    if not 1 <= size <= LARGEST:
        raise Invalid("out_of_range", f"A page holds from 1 to {LARGEST} rows.", "/size")
    if sort not in SORTS:
        raise Invalid("unknown_word", f"This must be one of {', '.join(SORTS)}.", "/sort")
    if state is not None and state not in STATES:
        raise Invalid("unknown_word", f"This must be one of {', '.join(STATES)}.", "/state")


@cache
def _page(sort: str, filters: tuple[str, ...], further: bool) -> Select[Any]:
    """Places with their course and patient, in this order; `further`: from a key on. Built once, asked often."""
    shown = (COURSE.condition, COURSE.chronicity, COURSE.practitioner, COURSE.planned_sessions, PATIENT.initials)
    course = (COURSE.clinic_id == STANDING.clinic_id) & (COURSE.id == STANDING.course_id)
    patient = (PATIENT.clinic_id == COURSE.clinic_id) & (PATIENT.id == COURSE.patient_id)
    chosen = (
        select(*(STANDING[name] for name in PLACED), PATIENT.code.label("patient_code"), *shown)
        .join(Course.__table__, course)
        .join(Patient.__table__, patient)
        .where(STANDING.clinic_id == bindparam("clinic"), *(FILTERS[name] == bindparam(name) for name in filters))
        .order_by(*KEYS[sort])
        .limit(bindparam("rows"))
    )
    keys = [bindparam(f"key_{n}", type_=column.type) for n, column in enumerate(KEYS[sort])]
    return chosen.where(tuple_(*KEYS[sort]) > tuple_(*keys)) if further else chosen


def _sought(words: str) -> ColumnElement[bool]:
    """The words stand in the code or the initials; % and _ are characters like any other."""
    return or_(PATIENT.code.icontains(words, autoescape=True), PATIENT.initials.icontains(words, autoescape=True))


def _cursor(sort: str, row: Any) -> str:
    """Where a page ends, as it stood when it was read: a row that moves meanwhile takes no other rows with it."""
    key = {
        "attention": (row.turn, row.day, row.course_id.hex, row.position),
        "entry": (row.heard, row.course_id.hex, row.position),
        "code": (row.course_id.hex, row.position, row.patient_code),
    }
    return " ".join(map(str, (sort, *key[sort])))


def _read(sort: str, after: str) -> tuple[Any, ...]:
    """A cursor's place in the order."""
    told, _, rest = after.partition(" ")
    try:
        if told != sort:
            raise ValueError
        if sort == "code":
            course, position, code = rest.split(" ", 2)
            return code, UUID(hex=course), int(position)
        *days, course, position = rest.split(" ")
        key = (*map(int, days), UUID(hex=course), int(position))
    except ValueError:
        raise Invalid("unknown_page", "There is no such page.", "/after") from None
    if len(key) != len(KEYS[sort]) or not all(abs(n) < 2**31 for n in key if isinstance(n, int)):
        raise Invalid("unknown_page", "There is no such page.", "/after")
    return key


def _rows(db: Database, clinic_id: UUID, shown: Sequence[Any], now: datetime) -> tuple[RosterRow, ...]:
    """The rows of a page; those that nobody has looked at since they changed are told anew, and kept."""
    texts = [row[SHOWN] for row in shown]
    stale = [row for row, text in zip(shown, texts, strict=True) if text is None]
    anew = iter(_told(db, clinic_id, stale, now) if stale else ())
    told = orjson.loads(f"[{','.join(text or _text(next(anew)) for text in texts)}]")
    known = _instruments(db, clinic_id, told)
    return tuple(_row(row, one, known[one["instrument"]]) for row, one in zip(shown, told, strict=True))


def _text(told: Mapping[str, Any]) -> str:
    """What a row shows, as it is kept."""
    return orjson.dumps(told).decode()


def _instruments(db: Database, clinic_id: UUID, told: Sequence[Mapping[str, Any]]) -> Mapping[str, Instrument]:
    """The scales that rows are on; the clinic's own are looked up where there are any."""
    foreign = any(one["instrument"] not in INSTRUMENTS for one in told)
    return columns.instruments(db, clinic_id) if foreign else INSTRUMENTS


def _told(db: Database, clinic_id: UUID, rows: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
    """What these rows show, from outcome rows and session states."""
    ids = list({row.course_id for row in rows})
    outcomes = _outcomes(db, clinic_id, ids)
    held, later = _held(db, clinic_id, ids, now)
    judged = [_judged(row, outcomes) for row in rows]
    known = columns.instruments(db, clinic_id)
    scales = [known[_code(row, found)] for row, found in zip(rows, judged, strict=True)]
    labels = _labels(judged, scales)
    told = [
        _shown(found, scale, label, held.get(row.course_id, 0))
        for row, found, scale, label in zip(rows, judged, scales, labels, strict=True)
    ]
    _keep(db, clinic_id, [(row, one) for row, one in zip(rows, told, strict=True) if row.course_id not in later])
    return told


def _keep(db: Database, clinic_id: UUID, told: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    """Keep what rows show until a write takes it away."""
    if not told:
        return
    names = ("course_id", "site", "side")
    mine = (STANDING[name] == bindparam(f"at_{name}") for name in names)
    kept = update(Standing).where(STANDING.clinic_id == clinic_id, *mine).values(shown=bindparam("told"))
    at = [{f"at_{name}": getattr(row, name) for name in names} for row, _ in told]
    texts = [{"told": _text(one)} for _, one in told]
    db.connection().execute(kept, [key | text for key, text in zip(at, texts, strict=True)])


def _outcomes(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Outcome rows by course and place, then by instrument."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    spoken = Outcome.instrument.in_(CANDIDATES) | Outcome.instrument.not_in(tuple(INSTRUMENTS))
    chosen = select(*(getattr(Outcome, name) for name in SEEN)).where(Outcome.clinic_id == clinic_id, spoken)
    for row in db.execute(chosen.where(Outcome.course_id.in_(ids))):
        found.setdefault((row.course_id, row.site, row.side), {})[row.instrument] = row
    return found


def _held(db: Database, clinic_id: UUID, ids: Sequence[UUID], now: datetime) -> tuple[dict[UUID, int], set[UUID]]:
    """Sessions held so far, by course; and the courses where time alone will make it more."""
    late = Session.created_at > now - COUNTS_AFTER
    reported = Session.state == "reported"
    counted = func.count().filter(or_(Session.state == "held", and_(reported, ~late)))
    waiting = func.count().filter(and_(reported, late))
    chosen = select(Session.course_id, counted, waiting).where(Session.clinic_id == clinic_id)
    found = db.execute(chosen.where(Session.course_id.in_(ids)).group_by(Session.course_id)).all()
    return {course: held for course, held, _ in found}, {course for course, _, still in found if still}


def _judged(row: Any, outcomes: Mapping[tuple[Any, ...], dict[str, Any]]) -> Any:
    """The outcome row that speaks for a place; None before there is any."""
    here = outcomes.get((row.course_id, row.site, row.side), {})
    return here.get(outcome.judged(row.condition, here))


def _code(row: Any, found: Any) -> str:
    """The instrument a row is on, scored or not."""
    return found.instrument if found else outcome.candidates(row.condition)[0]


def _labels(judged: Sequence[Any], scales: Sequence[Instrument]) -> list[str]:
    """The trend's label of each row."""
    labels = [trend.LABELS[trend.NOT_ENOUGH]] * len(judged)  # φ is not pooled here: a label must not depend on its page
    for scale in dict.fromkeys(scales):
        at = [i for i, row in enumerate(judged) if row is not None and row.instrument == scale.code]
        weeks = [np.array(judged[i].weeks, np.float64).reshape(-1, 2) for i in at]
        found = trend.fit([w[:, 0] for w in weeks], [w[:, 1] for w in weeks], scale, phi=UNPOOLED)
        for i, label in zip(at, found.label, strict=True):
            labels[i] = trend.LABELS[label]
    return labels


def _shown(found: Any, scale: Instrument, label: str, held: int) -> dict[str, Any]:
    """What a row shows of its scores, as JSON keeps it."""
    return {
        "instrument": scale.code,
        "last_value": found.last_value if found else None,
        "last_on": found.last_on.isoformat() if found and found.last_on else None,
        "baseline": found.baseline if found else None,
        "change": _change(found, scale) if found else None,
        "spark": list(_spark(found)) if found else [],
        "held": held,
        "label": label,
    }


def _row(row: Any, told: Mapping[str, Any], scale: Instrument) -> RosterRow:
    """One line; the row is taken apart at once: fifty times twenty look-ups by name would be a tenth of the page."""
    id, site, side, number, _, _, heard, state, reason, _, code, condition, chronicity, by, planned, initials = row
    last_on = told["last_on"]
    return RosterRow(
        id,
        code,
        initials,
        condition,
        chronicity,
        by,
        site or None,
        side,
        told["instrument"],
        told["last_value"],
        date.fromisoformat(last_on) if last_on else None,
        date.fromordinal(-heard) if heard else None,
        told["baseline"],
        told["change"],
        tuple(told["spark"]),
        told["held"],
        planned,
        state,
        told["label"],
        number,
        reason,
        scale,
    )


def _change(found: Any, scale: Instrument) -> float | None:
    """Improvement from the baseline; positive = better."""
    if found.baseline is None or found.last_value is None:
        return None
    step = found.baseline - found.last_value
    return step if scale.better == "lower" else -step


def _spark(found: Any) -> tuple[float, ...]:
    """The weekly values of the course, and the latest score where it is newer."""
    values = tuple(value for _, value in found.weeks)
    last = found.start + found.weeks[-1][0] if found.weeks else 0.0
    newer = found.last_on is not None and found.last_on.toordinal() > int(last)
    return (*values, found.last_value) if newer else values
