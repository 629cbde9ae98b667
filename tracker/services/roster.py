"""Roster: a page of courses, each place a row, read from outcome rows in the order kept by `standing`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import and_, func, or_, select, tuple_
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
from tracker.storage import Course, Outcome, Patient, Session, Standing, columns
from tracker.storage.standing import STATES

LARGEST = 200
CANDIDATES = (*dict.fromkeys(PRIMARY.values()), NOW)
KEYS = {  # what each order goes by, from first to last; the last two tell rows apart
    "attention": (Standing.turn, Standing.day, Standing.course_id, Standing.position),
    "entry": (Standing.heard, Standing.course_id, Standing.position),
    "code": (Patient.code, Standing.course_id, Standing.position),
}
SORTS = tuple(KEYS)
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
    with writing(db):
        on = as_of or now.astimezone(columns.zone(db, actor.clinic)).date()
        standing.move_on(db, actor.clinic, on)
        chosen = _page(actor.clinic, sort, search, condition, practitioner, state)
        if after:
            chosen = chosen.where(tuple_(*KEYS[sort]) > _read(sort, after))
        found = db.execute(chosen.limit(size + 1)).all()
        shown = found[:size]
        audit.note(db, actor=actor, now=now, action="roster.look", subject="roster", rows=len(shown))
        rows = _rows(db, actor.clinic, shown, now)
    return RosterPage(tuple(rows), _cursor(sort, shown[-1]) if len(found) > size else None)


def _check(size: int, sort: str, state: str | None) -> None:
    """What a page can be asked for."""
    if not 1 <= size <= LARGEST:
        raise Invalid("out_of_range", f"A page holds from 1 to {LARGEST} rows.", "/size")
    if sort not in SORTS:
        raise Invalid("unknown_word", f"This must be one of {', '.join(SORTS)}.", "/sort")
    if state is not None and state not in STATES:
        raise Invalid("unknown_word", f"This must be one of {', '.join(STATES)}.", "/state")


def _page(
    clinic_id: UUID, sort: str, search: str, condition: str | None, practitioner: str | None, state: str | None
) -> Any:
    """Places with their course and patient, in this order."""
    chosen = (
        select(
            *Standing.__table__.c,
            Patient.code.label("patient_code"),
            Patient.initials,
            Course.condition,
            Course.chronicity,
            Course.practitioner,
            Course.planned_sessions,
        )
        .join(Course, (Course.clinic_id == Standing.clinic_id) & (Course.id == Standing.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(Standing.clinic_id == clinic_id)
        .order_by(*KEYS[sort])
    )
    asked = ((Course.condition, condition), (Course.practitioner, practitioner), (Standing.state, state))
    chosen = chosen.where(*(column == value for column, value in asked if value is not None))
    words = search.strip()
    if words:  # % and _ are characters like any other
        chosen = chosen.where(
            or_(Patient.code.icontains(words, autoescape=True), Patient.initials.icontains(words, autoescape=True))
        )
    return chosen


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


def _rows(db: Database, clinic_id: UUID, shown: Sequence[Any], now: datetime) -> Iterable[RosterRow]:
    """The rows of a page, from outcome rows and session states."""
    ids = list({row.course_id for row in shown})
    outcomes = _outcomes(db, clinic_id, ids)
    held = _held(db, clinic_id, ids, now)
    judged = [_judged(row, outcomes) for row in shown]
    known = columns.instruments(db, clinic_id)
    scales = [known[_code(row, found)] for row, found in zip(shown, judged, strict=True)]
    labels = _labels(judged, scales)
    return [
        _row(row, found, scale, label, held.get(row.course_id, 0))
        for row, found, scale, label in zip(shown, judged, scales, labels, strict=True)
    ]


def _outcomes(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Outcome rows by course and place, then by instrument."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    spoken = Outcome.instrument.in_(CANDIDATES) | Outcome.instrument.not_in(tuple(INSTRUMENTS))
    chosen = select(*(getattr(Outcome, name) for name in SEEN)).where(Outcome.clinic_id == clinic_id, spoken)
    for row in db.execute(chosen.where(Outcome.course_id.in_(ids))):
        found.setdefault((row.course_id, row.site, row.side), {})[row.instrument] = row
    return found


def _held(db: Database, clinic_id: UUID, ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Sessions held so far, by course."""
    known = and_(Session.state == "reported", Session.created_at <= now - COUNTS_AFTER)
    counted = func.count().filter(or_(Session.state == "held", known))
    chosen = select(Session.course_id, counted).where(Session.clinic_id == clinic_id, Session.course_id.in_(ids))
    return {course: held for course, held in db.execute(chosen.group_by(Session.course_id))}


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


def _row(row: Any, found: Any, scale: Instrument, label: str, held: int) -> RosterRow:
    """One line."""
    return RosterRow(
        course_id=row.course_id,
        patient_code=row.patient_code,
        initials=row.initials,
        condition=row.condition,
        chronicity=row.chronicity,
        practitioner=row.practitioner,
        site=row.site or None,
        side=row.side,
        scale=scale,
        last_value=found.last_value if found else None,
        last_on=found.last_on if found else None,
        entry_on=date.fromordinal(-row.heard) if row.heard else None,
        baseline=found.baseline if found else None,
        change=_change(found, scale) if found else None,
        spark=_spark(found) if found else (),
        held=held,
        planned=row.planned_sessions,
        state=row.state,
        label=label,
        number=row.position,
        reason=row.reason,
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
