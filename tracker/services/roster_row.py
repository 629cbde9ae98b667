"""Roster row: what the roster shows of a place, told from its course, its patient, outcome rows and sessions, and kept.

A row is JSON with the names of `RosterRow`, as the API has it. It stays until a write takes it away: one that rewrites
the course's standing, or a trigger where course or patient change what a row shows (`storage/standing.py`).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session as Database

from tracker.science import trend
from tracker.science.correlation import UNPOOLED
from tracker.science.scales import INSTRUMENTS, NOW, PRIMARY, Instrument
from tracker.services import outcome
from tracker.services.session import COUNTS_AFTER
from tracker.services.views import RosterRow
from tracker.storage import Course, Outcome, Patient, Session, Standing, columns
from tracker.storage.columns import CLINIC, COURSES

CANDIDATES = (*dict.fromkeys(PRIMARY.values()), NOW)
SEEN = ("course_id", "site", "side", "instrument", "baseline", "readings", "start", "last_on", "last_value", "weeks")
STANDING, COURSE, PATIENT = (table.__table__.c for table in (Standing, Course, Patient))
OF_COURSE = (COURSE.clinic_id == STANDING.clinic_id) & (COURSE.id == STANDING.course_id)
OF_PATIENT = (PATIENT.clinic_id == COURSE.clinic_id) & (PATIENT.id == COURSE.patient_id)
PEOPLE = (
    select(COURSE.condition, COURSE.chronicity, COURSE.practitioner, COURSE.planned_sessions)
    .add_columns(PATIENT.code, PATIENT.initials)
    .join(Patient.__table__, OF_PATIENT)
    .where(COURSE.clinic_id == CLINIC, COURSE.id.in_(COURSES))
)
HELD_STILL = PEOPLE.order_by(COURSE.id).with_for_update(read=True)
AS_READ = ("course_id", "site", "side", "position", "turn", "day", "heard", "state")  # and so its reason, by its turn
PLACES = (
    PEOPLE.add_columns(*(STANDING[name] for name in AS_READ), STANDING.reason)
    .join(Standing.__table__, OF_COURSE)
    .order_by(STANDING.course_id, STANDING.position)
)
KEPT = (  # unless the place stands elsewhere meanwhile: its day has come, or an item was opened or resolved
    update(Standing)
    .where(STANDING.clinic_id == CLINIC, *(STANDING[name] == bindparam(f"at_{name}") for name in AS_READ))
    .values(shown=bindparam("told"))
)
Where = tuple[UUID, str, str]


def tell(db: Database, clinic_id: UUID, course_ids: Sequence[UUID], now: datetime) -> dict[Where, str]:
    """The rows of these courses, by course, site and side. Whoever writes such a course waits for the commit."""
    asked = {"clinic": clinic_id, "courses": list(set(course_ids))}
    here = db.connection()
    here.execute(HELD_STILL, asked).all()
    places = here.execute(PLACES, asked).all()
    outcomes = _outcomes(db, asked)
    held, later = _held(db, asked, now)
    judged = [_judged(place, outcomes) for place in places]
    known = columns.instruments(db, clinic_id)
    scales = [known[_code(place, found)] for place, found in zip(places, judged, strict=True)]
    labels = _labels(judged, scales)
    told = [
        (place, orjson.dumps(_row(place, found, scale, label, held.get(place.course_id, 0))).decode())
        for place, found, scale, label in zip(places, judged, scales, labels, strict=True)
    ]
    _keep(db, clinic_id, [(place, text) for place, text in told if place.course_id not in later])
    return {(place.course_id, place.site, place.side): text for place, text in told}


def _keep(db: Database, clinic_id: UUID, told: Sequence[tuple[Any, str]]) -> None:
    """Keep what rows show until a write takes it away."""
    rows = [
        {"clinic": clinic_id, "told": text} | {f"at_{name}": getattr(place, name) for name in AS_READ}
        for place, text in told
    ]
    if rows:
        db.connection().execute(KEPT, rows)


def _outcomes(db: Database, asked: Mapping[str, Any]) -> dict[Where, dict[str, Any]]:
    """Outcome rows by place, then by instrument."""
    found: dict[Where, dict[str, Any]] = {}
    spoken = Outcome.instrument.in_(CANDIDATES) | Outcome.instrument.not_in(tuple(INSTRUMENTS))
    chosen = select(*(getattr(Outcome, name) for name in SEEN)).where(Outcome.clinic_id == CLINIC, spoken)
    for row in db.execute(chosen.where(Outcome.course_id.in_(COURSES)), asked):
        found.setdefault((row.course_id, row.site, row.side), {})[row.instrument] = row
    return found


def _held(db: Database, asked: Mapping[str, Any], now: datetime) -> tuple[dict[UUID, int], set[UUID]]:
    """Sessions held so far, by course; and the courses where time alone will make it more."""
    late = Session.created_at > now - COUNTS_AFTER
    reported = Session.state == "reported"
    counted = func.count().filter(or_(Session.state == "held", and_(reported, ~late)))
    waiting = func.count().filter(and_(reported, late))
    chosen = select(Session.course_id, counted, waiting).where(Session.clinic_id == CLINIC)
    found = db.execute(chosen.where(Session.course_id.in_(COURSES)).group_by(Session.course_id), asked).all()
    return {course: held for course, held, _ in found}, {course for course, _, still in found if still}


def _judged(place: Any, outcomes: Mapping[Where, dict[str, Any]]) -> Any:
    """The outcome row that speaks for a place; None before there is any."""
    here = outcomes.get((place.course_id, place.site, place.side), {})
    return here.get(outcome.judged(place.condition, here))


def _code(place: Any, found: Any) -> str:
    """The instrument a row is on, scored or not."""
    return found.instrument if found else outcome.candidates(place.condition)[0]


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


def _row(place: Any, found: Any, scale: Instrument, label: str, held: int) -> RosterRow:
    """One line."""
    return RosterRow(
        course_id=place.course_id,
        patient_code=place.code,
        initials=place.initials,
        condition=place.condition,
        chronicity=place.chronicity,
        practitioner=place.practitioner,
        site=place.site or None,
        side=place.side,
        instrument=scale.code,
        last_value=found.last_value if found else None,
        last_on=found.last_on if found else None,
        entry_on=date.fromordinal(-place.heard) if place.heard else None,
        baseline=found.baseline if found else None,
        change=_change(found, scale) if found else None,
        spark=_spark(found) if found else (),
        held=held,
        planned=place.planned_sessions,
        state=place.state,
        label=label,
        number=place.position,
        reason=place.reason,
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
