"""Roster: a page of courses, each place a row, read from outcome rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session as Database

from tracker.science import trend
from tracker.science.correlation import UNPOOLED
from tracker.science.scales import INSTRUMENTS, NOW, PRIMARY, Instrument
from tracker.services import audit, clock, outcome
from tracker.services.actor import Actor, admit
from tracker.services.errors import Invalid
from tracker.services.session import counts
from tracker.services.transaction import writing
from tracker.services.views import RosterPage, RosterRow
from tracker.storage import Course, Outcome, Patient, Place, Session, columns

LARGEST = 200
CANDIDATES = (*dict.fromkeys(PRIMARY.values()), NOW)


def roster(
    db: Database,
    *,
    actor: Actor,
    search: str = "",
    condition: str | None = None,
    practitioner: str | None = None,
    after: str | None = None,
    size: int = 50,
    as_of: date | None = None,
    now: datetime | None = None,
) -> RosterPage:
    """A page by patient code; `after` is the `next` of the page before."""
    admit(actor, "practitioner", "clinic_admin", "operator")
    if not 1 <= size <= LARGEST:
        raise Invalid("out_of_range", f"A page holds from 1 to {LARGEST} rows.", "/size")
    now = now or clock.now()
    with writing(db):
        chosen = _page(actor.clinic, search, condition, practitioner)
        if after:
            chosen = chosen.where(_beyond(db, actor.clinic, after))
        found = db.execute(chosen.limit(size + 1)).all()
        shown = found[:size]
        audit.note(db, actor=actor, now=now, action="roster.look", subject="roster", rows=len(shown))
        on = as_of or now.astimezone(columns.zone(db, actor.clinic)).date()
        rows = _rows(db, actor.clinic, shown, on, now)
    return RosterPage(tuple(rows), _cursor(shown[-1]) if len(found) > size else None)


def _page(clinic_id: UUID, search: str, condition: str | None, practitioner: str | None) -> Any:
    """Places with their course and patient, by code."""
    chosen = (
        select(
            Place.course_id,
            Place.site,
            Place.side,
            Place.position,
            Patient.code.label("patient_code"),
            Patient.initials,
            Course.condition,
            Course.chronicity,
            Course.practitioner,
            Course.planned_sessions,
        )
        .join(Course, (Course.clinic_id == Place.clinic_id) & (Course.id == Place.course_id))
        .join(Patient, (Patient.clinic_id == Course.clinic_id) & (Patient.id == Course.patient_id))
        .where(Place.clinic_id == clinic_id)
        .order_by(Patient.code, Place.course_id, Place.position)
    )
    if condition is not None:
        chosen = chosen.where(Course.condition == condition)
    if practitioner is not None:
        chosen = chosen.where(Course.practitioner == practitioner)
    words = search.strip()
    if words:  # % and _ are characters like any other
        chosen = chosen.where(
            or_(Patient.code.icontains(words, autoescape=True), Patient.initials.icontains(words, autoescape=True))
        )
    return chosen


def _cursor(row: Any) -> str:
    """Where a page ends; it names no patient, so that it may stand in an address."""
    return f"{row.course_id.hex}-{row.position}"


def _beyond(db: Database, clinic_id: UUID, after: str) -> Any:
    """What comes after a cursor."""
    course, _, position = after.partition("-")
    try:
        key = (UUID(hex=course), int(position))
    except ValueError:
        raise _lost() from None
    code = db.scalar(
        select(Patient.code)
        .join(Course, (Course.clinic_id == Patient.clinic_id) & (Course.patient_id == Patient.id))
        .where(Course.clinic_id == clinic_id, Course.id == key[0])
    )
    if code is None or not 0 <= key[1] < LARGEST:
        raise _lost()
    return tuple_(Patient.code, Place.course_id, Place.position) > (code, *key)


def _lost() -> Invalid:
    return Invalid("unknown_page", "There is no such page.", "/after")


def _rows(db: Database, clinic_id: UUID, shown: Sequence[Any], on: date, now: datetime) -> Iterable[RosterRow]:
    """The rows of a page, from outcome rows and session states."""
    ids = list({row.course_id for row in shown})
    outcomes = _outcomes(db, clinic_id, ids)
    held = _held(db, clinic_id, ids, now)
    judged = [_judged(row, outcomes) for row in shown]
    known = columns.instruments(db, clinic_id)
    scales = [known[_code(row, found)] for row, found in zip(shown, judged, strict=True)]
    labels = _labels(judged, scales)
    return [
        _row(row, found, scale, label, held.get(row.course_id, 0), _entry_on(row, outcomes), on)
        for row, found, scale, label in zip(shown, judged, scales, labels, strict=True)
    ]


def _outcomes(db: Database, clinic_id: UUID, ids: Sequence[UUID]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Outcome rows by course and place, then by instrument."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    spoken = Outcome.instrument.in_(CANDIDATES) | Outcome.instrument.not_in(tuple(INSTRUMENTS))
    chosen = select(*Outcome.__table__.c).where(Outcome.clinic_id == clinic_id, spoken)
    for row in db.execute(chosen.where(Outcome.course_id.in_(ids))):
        found.setdefault((row.course_id, row.site, row.side), {})[row.instrument] = row
    return found


def _held(db: Database, clinic_id: UUID, ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Sessions held so far, by course."""
    found: dict[UUID, int] = {}
    chosen = select(Session.course_id, Session.state, Session.created_at).where(Session.clinic_id == clinic_id)
    for row in db.execute(chosen.where(Session.course_id.in_(ids))):
        found[row.course_id] = found.get(row.course_id, 0) + counts(row.state, row.created_at, now)
    return found


def _judged(row: Any, outcomes: Mapping[tuple[Any, ...], dict[str, Any]]) -> Any:
    """The outcome row that speaks for a place; None before there is any."""
    here = outcomes.get((row.course_id, row.site, row.side), {})
    return here.get(outcome.judged(row.condition, here))


def _code(row: Any, found: Any) -> str:
    """The instrument a row is on, scored or not."""
    return found.instrument if found else outcome.candidates(row.condition)[0]


def _entry_on(row: Any, outcomes: Mapping[tuple[Any, ...], dict[str, Any]]) -> date | None:
    """The day of the latest entry at a place, whatever was asked."""
    here = outcomes.get((row.course_id, row.site, row.side), {})
    return max((one.last_on for one in here.values() if one.last_on), default=None)


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


def _row(row: Any, found: Any, scale: Instrument, label: str, held: int, entry_on: date | None, on: date) -> RosterRow:
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
        entry_on=entry_on,
        baseline=found.baseline if found else None,
        change=_change(found, scale) if found else None,
        spark=_spark(found) if found else (),
        held=held,
        planned=row.planned_sessions,
        state=_state(found, on),
        label=label,
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


def _state(found: Any, on: date) -> str:
    """Not started, running, ended."""
    if found is None or found.start is None:
        return "not_started"
    return "ended" if found.ended_on is not None and found.ended_on <= on.toordinal() else "running"
